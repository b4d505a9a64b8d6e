"""The unit's own file back with marks: fills, notes and a result sheet, nothing else changed."""

from kskt_excel.excel.marking.head import ReturnHead
from kskt_excel.excel.marking.marked_copy import MarkedCopy, fault_workbook, marked_copy
from kskt_excel.excel.marking.unmarking import without_marks

__all__ = ["MarkedCopy", "ReturnHead", "fault_workbook", "marked_copy", "without_marks"]
