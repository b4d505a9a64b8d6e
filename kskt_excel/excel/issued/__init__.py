"""What goes out to a unit: its workbook for a period (mẫu phát cho đơn vị)."""
