import pytest

from kskt_excel.check.identity import check_sender
from tests.builders import small_plan


@pytest.mark.parametrize(
    ("mail_from", "code"),
    [
        ("qlcnh.skhcn@thainguyen.gov.vn", None),
        ("Phòng QLCN <QLCNH.skhcn@thainguyen.gov.vn>", None),
        ("ttpt.skhcn@thainguyen.gov.vn", "sender.other_unit"),
        ('"TTPT" <ttpt.skhcn@thainguyen.gov.vn>', "sender.other_unit"),
        ("vanphong.skhcn@thainguyen.gov.vn", None),
        ("ai.do@gmail.com", None),
        ("", None),
    ],
)
def test_a_mail_from_another_units_mailbox_is_asked_about(mail_from: str, code: str | None) -> None:
    found = check_sender("QLCNH", mail_from, small_plan())
    assert (found.code if found else None) == code


def test_a_file_of_no_known_unit_is_not_asked_about() -> None:
    assert check_sender("", "ttpt.skhcn@thainguyen.gov.vn", small_plan()) is None
