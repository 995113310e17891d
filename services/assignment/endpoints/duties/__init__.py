"""
Endpoints of duties, their clocks, escalation and notices.
"""
