"""Workbooks of every kind: a folder for each, and what all of them stand on."""
