"""Mails and archives are opened by a worker: nothing differs, and nothing stops the others."""

from pathlib import Path

import pytest

from kskt_excel.mail.arrivals import arrivals
from kskt_excel.mail.pieces import (
    ArrivalKind,
    Incoming,
    NotTaken,
    PiecePlace,
    is_surely_no_container,
    kind_of,
)
from kskt_excel.worker import container_task
from kskt_excel.worker.container_task import (
    container_opener,
    pack_arrivals,
    pack_place,
    unpack_arrivals,
)
from kskt_excel.workspace import RunSettings
from tests.attacks import package, zipped
from tests.builders import ROOT
from tests.mail.letters import mail, named, workbook

INBOX = ROOT / "workbooks" / "inbox"


def taken(folder: Path, run: RunSettings | None = None) -> list[Incoming]:
    with container_opener(run or RunSettings(processes=1)) as opener:
        return list(arrivals(folder, opener=opener))


def told(found: list[Incoming]) -> list[tuple[str, ...]]:
    return [
        (one.name, one.finding.code)
        if isinstance(one, NotTaken)
        else (one.name, *(f.code for f in one.findings))
        for one in found
    ]


def test_the_sample_quarters_come_out_as_without_a_worker() -> None:
    assert taken(INBOX) == list(arrivals(INBOX))


def test_what_a_mail_says_survives_the_way_between_processes(tmp_path: Path) -> None:
    top = "From: Chi cục <a@b.vn>\nReferences: <1@x> <2@x>\nMessage-ID: <3@x>\n"
    (tmp_path / "thư.eml").write_bytes(mail(named("Báo cáo.xlsx"), top=top))
    found = list(arrivals(tmp_path))
    assert found[0].findings == ()  # type: ignore[union-attr]  # an arrival
    assert unpack_arrivals(pack_arrivals(found, more=True)) == (found, True)
    assert taken(tmp_path) == found


def test_half_characters_of_a_damaged_name_survive_too() -> None:
    kept = container_task.failed_container(
        PiecePlace("a\udc80", "b\ud800.zip", "folder"), b"x", "died"
    )
    assert unpack_arrivals(pack_arrivals([kept], more=False)) == ([kept], False)
    assert kept.locator == "a\udc80"


def test_much_comes_out_in_several_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inside = [(f"{n}.bin", bytes([n]) * 9_000_000) for n in range(5)]
    (tmp_path / "a.zip").write_bytes(zipped(inside))
    asked: list[int] = []

    def packed(place: PiecePlace, already: int) -> str:
        asked.append(already)
        return pack_place(place, already)

    monkeypatch.setattr("kskt_excel.worker.container_task.pack_place", packed)
    found = [one.data for one in taken(tmp_path) if not isinstance(one, NotTaken)]
    assert found == [data for _, data in inside]
    assert asked == [0, 2, 4]


@pytest.mark.parametrize(
    ("task", "code"),
    [("die", "mail.opener_died"), ("hang", "mail.too_slow"), ("eat", "mail.too_heavy")],
)
def test_a_container_that_ends_its_process_is_kept_and_the_next_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, task: str, code: str
) -> None:
    monkeypatch.setattr(
        "kskt_excel.worker.container_task.OPEN_TASK", f"tests.office.bad_openers:{task}"
    )
    good = mail(named("sau.xlsx"), top="Message-ID: <2@x>\n")
    (tmp_path / "1-bad.eml").write_bytes(mail(named("x.xlsx")))
    (tmp_path / "2.eml").write_bytes(good)
    found = taken(tmp_path, RunSettings(seconds_per_file=0.5))
    assert told(found) == [("1-bad.eml", code), ("sau.xlsx",)]
    assert found[0].data == mail(named("x.xlsx"))  # type: ignore[union-attr]  # an arrival


PLAIN = {
    "a workbook": ("a.xlsx", package()),
    "an old workbook": ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
    "text": ("a.csv", b"a;b\n1;2\n"),
    "nothing": ("a.xlsx", b""),
}
TO_OPEN = {
    "a zip": ("a.zip", zipped([("a.xlsx", package())])),
    "a zip named as a workbook": ("a.xlsx", zipped([("a.xlsx", package())])),
    "a workbook in a folder of a zip": (
        "a.xlsx", zipped([("sub/[Content_Types].xml", b""), ("sub/xl/workbook.xml", b"")])),
    "a zip without its list": ("a.xlsx", zipped([("a.xlsx", package())])[:-22]),
    "a mail": ("a.eml", mail(named("a.xlsx"))),
    "an Outlook mail": ("a.msg", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
    "a mailbox": ("a", b"From a@b Mon Mar 14 16:45:10 2022\nFrom: x\n\n"),
}  # fmt: skip


@pytest.mark.parametrize("case", PLAIN)
def test_no_worker_is_asked_about(case: str) -> None:
    name, data = PLAIN[case]
    assert is_surely_no_container(name, data)
    assert kind_of(name, data) is ArrivalKind.FILE


@pytest.mark.parametrize("case", TO_OPEN)
def test_a_worker_is_asked_about(case: str) -> None:
    assert not is_surely_no_container(*TO_OPEN[case])


def test_every_real_workbook_is_known_as_one_without_a_parser() -> None:
    assert is_surely_no_container("a.xlsx", workbook())
    plan = ROOT / "templates" / "ke-hoach-2022.xlsx"
    assert is_surely_no_container(plan.name, plan.read_bytes())
