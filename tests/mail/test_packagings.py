"""A sound report is taken out of any packaging under its right name."""

from collections.abc import Callable

import pytest

from tests.builders import sampled
from tests.mail import packagings
from tests.mail.packagings import CONTENT, NAME
from tests.mail.test_incoming import taken

MAILS = dict(packagings.mails())
AROUND: dict[str, Callable[[bytes, int], bytes]] = {
    "plain": lambda mail, _: mail,
    "forwarded": packagings.forwarded,
    "signed": packagings.signed,
    "zipped": packagings.zipped,
}


@pytest.mark.parametrize("around", AROUND)
@pytest.mark.parametrize("turn", sampled(range(10), 3))
def test_a_report_is_taken_out_of_any_packaging(turn: int, around: str) -> None:
    failed = {}
    for number, (case, mail) in enumerate(MAILS.items()):
        if not case.endswith(f"; {turn}"):
            continue
        found = taken("thư.eml", AROUND[around](mail, number))
        if [(one.name, one.data) for one in found] != [(NAME, CONTENT)] or found[0].findings:
            failed[case] = [
                (one.name, len(getattr(one, "data", b"")), [f.code for f in one.findings])
                for one in found
            ]
    assert failed == {}


def test_two_hundred_packagings_are_tried() -> None:
    assert len(MAILS) >= 200
