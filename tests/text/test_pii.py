from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kskt_excel.text import pii
from kskt_excel.text.pii import looks_personal, mask, mask_title
from tests.builders import ROOT
from tests.sample_files import TABLES
from tests.text.citizens import CITIZENS, OF_OFFICES
from tests.text.sentences import LINES

PERSONAL = [
    ("0912345678", "số điện thoại", "[số điện thoại đã che]"),
    ("sđt 0912.345.678", "số điện thoại", "sđt [số điện thoại đã che]"),
    ("+84 912 345 678", "số điện thoại", "[số điện thoại đã che]"),
    ("ĐT: 0208 3855 123", "số điện thoại", "ĐT: [số điện thoại đã che]"),
    ("CMND 090123456", "số định danh", "CMND [số định danh đã che]"),
    ("CCCD số 019 123 456 789", "số định danh", "CCCD số [số định danh đã che]"),
    ("019123456789", "số định danh", "[số định danh đã che]"),
    ("(0208) 3855 123", "số điện thoại", "[số điện thoại đã che]"),
    ("gọi 0208.3855.123", "số điện thoại", "gọi [số điện thoại đã che]"),
    ("DT: 0208.3.855.123", "số điện thoại", "DT: [số điện thoại đã che]"),
    ("dien thoai 024 3936 1234", "số điện thoại", "dien thoai [số điện thoại đã che]"),
    ("công dân 019 085 001 235", "số định danh", "công dân [số định danh đã che]"),
    ("090 712 346", "số định danh", "[số định danh đã che]"),
    ("so CCCD 019-085-001-237", "số định danh", "so CCCD [số định danh đã che]"),
    ("hộ chiếu C1234567", "số định danh", "hộ chiếu [số định danh đã che]"),
    (
        "Mã số thuế cá nhân 8123456789",
        "số định danh",
        "Mã số thuế cá nhân [số định danh đã che]",
    ),
    ("gửi a.b@gmail.com", "thư điện tử", "gửi [thư điện tử đã che]"),
    ("ông Nguyễn Văn A nộp", "họ tên", "ông [họ tên đã che] nộp"),
    ("BÀ TRẦN THỊ HOA", "họ tên", "BÀ [họ tên đã che]"),
    ("hồ sơ của Nguyễn Văn An", "họ tên", "hồ sơ của [họ tên đã che]"),
    ("TRẦN THỊ HOA – nộp bổ sung", "họ tên", "[họ tên đã che] – nộp bổ sung"),
    ("Lê Thị Minh Hạnh, Hoàng Văn Tú", "họ tên", "[họ tên đã che], [họ tên đã che]"),
    ("nguyễn văn tuấn anh", "họ tên", "[họ tên đã che]"),
    ("nguyen van minh khoa xin rút", "họ tên", "[họ tên đã che] xin rút"),
    ("ong le van hung", "họ tên", "ong [họ tên đã che]"),
    ("TRAN THI BICH NGOC", "họ tên", "[họ tên đã che]"),
    ("Nguyen Van Tuan nop", "họ tên", "[họ tên đã che] nop"),
    ("nha so 5 ngach 12", "địa chỉ", "[địa chỉ đã che]"),
    ("thon Na Mao, xa Phu Thinh", "địa chỉ", "[địa chỉ đã che]"),
    ("tổ 5, phường Quang Trung", "địa chỉ", "[địa chỉ đã che]"),
    ("xóm Đồng Tâm, xã Tân Cương", "địa chỉ", "[địa chỉ đã che]"),
    (
        "Bà Trần Thị Hoa, tổ 3 phường Gia Sàng, sđt 0987654321",
        "số điện thoại",
        "Bà [họ tên đã che], [địa chỉ đã che], sđt [số điện thoại đã che]",
    ),
]


@pytest.mark.parametrize(("text", "kind", "masked"), PERSONAL)
def test_personal_data_is_named_and_masked(text: str, kind: str, masked: str) -> None:
    assert (looks_personal(text), mask(text)) == (kind, masked)


