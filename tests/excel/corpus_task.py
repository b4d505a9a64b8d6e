"""A worker's task for foreign files: what becomes of each, without any plan or form."""

import json
import resource

from kskt_excel.excel.formats.gate import Gated, inspect
from kskt_excel.excel.formats.readers import read_book
from kskt_excel.messages import sentence


def verdict(_: None, data: bytes, name: str) -> bytes:
    """What was found: kind, cells read, codes and sentences, most memory used so far in MiB."""
    gated = inspect(name, data)
    said = (gated,) if not isinstance(gated, Gated) else ()
    kind, cells = "", -1
    if isinstance(gated, Gated):
        kind = gated.kind
        book, said = read_book(gated)
        if book:
            cells = sum(v is not None for sheet in book.sheets for row in sheet.rows for v in row)
    told = {
        "kind": kind,
        "cells": cells,
        "codes": [found.code for found in said],
        "sentences": [sentence(found) for found in said],
        "mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    return json.dumps(told).encode()
