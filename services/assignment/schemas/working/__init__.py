"""
Schemas of cases, their demands, plans and moves.
"""
