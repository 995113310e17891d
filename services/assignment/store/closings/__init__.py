"""
Stores of closings, lawful endings, reviews and look-back.
"""
