"""
What aid accepts and answers over HTTP, and the events it reads.
"""

from shared.cases import mirror
from shared.documents import closings

# The events that mirror the cases of intake and their closings, with their schemas.
READS = {**mirror.READS, **closings.READS}
