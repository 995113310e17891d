"""
Cases: opened from a row of a ledger and judged against the scope.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from services.intake.events.cases import (
    CaseOpened,
    CaseRepeated,
    CaseRepeatWithdrawn,
    CountedIn,
)
from shared.policy.parts.scope import Clause
from shared.policy.programme import Programme


@dataclass(frozen=True, kw_only=True)
class Enrolment:
    """
    A case stands *since* a day also in a further *programme*, until it was
    *withdrawn_on* another; what it counts by there.

    *period* counts the times it has stood there, from 1. *changed_on*: the last day on
    which its repeats there became others. *stated*: what a person said of it in the
    terms of that programme, for its scope to be judged by again.
    """

    programme: str
    since: date
    track: str
    origin: str
    repeats: int
    withdrawn_on: date | None = None
    period: int = 1
    changed_on: date | None = None
    stated: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Case:
    """
    A line of an office's ledger that became a case; *origin*, *case_kind*, *topic*,
    *registration_level* and *channel*, that of its last petition, are words of the
    programme.

    *corrected*: how often its row was corrected; what it was opened with, the last time
    as of *corrected_on*. *reinstated_on*: since when it counts again after a withdrawal
    that was a mistake. *closed_as* is how it ended, as long as it is closed. *had_by*:
    the offices that had it before it moved to *office*, the last time on *moved_on*.
    *enrolments*: the further programmes in which it stands or stood (PY-60).
    """

    number: str
    office: str
    programme: str
    opened_on: date
    track: str
    in_scope: bool
    failing: tuple[str, ...]
    repeats: int
    origin: str
    case_kind: str
    topic: str | None = None
    registration_level: str | None = None
    persons: int = 1
    channel: str | None = None
    merged_into: str | None = None
    merged_on: date | None = None
    unmerged_on: date | None = None
    corrected: int = 0
    corrected_on: date | None = None
    withdrawn_on: date | None = None
    reinstated_on: date | None = None
    closed_as: str | None = None
    had_by: tuple[str, ...] = ()
    moved_on: date | None = None
    enrolments: tuple[Enrolment, ...] = ()

    @property
    def further(self) -> tuple[Enrolment, ...]:
        """
        The further programmes in which it stands.
        """
        return tuple(each for each in self.enrolments if each.withdrawn_on is None)


_MARKS = ("long_span", "many_people", "policy_heavy", "sensitive")


def open_case(
    row: Mapping[str, Any], *, office: str, programme: Programme
) -> tuple[Case, CaseOpened]:
    """
    Make a case of a ledger row and judge it against the scope (PY-06 .. PY-10).

    A case outside the scope is stored with the clauses it fails; what
    arose after the cut-off day goes to the everyday track (PY-47).
    """
    opened_on = date.fromisoformat(row["reported_on"])
    accepted_on = _day(row, "accepted_on") or opened_on
    failing = failing_clauses(row, programme)
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
        repeats=row.get("repeats_in_window") or 0,
        origin=row["origin"],
        case_kind=row["case_kind"],
        topic=row.get("topic"),
        registration_level=row.get("registration_level"),
        persons=row.get("persons") or 1,
        channel=row.get("last_petition_form"),
    )
    return case, _opened(case, row, programme)


def began_on(row: Mapping[str, Any], opened_on: date) -> date:
    """
    Since when the matter of a ledger row is there: since its first petition, or its
    acceptance, if the row says so; else since the case was *opened_on* a day.
    """
    stated = (_day(row, name) for name in ("first_petition_on", "accepted_on"))
    return min(filter(None, (opened_on, *stated)))


def failing_clauses(row: Mapping[str, Any], programme: Programme) -> tuple[Clause, ...]:
    """
    The clauses of the scope that keep the case of a row out of it.
    """
    facts = scope_facts(row) | {"handed": programme.is_handed(row["origin"])}
    return programme.scope.failing(facts)


def scope_facts(row: Mapping[str, Any]) -> dict[str, object]:
    """
    The facts that the clauses of a programme's scope test.

    A matter whose last petition is its first one was not repeated, whatever its number
    of repeats (PY-06).
    """
    first, last = _day(row, "first_petition_on"), _day(row, "last_petition_on")
    repeats = row.get("repeats_in_window")
    return {
        "case_kind": row["case_kind"],
        "accepted_on": _day(row, "accepted_on"),
        "repeats_in_window": 0 if first and first == last else repeats,
        "registered_repeat": row.get("registered_repeat"),
        "last_petition_on": last,
        "scope_class": row.get("scope_class"),
        "origin": row["origin"],
        "topic": row.get("topic"),
        "registration_level": row.get("registration_level"),
        "opinions": row.get("prior_opinions") or [],
    }


def _opened(case: Case, row: Mapping[str, Any], programme: Programme) -> CaseOpened:
    named = [
        (programme.hub, row.get("upper_leader_post")),
        (case.office, row.get("leader_post")),
    ]
    handed = programme.is_handed(row["origin"])
    return CaseOpened(
        office=case.office,
        case_number=case.number,
        occurred_on=case.opened_on,
        programme=case.programme,
        track=case.track,
        in_scope=case.in_scope,
        failing=case.failing,
        origin=case.origin,
        handed=handed,
        batch_ref=row.get("batch_ref"),
        case_kind=case.case_kind,
        scope_class=row.get("scope_class"),
        difficulty=row["difficulty"],
        repeats=case.repeats,
        resolve_by=_day(row, "resolve_by"),
        leaders=tuple((office, post) for office, post in named if post),
        department=row.get("department"),
        handler_post=row.get("handler_post"),
        team=row.get("team"),
        responsible_post=row.get("responsible_post"),
        contact=row.get("contact"),
        territorial_office=row.get("territorial_office"),
        topic=case.topic,
        registration_level=case.registration_level,
        persons=case.persons,
        accused_office=row.get("accused_office"),
        first_petition=not handed and is_first(row, case.office),
        cross_separate=bool(row.get("cross_separate")),
        **{mark: row.get(mark) is True for mark in _MARKS},
    )


def counted_in(before: Case, after: Case | None = None) -> tuple[CountedIn, ...]:
    """
    What a case counts by in its further programmes, *after* what happened to it and
    *before*.
    """
    was = {each.programme: each.repeats for each in before.further}
    return tuple(
        CountedIn(
            programme=each.programme,
            since=each.since,
            origin=each.origin,
            repeats=each.repeats,
            repeats_before=was[each.programme],
        )
        for each in (after or before).further
    )


def with_repeats(
    case: Case, more: Mapping[str, int], on: date
) -> tuple[Enrolment, ...]:
    """
    The enrolments of a case with so many *more* repeats, from a day on, in each
    programme in which it still stands.
    """
    return tuple(
        replace(
            each,
            repeats=max(0, each.repeats + more[each.programme]),
            changed_on=max(on, each.changed_on or on),
        )
        if each.withdrawn_on is None and more.get(each.programme)
        else each
        for each in case.enrolments
    )


def repeated(
    case: Case,
    on: date,
    *,
    counted: bool,
    received_on: date,
    also: Collection[str] = (),
) -> tuple[Case, CaseRepeated]:
    """
    One more petition of the case's matter came in, which counts from a day *on*;
    *counted*: the programme counts it; *also*: the further programmes that do.

    To a case that was merged or withdrawn it adds nothing that is counted.
    """
    after = replace(
        case,
        repeats=case.repeats + counted,
        enrolments=with_repeats(case, dict.fromkeys(also, 1), on),
    )
    return after, CaseRepeated(
        office=case.office,
        case_number=case.number,
        occurred_on=on,
        programme=case.programme,
        in_scope=case.in_scope,
        counted=counted and _counts(case),
        received_on=received_on,
        enrolled=counted_in(case, after) if _counts(case) else (),
        also=tuple(also) if _counts(case) else (),
    )


@dataclass(frozen=True, kw_only=True)
class CountedRepeat:
    """
    A *petition* that counts as a repeat of a case, since the day *on*; *counted*: it is
    one of the repeats that the programme counts; *also*: the further programmes that
    count it. It rests from *withdrawn_on* until the petition, which is withdrawn, is
    restored.
    """

    petition: str
    case_number: str
    on: date
    counted: bool
    withdrawn_on: date | None = None
    also: tuple[str, ...] = ()

    def counts_in(self, code: str, home: str) -> bool:
        """
        Whether a programme counts it; *home*: that of the case itself.
        """
        return self.counted if code == home else code in self.also


def no_repeat(
    case: Case, repeat: CountedRepeat, on: date, *, received_on: date
) -> tuple[Case, CaseRepeatWithdrawn]:
    """
    A petition that counted as a repeat of a case is not one, as was decided *on* a day.

    A case that was merged or withdrawn takes no repeats off what is counted: they went
    with it.
    """
    day = max(on, repeat.on)
    after = replace(
        case,
        repeats=max(0, case.repeats - repeat.counted),
        enrolments=with_repeats(case, dict.fromkeys(repeat.also, -1), day),
    )
    return after, CaseRepeatWithdrawn(
        office=case.office,
        case_number=case.number,
        occurred_on=day,
        programme=case.programme,
        in_scope=case.in_scope,
        counted=repeat.counted and _counts(case),
        repeated_on=repeat.on,
        received_on=received_on,
        enrolled=counted_in(case, after) if _counts(case) else (),
        also=repeat.also if _counts(case) else (),
    )


def _counts(case: Case) -> bool:
    return case.merged_into is None and case.withdrawn_on is None


def is_first(row: Mapping[str, Any], office: str) -> bool:
    """
    Whether the matter's only petition so far was made at this *office* (A-32): the
    ledger says it, or what it says of the petitions comes to that.
    """
    stated = row.get("first_here")
    if stated is not None:
        return bool(stated)
    first, last = row.get("first_petition_on"), row.get("last_petition_on")
    return (
        first is not None
        and first == (last or first)
        and not row.get("repeats_in_window")
        and row.get("first_petition_office") == office
    )


def _day(row: Mapping[str, Any], name: str) -> date | None:
    value = row.get(name)
    return date.fromisoformat(value) if value else None
