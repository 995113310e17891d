"""
Stores of what is matched: keys, candidates and repeats.
"""
