"""
What intake does with petitions, ledgers and facts: load, decide, save, announce.
"""
