"""
Stores of duties, their escalation, notices and schedules.
"""
