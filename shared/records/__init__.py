"""
Records written once: tables, rows, pages and views that follow from a dataclass.

The names, the types and what may be empty stand in the dataclass alone.
"""
