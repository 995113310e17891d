"""
What an office sends: opened, guarded and read as tables of cells.
"""
