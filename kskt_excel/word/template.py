"""The office's template opened, and a document as bytes that are the same every time."""

import datetime as dt
import io
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from kskt_excel.model.clock import in_utc
from kskt_excel.model.errors import KsktError
from kskt_excel.word.styles import Look

if TYPE_CHECKING:
    from docx.document import Document

_FIXED_TIME = (1980, 1, 1, 0, 0, 0)


class ReportTemplateError(KsktError):
    """A report template that cannot be used."""

    def __init__(self, file: str, why: str) -> None:
        super().__init__(
            f"Mẫu báo cáo {file} chưa dùng được: {why}."
            " Hãy sửa tệp này bằng Word, hoặc chép lại bản gốc từ bộ cài vào thư mục templates."
        )


def opened(template: Path) -> "Document":
    """The template with its styles, headers and margins, its sample text taken out.

    Raises ReportTemplateError when it is no Word document or lacks a style.
    """
    import docx
    from docx.opc.exceptions import PackageNotFoundError

    try:
        document = docx.Document(io.BytesIO(template.read_bytes()))
    except FileNotFoundError as error:
        raise ReportTemplateError(template.name, "không có tệp này") from error
    except (PackageNotFoundError, zipfile.BadZipFile, KeyError, ValueError, SyntaxError) as error:
        raise ReportTemplateError(template.name, "tệp không phải văn bản Word (.docx)") from error
    held = {style.name for style in document.styles}
    if missing := [look.value for look in Look if look not in held]:
        raise ReportTemplateError(template.name, f"thiếu kiểu chữ {', '.join(missing)}")
    body = document.element.body
    for child in list(body):
        if not child.tag.endswith("}sectPr"):
            body.remove(child)
    return document


def packed(document: "Document", *, title: str, agency: str, created: dt.datetime) -> bytes:
    """The document as bytes; ``created`` is the only time that stands in it."""
    properties = document.core_properties
    properties.title, properties.subject = title, ""
    properties.author = properties.last_modified_by = agency
    properties.comments, properties.language, properties.revision = "", "vi-VN", 1
    properties.created = properties.modified = in_utc(created).replace(microsecond=0)
    saved = io.BytesIO()
    document.save(saved)
    return with_fixed_times(saved.getvalue())


def with_fixed_times(data: bytes) -> bytes:
    """The package with one time for all of its parts."""
    result = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for info in old.infolist():
            entry = zipfile.ZipInfo(info.filename, _FIXED_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, old.read(info))
    return result.getvalue()
