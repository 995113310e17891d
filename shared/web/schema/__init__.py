"""
What a request and an answer are made of: fields, their kinds, names and descriptions.
"""
