"""
Endpoints of cases, their demands, plans and moves.
"""
