"""
Workbooks in the form of a programme: empty, rejected rows, and what is registered.
"""
