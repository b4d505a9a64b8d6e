"""What goes out to a unit: its workbook for a period (mẫu phát cho đơn vị).

What follows from forms and lists alone is remembered (``lru_cache``): without it ``kskt issue`` for
a hundred units costs five times the processor.
"""
