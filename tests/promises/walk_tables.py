"""Every number of a table of a product beside what it must be."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from tests.promises.told_periods import Told
from tests.recount.figures import Figures, Table, half_up
from tests.recount.plan import Form, plain
from tests.recount.shown import NO_FIGURE, decimal, moment, percent, two

NUMBERING = re.compile(r"\((\d+)\)")
STATES = {"number": None, "nil": "KPS", "blank": "-"}
NAMES = {1: "Quý I", 2: "Quý II", 3: "Quý III", 4: "Quý IV"}
ON_FORMS = {"Chưa gửi": "chưa báo cáo"}


@dataclass(frozen=True)
class Claim:
    """What a product says at a place, and what it must say."""

    where: str
    shown: object
    meant: object

    @property
    def holds(self) -> bool:
        if isinstance(self.shown, int | float) and isinstance(self.meant, int | float):
            return abs(self.shown - self.meant) < 1e-9
        return self.shown == self.meant


def json_claims(told: Told) -> Iterator[Claim]:
    """Forms, indicators, tasks and standings for programs."""
    for form, table in told.recount.forms.items():
        there = told.json["forms"][form]
        rows = {row["key"]: row for row in there["rows"]}
        yield Claim(f"JSON {form}, rows", list(rows), list(table.rows))
        for key, row in rows.items():
            at = f"JSON {form}, {key}"
            yield Claim(f"{at}, kind", row["kind"], table.kinds[key])
            for number, value in row["values"].items():
                meant = table.rows[key].get(number) if row["kind"] in ("number", "nil") else None
                yield Claim(f"{at} ({number})", value, meant)
        for number, value in there["total"].items():
            yield Claim(f"JSON {form}, total ({number})", value, table.total.get(number))
    for one in told.json["indicators"]:
        rate = told.rates[one["id"]]
        parts = (one["numerator"], one["denominator"])
        meant = rate.parts if rate.parts[1] else (None, None)  # over nothing there is no number
        yield Claim(f"JSON {one['id']}", parts, meant)
    for one in told.json["tasks"]:
        task = next(row for row in told.recount.office.tasks if row["Mã"] == one["code"])
        yield Claim(f"JSON {one['code']}", one["status"], told.recount.status(task))
    for some in told.json["quarters"]:
        quarter = int(some["id"][-1])
        yield Claim(f"JSON {some['id']}, due", some["due"], quarter in told.recount.due)
        for unit in some["units"] if some["due"] else ():
            meant = told.recount.standing(unit["unit"], quarter)
            shown = (unit["state"], unit["version"], unit["late_days"], unit["counts"])
            at = f"JSON {some['id']}, {unit['unit']}"
            yield Claim(at, shown, (meant.state, meant.version, meant.late, meant.counts))


def printed_claims(told: Told) -> Iterator[Claim]:
    """The printed forms, indicators, points and standings."""
    for form in told.recount.office.forms(told.recount.quarters[-1]).values():
        if form.id not in told.recount.forms:
            continue
        yield from _form_claims(told, form, told.recount.forms[form.id])
    yield from _indicator_claims(told)
    yield from _point_claims(told)
    yield from _standing_claims(told)


def numbered(page: Any) -> tuple[dict[int, str], int]:
    """Which column has which number, and the row of the numbers."""
    for row in page.iter_rows():
        found = {c.column: m[1] for c in row if (m := NUMBERING.fullmatch(str(c.value or "")))}
        if len(found) > 2:
            return found, row[0].row
    raise AssertionError(page.title)


def lines(page: Any, headed: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Rows under the numbers up to the first blank one, repeated heads left out."""
    columns, first = numbered(page)
    for row in page.iter_rows(min_row=first + 1):
        cells = {columns[c.column]: c.value for c in row if c.column in columns}
        if not any(value not in (None, "") for value in cells.values()):
            return
        texts = [str(value) for value in cells.values() if value is not None]
        if NUMBERING.fullmatch(texts[0]) or headed in texts:
            continue
        yield row[0].row, cells


