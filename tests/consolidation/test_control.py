"""Control totals: two ways to the same figure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from kskt_excel.consolidation import filled_forms
from kskt_excel.consolidation.tally import Grouped
from kskt_excel.model.consolidation import Consolidation, ControlLine, FormRow
from kskt_excel.model.submission import Verdict
from kskt_excel.office.status import control_blocks
from tests.builders import forms, record, sheet
from tests.consolidation.tables import consolidated, report, submission, table


def line(found: Consolidation, name: str) -> ControlLine:
    return {one.name: one for one in found.control}[name]


def test_every_file_has_one_fate() -> None:
    verdicts = [*Verdict, Verdict.RETURNED, Verdict.DUPLICATE]
    sent = [submission("VP", version=n, verdict=one) for n, one in enumerate(verdicts, start=1)]
    found = consolidated(submissions=sent)
    assert {name: found.counts[name] for name in ("files_in", "accepted", "returned")} == {
        "files_in": 9,
        "accepted": 2,
        "returned": 2,
    }
    assert (found.counts["superseded"], found.counts["duplicates"]) == (1, 2)
    assert (found.counts["unreadable"], found.counts["not_reports"]) == (1, 1)
    assert line(found, "Số tệp nhận").agrees


def test_a_file_without_a_verdict_shows() -> None:
    found = consolidated(submissions=[submission("VP")], counts={"files_in": 2})
    control = line(found, "Số tệp nhận")
    assert (control.left, control.right, control.agrees) == (2, 1, False)


def test_rows_of_a_sheet_nobody_has_a_place_for_show() -> None:
    known = table("pakn", "ordinal | content\n1 | A\n2 | B")
    lost = sheet("pakn", record(8, "1"))
    found = consolidated(report("VP", known))
    assert (found.counts["rows_in"], found.counts["rows_out"]) == (2, 2)
    odd = report("VP", known)
    odd.reading.sheets["sheet-la"] = lost
    control = line(consolidated(odd), "Số dòng dữ liệu")
    assert (control.left, control.right, control.agrees) == (3, 2, False)


@pytest.mark.parametrize("column", ["3", "4", "5", "13"])
def test_units_added_up_equal_the_printed_total(column: str) -> None:
    text = "procedure | field | received_online | pending_overdue\n9.9 | {} | 3 | 3"
    found = consolidated(
        report("QLCNH", table("ho-so", text.format(""))),
        report("CCTDC", table("ho-so", text.format("Sở hữu trí tuệ"))),
    )
    control = line(found, f"Biểu II.06a, cột {column}")
    assert control.left == control.right == found.forms["II.06a"].total[column]


def test_there_is_a_control_total_for_every_counted_column() -> None:
    names = [one.name for one in consolidated().control]
    assert len(names) == len(set(names)) == 2 + 9 + 10 + 11 + 10 + 15 + 11 + 16 + 19 + 15 + 16


@pytest.mark.parametrize(
    ("what", "shown"),
    [
        ("dropped", (5, 3)),
        ("doubled", (5, 8)),
        ("altered", (5, 12)),
    ],
)
def test_a_row_that_goes_wrong_on_its_way_to_the_form_is_caught(
    monkeypatch: pytest.MonkeyPatch, what: str, shown: tuple[int, int]
) -> None:
    def spoilt(groups: Mapping[str, Sequence[Any]]) -> Mapping[str, Sequence[Any]]:
        first, *rest = (one for some in groups.values() for one in some)
        again = {
            "dropped": [],
            "doubled": [first, first],
            "altered": [{**first, "received_online": 9}],
        }[what]
        return {next(iter(groups)): [*again, *rest]}

    honest = Grouped.by_row

    def by_row(self: Grouped, sheet: str, rows: str) -> Any:
        found = honest(self, sheet, rows)
        return spoilt(found) if (sheet, rows) == ("ho-so", "field") else found

    monkeypatch.setattr(Grouped, "by_row", by_row)
    text = (
        "procedure | field | received_online\n9.8 | Sở hữu trí tuệ | {}\n9.9 | Sở hữu trí tuệ | {}"
    )
    numbers = {"dropped": (2, 3), "doubled": (3, 2), "altered": (2, 3)}[what]
    found = consolidated(report("QLCNH", table("ho-so", text.format(*numbers))))
    control = line(found, "Biểu II.06a, cột 4")
    assert (control.left, control.right, control.agrees) == (*shown, False)
    told = [one.text for one in control_blocks(found)]
    assert any(one.startswith("Đối chiếu lệch – Biểu II.06a, cột 4") for one in told)


_LABELS = 2  # columns (1) and (2) number and name the row


@pytest.mark.parametrize("form", ["II.01", "II.02", "II.03", "II.07b"])
def test_a_unit_row_that_goes_wrong_on_paper_is_caught(
    monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    """Where a row is a unit, the rows that are printed must add up to the printed total."""
    columns = forms().printed_by_id[form].columns
    column = next(one.number for one in columns if one.adds_up and int(one.number) > _LABELS)
    honest = filled_forms._rows

    def altered(compiled: Any, *others: Any) -> Iterator[FormRow]:
        for place, row in enumerate(honest(compiled, *others)):
            value = row.values.get(column, 0)
            is_it = compiled.form.id == form and not place
            values = {**row.values, column: value + 7} if is_it else row.values
            yield replace(row, values=values)

    monkeypatch.setattr(filled_forms, "_rows", altered)
    found = consolidated(report("VP", table("danh-muc", "procedure | at_one_stop\n9.9 | Có")))
    control = line(found, f"Biểu {form}, cột {column}")
    assert (control.left - control.right, control.agrees) == (7, False)
