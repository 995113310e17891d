"""
What several endpoints look up first: the programme, the petition, the case.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from services.intake.casework.accused import accused_in
from services.intake.casework.repeats import lock_repeating
from services.intake.domain.cases.cases import Case
from services.intake.domain.petitions.petitions import Petition
from services.intake.domain.petitions.steps import reviewers
from services.intake.schemas.lists import filters_of
from services.intake.store import Cases, Petitions, Steps
from services.intake.store.kept import Reader
from shared.errors import (
    Forbidden,
    KeptSecret,
    NotFound,
    Problem,
    Refusal,
    reject_if,
)
from shared.policy.current import current_policy
from shared.policy.programme import Programme
from shared.rules import programme_exists
from shared.vocabulary import PetitionState
from shared.web.call import Call
from shared.web.lookup import (
    content_kept,
    in_sight,
    is_content_kept,
    no_such,
    or_not_found,
)


def programme_of(
    call: Call, code: str | None, office: str, *, running: bool = False
) -> Programme:
    """
    The programme of that *code*, or the one by which the office works: the first that
    runs today, else the last that ended, else the first to begin. The law's limits for
    a petition do not end with a drive.

    Raises `Rejected` unless it covers the office, and is *running* where that is asked.
    """
    policy = current_policy()
    covering = policy.programmes.of_office(office, policy.directory, call.today)
    programmes = {programme.code: programme for programme in covering}
    if code is None:
        reject_if(_some_programme(programmes, office))
        return covering[0]
    reject_if(_covers(code, programmes, office))
    programme = programmes[code]
    if running:
        reject_if(_runs(programme, call.today))
    return programme


def _some_programme(programmes: Collection[str], office: str) -> Iterator[Problem]:
    if not programmes:
        name = current_policy().directory.office(office).name
        yield Problem(
            "no_such_programme",
            f"没有涵盖{name}的专项工作。",
            "启用哪些专项由管理员在 PROGRAMMES 中写明。",
            "/programme",
        )


def _covers(
    code: str, programmes: Mapping[str, Programme], office: str
) -> Iterator[Problem]:
    """
    A programme of that *code* is one of those of an *office*.
    """
    policy = current_policy()
    for problem in programme_exists(code, programmes, "/programme"):
        detail = problem.detail
        if code in policy.programmes.codes:
            title = policy.programmes.get(code).title
            detail = f"专项“{title}”不涵盖{policy.directory.office(office).name}。"
        own = (f"{each.code}（{each.title}）" for each in programmes.values())
        yield replace(problem, detail=detail, remedy=f"可用：{'、'.join(own)}。")


def _runs(programme: Programme, today: date) -> Iterator[Problem]:
    window = programme.window
    if today not in window:
        yield Problem(
            "programme_not_running",
            f"专项“{programme.title}”的期间为 {window.from_} 至 {window.to}，"
            f"{today} 不在其内，不再报送台账。",
            "信访件照常登记；已列入案件的更正请在案件上办理（corrections）。",
            "/programme",
        )


def petition_of(
    call: Call, number: str | None = None, *, lock: bool = False
) -> Petition:
    """
    The petition of that *number*, else of the one in the path.
    """
    number = number or call.path["number"]
    stored = Petitions(call.session).get(number, lock=lock)
    require_not_accused(call, stored)
    petition = in_sight(call, stored, "信访件", number)
    if is_content_kept(call, petition):
        raise content_kept(petition.programme)
    return petition


def seen_by_actor(
    call: Call,
    *,
    by_receiver: bool | None = None,
    receiver: str | None = None,
    lock: bool = False,
) -> Petition:
    """
    The petition whose number is in the path, if the caller may see its office, or the
    office it was passed on to, or was at the time, *receiver*; else also one that a
    review was asked of, or that decides a dispute on it.

    Raises `NotFound`, and `Forbidden` unless the caller sees that of the two who acts,
    if *by_receiver* says which.
    """
    number = call.path["number"]
    stored = Petitions(call.session).get(number, lock=lock)
    require_not_accused(call, stored)
    petition = or_not_found(stored, "信访件", number)
    passed_to = receiver or petition.to_office
    receives = passed_to is not None and call.may_see(passed_to)
    owns = call.may_see(petition.office)
    if not (owns or receives or _reviewed(call, number) or _disputed(call, petition)):
        return or_not_found(None, "信访件", number)
    if is_content_kept(call, petition) and not _acts_itself(call, petition, passed_to):
        raise content_kept(petition.programme)
    if by_receiver and not receives:
        raise _not_acting(petition, passed_to, "接收（复查、复核、协调）单位")
    if by_receiver is False and not owns:
        raise _not_acting(petition, petition.office, "登记单位")
    return petition


def _not_acting(petition: Petition, acting: str | None, which: str) -> Forbidden:
    """
    The refusal for an office that sees a petition, in what another one does.
    """
    named = current_policy().directory.office(acting).name if acting else None
    who = f"{which}（{named}）" if named else which
    own = petition.passed_from
    return Forbidden.because(
        "not_acting_office",
        f"这一步骤由{who}办理。",
        f"对转来的信访件提出异议、报告，请用原编号 {own}。"
        if own and acting is None
        else "请由该单位办理。"
        if named
        else "这件信访没有转送、交办或申请复查、复核，目前没有这样的单位。",
        "/number",
    )


def _acts_itself(call: Call, petition: Petition, passed_to: str | None) -> bool:
    """
    Whether the caller's own office was passed the petition, reviews it or decides the
    dispute on it.
    """
    here = call.who.office
    if here == passed_to:
        return True
    if here in reviewers(Steps(call.session).of_petition(petition.number)):
        return True
    disputed = petition.state is PetitionState.DISPUTED
    return disputed and here == conference_over(call, petition)


def kept_or_not(call: Call, numbers: Collection[str]) -> Iterator[Petition | Case]:
    """
    The petitions and cases of these *numbers*, without those that the caller's own
    office was passed, or acts on where the path names one.
    """
    here, acts_on = call.who.office, set[str]()
    for petition in Petitions(call.session).with_keys(numbers):
        named = petition.number in call.path.values()
        if petition.to_office == here or (
            named and _acts_itself(call, petition, petition.to_office)
        ):
            acts_on.add(petition.number)
        else:
            yield petition
    for case in Cases(call.session).with_keys(numbers):
        if case.number not in acts_on:
            yield case


def _reviewed(call: Call, number: str) -> bool:
    asked_of = reviewers(Steps(call.session).of_petition(number))
    return any(map(call.may_see, asked_of))


def _disputed(call: Call, petition: Petition) -> bool:
    disputed = petition.state is PetitionState.DISPUTED
    return disputed and call.may_see(conference_over(call, petition))


def conference_over(call: Call, petition: Petition) -> str:
    """
    The office that decides a dispute on who handles a petition (S8).
    """
    policy = current_policy()
    programme = policy.programmes.get(petition.programme)
    return programme.conference_over(petition.office, policy.directory, call.today)


def case_of(call: Call, number: str | None = None, *, lock: bool = False) -> Case:
    """
    The case of that *number*, else of the one in the path.
    """
    number = number or call.path["number"]
    stored = Cases(call.session).get(number, lock=lock)
    try:
        case = in_sight(call, stored, "案件", number)
    except Refusal as refusal:
        # To who had the case nothing tells that it accuses them; the leak log does.
        accused = accused_in(call.session, number) if stored else None
        if not accused or not kept_from(call, call.who.office, accused):
            raise
        kept = (KeptSecret(**vars(p), accused=accused) for p in refusal.problems)
        raise type(refusal)(*kept) from None
    if is_content_kept(call, case):
        raise content_kept(case.programme)
    return case


def conditions_of(call: Call) -> dict[str, Any]:
    """
    By what a list of petitions or cases is narrowed down: a topic finds none of those
    whose topic is kept from the caller (XQ-56).
    """
    conditions = filters_of(call.query)
    if conditions.get("topic") is None:
        return conditions
    policy, reader = current_policy(), call.who.office
    rules = {
        programme.code: programme.progress_only
        for programme in policy.programmes
        if programme.progress_only
        and programme.tells_progress_only(reader, "", policy.directory, call.today)
    }
    return {**conditions, "read_by": Reader(reader, rules)}


def case_with_repeats(call: Call) -> Case:
    """
    The case of the path, locked after the petitions that repeat it or may do so.
    """
    lock_repeating(call.session, case_of(call))
    return case_of(call, lock=True)


def require_not_accused(call: Call, petition: Petition | None) -> None:
    """
    Raise `NotFound`, in the words for what does not exist, if a petition accuses the
    caller's office, or one above it.
    """
    accused = petition.accused_office if petition else None
    if petition and accused and kept_from(call, call.who.office, accused):
        missing = no_such("信访件", petition.number)
        raise NotFound(KeptSecret(**vars(missing), accused=accused))


def kept_from(call: Call, office: str, accused: str | None) -> bool:
    """
    Whether an *office* is the accused one, or below it.
    """
    directory = current_policy().directory
    return accused is not None and directory.is_within(office, accused, call.today)


def offices_of(call: Call, petition: Petition) -> list[str]:
    """
    The offices that have a petition or had it: its own, and whom it was passed on to.
    """
    steps = Steps(call.session).of_petition(petition.number)
    passed = (step.to_office for step in steps)
    return [petition.office, *dict.fromkeys(filter(None, passed))]