def _form_claims(told: Told, form: Form, table: Table) -> Iterator[Claim]:
    page = told.printed[f"Biểu {form.id}"]
    label = next(number for number, kind in form.types.items() if kind == "label")
    figures = [n for n, kind in form.types.items() if kind not in ("label", "ordinal")]
    keys = iter(table.rows.items())
    if not table.rows:
        yield from _empty_claims(told, page, form, figures)
        return
    for at, cells in lines(page, "STT"):
        where = f"{page.title}, dòng {at}"
        if cells[label] == "Tổng cộng":
            yield from _row_claims(where, cells, table.total, form, figures)
            break
        key, row = next(keys)
        yield Claim(f"{where}, tên", plain(cells[label]), plain(_label(told, form, key)))
        kind = table.kinds[key]
        if kind == "number":
            yield from _row_claims(where, cells, row, form, figures)
            continue
        gaps = _gaps(told, form, told.recount.behind(form, key)) if kind in STATES else ""
        said = STATES.get(kind) or "; ".join(owed_states(told, form, key))
        said += gaps
        shown = [cells[number] for number in figures]
        is_once = kind == "not_reported" or gaps
        meant = [said, *[None] * (len(figures) - 1)] if is_once else None
        yield Claim(f"{where}, {kind}", shown, meant or [said] * len(figures))
    yield Claim(f"{page.title}, rows", next(keys, None), None)


def _empty_claims(told: Told, page: Any, form: Form, figures: Sequence[str]) -> Iterator[Claim]:
    """A form without rows says why."""
    kinds = {told.recount.over(form, unit) for unit in told.recount.office.units}
    kind = next((one for one in ("number", "not_reported", "blank") if one in kinds), "nil")
    said = (STATES.get(kind) or "KPS") + _gaps(told, form, told.recount.office.units)
    if kind == "not_reported":
        said = "; ".join(owed_states(told, form, ""))
    _, cells = next(lines(page, "STT"))
    yield Claim(f"{page.title}, empty", cells[figures[0]], said)


def _row_claims(
    where: str, cells: Mapping[str, Any], row: Figures, form: Form, figures: Sequence[str]
) -> Iterator[Claim]:
    for number in figures:
        kind, value = form.types[number], row.get(number)
        meant: object = value
        if kind == "percent":
            meant = NO_FIGURE if value is None else decimal(Fraction(repr(value)), 1)
        elif kind == "count" and value is None:
            meant = "-"
        yield Claim(f"{where}, ({number})", cells[number], None if meant == "" else meant)


def _label(told: Told, form: Form, key: str) -> str:
    office = told.recount.office
    if form.rows == "unit":
        return office.units[key]
    if form.rows == "procedure":
        return str(office.procedures[key]["Tên TTHC"])
    if form.rows == "task":
        task = next((one for one in office.tasks if one["Mã"] == key), None)
        return f"{key}. {task['Nội dung công việc']}" if task else key
    return key


def _gaps(told: Told, form: Form, units: Iterable[str]) -> str:
    """The quarters of a longer period in which nothing counts of a unit that owes the form."""
    if not told.is_long:
        return ""
    recount, found = told.recount, set()
    for quarter in recount.due:
        owing = [one for one in units if recount.owes(form, one)]
        if not all(recount.standing(unit, quarter).counts for unit in owing):
            found.add(quarter)
    names = ", ".join(f"{NAMES[quarter]}/2022" for quarter in sorted(found))
    return f" (chưa có số liệu {names})" if names else ""


def owed_states(told: Told, form: Form, key: str) -> list[str]:
    """Where the reports stand of the units of which nothing counts, each state once."""
    units = told.recount.behind(form, key) if key else list(told.recount.office.units)
    found = [
        ON_FORMS.get(state, state[:1].lower() + state[1:])
        for unit in told.recount.office.units
        if unit in units
        for quarter in told.recount.due
        if not (standing := told.recount.standing(unit, quarter)).counts
        for state in [standing.state]
    ]
    return list(dict.fromkeys(found))


def _indicator_claims(told: Told) -> Iterator[Claim]:
    page = told.printed["Chỉ tiêu"]
    rates = {rate.name: rate for rate in told.rates.values()}
    for at, cells in lines(page, "STT"):
        rate = rates.pop(cells["2"], None)
        if rate is None:
            continue
        where = f"Chỉ tiêu, dòng {at}"
        yield Claim(where, cells["2"], rate.name)
        for number, part in zip("34", rate.parts, strict=True):
            yield Claim(f"{where} ({number})", cells[number], NO_FIGURE if part is None else part)
        shown = (cells["5"], cells["6"] or "", cells["7"])
        yield Claim(f"{where} (5)", shown, (rate.shown, rate.target_shown, rate.verdict))
    yield Claim("Chỉ tiêu, rows", sorted(rates), [])


