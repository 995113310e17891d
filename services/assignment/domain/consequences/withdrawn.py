"""
What follows in a matter when one of its documents is withdrawn: an act that nothing
else shows is taken back, and a case that was closed by the document flows back, so that
no closing counts on it.
"""

from __future__ import annotations

from dataclasses import replace

from services.assignment import events
from services.assignment.domain.closings import closing
from services.assignment.domain.closings.evidence import standing_closing
from services.assignment.domain.consequences.leaders import leadership_of
from services.assignment.domain.consequences.standing import COUNTS_AGAIN
from services.assignment.domain.facts.base import Fact, Recorded, identity_of
from services.assignment.domain.facts.corrected import without_withdrawn_acts
from services.assignment.domain.facts.documents import (
    DocumentWithdrawn,
    withdrawn_documents,
)
from services.assignment.domain.facts.leaders import (
    ActRecorded,
    ActWithdrawn,
    is_unshown,
)
from services.assignment.domain.facts.vocabulary import fact_of
from services.assignment.domain.matter import Matter
from shared.events import Event
from shared.policy.loading import Policy


def acts_unshown(
    matter: Matter, fresh: Recorded
) -> tuple[dict[str, Fact], tuple[Event, ...]]:
    """
    The acts that nothing shows any more after *fresh* withdrawals, as withdrawn; each
    as a fact by its identity, and as an event.
    """
    withdrawals = [f for f in fresh.values() if isinstance(f, DocumentWithdrawn)]
    if not withdrawals:
        return {}, ()
    withdrawn = withdrawn_documents(matter.facts.values())
    acts = {
        key: fact
        for key, fact in without_withdrawn_acts(matter.facts).items()
        if isinstance(fact, ActRecorded)
    }
    last, facts, happened = withdrawals[-1], dict[str, Fact](), list[Event]()
    # A copy, since each act that is taken back is left out for the next ones.
    for key, act in [*acts.items()]:
        if not is_unshown(act, withdrawn):
            continue
        del acts[key]
        event = events.ActWithdrawn(
            office=matter.office,
            case_number=matter.number,
            occurred_on=max(last.on, act.on),
            programme=matter.programme,
            act=act.act,
            record=key,
            post=last.post,
            kind=act.kind,
            count=act.count,
            in_scope=matter.in_scope,
            # Readers count cases with such an act: the case leaves the count with its
            # last.
            last=all(other.act != act.act for other in acts.values()),
        )
        happened.append(event)
        fact = ActWithdrawn.from_fields(event.occurred_on, vars(event))
        facts[identity_of(key, "unshown")] = replace(fact, reason="证明材料已经撤回")
    return facts, tuple(happened)


def reopened_by_withdrawal(
    matter: Matter, _fresh: Recorded, policy: Policy
) -> tuple[dict[str, Fact], tuple[Event, ...]]:
    """
    That a closed case flows back because a document was withdrawn on which its closing
    stands; by an identity of that closing.

    While the case is merged away nothing counts; it flows back when it counts again.
    """
    every = matter.facts.values()
    withdrawn_on = {f.document: f.on for f in every if isinstance(f, DocumentWithdrawn)}
    standing = standing_closing(matter.facts.values()) if withdrawn_on else None
    if standing is None or matter.concluded_on is None:
        return {}, ()
    days = [withdrawn_on[each] for each in standing.documents if each in withdrawn_on]
    programme = policy.programmes.get(matter.programme)
    # The matter knows only later whether a fresh fact merged it away.
    if not days or leadership_of(matter, programme, policy).merged:
        return {}, ()
    again = (each.on for each in every if isinstance(each, COUNTS_AGAIN))
    # Not before it was concluded or counts again: it cannot flow back on a day on which
    # it did not count as closed.
    on = max(min(days), matter.concluded_on, *again)
    case = replace(matter.as_closed(), merged=False)
    _, event = closing.reopen(case, on=on, today=on)
    identity = identity_of(standing.closing, "reopened by withdrawal")
    return {identity: fact_of(event)}, (event,)
