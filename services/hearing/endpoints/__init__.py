"""
How hearing is reached over HTTP, a module for each step.
"""
