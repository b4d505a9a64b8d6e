"""Workbooks encrypted with the password that Excel itself tries first."""

import io
import struct

from kskt_excel.excel.reading.limits import Limits

_DEFAULT_PASSWORD = "VelvetSweatshop"  # noqa: S105 - Excel's published default, no secret


def decrypt(data: bytes, limits: Limits) -> bytes | None:
    """The workbook inside; None when it has a password of its own or cannot be opened."""
    try:
        import msoffcrypto
        from msoffcrypto.exceptions import DecryptionError, FileFormatError, ParseError
    except ImportError:  # the extra «crypto» is not installed
        return None
    opened = io.BytesIO()
    try:
        office = msoffcrypto.OfficeFile(io.BytesIO(data))
        office.load_key(password=_DEFAULT_PASSWORD)
        office.decrypt(opened)
    except (
        DecryptionError,
        FileFormatError,
        ParseError,
        OSError,
        ValueError,
        KeyError,
        AttributeError,
        NotImplementedError,
        struct.error,
    ):
        return None
    inside = opened.getvalue()
    return inside if 0 < len(inside) <= limits.file_bytes else None
