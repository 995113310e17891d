"""
Schemas of closings, lawful endings, evaluation and look-back.
"""
