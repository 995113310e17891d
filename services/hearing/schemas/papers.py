"""
What is asked for when a paper of a hearing is printed.
"""

from __future__ import annotations

from services.hearing.domain.terms import Participant
from shared.vocabulary import PaperForm
from shared.web.fields import day, one_of, text
from shared.web.papers import PaperBody


class HearingPaper(PaperBody):
    """
    Which paper, its document number, to whom by role, and its date if that is not the
    day of what it tells of.
    """

    document = text(longest=80, required=False)
    addressee = one_of(Participant, required=False)
    on = day(required=False)


class FiledHearingPaper(HearingPaper):
    """A paper of a hearing that is filed with the case in this form."""

    form = one_of(PaperForm)
