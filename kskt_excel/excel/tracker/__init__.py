"""The master tracker of the year (bảng theo dõi): made anew by every run, handwriting kept."""

from kskt_excel.excel.tracker.making import Built, build, make
from kskt_excel.excel.tracker.saving import Saved, save
from kskt_excel.excel.tracker.sources import Sources

__all__ = ["Built", "Saved", "Sources", "build", "make", "save"]
