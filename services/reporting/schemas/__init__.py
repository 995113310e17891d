"""
What reporting accepts over HTTP (strict) and reads from the bus (tolerant).
"""

from services.reporting.schemas.reads import READS

__all__ = ["READS"]
