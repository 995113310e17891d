"""
What intake decides on cases: opened, enrolled, merged, and the ledgers they come in.
"""
