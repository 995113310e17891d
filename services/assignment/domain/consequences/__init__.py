"""
What follows from the facts of a matter, by subject; `recompute` puts it together.
"""
