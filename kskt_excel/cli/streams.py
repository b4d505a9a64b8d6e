"""What a program prints to: streams that may be closed, full, or left by who listened."""

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TextIO


def with_streams() -> None:
    """Standard streams that can be written to, in UTF-8, also where a service has closed them.

    A descriptor that is closed would go to the next file opened, and get whatever is printed.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            nowhere = Path(os.devnull).open("r+", encoding="utf-8")  # noqa: SIM115  # till the end
            setattr(sys, name, nowhere)
    for stream in (sys.stdout, sys.stderr):
        reconfigure: Callable[..., None] | None = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(encoding="utf-8", errors="replace")


@contextlib.contextmanager
def listened_to(stream: TextIO) -> Iterator[None]:
    """What is printed, to its end; who has gone away (``| head``) is no fault of the run."""
    try:
        yield
        stream.flush()
    except BrokenPipeError:
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
