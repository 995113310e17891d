"""
How assignment is reached, by subject; `service` makes one service of them.
"""
