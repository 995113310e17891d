"""
How aid is reached, by subject; `service` makes one service of them.
"""
