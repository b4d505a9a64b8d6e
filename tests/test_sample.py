"""The sample quarters: figures that fit together, mistakes that are found, files made again."""

import itertools
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from kskt_excel.check.earlier import against_previous
from kskt_excel.mail.arrivals import arrivals
from kskt_excel.mail.pieces import NotTaken, verdict_unread
from kskt_excel.model.finding import Severity
from kskt_excel.model.submission import Arrival, Checked, Verdict
from tests.builders import sampled
from tests.checked import check_one
from tests.sample_files import INBOX, table, tool

QUARTERS = ("2022-Q1", "2022-Q2", "2022-Q3", "2022-Q4")
RECEIVED = ("Trực tuyến", "Trực tiếp", "Bưu chính công ích")
RESOLVED = ("Trước hạn", "Đúng hạn", "Trả lại, xin rút", "Quá hạn (đã giải quyết)")
PENDING = ("Trong hạn", "Chờ bổ sung, tạm dừng", "Quá hạn (đang giải quyết)")
_LARGEST = 1_500_000


def total(line: dict[str, str], *columns: str) -> int:
    return sum(int(line[column]) for column in columns)


def lines(name: str, quarter: str) -> dict[tuple[str, ...], dict[str, str]]:
    """Lines of a quarter by unit and procedure."""
    return {(one["Đơn vị"], one["Mã TTHC"]): one for one in table(name) if one["Kỳ"] == quarter}


@cache
def maker() -> Any:
    return tool("make_sample").Maker()


@cache
def sent(quarter: str) -> tuple[Any, ...]:
    """The sendings of a quarter's folder."""
    return tuple(one for one in tool("sample.sendings").sendings() if one.period == quarter)


@cache
def checked(sending: Any) -> Checked:
    """A sending's workbook, made and checked."""
    return check_one(maker().context, maker().workbook(sending), sending.name or sending.file)


@cache
def arrived(quarter: str) -> tuple[Arrival | NotTaken, ...]:
    return tuple(arrivals(INBOX / quarter))


@pytest.mark.parametrize("quarter", QUARTERS)
def test_dossiers_taken_in_are_resolved_or_pending(quarter: str) -> None:
    for key, line in lines("ho-so", quarter).items():
        came = total(line, *RECEIVED, "Từ kỳ trước")
        assert came == total(line, *RESOLVED, *PENDING), (quarter, *key)


@pytest.mark.parametrize(("before", "after"), list(itertools.pairwise(QUARTERS)))
def test_a_quarter_opens_with_what_was_pending(before: str, after: str) -> None:
    left = {key: total(line, *PENDING) for key, line in lines("ho-so", before).items()}
    opened = {key: total(line, "Từ kỳ trước") for key, line in lines("ho-so", after).items()}
    assert opened == left


@pytest.mark.parametrize("quarter", QUARTERS)
def test_every_overdue_dossier_has_its_row(quarter: str) -> None:
    overdue = [line for line in table("qua-han") if line["Kỳ"] == quarter]
    listed: list[tuple[str, ...]] = [(line["Đơn vị"], line["Mã TTHC"]) for line in overdue]
    counted = {
        key: total(line, "Quá hạn (đã giải quyết)", "Quá hạn (đang giải quyết)")
        for key, line in lines("ho-so", quarter).items()
    }
    assert {key: listed.count(key) for key in counted} == counted


def findings(sending: Any) -> Iterator[tuple[str, ...]]:
    """Level, code, sheet and cell of all that is said of a sending."""
    for one in (*checked(sending).findings, *between_quarters(sending)):
        yield (
            one.severity.value,
            one.code,
            one.at.sheet if one.at else "",
            (one.at.a1 if one.at else ""),
        )


def between_quarters(sending: Any) -> Iterator[Any]:
    """What the quarter before says of it; the last version that has no error counts."""
    reading, context = checked(sending).reading, maker().context
    before = [
        one
        for one in tool("sample.sendings").sendings()
        if one.unit == sending.unit
        and one.quarter == previous(sending.quarter)
        and one.at < sending.at
        and checked(one).verdict.counts
    ]
    if before and reading:
        last = checked(before[-1]).reading
        yield from against_previous(reading, last, plan=context.plan, forms=context.forms)


def previous(quarter: str) -> str:
    at = QUARTERS.index(quarter)
    return QUARTERS[at - 1] if at else ""


@pytest.mark.parametrize("quarter", sampled(QUARTERS, 2))
def test_every_mistake_is_found_at_its_cell_and_nothing_else(quarter: str) -> None:
    for sending in sent(quarter):
        key = (sending.quarter, sending.unit, str(sending.version))
        expected = {
            (line["Mức"], line["Mã"], line["Trang"], line["Ô"])
            for line in table("phat-hien")
            if (line["Kỳ"], line["Đơn vị"], line["Lần"]) == key
        }
        assert set(findings(sending)) == expected, key


