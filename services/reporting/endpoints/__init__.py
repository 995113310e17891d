"""
How reporting is reached over HTTP: one module a subject.
"""
