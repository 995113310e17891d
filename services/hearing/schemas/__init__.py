"""
What hearing accepts and answers over HTTP, and the events it reads.
"""

from __future__ import annotations

from shared import case_mirror

READS = case_mirror.READS
"""
The events that mirror the cases of intake, each with the schema that reads it.
"""
