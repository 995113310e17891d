"""
Endpoints of petitions: registered, taken through their steps, answered, enquired about.
"""
