"""Workspaces with mails of the sample, for tests that go through the whole office."""

import datetime as dt
import shutil
from pathlib import Path

from kskt_excel.definitions import load_forms
from kskt_excel.model.forms import SheetForm
from kskt_excel.model.plan import Plan, Unit
from kskt_excel.model.reading import Value
from tests.builders import ROOT, filled_workbook

INBOX = ROOT / "workbooks" / "inbox"


def workspace(folder: Path, *files: str, settings: str = "") -> Path:
    """A workspace with the repository's templates where they are and some files in its inbox."""
    inbox = folder / "workbooks" / "inbox"
    inbox.mkdir(parents=True)
    templates = f"[folders]\ntemplates = '{(ROOT / 'templates').as_posix()}'\n"
    (folder / "kskt.toml").write_text(templates + settings, encoding="utf-8")
    for name in files:
        shutil.copy(INBOX / name, inbox)
    return folder


_NOTHING: dict[str, Value] = {"count": 0, "yes_no": False}


def nothing_but(
    told: dict[str, Value], form: SheetForm, plan: Plan, procedure: str
) -> dict[str, Value]:
    """A row about a procedure in which all else that is asked for says that there is nothing."""
    asked: dict[str, Value] = {
        column.key: _NOTHING[column.type]
        if column.type in _NOTHING
        else plan.choices[column.choices][0].value
        for column in form.asked_for
    }
    return {**asked, **told, "procedure": procedure}


def report_arrives(
    root: Path, plan: Plan, unit: Unit, rows: dict[str, list[dict[str, Value]]]
) -> None:
    """A unit's report of the first quarter of 2022 lies in the inbox; nothing else happened."""
    forms, period = load_forms(root / "templates" / "bieu-mau"), plan.period("2022-Q1")
    info = {"preparer": "Hoa", "prepared_on": dt.date(2022, 3, 14), "approver": "Minh"}
    data = filled_workbook(plan, forms, unit, period, rows, info=info)
    (root / "workbooks" / "inbox" / plan.issued_file_name(unit, period)).write_bytes(data)


def everything(folder: Path) -> dict[str, bytes]:
    """All files of a folder and below, by path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
