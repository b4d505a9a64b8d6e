"""A workspace with the workbooks of many units, made quickly.

    python benchmarks/make_many.py FOLDER UNITS [SUPERIORS]

The plan is the one of 2022 with as many units as asked, each with the same procedures. One workbook
is issued and filled by the program; every unit's is a copy of it with its own code, name and
figures, whose sums are right. With superiors the units but the office belong to these in turns:
a province of 200 communes with 60 units each is ``12001 200``.
"""

import datetime as dt
import io
import random
import re
import shutil
import sys
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from kskt_excel.definitions import load_forms
from kskt_excel.excel.issued.unit_workbook import unit_workbook
from kskt_excel.excel.plan.plan_reader import read_plan
from kskt_excel.excel.plan.plan_writer import write_plan
from kskt_excel.model.book import column_letters
from kskt_excel.model.forms import Forms, SheetForm
from kskt_excel.model.period import Period
from kskt_excel.model.plan import Plan, Unit
from kskt_excel.model.reading import Value
from kskt_excel.model.settings import OFFICE_UNIT

TEMPLATES = Path(__file__).parents[1] / "templates"
SHIPPED = TEMPLATES / "bieu-mau"
PERIOD = Period.parse("2022-Q1")
GROUP = "Các xã, phường"
PROCEDURES = 20
FIRST_ROW = 8
Rows = list[dict[str, Value]]
Figures = dict[str, list[dict[str, int]]]
_FORMULA_ROW = re.compile(rb'<c r="[A-Z]+(\d+)"[^>]*><f>')
_CELL = re.compile(rb'(<c r="([A-Z]+\d+)"[^>]*>(?:<f>[^<]*</f>)?<v>)[^<]*(</v>)')


def unit(number: int, superiors: int = 0) -> Unit:
    """Unit 1 is the office; the others are alike, and belong to one of the superiors in turns."""
    if number == 1:
        return Unit("DV00001", "Văn phòng 00001", emails=("dv00001@thainguyen.gov.vn",))
    code = f"DV{number:05}"
    return Unit(
        code,
        f"Xã số {number:05}",
        groups=(GROUP,),
        emails=(f"{code}@thainguyen.gov.vn",),
        superior=f"Cấp trên {number % superiors + 1}" if superiors else "",
    )


def plan_for(units: int, superiors: int = 0) -> Plan:
    """The plan of 2022 for that many units; every unit but the office handles the procedures."""
    real = read_plan(TEMPLATES / "ke-hoach-2022.xlsx")
    own = tuple(unit(number, superiors) for number in range(1, units + 1))
    tasks = tuple(
        replace(
            task,
            lead=own[0].code,
            lead_text=own[0].name,
            coordinators=tuple(one.code for one in own[1:]) if task.coordinators else (),
            coordinators_text=GROUP if task.coordinators else "",
        )
        for task in real.tasks
    )
    codes = tuple(one.code for one in own[1:])
    procedures = tuple(replace(one, units=codes) for one in real.procedures[:PROCEDURES])
    settings = replace(real.settings, texts={**real.settings.texts, OFFICE_UNIT: own[0].code})
    return replace(real, units=own, tasks=tasks, procedures=procedures, settings=settings)


def figures(plan: Plan, seed: int, *, is_closed: bool = False) -> Figures:
    """Counts by form, one row for each procedure; sums and parts agree.

    ``is_closed``: nothing is left open, so that the next quarter may open with nothing.
    """
    chance = random.Random(seed)
    found: Figures = {"ho-so": [], "truc-tuyen": []}
    for _ in plan.procedures:
        online, direct, postal = (chance.randint(0, most) for most in (40, 30, 9))
        whole = online + direct + postal
        early = chance.randint(0, whole)
        on_time = whole - early if is_closed else chance.randint(0, whole - early)
        dossiers = {
            "received_online": online,
            "received_direct": direct,
            "received_postal": postal,
            "carried_over": 0,
            "resolved_early": early,
            "resolved_on_time": on_time,
            "returned": 0,
            "resolved_overdue": 0,
            "pending_in_time": whole - early - on_time,
            "pending_paused": 0,
            "pending_overdue": 0,
            "received_total": whole,
            "resolved_total": early + on_time,
            "pending_total": whole - early - on_time,
        }
        found["ho-so"].append(dossiers)
        found["truc-tuyen"].append(
            {
                "received": whole,
                "online": online,
                "level3": 0,
                "level4": online,
                "with_fee": whole,
                "paid_online": chance.randint(0, online),
                "digitised": chance.randint(0, whole),
                "e_result": chance.randint(0, early + on_time),
                "postal_in": postal,
                "postal_out": chance.randint(0, early + on_time),
                "accounts": chance.randint(0, 5),
            }
        )
    return found


