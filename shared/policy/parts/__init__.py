"""
What a programme is made of, by subject.
"""
