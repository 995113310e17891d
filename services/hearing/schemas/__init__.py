"""
What hearing accepts and answers over HTTP, and the events it reads.
"""

from __future__ import annotations

from shared.cases import mirror
from shared.documents import closings
from shared.web.fields import Tolerant, day


class Repeated(Tolerant):
    """A petition of the case that came in on a day; or that is not one of it."""

    received_on = day(required=False, load_default=None, allow_none=True)
    repeated_on = day(required=False, load_default=None, allow_none=True)


READS = {
    **mirror.READS,
    **closings.READS,
    "intake.case_repeated": Repeated(),
    "intake.case_repeat_withdrawn": Repeated(),
}
"""
The events that mirror the cases of intake, their repeats and their closings, each with
the schema that reads it.
"""
