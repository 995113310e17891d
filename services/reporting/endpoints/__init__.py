"""
How reporting is reached, by subject; `service` makes one service of them.
"""
