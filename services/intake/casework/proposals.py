"""
Cases that petitions become: what a programme says of a petition, and the case opened.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Connection

from services.intake.casework.importing.line import content_of
from services.intake.casework.matters import matter_of
from services.intake.casework.repeats import count_repeat
from services.intake.domain.cases import proposals
from services.intake.domain.cases.cases import (
    Case,
    CountedRepeat,
    open_case,
)
from services.intake.domain.cases.judging import judge
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
from shared.policy.programme import Programme


def proposal_of(
    session: Connection, petition: Petition, stated: Mapping[str, Any]
) -> Proposal:
    """
    What the programme of a petition says of it.
    """
    matter = matter_of(session, petition)
    return _own_proposal(petition, matter, matter.accepted(), stated)


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
    own = _own_proposal(petition, matter, accepted, {})
    return [own, *(_proposal_in(petition, matter, accepted, each) for each in further)]


def _own_proposal(
    petition: Petition,
    matter: MatterOf,
    accepted: Collection[date],
    stated: Mapping[str, Any],
) -> Proposal:
    policy = current_policy()
    programme = policy.programmes.get(petition.programme)
    return proposals.propose(
        petition,
        matter.items(programme.scope.repeats_in),
        programme,
        policy.directory,
        accepted_on=programme.scope.accepted_on(accepted),
        stated=stated,
    )


def _proposal_in(
    petition: Petition,
    matter: MatterOf,
    accepted: Collection[date],
    programme: Programme,
) -> Proposal:
    """
    What a further programme would say of the case that a petition may become.
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
    on, stated = petition.received_on, {"repeats_in_window": items.repeats}
    stated |= _accepted_in(programme, accepted)
    return judge(case, row, stated, home=home, programme=programme, on=on).proposal


def _accepted_in(programme: Programme, accepted: Collection[date]) -> dict[str, Any]:
    """
    The day on which a matter counts as accepted in a further programme, by the window
    of that one (A-18).
    """
    day = programme.scope.accepted_on(accepted)
    return {"accepted_on": day.isoformat()} if day else {}


def accepted_there(
    session: Connection, case: Case, programme: Programme
) -> dict[str, Any]:
    """
    Likewise of a case that came from a petition; of another its ledger row says it.
    """
    petition = Petitions(session).get(case.number)
    if petition is None:
        return {}
    return _accepted_in(programme, matter_of(session, petition).accepted())


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
    session: Connection, petition: Petition, today: date
) -> Petition:
    """
    A petition of a matter that is a case counts as its repeat; another may become a
    case at once, where the programme says so (DY-08).
    """
    policy = current_policy()
    repeated = count_repeat(session, petition, today)
    programme = policy.programmes.get(petition.programme)
    if repeated or not proposals.automatic_rule(petition, programme, policy.directory):
        return petition
    if not proposal_of(session, petition, {}).in_scope:
        return petition
    after, _ = open_case_of(session, petition, petition.received_on, {}, today)
    return after
