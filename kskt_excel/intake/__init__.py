"""From a book of raw cells to a reading: identify, find tables, parse."""