_WORDS = (
    "ông bà Anh Ô. chị: người nộp hồ sơ công dân họ tên vợ Nguyễn NGUYỄN nguyễn Nguyen Tran Trần"
    " Lê Hồ Thái Nguyên Hà Nội Phạm vi Vũ khí Lò Seo Văn Thị thị văn van A. An BÌNH bình Minh Hoa"
    " hoa đường phố số nhà sn 12 12A 45/2 tổ dân phố tdp xóm Đồng thôn Na bản Mù phường xã x. p."
    " TT. khu ở làng trú tại địa chỉ phòng 302 chung cư căn hộ ngõ hẻm tp kiệt KP Quyết định"
    " trưởng phòng"
)


_NUMBERS = "0912 345 678 345678 +84 84 (0) 0208 (0208) 3855 123 24 0 1 912345678 ĐT sđt tel dt zalo"


def _joined(words: str, joints: str) -> st.SearchStrategy[str]:
    """Some of the words, each with one of the joints after it."""
    pairs = st.tuples(st.sampled_from(words.split()), st.sampled_from(joints.split("|")))
    return st.lists(pairs, max_size=12).map(lambda parts: "".join(chain.from_iterable(parts)))


@settings(max_examples=5 * settings.default.max_examples)  # each is quick
@given(_joined(_WORDS, " |  |\n|, |: ||_") | _joined(_NUMBERS, "|| |.|-|–|) |. |,|_|/|: "))
def test_what_is_passed_over_holds_nothing(text: str) -> None:
    """The quick look for what every name, address and telephone has never hides one."""
    looked = mask(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pii, "_KINDS", [(k, signs, None, p) for k, signs, _, p in pii._KINDS])
        mask.cache_clear()
        assert mask(text) == looked
    mask.cache_clear()


@pytest.mark.parametrize(("text", "secrets"), CITIZENS)
def test_nothing_that_tells_who_is_left(text: str, secrets: tuple[str, ...]) -> None:
    covered = mask(text)
    assert looks_personal(text)
    assert [one for one in secrets if one in covered] == []
    assert mask(covered) == covered


@pytest.mark.parametrize(
    "text",
    [
        *OF_OFFICES,
        # names without a post stand only where authors and contacts are asked for
        *(line for line in LINES if line != "Nguyễn Thị Thúy, Hoàng Văn Khuê, Đỗ Quỳnh Như"),
        "4078/QĐ-UBND",
        "000.00.09.H55-220315-0007",
        "H56.14-240823-0001",
        "2.000815.000.00.00.H55",
        "15/3/2022",
        "20220315",
        "1.234.567.890",
        "123.456.789 đồng",
        "năm 2021, 2022, 2023",
        "Mã số thuế 4600123456",
        "Bà Rịa - Vũng Tàu",
        "đường Hai Bà Trưng",
        "công dân Việt Nam",
        "đồng chí Nguyễn Văn An chủ trì",
        "Đ/c Trần Thị Hoa, Phó Giám đốc Sở",
        "ông Nguyễn Văn An, Trưởng phòng Quản lý Khoa học",
        "bà Trần Thị Hoa – Phó Giám đốc Sở",
        "Nguyễn Văn An (Chuyên viên)",
        "đường Hoàng Văn Thụ, phường Hoàng Văn Thụ",
        "Trường THPT Nguyễn Thị Minh Khai",
        "Văn phòng Sở, Văn bản số 12",
        "vũ văn phòng, phạm thị trường, hoàng văn hóa",
        "do van phong gui, trinh van ban, dang thi hanh, phan thi dua",
        "TRINH VAN PHONG SO",
        "duong Nguyen Van Cu, đường nguyễn thị minh khai",
        "đồng chí nguyễn văn an chủ trì",
        "Ông Giám đốc Sở",
        "tổ chức, tổ công tác",
        "Tổ Công nghệ số cộng đồng",
        "UBND xã Tân Cương, UBND phường Quang Trung",
        "anh em trong phòng",
        "",
    ],
)
def test_what_offices_write_is_not_personal(text: str) -> None:
    assert (looks_personal(text), mask(text)) == (None, text)


