"""
What intake decides: is it a repeat, is it in scope, may it be merged.

Pure: the day, the numbers, the programme and the keyed hashes are arguments.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from services.intake import events
from shared.errors import Fault, reject_if
from shared.policy.programme import Programme
from shared.vocabulary import Origin, ReplyKind


@dataclass(frozen=True)
class Petition:
    """
    One contact, as far as a decision needs it.

    *repeat_of* is the first petition of the same matter, None for a first one.
    """

    number: str
    office: str
    programme: str
    received_on: date
    channel: str
    category: str
    case_kind: str
    repeat_of: str | None


def check_received(received_on: date, today: date) -> None:
    """
    Raises `Rejected` for a petition that is still to come.
    """
    reject_if(not_later(received_on, today, "/received_on", "收到日期"))


def registered(petition: Petition) -> events.PetitionRegistered:
    return events.PetitionRegistered(
        office=petition.office,
        case_number=petition.number,
        occurred_on=petition.received_on,
        programme=petition.programme,
        channel=petition.channel,
        category=petition.category,
        case_kind=petition.case_kind,
        first=petition.repeat_of is None,
    )


@dataclass(frozen=True)
class Reply:
    """An answer to a petition."""

    replied_on: date
    kind: str
    mode: str
    outcome: str | None
    summary: str


def reply(
    petition: Petition, given: Reply, *, earlier: Collection[str], today: date
) -> events.ReplyGiven:
    """
    Record that the office answered; *earlier* are the kinds already given.

    Raises `Rejected` with every reason.
    """
    reject_if(
        [
            *not_later(given.replied_on, today, "/replied_on", "回复日期"),
            *not_earlier(
                given.replied_on, petition.received_on, "/replied_on", "收到日期"
            ),
            *_result_only_once(given, earlier),
        ]
    )
    return events.ReplyGiven(
        office=petition.office,
        case_number=petition.number,
        occurred_on=given.replied_on,
        programme=petition.programme,
        kind=given.kind,
        mode=given.mode,
    )


def not_later(day: date, today: date, place: str, name: str) -> Iterator[Fault]:
    """
    What has happened has a day that has come.
    """
    if day > today:
        yield Fault(
            "date_in_future",
            f"{name} {day} 晚于今天 {today}。",
            "请填写已经发生的日期。",
            place,
        )


def not_earlier(day: date, start: date, place: str, name: str) -> Iterator[Fault]:
    """
    Nothing is answered before it came.
    """
    if day < start:
        yield Fault(
            "date_before_start",
            f"日期 {day} 早于{name} {start}。",
            "请核对两个日期。",
            place,
        )


def _result_only_once(given: Reply, earlier: Collection[str]) -> Iterator[Fault]:
    if given.kind == ReplyKind.RESULT and ReplyKind.RESULT in earlier:
        yield Fault(
            "result_already_given",
            "这件信访已经给过结果答复。",
            "补充说明请按办理过程答复（progress）登记。",
            "/kind",
        )


@dataclass(frozen=True)
class Case:
    """
    A line of an office's ledger that became a case.
    """

    number: str
    office: str
    programme: str
    opened_on: date
    track: str
    in_scope: bool
    failing: tuple[str, ...]
    repeats: int
    merged_into: str | None = None
    merged_on: date | None = None
    unmerged_on: date | None = None


def open_case(
    row: Mapping[str, Any], *, office: str, programme: Programme
) -> tuple[Case, events.CaseOpened]:
    """
    Make a case of a ledger row and judge it against the scope (PY-06 .. PY-10).

    A case outside the scope is kept and named with the clauses it fails; what
    arose after the cut-off day goes to the everyday track (PY-47).
    """
    accepted_on = date.fromisoformat(row["accepted_on"])
    opened_on = date.fromisoformat(row["reported_on"])
    failing = programme.scope.failing(scope_facts(row))
    everyday = programme.everyday_from
    track = "everyday" if everyday and accepted_on >= everyday else "campaign"
    case = Case(
        number=row["case_no"],
        office=office,
        programme=programme.code,
        opened_on=opened_on,
        track=track,
        in_scope=not failing,
        failing=tuple(clause.id for clause in failing),
        repeats=row["repeats_in_window"],
    )
    return case, _opened(case, row, programme)


def scope_facts(row: Mapping[str, Any]) -> dict[str, object]:
    """
    The facts that the clauses of a programme's scope ask for.

    A matter whose last petition is its first one was not repeated, whatever its number
    of repeats (PY-06).
    """
    is_repeated = row["first_petition_on"] != row["last_petition_on"]
    return {
        "case_kind": row["case_kind"],
        "accepted_on": date.fromisoformat(row["accepted_on"]),
        "repeats_in_window": row["repeats_in_window"] if is_repeated else 0,
        "last_petition_on": date.fromisoformat(row["last_petition_on"]),
        "scope_class": row["scope_class"],
        "origin": row["origin"],
        "opinions": row.get("prior_opinions") or [],
    }


def _opened(
    case: Case, row: Mapping[str, Any], programme: Programme
) -> events.CaseOpened:
    named = [
        (programme.hub, row.get("upper_leader_post")),
        (case.office, row.get("leader_post")),
    ]
    resolve_by = row.get("resolve_by")
    return events.CaseOpened(
        office=case.office,
        case_number=case.number,
        occurred_on=case.opened_on,
        programme=case.programme,
        track=case.track,
        in_scope=case.in_scope,
        failing=case.failing,
        origin=row["origin"],
        handed=row["origin"] != Origin.OWN_SCREENING,
        batch_ref=row.get("batch_ref"),
        case_kind=row["case_kind"],
        scope_class=row["scope_class"],
        difficulty=row["difficulty"],
        repeats=case.repeats,
        resolve_by=date.fromisoformat(resolve_by) if resolve_by else None,
        leaders=tuple((office, post) for office, post in named if post),
        department=row.get("department"),
        handler_post=row.get("handler_post"),
        team=row.get("team"),
        first_petition=is_first(row),
        cross_separate=bool(row.get("cross_separate")),
        **{mark: row.get(mark) is True for mark in _MARKS},
    )


_MARKS = ("long_span", "many_people", "policy_heavy", "sensitive")


def is_first(row: Mapping[str, Any]) -> bool:
    """
    Whether the matter was petitioned once only, and not handed down (A-32).
    """
    return bool(
        row["origin"] == Origin.OWN_SCREENING
        and row["repeats_in_window"] == 0
        and row["first_petition_on"] == row["last_petition_on"]
    )


def content_of(row: Mapping[str, Any]) -> str:
    """
    A hash of what a row says, to tell a repetition from a change.

    The running number and the column of a form filled in twice may differ.
    """
    said = {k: v for k, v in row.items() if k != "seq" and v is not None}
    text = json.dumps(said, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def merge(
    case: Case, into: Case, *, on: date, today: date
) -> tuple[Case, events.CaseMerged]:
    """
    Count *case* no longer: it is the same matter as *into* (PY-19).

    Nothing is deleted. Raises `Rejected` with every reason.
    """
    reject_if(
        [
            *not_later(on, today, "/merged_on", "合并日期"),
            *not_earlier(on, case.opened_on, "/merged_on", "填报日期"),
            *_after_unmerging(case, on),
            *_two_different(case, into),
            *_not_merged(case, "/number", "这件案件"),
            *_not_merged(into, "/into", "并入的案件"),
            *_same_programme(case, into),
        ]
    )
    merged = replace(case, merged_into=into.number, merged_on=on)
    return merged, events.CaseMerged(
        office=case.office,
        case_number=case.number,
        occurred_on=on,
        programme=case.programme,
        into=into.number,
        in_scope=case.in_scope,
        repeats=case.repeats,
    )


def _after_unmerging(case: Case, on: date) -> Iterator[Fault]:
    """
    On any day a case is merged or not, never both.
    """
    if case.unmerged_on and on <= case.unmerged_on:
        yield Fault(
            "merged_before_unmerged",
            f"合并日期 {on} 不晚于上次撤销合并的日期 {case.unmerged_on}。",
            "请填写撤销之后的日期。",
            "/merged_on",
        )


def _two_different(case: Case, into: Case) -> Iterator[Fault]:
    if case.number == into.number:
        yield Fault(
            "merge_with_itself",
            "案件不能并入自己。",
            "请填写另一件案件的编号。",
            "/into",
        )


def _not_merged(case: Case, place: str, name: str) -> Iterator[Fault]:
    if case.merged_into:
        yield Fault(
            "already_merged",
            f"{name}已并入 {case.merged_into}。",
            "如合并有误，请先撤销合并。",
            place,
        )


def _same_programme(case: Case, into: Case) -> Iterator[Fault]:
    if case.programme != into.programme:
        yield Fault(
            "other_programme",
            "两件案件不在同一个专项里。",
            "请核对编号。",
            "/into",
        )


def unmerge(case: Case, *, on: date, today: date) -> tuple[Case, events.CaseUnmerged]:
    """
    Undo a merge: the case counts again from *on*.

    Raises `Rejected` with every reason.
    """
    into, since = case.merged_into, case.merged_on
    if into is None or since is None:
        reject_if(
            [Fault("not_merged", "这件案件没有被合并。", "请核对编号。", "/number")]
        )
        raise AssertionError
    reject_if(
        [
            *not_later(on, today, "/unmerged_on", "撤销日期"),
            *not_earlier(on, since, "/unmerged_on", "合并日期"),
        ]
    )
    restored = replace(case, merged_into=None, merged_on=None, unmerged_on=on)
    return restored, events.CaseUnmerged(
        office=case.office,
        case_number=case.number,
        occurred_on=on,
        programme=case.programme,
        into=into,
        in_scope=case.in_scope,
        repeats=case.repeats,
    )
