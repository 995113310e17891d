"""
Stores of bodies, holders of posts and oversight.
"""
