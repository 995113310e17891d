"""
What hearings and aid post.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from services.reporting.domain.postings.posting import Posting, Read


def hearing_decided(day: date, read: Read) -> Iterator[Posting]:
    """
    A hearing is needed from the decision to hold it until another decision (I-23).
    """
    if read["in_scope"]:
        needed, before = read["decision"] == "hold", read["replaces"] == "hold"
        yield Posting("hearings_needed", day, needed - before)


def hearing_held(day: date, read: Read) -> Iterator[Posting]:
    """
    Public hearings are also counted apart (DY-22).
    """
    if read["in_scope"]:
        yield Posting("hearings", day)
        yield Posting("hearings_public", day, int(read["public"]))
        yield Posting("hearings_by_leaders", day, int(read["leader_chaired"]))


def opinion_answered(day: date, read: Read) -> Iterator[Posting]:
    """
    The opinion of the members of a hearing; one adopted in part counts as adopted
    (DY-37).
    """
    if read["in_scope"]:
        yield Posting("opinions_answered", day)
        yield Posting("opinions_adopted", day, int(read["adoption"] != "none"))


def hearing_resulted(day: date, read: Read) -> Iterator[Posting]:
    if read["in_scope"] and read["settled"]:
        yield Posting("hearings_settled", day)
        yield Posting("hearings_public_settled", day, int(read["public"]))


def hearing_watch_over(day: date, read: Read) -> Iterator[Posting]:
    if read["in_scope"]:
        yield Posting("hearings_watched", day)
        yield Posting("hearings_kept", day, int(read["settled"]))


def aid_paid(day: date, read: Read) -> Iterator[Posting]:
    if read["in_scope"]:
        yield Posting("aid_yuan", day, read["amount"])
        yield Posting("aid_persons", day, 1, read["person"])


def aid_opened(day: date, read: Read) -> Iterator[Posting]:
    """
    Aid on the office's own motion is also counted apart (DY-24).
    """
    if read["in_scope"]:
        yield Posting("aid_applications", day)
        if read["origin"] == "own_motion":
            yield Posting("aid_own_motion", day)


def aid_taken_back(day: date, read: Read) -> Iterator[Posting]:
    if read["in_scope"]:
        yield Posting("aid_yuan", day, -read["amount"])
        yield Posting("aid_persons", day, -1, read["person"])


def hearing_moved(day: date, read: Read) -> Iterator[Posting]:
    """
    Another office is to hold the hearing.
    """
    if read["in_scope"]:
        yield Posting("hearings_needed", day, -1, office=read["from_office"])
        yield Posting("hearings_needed", day)