def _points(score: Fraction | None) -> str:
    return NO_FIGURE if score is None else decimal(score, 1)


def _point_claims(told: Told) -> Iterator[Claim]:
    points = told.recount.points
    given = [found for _, found in points.values() if found is not None]
    total = half_up(sum(given, Fraction(0)), 1)
    for at, cells in lines(told.printed["Đánh giá"], "Chỉ số"):
        where = f"Đánh giá, dòng {at}"
        if cells["1"] == "Tổng điểm":
            text = next(str(one) for one in list(cells.values())[1:] if one)
            shown = text.partition(" chỉ số")[0]
            yield Claim(where, shown, f"{decimal(total, 1)} điểm của {two(len(given))}")
            break  # notes stand below
        own, office = points[int(cells["1"])]
        yield Claim(where, (cells["3"], cells["4"]), (_points(own), _points(office)))


def _standing_claims(told: Told) -> Iterator[Claim]:
    page, recount = told.printed["Tình hình gửi nhận"], told.recount
    owed = iter((unit, quarter) for quarter in recount.due for unit in recount.office.units)
    for at, cells in lines(page, "STT"):
        if not str(cells["1"] or "").isdigit() and not isinstance(cells["1"], int):
            continue
        unit, quarter = next(owed)
        one = recount.standing(unit, quarter)
        where = f"Tình hình gửi nhận, dòng {at}"
        name = recount.office.units[unit]
        shown = (cells["2"], cells["3"], cells["4"], cells["6"])
        came = one.version > 0
        late = one.late if came else None
        yield Claim(where, shown, (name, one.state, one.version or None, late))
        received = recount.received(unit, quarter)
        yield Claim(f"{where} (5)", cells["5"], moment(received) if received else None)
    yield Claim("Tình hình gửi nhận, rows", next(owed, None), None)


# the tracker


def blocks(page: Any) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """The blocks of a sheet of the tracker: their name, and their rows by heading."""
    name, heads, rows = "", {}, []  # type: ignore[var-annotated]
    for row in page.iter_rows(min_row=4):
        first = row[0].value
        if isinstance(first, str) and first.startswith("_id/"):
            if name:
                yield name, rows
            name, rows = first.removeprefix("_id/"), []
            heads = {c.column: str(c.value) for c in row[1:] if c.value is not None}
        elif first not in (None, ""):
            cells = {heads[c.column]: c.value for c in row if c.column in heads}
            rows.append({"_id": str(first), "_at": row[0].row, **cells})
    if name:
        yield name, rows


def tracker_claims(told: Told, quarters: Mapping[int, Told], year: Told) -> Iterator[Claim]:
    """The tracker's own sheets; ``quarters`` are those of the year so far, ``year`` all of them."""
    book = told.tracker
    of = {name: dict(blocks(book[name])) for name in book.sheetnames}
    yield from _tracked_indicators(of["Chỉ tiêu"]["indicators"], quarters, year)
    yield from _tracked_points(of["Chỉ tiêu"]["criteria"], year)
    yield from _tracked_standings(of["Tình hình gửi nhận"], quarters)
    yield from _overview(book["Tổng quan"], told, quarters, year)
    yield from _tracked_rows(told, of, quarters)


def _tracked_indicators(
    rows: Sequence[Mapping[str, Any]], quarters: Mapping[int, Told], year: Told
) -> Iterator[Claim]:
    for row in rows:
        periods = {NAMES[quarter]: told for quarter, told in quarters.items()} | {"Lũy kế": year}
        for name, told in periods.items():
            rate = told.rates[row["Mã"]]
            shown = tuple(row[f"{name}: {part}"] for part in ("tử số", "mẫu số", "kết quả"))
            result: object = rate.shown
            if not rate.is_percent and rate.denominator and rate.ratio.denominator == 1:
                result = rate.ratio.numerator
            where = f"tracker Chỉ tiêu, {row['Mã']}, {name}"
            yield Claim(where, shown, (*rate.parts, result))
        rate = year.rates[row["Mã"]]
        shown = (row["Mục tiêu"], row["Đánh giá lũy kế"])
        yield Claim(
            f"tracker Chỉ tiêu, {row['Mã']}", shown, (rate.target_shown or "–", rate.verdict)
        )


