"""Looks at what the README's main job left behind; any doubt ends with a sentence and exit 1."""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from python_calamine import CalamineWorkbook

EXPECTED = (
    "workbooks/tracker/theo-doi-2022.xlsx",
    "workbooks/summaries/2022-Q1/tong-hop-2022-Q1.xlsx",
    "workbooks/summaries/2022-Q1/tom-tat-2022-Q1.xlsx",
    "workbooks/summaries/2022-Q1/bao-cao-2022-Q1.docx",
    "workbooks/summaries/2022-Q1/tong-hop-2022-Q1.pdf",
    "workbooks/summaries/2022-Q1/tom-tat-2022-Q1.pdf",
    "workbooks/summaries/2022-Q1/bao-cao-2022-Q1.pdf",
    "workbooks/journal.jsonl",
)


def require(true: object, sentence: str) -> None:
    """Ends the run when something is not so."""
    if not true:
        sys.exit(f"check_outputs: {sentence}")


def values(path: Path) -> dict[str, list[list[object]]]:
    """Every cell of a workbook by sheet."""
    book = CalamineWorkbook.from_path(path)
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def recalculated(path: Path, folder: Path) -> Path:
    """The workbook after LibreOffice has loaded and saved it."""
    program = shutil.which("soffice") or "soffice"
    subprocess.run(
        [
            program,
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            "--headless",
            "--convert-to",
            "xlsx:Calc MS Excel 2007 XML",
            "--outdir",
            str(folder),
            str(path),
        ],
        check=True,
        capture_output=True,
        timeout=300,
    )
    return folder / path.name


def same(one: object, other: object) -> bool:
    """Equal as numbers up to rounding, else equal as text."""
    if isinstance(one, float) and isinstance(other, float):
        return abs(one - other) <= 1e-9 * max(1.0, abs(one))
    return str(one).strip() == str(other).strip()


def main() -> None:
    """Files, JSON, control totals, recalculation."""
    root, result = Path(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))
    for name in EXPECTED:
        require((root / name).is_file(), f"{name} was not written")
    require(result["schema"] == "kskt.result/2", "the JSON has another schema")
    require(result["period"]["id"] == "2022-Q1", "the JSON is about another period")
    control = result["control"]
    fates = ("accepted", "returned", "superseded", "duplicates", "unreadable", "not_reports")
    require(control["files_in"] == sum(control[one] for one in fates), "files in are not files out")
    require(control["rows_in"] == control["rows_out"], "rows in are not rows out")
    require(control["files_in"] >= 9, "the sample quarter has fewer files than it should")
    for form, table in result["forms"].items():
        for row in (*table["rows"], {"key": "total", "values": table["total"]}):
            require(row["values"], f"{form} has a row without figures: {row['key']}")
    drafts = list((root / "workbooks" / "returned" / "2022-Q1").glob("*.eml"))
    require(len(drafts) >= 8, f"only {len(drafts)} reply drafts")
    with tempfile.TemporaryDirectory() as folder:
        for name in EXPECTED[:3]:
            stored, again = values(root / name), values(recalculated(root / name, Path(folder)))
            for sheet, rows in stored.items():
                for r, row in enumerate(rows):
                    for c, value in enumerate(row):
                        other = again[sheet][r][c] if c < len(again[sheet][r]) else ""
                        require(
                            same(value, other), f"{name} {sheet} {r + 1},{c + 1}: {value} {other}"
                        )
    print("check_outputs: every file, total and formula agrees")


if __name__ == "__main__":
    main()
