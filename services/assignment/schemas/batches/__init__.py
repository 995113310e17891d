"""
Schemas of batches handed down, drives, baselines and filings.
"""
