"""
What hearing does with facts: load, decide, save, announce.
"""
