"""The command line: parses, calls one office function, prints, exits. No logic here."""


def main() -> None:
    """Entry point of ``kskt``."""
    from kskt_excel.cli import commands

    commands.main()
