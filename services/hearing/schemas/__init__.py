"""
What hearing accepts and answers over HTTP, and the events it reads.
"""

from __future__ import annotations

from shared.cases import mirror
from shared.documents import closings
from shared.web.schema.fields import Tolerant, day


class Repeated(Tolerant):
    """A further petition of the case that came in on a day."""

    received_on = day(required=False, load_default=None, allow_none=True)


class RepeatWithdrawn(Repeated):
    """A petition that is not one of the case, as it was since *repeated_on*."""

    repeated_on = day()


READS = {
    **mirror.READS,
    **closings.READS,
    "intake.case_repeated": Repeated(),
    "intake.case_repeat_withdrawn": RepeatWithdrawn(),
}
"""
The events that mirror the cases of intake, their repeats and their closings, each with
the schema that reads it.
"""
