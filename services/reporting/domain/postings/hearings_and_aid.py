"""
What hearings and aid post.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from services.reporting.domain.postings.posting import Fields, Posting


def hearing_decided(day: date, fields: Fields) -> Iterator[Posting]:
    """
    A hearing is needed from the decision to hold it until another decision (I-23).
    """
    if fields["in_scope"]:
        is_needed, was_needed = (
            fields["decision"] == "hold",
            fields["replaces"] == "hold",
        )
        yield Posting("hearings_needed", day, is_needed - was_needed)


def hearing_held(day: date, fields: Fields) -> Iterator[Posting]:
    """
    Public hearings are also counted apart (DY-22).
    """
    if fields["in_scope"]:
        yield Posting("hearings", day)
        yield Posting("hearings_public", day, int(fields["public"]))
        yield Posting("hearings_by_leaders", day, int(fields["leader_chaired"]))


def opinion_answered(day: date, fields: Fields) -> Iterator[Posting]:
    """
    The opinion of the members of a hearing; one adopted in part counts as adopted
    (DY-37).
    """
    if fields["in_scope"]:
        yield Posting("opinions_answered", day)
        yield Posting("opinions_adopted", day, int(fields["adoption"] != "none"))


def hearing_resulted(day: date, fields: Fields) -> Iterator[Posting]:
    if fields["in_scope"] and fields["settled"]:
        yield Posting("hearings_settled", day)
        yield Posting("hearings_public_settled", day, int(fields["public"]))


def hearing_watch_over(day: date, fields: Fields) -> Iterator[Posting]:
    if fields["in_scope"]:
        yield Posting("hearings_watched", day)
        yield Posting("hearings_kept", day, int(fields["settled"]))


def aid_paid(day: date, fields: Fields) -> Iterator[Posting]:
    if fields["in_scope"]:
        yield Posting("aid_yuan", day, fields["amount"])
        yield Posting("aid_persons", day, 1, fields["person"])


def aid_opened(day: date, fields: Fields) -> Iterator[Posting]:
    """
    Aid on the office's own motion is also counted apart (DY-24).
    """
    if fields["in_scope"]:
        yield Posting("aid_applications", day)
        if fields["origin"] == "own_motion":
            yield Posting("aid_own_motion", day)


def aid_taken_back(day: date, fields: Fields) -> Iterator[Posting]:
    if fields["in_scope"]:
        yield Posting("aid_yuan", day, -fields["amount"])
        yield Posting("aid_persons", day, -1, fields["person"])


def hearing_moved(day: date, fields: Fields) -> Iterator[Posting]:
    """
    Another office is to hold the hearing.
    """
    if fields["in_scope"]:
        yield Posting("hearings_needed", day, -1, office=fields["from_office"])
        yield Posting("hearings_needed", day)