def test_no_two_words_of_the_sample_and_the_definitions_are_taken_for_a_name() -> None:
    files = (*(ROOT / "templates").rglob("*.toml"), *TABLES.glob("*.csv"))
    files += (*(ROOT / "kskt_excel" / "messages").glob("*.toml"),)
    names = pii._compiled(pii._PERSON)
    taken = {
        text[start:stop]
        for file in files
        for text in file.read_text(encoding="utf-8").splitlines()
        if names.search(text)
        for start, stop in pii._places(pii._PERSON, text)
    }
    assert taken
    assert [one for one in taken if len(one.split()) == 2] == []


@pytest.mark.parametrize(
    "text",
    [
        "hỏi thăm BÀ Trần Thị Bé",
        "Chị\nLê Thị Hoa",
        "anh\u00a0Trần Văn Bình",
        "ở Thôn Đồng Tâm, xã Quyết Thắng",
        "KHU PHỐ Một",
        "viết cho a@b.vn",
        *(text for text, _ in CITIZENS),
    ],
)
def test_no_sign_is_asked_for_that_a_text_lacks(text: str) -> None:
    kinds = [kind for kind, *_, pattern in pii._KINDS if pii._has(pattern, text)]
    assert looks_personal(text) == kinds[0]


@pytest.mark.parametrize(
    ("title", "masked"),
    [
        ("Đơn của ông Trần Văn Tuấn.xlsx", "Đơn của ông [họ tên đã che].xlsx"),
        ("Trần_Văn_Tuấn_BC.xlsx", "[họ tên đã che].xlsx"),
        ("BC-Nguyễn-Thị-Hoa-2022.xlsx", "BC-[họ tên đã che]-2022.xlsx"),
        ("don nguyen van tuan.xlsx", "don [họ tên đã che].xlsx"),
        ("le_thi_hoa.signed.pdf", "[họ tên đã che].signed.pdf"),
        ("gửi nguyen.van.tuan@gmail.com", "gửi [thư điện tử đã che]"),
        ("Don Nguyen Van Tuan.xlsx", "Don [họ tên đã che].xlsx"),
        ("BC_0912345678.xlsx", "BC_[số điện thoại đã che].xlsx"),
        ("CCCD-019123456789.pdf", "CCCD-[số định danh đã che].pdf"),
        ("của bà Lê Thị Mai, 0912.345.678", "của bà [họ tên đã che], [số điện thoại đã che]"),
        ("thư của hoa.nguyen@gmail.com.eml", "thư của [thư điện tử đã che]"),
    ],
)  # fmt: skip
def test_citizens_in_titles_are_covered(title: str, masked: str) -> None:
    assert mask_title(title) == masked


@pytest.mark.parametrize(
    "title",
    [
        "BC-KSTTHC_2022-Q1_QLCNH.xlsx",
        "Báo cáo quý I-2022 (Phần 1-2).xlsx",
        "2022-03-15 08.30.00 scan.pdf",
        "1.001747 Quy trinh noi bo.docx",
        "000.00.09.H55-220110-0007.xlsx",
        "RE: Báo cáo KSTTHC Quý I/2022",
        "Trường THPT Nguyễn Văn Cừ.xlsx",
    ],
)
def test_titles_of_reports_stay(title: str) -> None:
    assert mask_title(title) == title


@pytest.mark.parametrize(
    ("text", "kind", "masked"),
    [
        ("Lê Quang Huy", None, "Lê Quang Huy"),
        ("Nguyễn Thị Hoa, 0208 3855 123", None, "Nguyễn Thị Hoa, 0208 3855 123"),
        (
            "Lê Quang Huy, CCCD 019012345678",
            "số định danh",
            "Lê Quang Huy, CCCD [số định danh đã che]",
        ),
        (
            "Đỗ Thị Hạnh, số nhà 12, đường Hoàng Văn Thụ, ĐT 0912345678",
            "địa chỉ",
            "Đỗ Thị Hạnh, [địa chỉ đã che], ĐT 0912345678",
        ),
    ],
)
def test_where_an_official_is_asked_for_name_and_phone_stay(
    text: str, kind: str | None, masked: str
) -> None:
    assert looks_personal(text, of_official=True) == kind
    assert mask(text, of_official=True) == masked
