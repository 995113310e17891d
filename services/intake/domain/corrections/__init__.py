"""
What intake decides on corrections: of petitions, of their steps and of cases.
"""
