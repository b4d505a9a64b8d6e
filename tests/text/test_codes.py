import datetime as dt

import pytest

from kskt_excel.model.book import Raw
from kskt_excel.text.codes import document_number, dossier_code, dossier_date, procedure_code


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("2.000815", "2.000815"),
        ("2.000815.000.00.00.H55", "2.000815"),
        ("2.000815.000.00.00.H55.02", "2.000815"),
        ("2.002711.H38", "2.002711"),
        (" 2.000815\u00a0", "2.000815"),
        (2.00022, "2.000220"),
        (1.001234, "1.001234"),
    ],
)
def test_a_procedure_is_known_by_its_short_code(raw: Raw, code: str) -> None:
    assert (procedure_code(raw).value, procedure_code(raw).outcome) == (code, "ok")


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("1.OO1234", "1.001234"),
        ("2,000220", "2.000220"),
        (2000220.0, "2.000220"),
        ("1.001234 - Cấp giấy phép", "1.001234"),
    ],
)
def test_a_procedure_code_is_mended_with_a_warning(raw: Raw, code: str) -> None:
    read = procedure_code(raw)
    assert (read.value, read.code) == (code, "value.procedure.mended")


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("1.00123", "value.procedure.digits"),
        ("1.0012345", "value.procedure.digits"),
        ("4.001234", "value.procedure.digits"),
        ("1.001234; 1.001235", "value.procedure.several"),
        ("Cấp giấy phép", "value.procedure.unread"),
        (1.5, "value.procedure.unread"),
        (2.0, "value.procedure.unread"),
        (float("nan"), "value.procedure.unread"),
        (True, "value.procedure.unread"),
        (dt.date(2022, 3, 1), "value.procedure.unread"),
    ],
)
def test_what_is_no_procedure_code_is_asked_for(raw: Raw, code: str) -> None:
    assert (procedure_code(raw).value, procedure_code(raw).code) == (None, code)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("000.00.09.H55-220315-0007", "000.00.09.H55-220315-0007"),
        ("H56.14-240823-0001", "H56.14-240823-0001"),
        ("h55.14 – 22O315 - 0007", "H55.14-220315-0007"),
        ("H55-220315-00071", "H55-220315-00071"),
    ],
)
def test_a_dossier_code_has_one_form(raw: str, code: str) -> None:
    assert (dossier_code(raw).value, dossier_code(raw).outcome) == (code, "ok")


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("H55-221345-0001", "value.dossier.day"),
        ("H55-220315-7", "value.dossier.unread"),
        ("số 7", "value.dossier.unread"),
        (7.0, "value.dossier.unread"),
    ],
)
def test_what_is_no_dossier_code_is_asked_for(raw: Raw, code: str) -> None:
    assert (dossier_code(raw).value, dossier_code(raw).code) == (None, code)


def test_a_dossier_code_tells_its_day() -> None:
    assert dossier_date("000.00.09.H55-220315-0007") == dt.date(2022, 3, 15)
    assert dossier_date("H55-220230-0001") is None
    assert dossier_date("x") is None


SAME_NUMBER = [
    "4078/QĐ-UBND",
    "4078/QÐ-UBND",
    "4078/QD-UBND",
    "Số 4078 /QĐ - UBND",
    "4078/QĐ–UBND",
    "4078/QĐ-\nUBND",
    "4078/qđ-ubnd",
    "Quyết định số 4078/QĐ-UBND",
    "Số: 4078/QĐ-UBND",
    "4078/QĐ-UBND ngày 22/12/2021 của UBND tỉnh",
    "4078/QĐ-UBND, ngày 22/12/2021",
    "4078/QĐ-UBND.",
]


@pytest.mark.parametrize("raw", SAME_NUMBER)
def test_a_document_number_has_one_form(raw: str) -> None:
    assert document_number(raw).value == "4078/QĐ-UBND"


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        ("15/TTr-SKHCN", "15/TTr-SKHCN"),
        ("15/ttr-skhcn", "15/TTr-SKHCN"),
        ("06/2024/QĐ-UBND", "06/2024/QĐ-UBND"),
        ("734/SKHCN-CCTĐC", "734/SKHCN-CCTĐC"),
        ("3236/TTr -SNN", "3236/TTr-SNN"),
        ("45/2016/QĐ-TTg", "45/2016/QĐ-TTg"),
        ("47/BC-UBND; 270/KH-UBND", "47/BC-UBND; 270/KH-UBND"),
        ("47/BC-UBND, 270/KH-UBND", "47/BC-UBND; 270/KH-UBND"),
        ("47/BC-UBND; 47/BC-UBND", "47/BC-UBND"),
    ],
)
def test_numbers_of_all_kinds_are_read(raw: str, number: str) -> None:
    assert (document_number(raw).value, document_number(raw).outcome) == (number, "ok")


@pytest.mark.parametrize("raw", ["4078-QĐ/UBND", "4078/QĐ.UBND", "QĐ-UBND", "ký sau", 4078.0])
def test_what_is_no_document_number_is_asked_for(raw: Raw) -> None:
    assert document_number(raw).code == "value.document.unread"


def test_the_wrong_one_of_several_is_named() -> None:
    assert document_number("47/BC-UBND; 4078-QĐ/UBND").params["part"] == "4078-QĐ/UBND"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("TTHC 2.002385", "2.002385"),
        ("Mã TTHC: 2.002385", "2.002385"),
        ("Thủ tục 2.002381", "2.002381"),
        ("2.002380 (TTHC)", "2.002380"),
        ("(2.002380)", "2.002380"),
        ("TTHC số 2.002385.000.00.00.H55", "2.002385"),
        ("Cấp giấy phép tiến hành công việc bức xạ (2.002380)", "2.002380"),
    ],
)
def test_a_code_with_its_label_is_the_code(text: str, code: str) -> None:
    read = procedure_code(text)
    assert (read.value, read.code) == (code, "value.procedure.mended")


@pytest.mark.parametrize("text", ["TTHC 2.00238", "TTHC 12.002385", "khác 2.002380 và 2.002381"])
def test_what_only_looks_labelled_is_asked_for(text: str) -> None:
    assert procedure_code(text).value is None


def test_a_dossier_with_its_label_is_the_dossier() -> None:
    assert dossier_code("Mã hồ sơ: H55.14-220315-0007").value == "H55.14-220315-0007"
