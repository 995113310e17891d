"""
What intake decides: is it a repeat, is it in scope, may it be merged.

Pure: the day, the numbers, the programme and the keyed hashes are arguments.
"""
