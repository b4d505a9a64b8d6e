"""Tasks that do with a container what a hostile one does with a parser."""

import os
import time

from kskt_excel.mail.opening import open_container
from kskt_excel.mail.taking import Limits


def _bad(name: str) -> bool:
    return "bad" in name


def die(limits: Limits, data: bytes, name: str) -> bytes:
    if _bad(name):
        os._exit(9)
    return open_container(limits, data, name)


def hang(limits: Limits, data: bytes, name: str) -> bytes:
    if _bad(name):
        time.sleep(60)
    return open_container(limits, data, name)


def eat(limits: Limits, data: bytes, name: str) -> bytes:
    if _bad(name):
        raise MemoryError
    return open_container(limits, data, name)
