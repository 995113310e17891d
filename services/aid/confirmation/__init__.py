"""
The confirmation of a finance office as a workbook, which may be hostile: read into
texts by a program of its own.
"""
