"""
The cases of intake as another service keeps them, and how they pass between offices.
"""
