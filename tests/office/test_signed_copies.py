"""Scans that were signed: tied to the version that they go with, shown, asked for, asked about."""

import datetime as dt
import re
import shlex
import zipfile
from collections.abc import Mapping
from email import policy
from email.message import EmailMessage
from pathlib import Path

import openpyxl
import pytest

from kskt_excel.ledger.decisions import DecisionRefusedError
from kskt_excel.office import office as commands
from tests.builders import sampled
from tests.office.desk_of_tests import DAYS, Office, plan_2022, workbook

pytestmark = pytest.mark.usefixtures("short_paper", "read_here")

PDF = b"%PDF-1.4\n%signed\n" + b"1" * 400
PICTURE = b"\xff\xd8\xff\xe0" + b"2" * 30_000
LOGO = b"\x89PNG\r\n\x1a\n" + b"3" * 900
UNIT = "TTRA"
FROM = plan_2022().unit_by_code[UNIT].emails[0]


def mail(
    files: Mapping[str, bytes],
    *,
    sender: str = FROM,
    subject: str = "Báo cáo KSTTHC",
    day: int = 15,
    month: int = 3,
) -> bytes:
    """A mail of a unit with attachments, sent at nine on a day."""
    made = EmailMessage(policy=policy.SMTP)
    made["From"], made["To"], made["Subject"] = sender, "vp@example.gov.vn", subject
    made["Date"] = dt.datetime(2022, month, day, 9, tzinfo=dt.timezone(dt.timedelta(hours=7)))
    made["Message-ID"] = f"<{month}.{day}.{'.'.join(files)}@example>".replace(" ", "")
    made.set_content("Gửi Văn phòng.")
    for name, data in files.items():
        made.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return made.as_bytes()


def copies(office: Office, period: str = "2022-Q1", unit: str = UNIT) -> list[str]:
    """Names of the signed copies of a unit's report, as programs read them."""
    (quarter,) = office.status(period).json["quarters"]
    (own,) = [one for one in quarter["units"] if one["unit"] == unit]
    return [one["file"] for one in own["signed"]]


def sheet(office: Office) -> dict[str, object]:
    """The unit's row on «Tình hình gửi nhận»."""
    book = openpyxl.load_workbook(office.root / "workbooks/tracker/theo-doi-2022.xlsx")
    on = book["Tình hình gửi nhận"]
    head = next(r for r in on.iter_rows() if str(r[0].value or "").startswith("_id/"))
    own = next(r for r in on.iter_rows() if r[0].value == UNIT)
    return {str(h.value): c.value for h, c in zip(head, own, strict=False) if h.value}


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """A new office."""
    return Office(tmp_path)


