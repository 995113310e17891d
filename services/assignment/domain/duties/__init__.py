"""
Duties: how they open, when they are due, what changes and closes them.
"""
