"""
What is wrong in the files under deploy/: every fault of every file at once.
"""
