"""
Load matters, recompute them, save what changed and announce it.
"""
