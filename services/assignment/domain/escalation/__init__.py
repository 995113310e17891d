"""
Escalation policies, their steps, and supervision notices.
"""
