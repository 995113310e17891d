"""
Schemas of duties, their clocks, escalation and notices.
"""
