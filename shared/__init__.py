"""
What the five services have in common: messaging, HTTP, policy, storage.

Nothing here knows what a petition is owed; that is the services' business.
"""
