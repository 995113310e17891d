"""
Schemas of the leaders of cases, their units, lists and workloads.
"""
