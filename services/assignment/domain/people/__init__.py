"""
Who holds a post, and the bodies in which posts work together.
"""
