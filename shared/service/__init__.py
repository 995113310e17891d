"""
What every service is made of: its base class, its tables, its gauges, its process.
"""
