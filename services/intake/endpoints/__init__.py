"""
How intake is reached over HTTP: one module a subject.
"""
