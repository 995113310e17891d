"""
Stores of the acts of offices: duty rosters and tallies.
"""
