"""The command line: parses, calls one office function, prints, exits. No logic here."""

import sys


def main() -> None:
    """Entry point of ``kskt``."""
    if getattr(sys, "frozen", False):  # a program packed into one file is its own worker
        from kskt_excel.worker.pool import serve_if_worker

        serve_if_worker()
    from kskt_excel.cli import commands

    commands.main()