def filled(plan: Plan, forms: Forms, one: Unit, period: Period = PERIOD) -> bytes:
    """A unit's workbook as issued, filled without a mistake."""
    plan, window = plan.with_lists(forms.lists), period.window()
    numbers = figures(plan, 0)
    registers = _registers(window.start + dt.timedelta(days=26))
    rows: dict[str, Rows] = {"tien-do": list(_progress(plan, one)), **registers}
    rows["dau-moi"][0]["of_unit"] = one.code
    for form in (form for form in forms.sheets_on(window.end) if form.rows == "choices"):
        rows[form.id] = [
            {form.key[0]: choice.value, **_OF_CHOICES[form.id]}
            for choice in form.given_choices(one.code, plan, window.end)
        ]
    nil = ["cong-bo", "vbqppl", "sang-kien", "kiem-tra", "qua-han", "ra-soat"]
    if plan.procedures_of(one.code):
        codes = [procedure.code for procedure in plan.procedures]
        for form, own in numbers.items():
            rows[form] = [{"procedure": c, **values} for c, values in zip(codes, own, strict=True)]
        rows["danh-muc"] = [{"procedure": code, **_CATALOGUE} for code in codes]
    return unit_workbook(
        plan=plan,
        forms=forms,
        unit=one,
        period=period,
        rows=rows,
        nil=nil,
        info={
            "preparer": "Nguyễn Thị Hoa",
            "prepared_on": window.end,
            "approver": "Trần Văn Minh",
        },
    )


def _progress(plan: Plan, one: Unit) -> Iterator[dict[str, Value]]:
    for task in plan.tasks_of(one.code):
        yield {
            "task": task.code,
            "status": "Đang thực hiện",
            "percent": 50.0,
            "result": f"Đã triển khai nhiệm vụ {task.code} theo kế hoạch của đơn vị",
        }


def _registers(day: dt.date) -> dict[str, Rows]:
    return {
        "pakn": [
            {
                "ordinal": number,
                "received_on": day + dt.timedelta(days=number),
                "channel": "Văn bản",
                "content": f"Đề nghị rút ngắn thời gian giải quyết, kiến nghị số {number}",
                "classification": "Quy định hành chính",
                "field": "Sở hữu trí tuệ",
                "carried_over": False,
                "due_on": day + dt.timedelta(days=number + 18),
                "finished_on": day + dt.timedelta(days=number + 15),
                "outcome": "Đã trả lời bằng văn bản",
                "published": True,
                "extended": False,
            }
            for number in range(1, 11)
        ],
        "truyen-thong": [
            {
                "ordinal": number,
                "activity": f"Đăng tin về dịch vụ công trực tuyến, bài số {number}",
                "held_on": day + dt.timedelta(days=number),
                "quantity": number,
                "planned": True,
            }
            for number in range(1, 21)
        ],
        "dau-moi": [{"ordinal": 1, "full_name": "Trần Thị Bình", "position": "Chuyên viên"}],
        "vuong-mac": [
            {
                "ordinal": 1,
                "difficulty": "Thiếu máy quét để số hóa hồ sơ",
                "proposal": "Đề nghị bố trí kinh phí",
                "level": "Sở",
            }
        ],
    }


_OF_CHOICES: dict[str, dict[str, Value]] = {
    "dia-chi-pakn": {"means": "Niêm yết", "valid": True},
    "danh-muc-cong-bo": {"procedures": PROCEDURES},
}
_CATALOGUE: dict[str, Value] = {
    "at_one_stop": True,
    "interlinked": False,
    "online_level": "Mức độ 4",
    "on_national_portal": True,
    "postal": True,
    "has_fee": True,
    "online_payment": True,
    "internal_process": "1024/QĐ-UBND",
    "e_process": True,
    "whole_process_at_centre": True,
    "non_territorial": False,
    "posted": True,
    "on_website": True,
}


