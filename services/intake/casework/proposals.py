"""
Cases that petitions become: what a programme says of a petition, and the case opened.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Connection

from services.intake.casework.enrolments import enrol_of_itself, origin_there
from services.intake.casework.importing.line import content_of
from services.intake.casework.matters import accepted_in, matter_of
from services.intake.casework.repeats import count_repeat
from services.intake.domain.cases import proposals
from services.intake.domain.cases.cases import (
    Case,
    CountedRepeat,
    open_case,
)
from services.intake.domain.cases.judging import Judged, judge
from services.intake.domain.cases.proposals import Proposal
from services.intake.domain.petitions.petitions import Petition
from services.intake.store import (
    OUTBOX,
    Cases,
    CountedRepeats,
    MatterOf,
    NewCase,
    Petitions,
)
from shared.policy.current import current_policy
from shared.policy.parts.petitions import AutomaticCase
from shared.policy.programme import Programme


def proposals_of(
    session: Connection, petition: Petition, today: date
) -> list[Proposal]:
    """
    What each programme that covers the office of a petition says of it, its own first.
    """
    policy = current_policy()
    covering = policy.programmes.covering(petition.office, policy.directory, today)
    further = [each for each in covering if each.code != petition.programme]
    matter = matter_of(session, petition)
    accepted = matter.accepted()
    own = _own_proposal(petition, matter, accepted)
    there = (
        _judged_there(petition, matter, accepted, each, {}).proposal for each in further
    )
    return [own, *there]


def _own_proposal(
    petition: Petition,
    matter: MatterOf,
    accepted: Collection[date],
) -> Proposal:
    policy = current_policy()
    programme = policy.programmes.get(petition.programme)
    return proposals.propose(
        petition,
        matter.items(programme.scope.repeats_in),
        programme,
        policy.directory,
        accepted_on=programme.scope.accepted_on(accepted),
    )


def _judged_there(
    petition: Petition,
    matter: MatterOf,
    accepted: Collection[date],
    programme: Programme,
    stated: Mapping[str, Any],
) -> Judged:
    """
    How a further programme would judge the case that a petition may become.
    """
    home = current_policy().programmes.get(petition.programme)
    items = matter.items(programme.scope.repeats_in)
    row = proposals.case_row(
        petition,
        items,
        opened_on=petition.received_on,
        accepted_on=home.scope.accepted_on(accepted),
    )
    case, _ = open_case(row, office=petition.office, programme=home)
    given = {
        "repeats_in_window": items.repeats,
        **accepted_in(programme, accepted),
        **stated,
    }
    on = petition.received_on
    return judge(case, row, given, home=home, programme=programme, on=on)


def open_case_of(
    session: Connection,
    petition: Petition,
    opened_on: date,
    stated: Mapping[str, Any],
    today: date,
) -> tuple[Petition, Case]:
    """
    Make a case of a petition under its number; announce it.

    Raises `Conflict` if it cannot become one, `Rejected` with every reason.
    """
    policy = current_policy()
    programme = policy.programmes.get(petition.programme)
    petitions, matter = Petitions(session), matter_of(session, petition)
    window = programme.scope.repeats_in
    row = proposals.case_row(
        petition,
        matter.items(window),
        opened_on=opened_on,
        accepted_on=programme.scope.accepted_on(matter.accepted()),
        stated=stated,
        private=petitions.private(petition.number),
    )
    written, case, opened = proposals.open_from_petition(
        petition, row, programme, policy.directory, today=today
    )
    Cases(session).open([NewCase(case, written, content_of(written))], None)
    if petition.matter_decided_on:
        matter.take_over(case)
    if case.repeats:
        CountedRepeats(session).insert(
            *(
                CountedRepeat(
                    petition=number,
                    case_number=case.number,
                    on=max(day, opened_on),
                    counted=True,
                )
                for number, day in matter.repeats(window)
            )
        )
    after = replace(petition, case_opened_on=opened_on)
    petitions.update(after)
    OUTBOX.announce(session, opened)
    return after, case


def follow_registration(
    session: Connection, petition: Petition, today: date, *, by: str
) -> Petition:
    """
    A petition of a matter that is a case counts as its repeat; another becomes a case
    at once where a programme says so (DY-08). *by*: who registered it.
    """
    if count_repeat(session, petition, today):
        return petition
    return _open_of_itself(session, petition, petition.received_on, today, by=by)


def follow_change(
    session: Connection, petition: Petition, on: date, today: date, *, by: str
) -> Petition:
    """
    A petition that a decision, a correction or the receipt from another office made
    such becomes a case from that day *on*, as one registered now would, unless it
    counts as the repeat of one or its matter is one. *by*: who did it.
    """
    if not proposals.may_become_case(petition) or not has_rules(petition):
        return petition
    counted = CountedRepeats(session).of_petition(petition.number)
    of_matter = matter_of(session, petition).case_numbers()
    numbers = {*of_matter, *(repeat.case_number for repeat in counted)}
    if any(case.withdrawn_on is None for case in Cases(session).with_keys(numbers)):
        return petition
    day = max(on, petition.received_on)
    return _open_of_itself(session, petition, day, today, by=by)


def follow_arranged(
    session: Connection,
    arranged: Collection[Petition],
    on: date,
    today: date,
    *,
    by: str,
) -> None:
    """
    Let petitions that were *arranged* anew in their matter become cases
    (`follow_change`).
    """
    for each in arranged:
        follow_change(session, each, on, today, by=by)


def has_rules(petition: Petition) -> bool:
    """
    Whether some programme that covers its office has a rule by which petitions become
    cases of themselves.
    """
    policy, on = current_policy(), petition.received_on
    covering = policy.programmes.covering(petition.office, policy.directory, on)
    return any(each.cases_from_petitions for each in covering)


def _open_of_itself(
    session: Connection, petition: Petition, on: date, today: date, *, by: str
) -> Petition:
    """
    A petition becomes a case from a day *on* where its programme says so, or a further
    one that covers its office: it then stands in that one, too.
    """
    policy, matter = current_policy(), matter_of(session, petition)
    home = policy.programmes.get(petition.programme)
    accepted, further = matter.accepted(), list[tuple[Programme, AutomaticCase]]()
    for programme in policy.programmes.covering(petition.office, policy.directory, on):
        rule = proposals.automatic_rule(petition, programme, policy.directory)
        if rule is None or programme.code == home.code:
            continue
        origin = origin_there(petition.origin, programme)
        judged = _judged_there(petition, matter, accepted, programme, origin)
        if judged.proposal.in_scope and not judged.foreign_words:
            further.append((programme, rule))
    own = proposals.automatic_rule(petition, home, policy.directory)
    if not further and not (own and _own_proposal(petition, matter, accepted).in_scope):
        return petition
    # It is the first one here also if others came before it was known to be.
    stated = {"first_here": True} if petition.repeat_of is None else {}
    after, case = open_case_of(session, petition, on, stated, today)
    for programme, rule in further:
        case = enrol_of_itself(session, case, programme, rule, on=on, by=by)
    return after