def _tracked_points(rows: Sequence[Mapping[str, Any]], year: Told) -> Iterator[Claim]:
    points = year.recount.points
    for row in rows:
        own, office = points[int(row["Chỉ số"])]
        gap: object = NO_FIGURE
        if own is not None and office is not None:
            gap = float(own - office)
        shown = (row["Đơn vị tự chấm"], row["Văn phòng thẩm định"])
        meant = tuple(None if one is None else float(one) for one in (own, office))
        yield Claim(f"tracker điểm {row['Chỉ số']}", shown, meant)
        shown_gap = row["Chênh lệch"]
        yield Claim(f"tracker điểm {row['Chỉ số']}, chênh lệch", shown_gap, gap)


def _tracked_standings(
    of: Mapping[str, Sequence[Mapping[str, Any]]], quarters: Mapping[int, Told]
) -> Iterator[Claim]:
    due = {q: told for q, told in quarters.items() if q in told.recount.due}
    for row in of["matrix"]:
        held = []
        for quarter, told in due.items():
            one = told.recount.standing(row["Mã đơn vị"], quarter)
            held.append(one)
            parts = ("tình hình", "lần gửi", "chậm (ngày)")
            shown = tuple(row[f"{NAMES[quarter]}: {part}"] for part in parts)
            meant = (one.state, one.version or None, one.late if one.version else None)
            yield Claim(f"tracker {row['_id']}, {NAMES[quarter]}", shown, meant)
        counts = (row["Số kỳ đã gửi"], row["Số kỳ đúng hạn"])
        sent = sum(one.version > 0 for one in held)
        in_time = sum(one.counts and not one.late for one in held)
        yield Claim(f"tracker {row['_id']}, số kỳ", counts, (sent, in_time))
    for row in of["rates"]:
        quarter = int(row["Kỳ"][-1])
        units, sent, in_time = sending(quarters[quarter], quarter)
        names = ("Đơn vị phải gửi", "Đã gửi", "Đúng hạn", "Tỷ lệ đầy đủ", "Tỷ lệ đúng hạn")
        shown = tuple(row[name] for name in names)
        rated = (percent(sent, units), percent(in_time, units))
        yield Claim(f"tracker {row['Kỳ']}, tỷ lệ", shown, (units, sent, in_time, *rated))


def sending(told: Told, quarter: int) -> tuple[int, int, int]:
    """Units that owe a report, that have sent one, of which one was accepted in time."""
    of = [told.recount.standing(unit, quarter) for unit in told.recount.office.units]
    return (
        len(of),
        sum(one.version > 0 for one in of),
        sum(one.counts and not one.late for one in of),
    )


def _overview(page: Any, told: Told, quarters: Mapping[int, Told], year: Told) -> Iterator[Claim]:
    cells = {cell.coordinate: cell.value for row in page.iter_rows() for cell in row}
    labels = {value: at for at, value in cells.items() if isinstance(value, str)}

    def under(label: str, rows: int) -> Any:
        column, row = re.fullmatch(r"([A-Z]+)(\d+)", labels[label]).groups()  # type: ignore[union-attr]
        return cells[f"{column}{int(row) + rows}"]

    last = max(quarters)
    units, sent, in_time = sending(quarters[last], last)
    judged = [word for word in met_words(year) if word in ("Đạt", "Chưa đạt")]
    yield Claim("Tổng quan, đã gửi", under("Đơn vị đã gửi", 1), sent)
    yield Claim("Tổng quan, đúng hạn", under("Gửi đúng hạn", 1), in_time)
    told_units = under("Đơn vị đã gửi", 2)
    yield Claim("Tổng quan, trên", told_units, f"trên {units} đơn vị, {NAMES[last]}/2022")
    yield Claim("Tổng quan, đạt", under("Chỉ tiêu đạt", 1), judged.count("Đạt"))
    met = f"trên {len(judged)} chỉ tiêu có số liệu, lũy kế"
    yield Claim("Tổng quan, chỉ tiêu", under("Chỉ tiêu đạt", 2), met)
    yield from _overview_tasks(cells, told, quarters[last])
    for quarter, one in quarters.items():
        row = int(labels[NAMES[quarter]][1:])
        if quarter not in one.recount.due:
            continue
        counted = sending(one, quarter)
        shown = tuple(cells[f"{column}{row}"] for column in "CDEFGNO")
        shares = [percent(part, counted[0]) for part in counted[1:]]
        drawn = [float(one.removesuffix(" %").replace(",", ".")) for one in shares]
        yield Claim(f"Tổng quan, {NAMES[quarter]}", shown, (*counted, *shares, *drawn))
    sheets = _row_counts(told)
    for at, value in cells.items():
        column, row = re.fullmatch(r"([A-Z]+)(\d+)", at).groups()  # type: ignore[union-attr]
        if value in sheets and int(row) > 27:
            right = cells[f"{chr(ord(column) + 3)}{row}"]
            yield Claim(f"Tổng quan, {value}, dòng", right, sheets[value])


