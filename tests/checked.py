"""A file checked in this process, as a worker does it."""

from kskt_excel.model.packed import unpack_checked
from kskt_excel.model.submission import Checked
from kskt_excel.worker.file_task import check_file
from kskt_excel.worker.pool import FileContext


def check_one(context: FileContext, data: bytes, name: str) -> Checked:
    """What is found in a file: said of the file, then of its cells, sheet by sheet."""
    return unpack_checked(check_file(context, data, name))
