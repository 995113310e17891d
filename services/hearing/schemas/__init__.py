"""
What hearing accepts and answers over HTTP, and the events it reads.
"""

from __future__ import annotations

from shared.cases import mirror
from shared.documents import closings

READS = {**mirror.READS, **closings.READS}
"""
The events that mirror the cases of intake and their closings, each with the schema that
reads it.
"""
