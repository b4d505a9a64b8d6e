"""An office's figures counted a second time, from the workbooks that units have sent.

Nothing here comes from the program: the plan, the form definitions and the workbooks are opened
with openpyxl and tomllib and added up as the circulars say it.
"""
