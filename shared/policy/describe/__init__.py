"""
A programme in plain Chinese.
"""
