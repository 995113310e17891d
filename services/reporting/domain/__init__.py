"""
Postings, figures, returns and milestones: what reporting decides.
"""
