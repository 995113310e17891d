"""
Acts of offices, rosters of receptions and tallies of both.
"""
