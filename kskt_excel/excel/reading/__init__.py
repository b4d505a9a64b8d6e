"""Reading a workbook that came from outside: gate, then values, then facts."""

from kskt_excel.excel.reading.gate import Gated, inspect, read_regular_file
from kskt_excel.excel.reading.load import load

__all__ = ["Gated", "inspect", "load", "read_regular_file"]
