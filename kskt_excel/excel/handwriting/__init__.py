"""What the office wrote into the tracker by hand (chữ Văn phòng ghi tay)."""

from kskt_excel.excel.handwriting.nouns import Handwriting
from kskt_excel.excel.handwriting.reader import read, read_bytes

__all__ = ["Handwriting", "read", "read_bytes"]
