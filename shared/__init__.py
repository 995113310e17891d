"""
What the five services have in common: the bus, the door, the law's arithmetic.

Nothing here knows what a petition is owed; that is the services' business.
"""
