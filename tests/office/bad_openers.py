"""Tasks that do with a container what a hostile one does with a parser."""

import os
import time

from kskt_excel.mail.pieces import MailLimits
from kskt_excel.worker.container_task import open_container


def _bad(name: str) -> bool:
    return "bad" in name


def die(limits: MailLimits, data: bytes, name: str) -> bytes:
    if _bad(name):
        os._exit(9)
    return open_container(limits, data, name)


def hang(limits: MailLimits, data: bytes, name: str) -> bytes:
    if _bad(name):
        time.sleep(60)
    return open_container(limits, data, name)


def eat(limits: MailLimits, data: bytes, name: str) -> bytes:
    if _bad(name):
        raise MemoryError
    return open_container(limits, data, name)
