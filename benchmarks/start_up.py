"""What it costs to start: help, and the check of one workbook, beside what they are compared with.

    python benchmarks/start_up.py FILE [--rounds N]

FILE is a correct workbook inside a workspace. Interleaved; medians of processor time and of the
clock, each process for itself.
"""

import argparse
import statistics
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from whole_quarter import Cost, measured

KSKT = "from kskt_excel.cli import main; main()"


def commands(file: str) -> dict[str, list[str]]:
    """What is started, by name."""
    openpyxl = f"import openpyxl; openpyxl.load_workbook({file!r})"
    return {
        "import click": [sys.executable, "-c", "import click"],
        "kskt --help": [sys.executable, "-c", KSKT, "--help"],
        "openpyxl, load_workbook": [sys.executable, "-c", openpyxl],
        "kskt check": [sys.executable, "-c", KSKT, "check", file],
    }


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("file", type=Path)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    found: dict[str, list[Cost]] = {}
    file = options.file.resolve()
    for _ in range(options.rounds):
        for name, command in commands(str(file)).items():
            found.setdefault(name, []).append(measured(command, file.parent))
    for name, several in found.items():
        cpu = statistics.median(cost.cpu for cost in several)
        wall = statistics.median(cost.wall for cost in several)
        print(f"{name:26}{cpu * 1000:8.0f} ms CPU{wall * 1000:8.0f} ms")


if __name__ == "__main__":
    main()
