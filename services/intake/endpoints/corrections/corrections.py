"""
Petitions that were registered wrongly: corrected and withdrawn.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from services.intake.casework.corrections import arrange_corrected, count_corrected
from services.intake.casework.followed import (
    FollowedCase,
    follow_petition,
    row_by_petition,
)
from services.intake.casework.forms import coded, columns_of
from services.intake.casework.matters import require_among
from services.intake.casework.repeats import restore_repeat, take_back_repeat
from services.intake.casework.splits import follow_part, made_by_split
from services.intake.domain.corrections.correcting import (
    PERSONAL,
    correct_petition,
    masked_values,
    no_longer_received,
    restore_petition,
    standing,
    withdraw_petition,
)
from services.intake.domain.corrections.corrections import (
    CorrectionKind,
    differences,
    something_changes,
)
from services.intake.domain.openings import require_handling_office
from services.intake.domain.petitions.appeals import APPEAL, appeal_problems
from services.intake.domain.petitions.matters import as_first, handled_by
from services.intake.domain.petitions.petitions import (
    Petition,
    accusation_problems,
    post_of_office,
    representatives_named,
)
from services.intake.domain.petitions.splitting import parted_again, whole_again
from services.intake.domain.words import (
    in_words,
    kind_of_kept_category,
    not_in_words,
)
from services.intake.endpoints.corrections.changed import title_of
from services.intake.endpoints.corrections.history import announce_corrected, note, why
from services.intake.endpoints.lookup import offices_of, petition_of
from services.intake.endpoints.petitions.petitions import shown_petition
from services.intake.schemas import Petitioner, PetitionView
from services.intake.schemas.history import (
    CorrectedPetitionView,
    PetitionCorrection,
    RestorationBody,
    WithdrawalBody,
)
from services.intake.store import OUTBOX, Cases, Petitions, Replies, corrected_matter
from shared.errors import Problem, reject_if
from shared.matter_numbers import office_in
from shared.policy.current import current_policy
from shared.policy.parts.petitions import GroupVisits
from shared.policy.parts.words import find
from shared.vocabulary import Appellant, Category
from shared.web.call import CLERKS, Call
from shared.web.endpoint import api
from shared.web.request import load


@api(
    "POST",
    "/petitions/<number>/corrections",
    roles=CLERKS,
    body=PetitionCorrection,
    answer=CorrectedPetitionView,
    status=201,
)
def correct_registered_petition(call: Call) -> dict[str, Any]:
    """
    Correct what was registered of a petition; its clocks follow the day of receipt, and
    so does its case, but for the columns in which that says something else.
    """
    petition, petitions = petition_of(call), Petitions(call.session)
    require_handling_office(call.who.office, petition.office)
    changes = _changes(call, petition)
    representatives = changes.pop("representatives", None)
    petition, private, sealed, (was, matter) = _locked(call, changes)
    changes |= {name: sealed[name] for name in changes if name in PERSONAL}
    before = {
        name: private[name] if name in PERSONAL else getattr(petition, name)
        for name in changes
    }
    changed = differences(before, changes)
    reject_if(something_changes(changed))
    after = _with_changes(petition, changes, representatives)
    _require_kept_kind(after)
    _require_not_the_accused(call, petition, after)
    _require_whole_appeal(after)
    if matter is None:
        after = as_first(after)
    row = row_by_petition(call.session, petition)
    petitions.correct(after, sealed, matter)
    if arrange_corrected(call.session, petition, after, (was, matter), call.today):
        after = petition_of(call)
    on = call.body.get("corrected_on", call.today)
    replies = standing(Replies(call.session).of_petition(petition.number))
    corrected, event = correct_petition(
        petition, after, on=on, today=call.today, replies=replies
    )
    petitions.update(corrected)
    if "handler_post" in changes and corrected.repeat_of is None:
        petitions.follow_first(corrected)
    OUTBOX.announce(call.session, event)
    anew, session = was != matter, call.session
    count_corrected(session, petition, corrected, on=on, today=call.today, anew=anew)
    kind, reason = CorrectionKind.PETITION_CORRECTED, call.body["reason"]
    note(call, petition.number, kind, changed, reason=reason)
    case = follow_petition(session, corrected, row, on=on, keeps_matter=not anew)
    own = _announce_case(call, case)
    return {**shown_petition(call, corrected), "differing_columns": own}


def _announce_case(call: Call, case: FollowedCase | None) -> list[dict[str, str]]:
    """
    Announce what became of the case of a corrected petition, and add it to the history;
    the columns that stay as they are in the case, each with its title.
    """
    if case is None:
        return []
    if case.corrected.fields:
        announce_corrected(call, case.corrected, case.leaving)
    columns = columns_of(case.corrected.case.programme)
    return [{"name": n, "title": title_of(n, columns.get(n))} for n in case.own]


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
    petitions.update(withdrawn)
    if source and petition.split_from:
        rest = whole_again(source, withdrawn)
        _with_part(call, (source, rest), withdrawn, event.occurred_on)
    elif source:
        petitions.update(no_longer_received(source, withdrawn))
    OUTBOX.announce(call.session, event)
    take_back_repeat(call.session, petition, event.occurred_on, for_good=False)
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
    petitions.update(restored)
    if passed:
        petitions.update(replace(passed, received_as=restored.number))
    elif source:
        rest = parted_again(source, restored)
        _with_part(call, (source, rest), restored, event.occurred_on)
    OUTBOX.announce(call.session, event)
    restore_repeat(call.session, restored, event.occurred_on)
    note(
        call,
        petition.number,
        CorrectionKind.PETITION_RESTORED,
        {"withdrawn_on": (petition.withdrawn_on, None)},
        reason=call.body["reason"],
    )
    return shown_petition(call, restored)


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
    made, case = follow_part(
        call.session,
        before,
        after,
        changes,
        had_by=offices_of(call, before),
        on=on,
        today=call.today,
    )
    if made:
        kind, reason = CorrectionKind.PETITION_CORRECTED, call.body["reason"]
        note(call, before.number, kind, made, reason=reason)
    _announce_case(call, case)


def _with_source(call: Call) -> tuple[Petition, Petition | None]:
    """
    The petition of the path, and the one that it was split from, or else that of
    another office that was received as this one; both locked, in one order.
    """
    petitions, petition = Petitions(call.session), petition_of(call)
    number = petition.split_from or petition.passed_from
    if number:
        petitions.lock({petition.number, number})
    source = petitions.get(number) if number else None
    return petition_of(call, lock=True), source


def _changes(call: Call, petition: Petition) -> dict[str, Any]:
    """
    What is to be changed, in the words of the petition's programme. Raises `Rejected`
    with every reason.
    """
    programme = current_policy().programmes.get(petition.programme)
    words, changes = programme.words, coded(call.body["changes"], programme)
    reject_if(
        [
            *masked_values(
                changes.get("petitioner"),
                changes.get("demand"),
                "/changes",
                changes.get("members", ()),
            ),
            *(
                replace(problem, location=f"/changes{problem.location}")
                for problem in not_in_words(changes, words)
            ),
        ]
    )
    identified = in_words(changes, words)
    return changes | {name: identified[name] for name in changes if name in identified}


def _with_changes(
    petition: Petition, changes: Mapping[str, Any], representatives: int | None
) -> Petition:
    """
    The petition with the *changes*, which may make it a group visit. Raises `Rejected`
    unless it says rightly how many persons represent it.
    """
    plain = {name: v for name, v in changes.items() if name not in PERSONAL}
    if "category" in plain:
        plain["category"] = Category(plain["category"])
    if plain.get("appellant"):
        plain["appellant"] = Appellant(plain["appellant"])
    after = replace(petition, **plain)
    if "handler_post" in plain:
        after = _handled_by(petition, after)
    rule = _group_visits(after)
    if representatives is not None or not petition.group_visit:
        words = current_policy().programmes.get(petition.programme).words
        channel = find(words["channel"], after.channel)
        named = {"persons": after.persons, "representatives": representatives}
        reject_if(representatives_named(named, channel, rule, "/changes"))
    visit = rule is not None and rule.includes(after.channel, after.persons)
    return replace(after, group_visit=visit)


def _group_visits(petition: Petition) -> GroupVisits | None:
    """
    What makes a petition a group visit; None: nothing does.
    """
    policy = current_policy()
    kind = policy.directory.office(petition.office).kind
    programme = policy.programmes.get(petition.programme)
    if petition.passed_from is not None:
        return None
    return programme.group_visits_on(petition.received_on, kind)


def _handled_by(before: Petition, after: Petition) -> Petition:
    """
    A petition with its handler corrected. Raises `Rejected` for a post that the office
    that registered it does not have.
    """
    code = office_in(before.number) or before.office
    office, post = current_policy().directory.office(code), after.handler_post
    reject_if(post_of_office(post, office, "/changes/handler_post"))
    return handled_by(after, post)


def _petitioner(stored: dict[str, Any] | None, changes: dict[str, Any]) -> Any:
    """
    Who petitions, as stored, with the changes. Raises `Rejected` with every reason.
    """
    merged = {**(stored or {}), **changes["petitioner"]}
    known = {name: value for name, value in merged.items() if value is not None}
    faults: list[Problem] = []
    found = load(Petitioner(), known, faults, "/changes/petitioner/")
    reject_if(faults)
    return found


def _require_kept_kind(after: Petition) -> None:
    """
    Raise `Rejected` where the kind of a corrected petition is not one that its category
    has (XQ-56).
    """
    programme = current_policy().programmes.get(after.programme)
    named = {"category": after.category, "case_kind": after.case_kind}
    rule, words = programme.progress_only, programme.words
    reject_if(kind_of_kept_category(named, rule, words, "/changes"))


def _require_not_the_accused(call: Call, before: Petition, after: Petition) -> None:
    """
    Raise `Rejected` where a corrected petition accuses an office that has it or had it.
    """
    named = {"category": after.category, "accused_office": after.accused_office}
    directory, on = current_policy().directory, after.received_on
    offices = offices_of(call, before)
    reject_if(accusation_problems(named, offices, directory, on, "/changes"))


def _require_whole_appeal(after: Petition) -> None:
    """
    Raise `Rejected` where a corrected appeal does not say who decided, and on whom, or
    is an accusation.
    """
    appeal = {name: getattr(after, name) for name in ("category", *APPEAL)}
    directory = current_policy().directory
    reject_if(appeal_problems(appeal, after.received_on, directory, "/changes"))


_Matters = tuple[str | None, str | None]  # that of a petition, and as it is corrected


def _locked(
    call: Call, changes: dict[str, Any]
) -> tuple[Petition, dict[str, Any], dict[str, Any], _Matters]:
    """
    The petition of the path, what is sealed of it, what is with the *changes*, and its
    matters; locked together with these.

    Raises `Conflict` if somebody has just made it one of another matter.
    """
    petition, _, _, matters = _with_matters(call, changes)
    locked = {matter for matter in matters if matter}
    Petitions(call.session).lock_matters(locked, [petition.number])
    petition, private, sealed, matters = _with_matters(call, changes)
    require_among({matter for matter in matters if matter}, locked)
    require_handling_office(call.who.office, petition.office)
    return petition, private, sealed, matters


def _with_matters(
    call: Call, changes: dict[str, Any]
) -> tuple[Petition, dict[str, Any], dict[str, Any], _Matters]:
    petition, petitions = petition_of(call), Petitions(call.session)
    private, was = petitions.private(petition.number), petitions.matter(petition.number)
    sealed = _sealed(private, changes)
    becomes = corrected_matter(petition, was, private, sealed)
    return petition, private, sealed, (was, becomes)


def _sealed(private: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """
    What is sealed of a petition, with the *changes*. Raises `Rejected`.
    """
    sealed = {name: changes.get(name, value) for name, value in private.items()}
    if changes.get("petitioner") is not None:
        sealed["petitioner"] = _petitioner(private["petitioner"], changes)
    return sealed


def _counts_as_case(call: Call, petition: Petition) -> bool:
    if petition.case_opened_on is None:
        return False
    case = Cases(call.session).get(petition.number)
    return case is not None and case.withdrawn_on is None
