"""What is missing or damaged is said in one sentence, and the rest of the work goes on."""

from pathlib import Path

import pytest

from kskt_excel.ledger.archive import ArchiveDamagedError
from kskt_excel.workspace import SettingsError, read_settings
from tests.office.desk_of_tests import Office, Shown, workbook

pytestmark = pytest.mark.usefixtures("short_paper", "read_here")


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """An office that a correct report has come to."""
    office = Office(tmp_path)
    office.arrives("1.xlsx", workbook("TTRA", "2022-Q1"))
    return office


def written(office: Office) -> set[str]:
    """Names of what was published."""
    folders = (office.root / "workbooks" / name for name in ("summaries", "tracker"))
    return {path.name for folder in folders for path in folder.rglob("*") if path.is_file()}


def test_figures_and_tracker_do_not_wait_for_a_letter(office: Office) -> None:
    (office.root / "templates" / "thu" / "da-nhan.txt").write_text("Kính gửi", encoding="utf-8")
    done = office.consolidate("2022-Q1")
    assert done.code == 2
    assert "Mẫu thư da-nhan.txt chưa dùng được" in done.text
    assert {"tong-hop-2022-Q1.xlsx", "theo-doi-2022.xlsx"} <= written(office)


def test_letters_of_before_stay_while_new_ones_cannot_be_made(office: Office) -> None:
    office.consolidate("2022-Q1")
    folder = office.root / "workbooks" / "returned" / "2022-Q1"
    before = sorted(folder.iterdir())
    (office.root / "templates" / "thu" / "da-nhan.txt").write_text("Kính gửi", encoding="utf-8")
    office.consolidate("2022-Q1")
    assert sorted(folder.iterdir()) == before != []


def test_without_its_own_template_the_report_is_written_into_the_programs(office: Office) -> None:
    (office.root / "templates" / "bao-cao-mau.docx").unlink()
    assert office.consolidate("2022-Q1").code == 0
    assert "bao-cao-2022-Q1.docx" in written(office)


def test_a_damaged_template_costs_the_report_alone(office: Office) -> None:
    (office.root / "templates" / "bao-cao-mau.docx").write_bytes(b"not a document")
    done = office.consolidate("2022-Q1")
    assert done.code == 2
    assert "bao-cao-mau.docx" in done.text
    assert {"tong-hop-2022-Q1.xlsx", "theo-doi-2022.xlsx"} <= written(office)
    assert "bao-cao-2022-Q1.docx" not in written(office)


def test_a_changed_original_stops_the_figures_and_is_named(office: Office) -> None:
    office.consolidate("2022-Q1")
    [original] = (office.root / "workbooks" / "archive").rglob("*.xlsx")
    original.chmod(0o644)
    original.write_bytes(b"changed")
    done = office.verify()
    assert done.code == 1
    assert original.name in done.text
    assert "Kết luận: chưa tính lại" in done.text
    for cached in (office.root / ".kskt" / "cache").iterdir():
        cached.unlink()
    with pytest.raises(ArchiveDamagedError, match=original.name):
        office.consolidate("2022-Q1")


def test_a_status_without_a_period_is_of_the_last_one_with_a_plan(office: Office) -> None:
    from kskt_excel.office.office import status

    office.consolidate("2022-Q1")
    told = status(office.root, None, as_of=office.day.replace(year=2024))
    assert Shown(told).json["period"]["id"] == "2022-Q1"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[run]\nprocesses = -3\n", "run.processes đang ghi -3"),
        ("[run]\nmemory_per_file_mb = 1\n", "từ 64 trở lên"),
        ("[run]\nprocesses 2\n", "dòng 2: không đúng dạng"),
        ("[run", "không đúng dạng"),
    ],
)
def test_settings_are_refused_in_words(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "kskt.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=said):
        read_settings(path)


def test_settings_in_another_encoding_are_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "kskt.toml"
    path.write_bytes(b"# c\xe0i \xf0\xeb_t\n[run]\n")  # Windows-1258
    with pytest.raises(SettingsError, match="UTF-8"):
        read_settings(path)
