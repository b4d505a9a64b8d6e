"""The longer steps of office.py, one file each; only office.py knows their order."""
