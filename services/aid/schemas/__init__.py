"""
What aid accepts and answers over HTTP, and the events it reads.
"""

from shared import case_mirror
from shared.documents import closings

# The events that mirror the cases of intake and their closings, with their schemas.
READS = {**case_mirror.READS, **closings.READS}