def met_words(told: Told) -> list[str]:
    """What the printed page says of each indicator beside its target."""
    return [str(cells["7"]) for _, cells in lines(told.printed["Chỉ tiêu"], "STT")]


def _row_counts(told: Told) -> dict[str, int]:
    return {
        name: sum(len(rows) for _, rows in blocks(told.tracker[name]))
        for name in told.tracker.sheetnames
    }


def _overview_tasks(cells: Mapping[str, Any], told: Told, last: Told) -> Iterator[Claim]:
    """Tasks by the lead's word, and by their verdict: as on paper."""
    start = next(at for at, value in cells.items() if value == "Đơn vị chủ trì báo")
    tasks = last.recount.office.tasks
    said = [last.recount.status(task) or "Chưa báo cáo" for task in tasks]
    row = int(re.sub(r"\D", "", start)) + 1
    while cells.get(f"B{row}"):
        shown = cells[f"D{row}"]
        yield Claim(f"Tổng quan, B{row}", shown, said.count(cells[f"B{row}"]))
        row += 1
    verdicts = told_verdicts(last)
    row = int(re.sub(r"\D", "", start)) + 1
    listed = []
    while cells.get(f"E{row}"):
        listed.append(plain(cells[f"E{row}"]))
        yield Claim(f"Tổng quan, E{row}", cells[f"G{row}"], verdicts.get(listed[-1], 0))
        row += 1
    yield Claim("Tổng quan, kết luận", sorted(set(verdicts) - set(listed)), [])


def told_verdicts(told: Told) -> dict[str, int]:
    """How often each verdict stands in the rows of the printed page."""
    found: dict[str, int] = {}
    for _, cells in lines(told.printed["Tiến độ"], "STT"):
        if cells.get("8") and cells.get("6"):
            word = re.split(r" \(| \d|;", plain(cells["8"]))[0].split(", tạm")[0]
            word = re.sub(r", chậm.*| tạm.*", "", word)
            found[word] = found.get(word, 0) + 1
    return found


def _tracked_rows(
    told: Told,
    of: Mapping[str, Mapping[str, Sequence[Mapping[str, Any]]]],
    quarters: Mapping[int, Told],
) -> Iterator[Claim]:
    """Every row of every register stands in the tracker, with its numbers."""
    for quarter, one in quarters.items():
        for sheet in one.recount.office.sheets(quarter).values():
            rows = [
                row for unit in one.recount.books[quarter].values() for row in unit.rows(sheet.id)
            ]
            tracked = [
                row
                for found in of.values()
                for some in found.values()
                for row in some
                if f"|2022-Q{quarter}|{sheet.id}|" in f"|{row['_id']}|"
            ]
            if not tracked and not rows:
                continue
            where = f"tracker {sheet.id}, quý {quarter}"
            for column in sheet.columns:
                if column.type not in ("count", "days"):
                    continue
                heads = [h for h in (tracked[0] if tracked else {}) if plain(h) in column.headings]
                shown = sum(row[h] or 0 for h in heads[:1] for row in tracked)
                meant = sum(row.get(column.key) or 0 for row in rows)
                if heads:
                    yield Claim(f"{where}, {column.key}", shown, meant)
