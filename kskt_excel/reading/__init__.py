"""A book of raw cells understood: whose it is, its sheets, rows and values."""
