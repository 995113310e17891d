"""
Stores of demands, plans and moves of cases.
"""
