"""
Batches of cases handed down, objections to them, and baselines.
"""
