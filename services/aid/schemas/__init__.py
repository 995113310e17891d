"""
What aid accepts and answers over HTTP, and the events it reads.
"""

from shared import case_mirror

# The events that mirror the cases of intake, each with the schema that reads it.
READS = case_mirror.READS
