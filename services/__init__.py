"""
The five services. They know each other by the names of their events only.
"""
