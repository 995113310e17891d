"""
Petitions that were registered twice or by mistake: withdrawn, and restored.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from typing import Any

from services.intake.casework.matters import arrange, require_among
from services.intake.casework.proposals import follow_arranged
from services.intake.casework.rearranged import (
    CasesBefore,
    cases_before,
    follow_matter,
)
from services.intake.casework.repeats import (
    lock_counting,
    restore_repeat,
    take_back_repeat,
)
from services.intake.casework.splits import follow_part, made_by_split
from services.intake.domain.corrections.correcting import (
    no_longer_received,
    restore_petition,
    standing,
    withdraw_petition,
)
from services.intake.domain.corrections.corrections import (
    CorrectionKind,
)
from services.intake.domain.openings import require_handling_office
from services.intake.domain.petitions.petitions import Petition
from services.intake.domain.petitions.splitting import parted_again, whole_again
from services.intake.endpoints.corrections.corrections import announce_case
from services.intake.endpoints.corrections.history import (
    note,
    same_stands,
    why,
)
from services.intake.endpoints.lookup import offices_of, petition_of
from services.intake.endpoints.petitions.petitions import shown_petition
from services.intake.schemas import PetitionView
from services.intake.schemas.history import (
    RestorationBody,
    WithdrawalBody,
)
from services.intake.store import OUTBOX, Cases, Petitions, Replies
from shared.errors import reject_if
from shared.web.call import CLERKS, Call
from shared.web.endpoint import api


@api(
    "POST",
    "/petitions/<number>/withdrawals",
    roles=CLERKS,
    body=WithdrawalBody,
    answer=PetitionView,
)
def withdraw_registered_petition(call: Call) -> dict[str, Any]:
    """
    Withdraw a petition that was registered twice or by mistake: nothing is owed in it.
    What was passed on to the office waits for it again; what it was split from is whole
    again (A-49).
    """
    (petition, source), petitions = _with_source(call), Petitions(call.session)
    require_handling_office(call.who.office, petition.office)
    reject_if(same_stands(call, petitions.get))
    replies = standing(Replies(call.session).of_petition(petition.number))
    withdrawn, event = withdraw_petition(
        petition,
        on=call.body.get("withdrawn_on", call.today),
        today=call.today,
        cause=call.body["cause"],
        same_as=call.body.get("same_as"),
        replies=replies,
        is_case=_counts_as_case(call, petition),
    )
    before = _cases_before(call, petition)
    petitions.update(withdrawn)
    counting = filter(None, (petition, source))
    lock_counting(call.session, *counting, also=before.cases)
    if source and petition.split_from:
        rest = whole_again(source, withdrawn)
        _with_part(call, (source, rest), withdrawn, event.occurred_on)
    elif source:
        petitions.update(no_longer_received(source, withdrawn))
    OUTBOX.announce(call.session, event)
    take_back_repeat(call.session, petition, event.occurred_on, for_good=False)
    _arrange(call, petition, before, event.occurred_on)
    note(
        call,
        petition.number,
        CorrectionKind.PETITION_WITHDRAWN,
        why(call),
        reason=call.body["reason"],
    )
    return shown_petition(call, withdrawn)


@api(
    "POST",
    "/petitions/<number>/restorations",
    roles=CLERKS,
    body=RestorationBody,
    answer=PetitionView,
)
def restore_withdrawn_petition(call: Call) -> dict[str, Any]:
    """
    Restore a petition that was withdrawn by mistake: what was owed in it is owed again.
    """
    (petition, source), petitions = _with_source(call), Petitions(call.session)
    passed = None if petition.split_from else source
    require_handling_office(call.who.office, petition.office)
    replies = standing(Replies(call.session).of_petition(petition.number))
    on = call.body.get("restored_on", call.today)
    restored, event = restore_petition(
        petition, on=on, today=call.today, replies=replies, passed=passed
    )
    before = _cases_before(call, petition)
    petitions.update(restored)
    counting = filter(None, (restored, source))
    lock_counting(call.session, *counting, also=before.cases)
    if passed:
        petitions.update(replace(passed, received_as=restored.number))
    elif source:
        rest = parted_again(source, restored)
        _with_part(call, (source, rest), restored, event.occurred_on)
    OUTBOX.announce(call.session, event)
    restore_repeat(call.session, restored, event.occurred_on)
    _arrange(call, restored, before, event.occurred_on)
    note(
        call,
        petition.number,
        CorrectionKind.PETITION_RESTORED,
        {"withdrawn_on": (petition.withdrawn_on, None)},
        reason=call.body["reason"],
    )
    return shown_petition(call, petition_of(call))


def _cases_before(call: Call, petition: Petition) -> CasesBefore:
    matters = _matters(Petitions(call.session), {petition.number})
    return cases_before(call.session, petition, matters)


def _arrange(call: Call, petition: Petition, before: CasesBefore, on: date) -> None:
    """
    Put the petitions of the matter of one in order that was withdrawn or restored on a
    day; its cases *before* that follow, and the petition that is the first now may
    become one of itself (DY-08).
    """
    session, today = call.session, call.today
    arranged = arrange(session, _matters(Petitions(session), {petition.number}), today)
    follow_matter(session, petition, before, on, today)
    follow_arranged(session, arranged, on, today, by=call.who.account)


def _with_part(
    call: Call, rest: tuple[Petition, Petition], part: Petition, on: date
) -> None:
    """
    Have the *rest* of a split, as it was and as it is without its *part* or with it,
    say what it said before the split, or after it.
    """
    before, after = rest
    if before == after:
        return
    changes = made_by_split(call.session, before, part)
    if part.withdrawn_on:
        changes = {name: (new, old) for name, (old, new) in changes.items()}
    changes, case = follow_part(
        call.session,
        before,
        after,
        changes,
        had_by=offices_of(call, before),
        on=on,
        today=call.today,
    )
    if changes:
        kind, reason = CorrectionKind.PETITION_CORRECTED, call.body["reason"]
        note(call, before.number, kind, changes, reason=reason)
    announce_case(call, case)


def _with_source(call: Call) -> tuple[Petition, Petition | None]:
    """
    The petition of the path, and the one that it was split from, or else that of
    another office that was received as this one; both locked after their matters.

    Raises `Conflict` if somebody has just made one of them one of another matter.
    """
    petitions, petition = Petitions(call.session), petition_of(call)
    number = petition.split_from or petition.passed_from
    numbers = {petition.number, *([number] if number else ())}
    locked = _matters(petitions, numbers)
    petitions.lock_matters(locked, numbers)
    require_among(_matters(petitions, numbers), locked)
    source = petitions.get(number) if number else None
    return petition_of(call, lock=True), source


def _counts_as_case(call: Call, petition: Petition) -> bool:
    if petition.case_opened_on is None:
        return False
    case = Cases(call.session).get(petition.number)
    return case is not None and case.withdrawn_on is None


def _matters(petitions: Petitions, numbers: Collection[str]) -> set[str]:
    return {matter for each in numbers if (matter := petitions.matter(each))}
