"""The plan workbook (tệp kế hoạch), read and written."""
