"""
The steps that rows are made of, by subject.
"""