class Copier:
    """A filled workbook, from which those of other units with other figures are made."""

    def __init__(self, data: bytes, plan: Plan, forms: Forms, one: Unit) -> None:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            self._parts = {name: package.read(name) for name in package.namelist()}
        self._one = one
        self._plan = plan
        self._forms = {form: forms.sheet_by_id[form] for form in ("ho-so", "truc-tuyen")}
        marks = {form: f"kskt:{form}/".encode() for form in self._forms}
        strings = re.findall(rb"<si>(.*?)</si>", self._parts["xl/sharedStrings.xml"], re.DOTALL)
        self._sheets = {
            form: next(
                name
                for name, part in self._parts.items()
                if name.startswith("xl/worksheets/sheet") and _mentions(part, strings, mark)
            )
            for form, mark in marks.items()
        }

    def copy(self, other: Unit, seed: int, *, is_closed: bool = False) -> bytes:
        """The workbook of another unit."""
        numbers = figures(self._plan, seed, is_closed=is_closed)
        own, theirs = self._one, other
        pairs = ((own.code, theirs.code), (own.name, theirs.name))
        changed = {sheet: (form, numbers[form]) for form, sheet in self._sheets.items()}
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
            for name, part in self._parts.items():
                body = part
                for before, after in pairs:
                    body = body.replace(before.encode(), after.encode())
                if name in changed:
                    form, rows = changed[name]
                    body = _refilled(body, self._forms[form], rows)
                package.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), body, 8)
        return target.getvalue()


def _mentions(part: bytes, strings: Sequence[bytes], mark: bytes) -> bool:
    found = re.search(rb'<c r="A2"[^>]*t="s"[^>]*><v>(\d+)</v>', part)
    return bool(found) and mark in strings[int(found[1])]


def _refilled(part: bytes, form: SheetForm, rows: Sequence[Mapping[str, int]]) -> bytes:
    letters = {column.key: column_letters(at) for at, column in enumerate(form.columns, 1)}
    values: dict[bytes, int] = {}
    for number, row in enumerate(rows, FIRST_ROW):
        for key, value in row.items():
            values[f"{letters[key]}{number}".encode()] = value
    last = max(int(row) for row in _FORMULA_ROW.findall(part))  # «Tổng cộng»
    for key in rows[0]:
        values[f"{letters[key]}{last}".encode()] = sum(row[key] for row in rows)

    def replaced(match: re.Match[bytes]) -> bytes:
        value = values.get(match[2])
        return match[0] if value is None else b"%s%d%s" % (match[1], value, match[3])

    return _CELL.sub(replaced, part)


def make(folder: Path, units: int, superiors: int = 0) -> Path:
    """The workspace with its inbox full."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(TEMPLATES, folder / "templates")
    (folder / "kskt.toml").write_text("")
    inbox = folder / "workbooks" / "inbox"
    inbox.mkdir(parents=True)
    plan, forms = plan_for(units, superiors), load_forms(SHIPPED)
    written = replace(plan, procedures=tuple(replace(p, units=(GROUP,)) for p in plan.procedures))
    write_plan(written, folder / "templates" / "ke-hoach-2022.xlsx")
    model = plan_for(12)
    office, first = unit(1), unit(2)
    (inbox / model.issued_file_name(office, PERIOD)).write_bytes(filled(model, forms, office))
    copier = Copier(filled(model, forms, first), model, forms, first)
    for number in range(2, units + 1):
        one = unit(number)
        (inbox / model.issued_file_name(one, PERIOD)).write_bytes(copier.copy(one, number))
    return folder


if __name__ == "__main__":
    made = make(Path(sys.argv[1]), *map(int, sys.argv[2:]))
    files = list((made / "workbooks" / "inbox").iterdir())
    size = sum(file.stat().st_size for file in files)
    print(f"{len(files)} workbooks, {size // len(files)} bytes each, in {made}")