def test_every_wrong_entry_of_the_table_is_in_a_report_that_is_sent() -> None:
    known = {(one.quarter, one.unit, str(one.version)) for q in QUARTERS for one in sent(q)}
    wrong = {(line["Kỳ"], line["Đơn vị"], line["Lần"]) for line in table("nham-lan")}
    assert wrong <= known


@pytest.mark.parametrize("quarter", ["2022-Q1", "2022-Q2"])
def test_the_inbox_holds_what_the_tables_say(quarter: str) -> None:
    in_inbox = [
        check_one(maker().context, one.data, one.name)
        for one in arrived(quarter)
        if isinstance(one, Arrival) and verdict_unread(one) is None and one.name.endswith(".xlsx")
    ]
    made = [checked(one) for one in sent(quarter) if one.way != "again"]
    assert {one.content_sha256 for one in in_inbox} == {one.content_sha256 for one in made}
    assert len(in_inbox) == len(sent(quarter))


def test_the_script_makes_the_same_bytes_again() -> None:
    another = tool("make_sample").Maker()
    for sending in sent("2022-Q1")[2:6]:  # moved columns, a plain one, an old font, sums typed over
        assert maker().file(sending) == another.file(sending), sending.file


def test_the_inbox_has_no_file_that_the_script_does_not_make() -> None:
    assert {path.name for path in (INBOX / "2022-Q1").iterdir()} == {
        *(one.file for one in sent("2022-Q1")),
        "Giấy mời họp giao ban.pdf",
        "~$Phòng QLCN nộp muộn.xlsx",
    }


def test_mails_say_who_sent_what_and_when() -> None:
    mails = [one for one in arrived("2022-Q1") if isinstance(one, Arrival) and one.mail.sender]
    said = {(one.mail.subject, one.received_at, one.mail.sender) for one in mails}
    emails = maker().context.plan.unit_by_code
    written = {
        (one.subject, one.at, emails[one.unit].emails[0])
        for one in sent("2022-Q1")
        if one.way != "loose"
    }
    assert said == written


def test_names_of_attachments_are_read_in_every_mailers_way() -> None:
    names = {one.name for one in arrived("2022-Q1") if isinstance(one, Arrival)}
    written = {one.name or one.file for one in sent("2022-Q1") if one.header != "plain"}
    assert written <= names
    assert not [name for name in names if re.search(r"khong-ten|=\?|%", name)]


def test_the_first_quarter_shows_every_fate_of_a_file() -> None:
    units = {one.unit for one in sent("2022-Q1")}
    assert {unit.code for unit in maker().context.plan.units} - units == {"KHTC"}
    by_unit = {(one.unit, one.version): checked(one).verdict for one in sent("2022-Q1")}
    assert by_unit == {
        ("VP", 1): Verdict.ACCEPTED,
        ("TTRA", 1): Verdict.ACCEPTED,
        ("QLKH", 1): Verdict.RETURNED,
        ("QLCN", 1): Verdict.ACCEPTED_WITH_WARNINGS,
        ("QLCNH", 1): Verdict.RETURNED,
        ("QLCNH", 2): Verdict.ACCEPTED,
        ("QLCS", 1): Verdict.ACCEPTED_WITH_WARNINGS,
        ("CCTDC", 1): Verdict.ACCEPTED_WITH_WARNINGS,
        ("TTPT", 1): Verdict.ACCEPTED,
    }


def test_strays_are_told_from_reports() -> None:
    strays = {
        one.name: "not taken" if isinstance(one, NotTaken) else verdict_unread(one)
        for one in arrived("2022-Q1")
        if not one.name.endswith(".xlsx") or one.name.startswith("~$")
    }
    assert strays == {
        "Bản ký báo cáo quý I.pdf": Verdict.NOT_A_REPORT,
        "Giấy mời họp giao ban.pdf": None,
        "~$Phòng QLCN nộp muộn.xlsx": "not taken",
    }


def test_units_left_open_what_they_may_leave_open() -> None:
    """A correct report has no error in any quarter, whatever the unit."""
    for quarter in QUARTERS:
        for one in sent(quarter):
            has_mistake = (one.quarter, one.unit, str(one.version)) in {
                (line["Kỳ"], line["Đơn vị"], line["Lần"]) for line in table("phat-hien")
            }
            worst = {found.severity for found in checked(one).findings}
            assert has_mistake or Severity.ERROR not in worst, one


def test_the_sample_stays_small() -> None:
    assert sum(path.stat().st_size for path in INBOX.rglob("*") if path.is_file()) < _LARGEST
