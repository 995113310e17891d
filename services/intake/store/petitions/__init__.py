"""
Stores of petitions: registered, taken through their steps, answered.
"""
