"""
What reporting does with facts and by the clock: load, decide, save, announce.
"""
