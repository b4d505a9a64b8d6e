import pytest

from kskt_excel.text.names import Matcher
from tests.text.unit_names import OTHERS, TYPED, UNITS

STATUSES = (
    ("Chưa thực hiện", ("chưa", "chưa TH", "chưa làm", "chưa triển khai")),
    ("Đang thực hiện", ("đang TH", "đang làm", "đang triển khai", "đang t/h")),
    ("Đã hoàn thành", ("hoàn thành", "HT", "đã HT", "xong", "đã xong", "đã thực hiện", "100%")),
    ("Không phát sinh", ("không PS", "KPS", "không có")),
)
UNIT = Matcher(UNITS)
STATUS = Matcher(STATUSES, fuzzy=False)


@pytest.mark.parametrize(("value", "typed"), TYPED)
def test_a_unit_is_found_or_asked_for_but_never_another(value: str, typed: str) -> None:
    assert UNIT.match(typed).value in (value, None)


def test_nearly_every_spelling_of_a_unit_is_found() -> None:
    asked = [typed for value, typed in TYPED if UNIT.match(typed).value != value]
    assert asked == ["Văn phòn Sở", "TT tra Sở", "Thanh ta Sở"]


@pytest.mark.parametrize("typed", OTHERS)
def test_another_office_is_never_taken_for_a_unit(typed: str) -> None:
    assert UNIT.match(typed).value is None


@pytest.mark.parametrize(
    ("typed", "how"),
    [
        ("văn  phòng\nSở", "exact"),
        ("VP Sở", "alias"),
        ("van phong so", "alias"),
        ("TT PT KH & CN", "expanded"),
        ("P. QL chuyên ngành", "expanded"),
        ("Chi cục tiêu chuẩn đo lường chất lương", "near"),
        ("Thanh ta Sở", "ask"),
        ("Phòng Tài chính - Kế hoạch", "ask"),
        ("Sở Tài chính", "none"),
        ("", "none"),
    ],
)
def test_how_a_unit_was_found_is_told(typed: str, how: str) -> None:
    assert UNIT.match(typed).how == how


def test_a_question_offers_the_right_unit_first_and_at_most_three() -> None:
    found = UNIT.match("Thanh ta Sở")
    assert found.suggestions[0] == "Thanh tra Sở"
    assert len(UNIT.match("Phòng Quản lý").suggestions) <= 3


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("Đã hoàn thành", "Đã hoàn thành"),
        ("đã hòan thành", "Đã hoàn thành"),
        ("HT", "Đã hoàn thành"),
        ("Đã thực hiện", "Đã hoàn thành"),
        ("đang thực hiện", "Đang thực hiện"),
        ("đang t/h", "Đang thực hiện"),
        ("da hoan thanh", "Đã hoàn thành"),
        ("KPS", "Không phát sinh"),
    ],
)
def test_a_status_is_found_by_its_aliases(typed: str, value: str) -> None:
    assert STATUS.match(typed).value == value


@pytest.mark.parametrize("typed", ["đan thực hiện", "ĐTH", "gần hoàn thành", "x", "đã hoàn thàn"])
def test_a_status_is_never_taken_for_a_near_one(typed: str) -> None:
    assert STATUS.match(typed).value is None


def test_an_alias_of_two_entries_is_asked_for() -> None:
    matcher = Matcher([("Kế hoạch", ("KH",)), ("Khoa học", ("KH",))])
    assert matcher.match("KH").value is None
    assert matcher.match("KH").suggestions == ("Khoa học", "Kế hoạch")


def test_numbers_are_never_near_each_other() -> None:
    matcher = Matcher([("Dịch vụ công trực tuyến toàn trình mức độ 3", ())])
    assert matcher.match("Dịch vụ công trực tuyến toàn trình mức độ 4").value is None
