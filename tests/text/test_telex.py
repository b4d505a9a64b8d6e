import pytest

from kskt_excel.text.names import Matcher, from_telex
from tests.text.test_names import STATUSES
from tests.text.unit_names import UNITS

MEANT = [
    ("Ddax hoafn thanhf", "Đã hoàn thành"),
    ("ddang thuwcj hieenj", "đang thực hiện"),
    ("Chuwa thuwcj hieenj", "Chưa thực hiện"),
    ("khoong phats sinh", "không phát sinh"),
    ("Vawn phofng Sowr", "Văn phòng Sở"),
    ("Phofng Quanr lys Khoa hocj", "Phòng Quản lý Khoa học"),
    ("Trung taam phats trieenr", "Trung tâm phát triển"),
    ("thuowfng xuyeen", "thường xuyên"),
]


@pytest.mark.parametrize(("keys", "text"), MEANT)
def test_keys_are_turned_into_what_they_mean(keys: str, text: str) -> None:
    assert from_telex(keys) == text


@pytest.mark.parametrize("text", ["", "Văn phòng Sở", "van phong", "KHTC", "so 12", "x", "Excel"])
def test_what_is_no_telex_stays_unread(text: str) -> None:
    assert from_telex(text) == ""


@pytest.mark.parametrize(
    ("matcher", "typed", "value"),
    [
        (Matcher(STATUSES, fuzzy=False), "Ddax hoafn thanhf", "Đã hoàn thành"),
        (Matcher(STATUSES, fuzzy=False), "ddang TH", "Đang thực hiện"),
        (Matcher(UNITS), "Vawn phofng Sowr", "Văn phòng Sở"),
        (Matcher(UNITS), "Thanh tra Sowr", "Thanh tra Sở"),
    ],
)
def test_a_name_in_telex_is_asked_about_and_never_taken(
    matcher: Matcher, typed: str, value: str
) -> None:
    found = matcher.match(typed)
    assert (found.value, found.suggestions[:1]) == (None, (value,))
