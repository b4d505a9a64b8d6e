"""Workers that read and check files, as the settings of the machine ask; light to load."""

from kskt_excel.excel.workers import MIB, Workers
from kskt_excel.workspace import Run

TASK = "kskt_excel.excel.processing:check_file"
"""What they do; its context is a pickled ``Context``."""


def file_workers(run: Run, *, most: int, context: bytes | None = None) -> Workers:
    """A pool of at most so many processes where the settings name no number."""
    return Workers(
        TASK,
        context,
        processes=run.processes or most,
        seconds=run.seconds_per_file,
        memory_bytes=run.memory_per_file_mb * MIB,
    )
