"""
Stores of cases and of the ledgers they come in.
"""
