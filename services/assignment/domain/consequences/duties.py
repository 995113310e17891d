"""
What is owed in a matter after its facts, and the notices that end with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from services.assignment.domain import case_offices
from services.assignment.domain.batches.batches import without_presumed
from services.assignment.domain.consequences.duties_left import no_longer_opened
from services.assignment.domain.consequences.duty_facts import facts_of_duties, turns_of
from services.assignment.domain.duties import ledger
from services.assignment.domain.duties.duty import Duty
from services.assignment.domain.duties.parties import responsible_parties
from services.assignment.domain.duties.recurrence import Occurrence, next_occurrence
from services.assignment.domain.escalation import notices
from services.assignment.domain.escalation.notice_course import courses
from services.assignment.domain.facts.base import identity_of
from services.assignment.domain.facts.corrected import as_corrected, is_withdrawn
from services.assignment.domain.facts.duties import OccurrenceBegun
from services.assignment.domain.facts.notices import NoticeEnded
from services.assignment.domain.matter import Matter
from shared.policy.loading import Policy
from shared.policy.programme import Programme


def compute_duties(
    before: Matter, matter: Matter, programme: Programme, policy: Policy
) -> tuple[Matter, dict[str, NoticeEnded]]:
    """
    Return the matter with its duties, and the notices that end because what they are
    about is done. When the duty to answer a notice ends, another notice about that duty
    may end too.
    """
    ended = dict[str, NoticeEnded]()
    parties = responsible_parties(
        matter.office,
        matter.first_day,
        programme,
        policy.directory,
        leaders=matter.leaders,
        handler=matter.handler_post,
    )
    # The end of a notice is a fact that may discharge the duty to answer it, and this
    # may end another notice. Ends, because each notice ends once.
    while True:
        facts = facts_of_duties(
            matter.facts,
            matter.office,
            matter.first_day,
            matter.led,
            is_case=matter.is_case,
            sensitive_days=programme.settings.sensitive_days,
        )
        duties = ledger.compute(
            matter.number,
            matter.office,
            facts,
            programme,
            policy.calendar,
            parties=parties,
            turns=turns_of(facts, matter.office, matter.first_day, programme, policy),
            stem=matter.stem,
            since=matter.counts_since,
        )
        current = {duty.id: _as_closed(duty, before, matter.office) for duty in duties}
        over = dict(_notices_over(matter, current)) if programme.supervision else {}
        if not over:
            left_behind = no_longer_opened(before, matter, current, programme, policy)
            # What the facts do not open now stays as it was, or as it was left behind.
            duties_by_id = {**before.duties, **left_behind, **current}
            return replace(matter, duties=duties_by_id), ended
        ended |= over
        matter = replace(matter, facts={**matter.facts, **over})


def _as_closed(duty: Duty, before: Matter, office: str) -> Duty:
    """
    Return a duty with what a later change must not move: a closed duty keeps its due
    day, and if another office closed it before the case moved, also the posts that
    answered for it and handled the case.
    """
    earlier = before.duties.get(duty.id)
    duty = ledger.keep_closed_deadline(duty, earlier)
    if earlier is None or earlier.office != duty.office or not duty.closed:
        return duty
    earlier_offices = case_offices.had_by(before.office, before.facts.values())
    done_elsewhere = duty.office != office and duty.office in earlier_offices
    if not done_elsewhere:
        return duty
    return replace(duty, post=earlier.post, handler_post=earlier.handler_post)


def _notices_over(
    matter: Matter, duties: Mapping[str, Duty]
) -> Iterator[tuple[str, NoticeEnded]]:
    """
    Yield the notices that end: those about a duty that is done, all notices when the
    case is over, and those to a former office when the case has moved. Each ends once.
    """
    moves = case_offices.moves_in(matter.facts.values())
    left_on = {move.from_office: move.on for move in moves}
    # A case that came back is at this office again: its notices go on.
    left_on.pop(matter.office, None)
    done_on = {duty.id: duty.state_on for duty in duties.values() if duty.closed}
    over_on = matter.last_day if matter.is_over else None
    for notice in courses(matter.facts.values()):
        on = done_on.get(notice.duty or "") or over_on or left_on.get(notice.office)
        identity = identity_of(notice.id, "ended")
        if on and notice.can_end and identity not in matter.facts:
            yield identity, notices.end_of_notice(notice, on)


def next_occurrence_of(matter: Matter, policy: Policy) -> Occurrence | None:
    if is_withdrawn(matter.facts.values()):
        return None
    coming = next_occurrence(
        matter.stem,
        without_presumed(as_corrected(matter.facts).values()),
        policy.programmes.get(matter.programme),
        policy.calendar,
        office=policy.directory.office(matter.office),
        since=matter.counts_since,
    )
    # The fact is recorded in the one matter of the case: it says whose duty it begins.
    if coming and matter.further and isinstance(coming.fact, OccurrenceBegun):
        return replace(coming, fact=replace(coming.fact, further=matter.programme))
    return coming