@pytest.fixture(scope="module")
def one_report(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """An office that has a unit's report of the first quarter."""
    office = Office(tmp_path_factory.mktemp("one-report"))
    office.arrives("1.eml", mail({"BC.xlsx": workbook(UNIT, "2022-Q1")}))
    office.consolidate("2022-Q1")
    return office


@pytest.fixture(scope="module")
def two_reports(tmp_path_factory: pytest.TempPathFactory, one_report: Office) -> Office:
    """An office that has a unit's reports of two quarters."""
    office = Office(tmp_path_factory.mktemp("two-reports"), one_report)
    office.day = dt.date(2022, 6, 16)
    office.arrives("2.eml", mail({"BC2.xlsx": workbook(UNIT, "2022-Q2")}, day=14, month=6))
    office.consolidate("2022-Q2")
    return office


@pytest.fixture(scope="module")
def one_without_its_copy(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """An office that asks for signed copies and has a report without one."""
    office = Office(tmp_path_factory.mktemp("no-copy"))
    demanding(office)
    office.arrives("1.eml", mail({"BC.xlsx": workbook(UNIT, "2022-Q1")}))
    done = office.consolidate("2022-Q1")
    assert "Chưa có" in done.text
    assert "Đề nghị đơn vị in, ký và gửi" in office.reply("2022-Q1", UNIT)
    return office


def demanding(office: Office, how: str = "Có") -> None:
    """The plan asks for signed copies, or says something else of them."""
    path = office.root / "templates" / "ke-hoach-2022.xlsx"
    book = openpyxl.load_workbook(path)
    info = book["Thông tin"]
    row = next(r for r in info.iter_rows() if r[0].value == "Yêu cầu bản ký")[0].row
    info.cell(row, 2).value = how
    book.save(path)


def test_a_scan_beside_the_workbook_is_its_signed_copy_everywhere(office: Office) -> None:
    files = {"BC.xlsx": workbook(UNIT, "2022-Q1"), "da ky.pdf": PDF, "logo.png": LOGO}
    office.arrives("ttra.eml", mail(files))
    done = office.consolidate("2022-Q1")
    assert copies(office) == ["da ky.pdf"]
    assert "Đã có (15/3/2022)" in done.text
    row = sheet(office)
    assert row["Bản ký"] == "Quý I/2022: đã có (15/3/2022)"
    assert row["Người lập"]
    assert row["Người duyệt (gõ)"]
    assert "Đã có bản ký của báo cáo này" in office.reply("2022-Q1", UNIT)
    assert any("Nhận bản ký của TTRA" in one for one in office.journal_sheet())
    assert "da ky.pdf" not in done.text.replace("Đã có", "")  # needs nothing from anybody
    control = done.json["control"]
    assert control["files_in"] == 3 == control["accepted"] + control["not_reports"]
    assert commands.dossier(office.root, "2022-Q1", pdf=False, as_of=DAYS[1], dry_run=False)
    packed = office.root / "workbooks/summaries/2022-Q1/ho-so-luu-2022-Q1.zip"
    with zipfile.ZipFile(packed) as package:
        (name,) = [one for one in package.namelist() if one.startswith("2-ban-ky/")]
        assert package.read(name) == PDF
    assert "TTRA_lan1_" in name
    assert office.verify().code == 0


def test_every_scan_of_a_report_is_named_in_the_reply(office: Office) -> None:
    scans = {"trang 1.pdf": PDF, "trang 2.pdf": PDF + b"2"}
    office.arrives("ttra.eml", mail({"BC.xlsx": workbook(UNIT, "2022-Q1"), **scans}))
    office.consolidate("2022-Q1")
    said = " ".join(office.reply("2022-Q1", UNIT).split())
    assert "tệp “trang 1.pdf” và “trang 2.pdf” nhận ngày 15/3/2022" in said
    office.arrives("sau.eml", mail({"bc da ky.pdf": PDF + b"3"}, day=16))
    office.consolidate("2022-Q1")
    said = " ".join(office.reply("2022-Q1", UNIT).split())
    assert "nhận ngày 15/3/2022; tệp “bc da ky.pdf” nhận ngày 16/3/2022" in said


@pytest.mark.long
def test_a_second_run_says_and_writes_the_same(office: Office) -> None:
    office.arrives("ttra.eml", mail({"BC.xlsx": workbook(UNIT, "2022-Q1"), "da ky.pdf": PDF}))
    office.consolidate("2022-Q1")
    journal = (office.root / "workbooks/journal.jsonl").read_bytes()
    office.consolidate("2022-Q1")
    assert (office.root / "workbooks/journal.jsonl").read_bytes() == journal


@pytest.mark.parametrize(
    ("name", "data", "is_copy"),
    sampled(
        [
            ("ban ky.pdf", PDF, True),
            ("logo.png", LOGO, False),
            ("ban ky.pdf", b"not what its name says" * 20, False),
            ("ban ky.jpg", PICTURE, True),
            ("BAN KY.JPEG", PICTURE, True),
            ("ban ky.pdf", b"\n" + PDF, True),
            ("ban ky.docx", PDF, False),
        ],
        2,
    ),
)
def test_a_scan_sent_later_goes_with_what_counts(
    tmp_path: Path, one_without_its_copy: Office, name: str, data: bytes, *, is_copy: bool
) -> None:
    office = Office(tmp_path, one_without_its_copy)
    office.arrives("2.eml", mail({name: data}, day=16))
    office.receive()
    assert copies(office) == ([name] if is_copy else [])


def test_a_scan_of_the_quarter_before_goes_with_its_report(
    tmp_path: Path, one_report: Office
) -> None:
    office = Office(tmp_path, one_report)
    office.day = dt.date(2022, 6, 1)
    office.arrives("2.eml", mail({"ban ky.pdf": PDF}, month=5))
    office.receive()
    assert copies(office) == ["ban ky.pdf"]


@pytest.mark.parametrize(
    ("name", "subject", "quarter"),
    sampled(
        [
            ("ky.pdf", "Bản ký báo cáo quý I năm 2022", "2022-Q1"),
            ("ky.pdf", "Bản ký quý I, quý II", "2022-Q2"),
            ("ky.pdf", "Bản ký quý I năm 2021", ""),
            ("ky.pdf", "Bản ký", "2022-Q2"),
            ("BC Quy 1 da ky.pdf", "Bản ký", "2022-Q1"),
            ("2022-Q1 ky.pdf", "Bản ký quý II", "2022-Q1"),
            ("ky.pdf", "Bản ký quý II/2022", "2022-Q2"),
            ("ky.pdf", "Theo quy chế, gửi bản ký", "2022-Q2"),
            ("ky.pdf", "Bản ký quý III", ""),
        ],
        2,
    ),
)
def test_a_scan_goes_with_the_quarter_that_it_says(
    tmp_path: Path, two_reports: Office, name: str, subject: str, quarter: str
) -> None:
    office = Office(tmp_path, two_reports)
    office.arrives("3.eml", mail({name: PDF}, subject=subject, day=15, month=6))
    office.receive()
    got = {one: copies(office, one) for one in ("2022-Q1", "2022-Q2")}
    assert got == {one: [name] if one == quarter else [] for one in got}


def test_a_new_version_has_no_signed_copy_yet(office: Office) -> None:
    office.arrives("1.eml", mail({"BC.xlsx": workbook(UNIT, "2022-Q1"), "ky.pdf": PDF}))
    office.consolidate("2022-Q1")

    def other(rows: object) -> None:
        rows["tien-do"][2]["percent"] = 60.0  # type: ignore[index]

    office.arrives("2.eml", mail({"BC2.xlsx": workbook(UNIT, "2022-Q1", other)}, day=16))
    office.consolidate("2022-Q1")
    assert copies(office) == []


def test_a_scan_from_nobody_waits_and_the_office_says_whose_it_is(office: Office) -> None:
    office.arrives("1.eml", mail({"BC.xlsx": workbook(UNIT, "2022-Q1")}))
    office.arrives("quet 01.pdf", PDF)
    done = office.consolidate("2022-Q1")
    assert copies(office) == []
    assert "có thể là bản ký, chưa rõ của đơn vị nào" in done.line("Tệp “quet 01.pdf”")
    assert "kskt decide signed --file" in done.text
    assert "không đọc được" not in done.text
    what = {"file": "quet 01.pdf", "unit": UNIT, "period": "2022-Q1"}
    number = office.decide("signed", **what).json["id"]
    assert copies(office) == ["quet 01.pdf"]
    office.decide("revoke", revokes=number)
    assert copies(office) == []
    office.decide("dismiss", file="quet 01.pdf")
    assert "decide signed" not in office.status("2022-Q1").text


@pytest.mark.parametrize(
    ("name", "subject", "is_copy"),
    sampled(
        [
            ("tai lieu hop.pdf", "Tài liệu họp", False),
            ("a.pdf", "Báo cáo đã ký, đóng dấu", True),
            ("giay moi.pdf", "Giấy mời hội nghị quý", False),
            ("tai lieu.pdf", "Tài liệu kỳ họp kiểm soát TTHC", False),
            ("ke hoach.pdf", "Kế hoạch kiểm tra", False),
            ("scan 01.pdf", "Gửi Văn phòng", True),
            ("001.pdf", "Bản ký gửi Văn phòng", True),
            ("2022-Q1.pdf", "Gửi bổ sung", True),
        ],
        2,
    ),
)
def test_a_paper_that_speaks_of_no_report_is_asked_about(
    tmp_path: Path, one_report: Office, name: str, subject: str, *, is_copy: bool
) -> None:
    office = Office(tmp_path, one_report)
    office.arrives("2.eml", mail({name: PDF}, subject=subject, day=16))
    said = office.consolidate("2022-Q1")
    assert copies(office) == ([name] if is_copy else [])
    assert ("chưa gắn với báo cáo nào" in said.text) != is_copy


@pytest.mark.parametrize(
    ("name", "data", "is_asked"),
    sampled(
        [
            ("quet 01.pdf", PDF, True),
            ("Giấy mời họp giao ban.pdf", PDF, False),
            ("IMG_0031.jpg", PICTURE, True),
            ("20220315-0831.pdf", PDF, True),
            ("BC quý I có dấu.pdf", PDF, True),
            ("Lịch công tác tuần.pdf", PDF, False),
        ],
        2,
    ),
)
def test_a_scan_of_nobody_is_asked_about_unless_its_name_says_what_it_is(
    office: Office, name: str, data: bytes, *, is_asked: bool
) -> None:
    office.arrives(name, data)
    said = office.consolidate("2022-Q1").text
    assert ("có thể là bản ký" in said) == is_asked
    assert (f"Chưa rõ đơn vị – {name}" in said) != is_asked


def test_a_scan_of_a_report_that_was_returned_is_tied_by_the_command_that_is_shown(
    office: Office,
) -> None:
    office.arrives("0.eml", mail({"ban ky.pdf": PDF}, day=14))
    assert "đơn vị chưa gửi báo cáo Excel" in office.consolidate("2022-Q1").text
    bad = workbook(UNIT, "2022-Q1", lambda rows: rows["tien-do"][0].update(status="Xong 1/2"))
    office.arrives("1.eml", mail({"BC.xlsx": bad}, day=15))
    said = office.consolidate("2022-Q1")
    assert said.verdicts()[UNIT, 1] == "returned"
    assert "Chưa rõ đơn vị" not in said.text
    found = re.search(r"kskt decide (signed .*?) --reason", said.text)
    assert found, said.text
    words = shlex.split(found[1])
    told = dict(zip(words[1::2], words[2::2], strict=True))
    office.decide(
        "signed",
        file=told["--file"],
        unit=told["--unit"],
        period=told["--period"],
        version=int(told["--version"]),
    )
    assert "decide signed" not in office.consolidate("2022-Q1").text


def test_a_scan_that_the_archive_has_lost_stops_nothing(office: Office) -> None:
    office.arrives("quet 01.pdf", PDF)
    office.arrives("1.eml", mail({"BC.xlsx": workbook(UNIT, "2022-Q1")}))
    office.consolidate("2022-Q1")
    for path in (office.root / "workbooks/archive").rglob("*.pdf"):
        path.unlink()
    assert office.status("2022-Q1").code == 0


def test_what_the_office_dismisses_is_no_signed_copy(office: Office) -> None:
    office.arrives("1.eml", mail({"BC.xlsx": workbook(UNIT, "2022-Q1"), "giay moi.pdf": PDF}))
    office.consolidate("2022-Q1")
    office.decide("dismiss", "Giấy mời họp", file="giay moi.pdf")
    assert copies(office) == []


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """An office that has a report with its signed copy; nothing may be decided in it."""
    office = Office(tmp_path_factory.mktemp("signed"))
    office.arrives("1.eml", mail({"BC.xlsx": workbook(UNIT, "2022-Q1"), "ky.pdf": PDF}))
    office.consolidate("2022-Q1")
    return office


@pytest.mark.parametrize(
    ("what", "code"),
    [
        ({"file": "BC.xlsx"}, "ledger.signs_itself"),
        ({"file": "khong co.pdf"}, "ledger.unknown_file"),
        ({"file": ""}, "ledger.file_not_told"),
        ({"file": "ky.pdf", "unit": "VP"}, "ledger.no_versions"),
    ],
)
def test_a_copy_of_nothing_is_refused(signed: Office, what: dict[str, str], code: str) -> None:
    with pytest.raises(DecisionRefusedError) as refused:
        signed.decide("signed", **{"unit": UNIT, "period": "2022-Q1", **what})
    assert refused.value.code == code


def test_a_mail_with_two_units_workbooks_says_not_whose_scan_it_is(office: Office) -> None:
    files = {"1.xlsx": workbook(UNIT, "2022-Q1"), "2.xlsx": workbook("QLKH", "2022-Q1")}
    office.arrives("hai.eml", mail({**files, "ky.pdf": PDF}, sender="ai.do@example.com"))
    done = office.consolidate("2022-Q1")
    assert "kskt decide signed --file" in done.text


def test_the_demand_is_checked_with_the_plan(office: Office) -> None:
    demanding(office, "Có lẽ")
    done = commands.check_plan(office.root, year=2022, as_of=DAYS[1])
    text = "\n".join(getattr(one, "text", "") for one in done.blocks)
    assert "Yêu cầu bản ký" in text
