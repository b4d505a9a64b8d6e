"""Tests of the workbooks that are read and written."""
