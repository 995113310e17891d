"""
The steps of a petition between its registration and its handling (S3 .. S10): `MOVES`
says which step is possible in which state.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from shared.vocabulary import PetitionState as State
from shared.vocabulary import PetitionStep as Kind


@dataclass(frozen=True, kw_only=True)
class Step:
    """
    One step of a petition, and the state that it led to.

    *document*: the number of its paper. *to_office* receives what is passed on, or
    *organ*, where that is not in the directory; *report_by*: until when it reports.
    *same_as*: the petition under which the same matter is being handled. *verdict*: how
    an opinion decides, by the code of the law. *document_ids*: files of the petition
    that belong to it. A step that is *withdrawn_on* a day was recorded wrongly and
    counts no more; *replaces*: the id of such a step, in whose place this one stands.
    *office* had the petition when it was taken.
    """

    id: str
    petition: str
    kind: Kind
    on: date
    state: State
    document: str | None = None
    reason: str | None = None
    to_office: str | None = None
    organ: str | None = None
    report_by: date | None = None
    same_as: str | None = None
    materials: tuple[str, ...] = ()
    text: str | None = None
    withdrawn_on: date | None = None
    document_ids: tuple[str, ...] = ()
    replaces: str | None = None
    verdict: str | None = None
    office: str | None = None


BEFORE = "before"
"""
Instead of a state: the one before the petition was passed on, objected to or disputed.
"""

_ENTRY = {
    Kind.ACCEPTED: State.ACCEPTED,
    Kind.NOT_ACCEPTED: State.NOT_ACCEPTED,
    Kind.GUIDED_OUT: State.GUIDED_OUT,
    Kind.FORWARDED: State.FORWARDED,
    Kind.HANDED_DOWN: State.HANDED_DOWN,
    Kind.ALREADY_HANDLED: State.ALREADY_HANDLED,
    Kind.UNABLE_TO_REPLY: State.UNABLE_TO_REPLY,
}
_PASSED = {
    Kind.OBJECTED: State.OBJECTED,
    Kind.DISPUTE_RAISED: State.DISPUTED,
    Kind.TAKEN_BACK: BEFORE,
}
MOVES: Mapping[State, Mapping[Kind, State | str]] = {
    State.REGISTERED: {**_ENTRY, Kind.MATERIALS_ASKED: State.AWAITING_MATERIALS},
    State.AWAITING_MATERIALS: {
        Kind.MATERIALS_COMPLETE: State.REGISTERED,
        Kind.NOT_ACCEPTED: State.NOT_ACCEPTED,
        Kind.UNABLE_TO_REPLY: State.UNABLE_TO_REPLY,
    },
    State.ACCEPTED: {
        Kind.OPINION_ISSUED: State.OPINION_ISSUED,
        Kind.FORWARDED: State.FORWARDED,
        Kind.HANDED_DOWN: State.HANDED_DOWN,
        Kind.UNABLE_TO_REPLY: State.UNABLE_TO_REPLY,
    },
    State.FORWARDED: _PASSED,
    State.HANDED_DOWN: {**_PASSED, Kind.REPORTED: State.REPORTED},
    State.OBJECTED: {Kind.TAKEN_BACK: BEFORE, Kind.OBJECTION_REFUSED: BEFORE},
    State.DISPUTED: {
        Kind.TAKEN_BACK: BEFORE,
        Kind.DISPUTE_RETURNED: BEFORE,
        Kind.DISPUTE_UPHELD: BEFORE,
    },
    State.OPINION_ISSUED: {Kind.REVIEW_ASKED: State.UNDER_REVIEW},
    State.UNDER_REVIEW: {Kind.REVIEW_DECIDED: State.REVIEWED},
    State.REVIEWED: {Kind.FINAL_REVIEW_ASKED: State.UNDER_FINAL_REVIEW},
    State.UNDER_FINAL_REVIEW: {
        Kind.REVIEW_HEARING_BEGUN: State.UNDER_FINAL_REVIEW,
        Kind.REVIEW_HEARING_ENDED: State.UNDER_FINAL_REVIEW,
        Kind.FINAL_REVIEW_DECIDED: State.FINALLY_REVIEWED,
    },
    State.FINALLY_REVIEWED: {},
    State.NOT_ACCEPTED: {},
    State.GUIDED_OUT: {},
    State.REPORTED: {},
    State.ALREADY_HANDLED: {},
    State.UNABLE_TO_REPLY: {},
}
"""
The state that a step leads to, by the state in which it is possible.
"""

BY_CONFERENCE = frozenset({Kind.DISPUTE_RETURNED, Kind.DISPUTE_UPHELD})
"""
The steps of the office that decides a dispute on who handles a petition (S8).
"""

_OF_RECEIVER = frozenset({Kind.OBJECTED, Kind.DISPUTE_RAISED, Kind.REPORTED})
BETWEEN_OFFICES = _OF_RECEIVER | BY_CONFERENCE
"""
The steps that the petitioner gets no paper of.
"""

BY_RECEIVER = _OF_RECEIVER | {
    *(Kind.REVIEW_DECIDED, Kind.FINAL_REVIEW_DECIDED),
    *(Kind.REVIEW_HEARING_BEGUN, Kind.REVIEW_HEARING_ENDED),
}
"""
The steps of the office that the petition was passed on to, or that reviews the opinion
on it; all others are its own.
"""

OPINIONS = frozenset(
    {Kind.OPINION_ISSUED, Kind.REVIEW_DECIDED, Kind.FINAL_REVIEW_DECIDED}
)
"""
The steps that decide on what is asked for, each with a paper that is served (S17, S18).
"""

REQUESTS = frozenset({Kind.REVIEW_ASKED, Kind.FINAL_REVIEW_ASKED})
"""
The requests for a review, each with the office that reviews (S19).
"""

PASSING = frozenset({Kind.FORWARDED, Kind.HANDED_DOWN})
"""
The steps that pass a petition on to another office or organ.
"""

REVIEWING = (
    *(State.UNDER_REVIEW, State.REVIEWED),
    *(State.UNDER_FINAL_REVIEW, State.FINALLY_REVIEWED),
)
"""
The states of a petition that a reviewing office has to do with.
"""

WAITING = (State.FORWARDED, State.HANDED_DOWN)
"""
The states of a petition that its receiver has still to register.
"""


def receiver_at(step: Step, recorded: Sequence[Step]) -> str | None:
    """
    The office that had the petition before one of the steps *recorded*, in their order:
    that of the last passing on or request that counts.
    """
    before = recorded[: [each.id for each in recorded].index(step.id)]
    receivers = [
        each.to_office
        for each in before
        if each.kind in PASSING | REQUESTS and each.withdrawn_on is None
    ]
    return receivers[-1] if receivers else None


def handed_down_by(recorded: Sequence[Step]) -> str | None:
    """
    The number of the letter by which a petition was handed down, by the steps that
    count; None if it was forwarded, which is not to be reported on.
    """
    last = [step for step in recorded if step.kind in PASSING][-1:]
    letters = (step.document for step in last if step.kind is Kind.HANDED_DOWN)
    return next(letters, None)


def reviewers(recorded: Sequence[Step]) -> set[str]:
    """
    The offices that a review was asked of, by the steps *recorded* that count: each
    goes on reading the petition once another one has it.
    """
    return {
        step.to_office
        for step in recorded
        if step.kind in REQUESTS and step.to_office and step.withdrawn_on is None
    }


def in_place(recorded: Sequence[Step]) -> list[Step]:
    """
    The steps of a petition, given as they were recorded, in their order: the right one
    stands where the wrong one stood.
    """
    places = dict[str, int]()
    for place, step in enumerate(recorded):
        places[step.id] = places.get(step.replaces or "", place)
    return sorted(recorded, key=lambda step: places[step.id])
