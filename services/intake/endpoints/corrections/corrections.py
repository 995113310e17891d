"""
Petitions that were registered wrongly: corrected.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from services.intake.casework.corrections import arrange_corrected, count_corrected
from services.intake.casework.followed import (
    FollowedCase,
    follow_petition,
    row_by_petition,
)
from services.intake.casework.forms import coded, columns_of
from services.intake.casework.matters import require_among
from services.intake.casework.proposals import follow_arranged
from services.intake.casework.rearranged import cases_before, follow_matter
from services.intake.casework.registering import registration_rules
from services.intake.domain.corrections.correcting import (
    PERSONAL,
    correct_petition,
    standing,
)
from services.intake.domain.corrections.corrections import (
    CorrectionKind,
    differences,
    something_changes,
)
from services.intake.domain.openings import require_handling_office
from services.intake.domain.petitions.matters import as_first, handled_by
from services.intake.domain.petitions.petitions import Petition
from services.intake.domain.petitions.registering import (
    RegistrationRules,
    named_persons,
    registration_problems,
)
from services.intake.domain.words import in_words
from services.intake.endpoints.corrections.changed import title_of
from services.intake.endpoints.corrections.history import (
    announce_corrected,
    note,
)
from services.intake.endpoints.lookup import offices_of, petition_of
from services.intake.endpoints.petitions.petitions import shown_petition
from services.intake.schemas import Petitioner
from services.intake.schemas.history import (
    CorrectedPetitionView,
    PetitionCorrection,
)
from services.intake.store import OUTBOX, Petitions, Replies, corrected_matter
from shared.errors import Problem, reject_if
from shared.matter_numbers import office_in
from shared.policy.current import current_policy
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
    petitions = Petitions(call.session)
    require_handling_office(call.who.office, petition_of(call).office)
    written = _written(call)
    petition, private, sealed, (was, matter) = _locked(call, written)
    written = _with_members(petition, written)
    reject_if(_problems(call, petition, private, written))
    changes = _identified(petition, written)
    changes |= {name: sealed[name] for name in changes if name in PERSONAL}
    before = {
        name: private[name] if name in PERSONAL else getattr(petition, name)
        for name in changes
    }
    changed = differences(before, changes)
    reject_if(something_changes(changed))
    after = _with_changes(petition, changes)
    if matter is None:
        after = as_first(after)
    session, today, anew = call.session, call.today, was != matter
    row = row_by_petition(session, petition)
    moved = anew or petition.received_on != after.received_on
    cases = cases_before(session, petition, {was, matter} if moved else ())
    petitions.correct(after, sealed, matter)
    arranged = arrange_corrected(session, petition, after, (was, matter), today)
    others = [each for each in arranged if each.number != after.number]
    after = petition_of(call) if arranged else after
    on = call.body.get("corrected_on", call.today)
    replies = standing(Replies(call.session).of_petition(petition.number))
    corrected, event = correct_petition(
        petition, after, on=on, today=call.today, replies=replies
    )
    petitions.update(corrected)
    if "handler_post" in changes and corrected.repeat_of is None:
        petitions.follow_first(corrected)
    OUTBOX.announce(call.session, event)
    count_corrected(
        session, petition, corrected, on=on, today=today, anew=anew, also=cases.cases
    )
    kind, reason = CorrectionKind.PETITION_CORRECTED, call.body["reason"]
    note(call, petition.number, kind, changed, reason=reason)
    case = follow_petition(session, corrected, row, on=on, keeps_matter=not anew)
    own = announce_case(call, case)
    follow_matter(session, corrected, cases, on, today)
    rearranged = [corrected, *others]
    follow_arranged(session, rearranged, on, today, by=call.who.account)
    return {**shown_petition(call, petition_of(call)), "differing_columns": own}


def announce_case(call: Call, case: FollowedCase | None) -> list[dict[str, str]]:
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


def _written(call: Call) -> dict[str, Any]:
    """
    What is to be changed, with the codes of the petition's programme.
    """
    programme = current_policy().programmes.get(petition_of(call).programme)
    return coded(call.body["changes"], programme)


def _with_members(petition: Petition, written: Mapping[str, Any]) -> dict[str, Any]:
    """
    What is *written*, with as many persons as it names where it names more members than
    there were persons.
    """
    named = named_persons(written)
    if named > petition.persons and "persons" not in written:
        return {**written, "persons": named}
    return dict(written)


def _problems(
    call: Call,
    petition: Petition,
    private: Mapping[str, Any],
    written: Mapping[str, Any],
) -> Iterator[Problem]:
    """
    What is wrong with a petition as it would be with what is *written* now: as at the
    counter.
    """
    members = {"members": private.get("members")}
    body = {**vars(petition), **members, "representatives": None, **written}
    rules = _rules(replace(petition, received_on=body["received_on"]))
    if petition.group_visit and body["representatives"] is None:
        rules = replace(rules, group_visits=None)  # it has named them before
    directory = current_policy().directory
    yield from registration_problems(
        body,
        rules,
        directory.office(office_in(petition.number) or petition.office),
        directory,
        today=call.today,
        changes=written,
        had_by=offices_of(call, petition),
        under="/changes",
    )


def _identified(petition: Petition, written: Mapping[str, Any]) -> dict[str, Any]:
    """
    The fields of a petition that are *written* anew, in the words of its programme.
    """
    words = current_policy().programmes.get(petition.programme).words
    identified = in_words(written, words)
    return {
        name: identified.get(name, value)
        for name, value in written.items()
        if name != "representatives"
    }


def _with_changes(petition: Petition, changes: Mapping[str, Any]) -> Petition:
    """
    The petition with the *changes*, which may make it a group visit.
    """
    plain = {name: v for name, v in changes.items() if name not in PERSONAL}
    if "category" in plain:
        plain["category"] = Category(plain["category"])
    if plain.get("appellant"):
        plain["appellant"] = Appellant(plain["appellant"])
    after = replace(petition, **plain)
    if "handler_post" in plain:
        after = handled_by(after, after.handler_post)
    rule = _rules(after).group_visits
    visit = rule is not None and rule.includes(after.channel, after.persons)
    return replace(after, group_visit=visit)


def _rules(petition: Petition) -> RegistrationRules:
    """
    What is asked of a petition; what was passed on came to another office as a visit.
    """
    policy = current_policy()
    kind = policy.directory.office(petition.office).kind
    programme = policy.programmes.get(petition.programme)
    rules = registration_rules(programme, petition.received_on, kind)
    return replace(rules, group_visits=None) if petition.passed_from else rules


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
