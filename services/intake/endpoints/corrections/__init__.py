"""
Endpoints of corrections: of petitions, of their steps and of cases.
"""
