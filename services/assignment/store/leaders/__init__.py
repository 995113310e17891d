"""
Stores of the leaders of cases, their units and lists.
"""
