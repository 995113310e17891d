"""
Stores of batches handed down, drives and baselines.
"""
