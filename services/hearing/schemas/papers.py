"""
What is asked for when a paper of a hearing is printed.
"""

from __future__ import annotations

from services.hearing.domain.terms import Participant
from shared.web.papers import FiledPaper, PrintedPaper
from shared.web.schema.fields import one_of


class HearingPaper(PrintedPaper):
    """A paper of a hearing, and to whom it goes, by role."""

    addressee = one_of(Participant, required=False)


class FiledHearingPaper(FiledPaper):
    """A paper of a hearing that is filed with the case, and to whom it goes."""

    addressee = one_of(Participant, required=False)
