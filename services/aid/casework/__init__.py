"""
What aid does with facts and documents: load, decide, save, announce.
"""
