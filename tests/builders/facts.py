"""
Facts of a matter for tests, complete and plausible, of which a test states only what
it is about.
"""

from __future__ import annotations

import dataclasses
from uuid import uuid4

from services.assignment.domain.facts.batches import BatchReceived, HandedDown
from services.assignment.domain.facts.leaders import ActRecorded, LeadersConfirmed
from services.assignment.domain.facts.received import (
    CaseOpened,
    NoticeDelivered,
    PetitionRegistered,
    PetitionStepTaken,
    ReplyGiven,
)
from services.assignment.domain.facts.vocabulary import FACTS
from tests.builders import case_opened, petition_registered

NUMBER = "信〔2021〕001号"
_PLAIN = {"str": "x", "bool": True, "int": 0}


def happened(name, on, **fields):
    """
    A fact by its name, as `matter.case_resolved`; the fields not given are filled.
    """
    kind = FACTS[name]
    for field in dataclasses.fields(kind):
        if field.name != "on" and field.default is dataclasses.MISSING:
            fields.setdefault(field.name, on if field.type == "date" else _any(field))
    return kind(on=on, **fields)


def by_id(*facts):
    """
    Facts by identities of their own, as they are recorded.
    """
    return {str(uuid4()): fact for fact in facts}


def _any(field):
    return () if field.type.startswith("tuple") else _PLAIN.get(field.type)


def opened(on, **changes):
    """
    A case in scope that nobody leads yet.
    """
    return CaseOpened.from_fields(on, vars(case_opened(NUMBER, **changes)))


def registered(on, **changes):
    event = petition_registered(NUMBER, **changes)
    return PetitionRegistered.from_fields(on, vars(event))


def replied(on, kind="procedural", mode="phone"):
    return ReplyGiven(on=on, kind=kind, mode=mode)


def step(name, on, **fields):
    """
    A step of a petition that is a claim, of no kind in particular.
    """
    of = {"category": "claim", "case_kind": "complaint", **fields}
    return PetitionStepTaken(on=on, step=name, **of)


def delivered(name, on, outcome="signed", case_kind="complaint"):
    """
    The paper of a step, delivered or not.
    """
    return NoticeDelivered(
        on=on, step=name, case_kind=case_kind, mode="letter", outcome=outcome
    )


def handed_down(on, batch="b1", **changes):
    return HandedDown(on=on, batch=batch, **changes)


def received(on, batch="b1", **changes):
    return BatchReceived(on=on, batch=batch, **changes)


def act(name, on, **fields):
    return ActRecorded(on=on, act=name, **fields)


def explained(programme, on):
    """
    The act by which offices of a programme explain: a measure of its closings.
    """
    talks = {"meixian", "dy-leaders"}
    return act("talk_held" if programme in talks else "explained", on, text="释法。")


def named(on, *leaders, **fields):
    return LeadersConfirmed(on=on, leaders=leaders, **fields)
