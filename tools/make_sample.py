"""Makes the sample quarters in workbooks/inbox from the readable tables of tools/sample.

Run it after a change of a table: ``python tools/make_sample.py``. The same tables give the same
bytes. With ``--libreoffice`` the workbook that a unit saved with LibreOffice is saved anew.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Collection, Mapping
from functools import cached_property
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from sample import mails, mistakes
from sample.sendings import Sending, sendings
from sample.tables import FOLDER, Row, Tables

from kskt_excel.definitions import load_forms
from kskt_excel.excel.issued.unit_workbook import unit_workbook
from kskt_excel.excel.plan.plan_reader import read_plan
from kskt_excel.model.forms import Forms, SheetForm
from kskt_excel.model.period import Period
from kskt_excel.worker.pool import FileContext

ROOT = Path(__file__).parents[1]
INBOX = ROOT / "workbooks" / "inbox"
IN_REPOSITORY = ("2022-Q1", "2022-Q2")
_SAVED = FOLDER / "libreoffice"
_STRAY = "Giấy mời họp giao ban.pdf"
_LOCK = "~$Phòng QLCN nộp muộn.xlsx"


class Maker:
    """Makes the workbooks and mails of the tables, for the repository's plan and forms."""

    def __init__(self) -> None:
        plan = read_plan(ROOT / "templates" / "ke-hoach-2022.xlsx")
        self.context = FileContext(plan, load_forms(ROOT / "templates" / "bieu-mau"))

    @cached_property
    def issued(self) -> Forms:
        """The template that the units of the sample had: the first one."""
        return self.context.forms.at_template("1.0")

    @cached_property
    def tables(self) -> Tables:
        """The tables of the sample."""
        return Tables(self.context.plan, self.issued)

    def file(self, sending: Sending) -> bytes:
        """What lies in the inbox for a sending: a workbook, or a mail with one."""
        workbook = self.workbook(self._first(sending) if sending.way == "again" else sending)
        if sending.way == "loose":
            return workbook
        unit = self.context.plan.unit_by_code[sending.unit]
        return mails.mail(sending, unit.emails[0], workbook)

    def workbook(self, sending: Sending) -> bytes:
        """The workbook as the unit sent it, with what it did to it."""
        if sending.libreoffice:
            return (_SAVED / self.name(sending)).read_bytes()
        return self.as_written(sending)

    def as_written(self, sending: Sending) -> bytes:
        """The workbook before another program has saved it."""
        plan, forms = self.context.plan, self.issued
        unit, period = plan.unit_by_code[sending.unit], Period.parse(sending.quarter)
        wrong = mistakes.mistakes(forms, unit.code, period.id, sending.version)
        rows = mistakes.entered(self.tables.rows(unit, period), wrong, forms)
        old_texts: set[str] = set()
        if sending.spell:
            form, how = sending.spell["form"], sending.spell["how"]
            rows = mistakes.spelled(rows, form, how)
            old_texts = set(mistakes.texts_of(rows[form])) if how == "tcvn3" else set()
        used = mistakes.moved_columns(forms, sending.moved, "Người theo dõi")
        data = unit_workbook(
            plan=plan,
            forms=used,
            unit=unit,
            period=period,
            rows=rows,
            nil=[form.id for form in forms.sheets if _is_nil(form, rows)],
            info=self.tables.people(unit) | {"prepared_on": sending.at.date()},
        )
        data = mistakes.typed_over(data, wrong, self.context)
        if old_texts:
            sheet = forms.sheet_by_id[sending.spell["form"]].sheet
            data = mistakes.in_old_font(data, sheet, old_texts)
        return data

    def name(self, sending: Sending) -> str:
        """Name of the workbook as it was issued."""
        unit = self.context.plan.unit_by_code[sending.unit]
        return self.context.plan.issued_file_name(unit, Period.parse(sending.quarter))

    def _first(self, sending: Sending) -> Sending:
        """The sending that another one repeats."""
        same = (sending.period, sending.unit)
        return next(one for one in sendings() if (one.period, one.unit) == same)


def build(quarters: Collection[str], out: Path) -> list[Path]:
    """Writes what arrived in some quarters, a folder each; gives the files."""
    maker = Maker()
    written = []
    for sending in sendings():
        if sending.period in quarters:
            path = out / sending.period / sending.file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(maker.file(sending))
            written.append(path)
    if "2022-Q1" in quarters:
        written += _strays(out / "2022-Q1")
    return written


def save_with_libreoffice() -> None:
    """Saves the workbooks that went through LibreOffice anew; its bytes differ every time."""
    maker = Maker()
    _SAVED.mkdir(exist_ok=True)
    for sending in (one for one in sendings() if one.libreoffice):
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder) / maker.name(sending)
            source.write_bytes(maker.as_written(sending))
            profile = f"-env:UserInstallation=file://{folder}/profile"
            target = ["--headless", "--convert-to", "xlsx", "--outdir", f"{folder}/out"]
            program = shutil.which("soffice") or "soffice"
            subprocess.run([program, profile, *target, str(source)], check=True)
            shutil.copyfile(Path(folder) / "out" / source.name, _SAVED / source.name)


def _is_nil(form: SheetForm, rows: Mapping[str, list[Row]]) -> bool:
    return form.nil and form.id not in rows


def _strays(folder: Path) -> list[Path]:
    """What lies in an inbox without being a report: an invitation, a lock file of Excel."""
    stray, lock = folder / _STRAY, folder / _LOCK
    stray.write_bytes(mails.pdf(_STRAY))
    lock.write_bytes(b"\x04Lan " + b" " * 160)
    return [stray, lock]


def main() -> int:
    """Writes the sample into the inbox and says where."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--libreoffice", action="store_true")
    if parser.parse_args().libreoffice:
        save_with_libreoffice()
    for path in build(IN_REPOSITORY, INBOX):
        print(path.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
