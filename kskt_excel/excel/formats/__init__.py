"""Any workbook from outside, read: gate, then one reader a format."""
