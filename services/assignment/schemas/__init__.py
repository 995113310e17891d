"""
What assignment accepts over HTTP (strict) and reads from the bus (tolerant).
"""

from services.assignment.schemas.reads import READS

__all__ = ["READS"]
