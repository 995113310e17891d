"""
Schemas of petitions: registered, taken through their steps, enquired about.
"""
