import io
import zipfile

import pytest

from kskt_excel.excel.marked.xml_patch import CannotPatchError, PackagePatch
from tests.excel.marked import nasty


def _zip(*entries: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as package:
        for name, content in entries:
            package.writestr(name, content)
    return out.getvalue()


def _packed(data: bytes, name: str) -> bytes:
    """A part as it lies in the archive."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        info = package.getinfo(name)
    at = info.header_offset
    start = at + 30 + int.from_bytes(data[at + 26 : at + 28], "little")
    start += int.from_bytes(data[at + 28 : at + 30], "little")
    return data[start : start + info.compress_size]


def test_untouched_parts_keep_their_packed_bytes_and_their_order() -> None:
    data = nasty.rich()
    parts = PackagePatch(data)
    parts.put("xl/workbook.xml", b"<other/>")
    after = parts.packed()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(io.BytesIO(after)) as new:
        assert new.namelist() == old.namelist()
        names = [name for name in old.namelist() if name != "xl/workbook.xml"]
    assert all(_packed(data, name) == _packed(after, name) for name in names)


class _Pipe(io.BytesIO):
    """A file that cannot be sought, so that sizes are written after each part."""

    def seekable(self) -> bool:
        return False

    def tell(self) -> int:
        raise OSError


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_streamed_archive_becomes_a_plain_one(method: int) -> None:
    pipe = _Pipe()
    content = "<một/>".encode() * 9
    with zipfile.ZipFile(pipe, "w", method) as package:
        package.writestr("xl/á.xml", content)
    with zipfile.ZipFile(io.BytesIO(PackagePatch(pipe.getvalue()).packed())) as again:
        assert again.testzip() is None
        assert again.read("xl/á.xml") == content


def test_names_are_found_in_any_letters_and_keep_their_own() -> None:
    parts = PackagePatch(_zip(("XL/Workbook.xml", b"<a/>")))
    parts.put("xl/workbook.xml", b"<b/>")
    with zipfile.ZipFile(io.BytesIO(parts.packed())) as package:
        assert package.namelist() == ["XL/Workbook.xml"]
        assert package.read("XL/Workbook.xml") == b"<b/>"


def test_a_part_taken_out_and_put_back_unchanged_is_no_change() -> None:
    parts = PackagePatch(_zip(("a.xml", b"<a/>"), ("b.xml", b"<b/>")))
    parts.put("a.xml", b"<a/>")
    assert not parts.changed
    parts.remove("b.xml")
    assert list(parts) == ["a.xml"]


@pytest.mark.parametrize(
    "data",
    [b"", b"PK\3\4 nothing", _zip(("a.xml", b"x"), ("A.xml", b"y"))],
    ids=["empty", "cut off", "two parts of one name"],
)
def test_a_damaged_package_is_refused(data: bytes) -> None:
    with pytest.raises(CannotPatchError):
        PackagePatch(data)


def test_a_part_with_a_wrong_checksum_is_refused() -> None:
    data = bytearray(_zip(("a.xml", b"<aaaa/>"), method=zipfile.ZIP_STORED))
    at = data.index(b"<aaaa/>")
    data[at + 1] = ord("b")
    with pytest.raises(CannotPatchError):
        PackagePatch(bytes(data))["a.xml"]
