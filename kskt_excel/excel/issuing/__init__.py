"""Parts of the workbook that goes out to a unit."""
