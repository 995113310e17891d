"""
Assignment 包案·交办·督办·报结: who leads a case, what is owed by when, how it ends.

Keeps batches, leaders, the duty ledger and its clock, closings and their review.
It does not hold hearings, pay aid or know a petitioner.
"""
