"""
Tallies: how often offices did what a programme counts, and who did not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Connection

from services.assignment.domain.activities.tallies import (
    Recorded,
    Row,
    done_in_full,
    span_problems,
    tally_rows,
    without_body,
)
from services.assignment.domain.people import bodies
from services.assignment.endpoints.lookup import programme_of
from services.assignment.schemas.activities.tallies import TalliesView, TallyQuery
from services.assignment.store import Bodies
from services.assignment.store.activities.tallies import (
    acts_recorded,
    cases_done,
    cases_in_scope,
    moves_recorded,
    opened_together,
    took_part,
)
from shared.errors import reject_if
from shared.policy.current import current_policy
from shared.policy.parts.reports import Act, Tally
from shared.policy.programme import Programme
from shared.settings import settings
from shared.share import Share
from shared.web.call import Call
from shared.web.endpoint import api


@api(
    "GET",
    "/tallies",
    query=TallyQuery,
    answer=TalliesView,
)
def show_tallies(call: Call) -> dict[str, Any]:
    """
    Count the acts that offices recorded from one day to another, by tally.
    """
    programme = programme_of(call.query["programme"])
    from_, to = call.query["from_"], call.query["to"]
    reject_if(span_problems(from_, to, settings.integer("TALLY_DAYS")))
    return {
        "programme": programme.code,
        "office": call.office(),
        "from_": from_,
        "to": to,
        "items": tallies_of(call, programme, call.offices(), from_, to),
    }


@dataclass(frozen=True)
class _Scope:
    """
    What is counted: what these offices did under a programme on these days; *acts*: its
    acts by id.
    """

    session: Connection
    programme: Programme
    acts: Mapping[str, Act]
    offices: Collection[str]
    from_: date
    to: date

    @property
    def arguments(self) -> tuple[Connection, str, Collection[str], date, date]:
        """
        What each query of the store begins with.
        """
        return self.session, self.programme.code, self.offices, self.from_, self.to


def tallies_of(
    call: Call, programme: Programme, visible: Collection[str], from_: date, to: date
) -> list[dict[str, Any]]:
    """
    The tallies of a programme over those of the offices *visible* that owe its acts.
    """
    owing = current_policy().directory.subtree(programme.hub, to)
    offices = [code for code in visible if code in owing]
    acts = {act.id: act for act in programme.every_act()}
    scope = _Scope(call.session, programme, acts, offices, from_, to)
    # What all tallies share is read once, however many the programme has.
    acts_done, by_party = _acts_done(scope), _by_party(scope)
    cases, lacking = _cases_lacking(scope)
    done = _cases_done(scope)
    departments = {code: _departments(code) for code in offices}
    items = []
    for tally in programme.tallies:
        if tally.body:
            rows = _without_body(scope, tally.body)
        elif tally.duties:
            opened = opened_together(*scope.arguments, kinds=tally.duties)
            rows = done_in_full(opened, offices)
        else:
            recorded = by_party if tally.by == "party" else acts_done
            rows = tally_rows(
                tally,
                [*recorded, *_moves(scope, tally)],
                acts=acts,
                offices=offices,
                cases=cases,
                done=done,
                lacking=lacking.get(tally.id, {}),
                departments=departments,
            )
        items.append(_shown(tally, rows))
    return items


def _acts_done(scope: _Scope) -> list[Recorded]:
    """
    The acts, with their post, kind or result where a tally counts by it.
    """
    tallies = scope.programme.tallies
    named = {
        act: tally.by or "post"
        for tally in tallies
        if tally.by != "party" and (tally.by or tally.of == "departments")
        for act in tally.acts
    }
    return [*acts_recorded(*scope.arguments, named=named, tallies=tallies)]


def _of_cases(scope: _Scope, names: Iterable[str]) -> list[str]:
    """
    Those of the acts that are done in a case, not by an office as such.
    """
    return [
        name for name in names if name in scope.acts and scope.acts[name].of == "case"
    ]


def _cases_done(scope: _Scope) -> dict[tuple[str, str], int]:
    """
    In how many cases each office did each act of which a tally shows what is missing.
    """
    tallies = scope.programme.tallies
    names = {act for each in tallies if each.show == "missing" for act in each.acts}
    acts = _of_cases(scope, names)
    return cases_done(*scope.arguments, acts=acts) if acts else {}


def _cases_lacking(
    scope: _Scope,
) -> tuple[dict[str, int], dict[str, dict[str, list[str]]]]:
    """
    How many cases each office has, and by tally that shows them the first of its cases
    without an act of the tally.
    """
    acts_of = {
        tally.id: acts
        for tally in scope.programme.tallies
        if tally.show == "missing" and (acts := _of_cases(scope, tally.acts))
    }
    cases, lacking = cases_in_scope(*scope.arguments, acts_of=[*acts_of.values()])
    return cases, dict(zip(acts_of, lacking, strict=True))


def _shown(tally: Tally, rows: Collection[Row]) -> dict[str, Any]:
    """
    A tally with what it adds up to, the offices by name, and the parts of the whole.
    """
    directory = current_policy().directory
    offices = [{**vars(row), "name": directory.office(row.office).name} for row in rows]
    total = {
        name: sum(getattr(row, name) for row in rows)
        for name in ("acts", "amount", "missing")
    }
    whole = total["acts"] + (total["missing"] if tally.duties else 0)
    parts = _parts(rows, whole)
    return {**vars(tally), **total, "parts": parts, "offices": offices}


def _by_party(scope: _Scope) -> list[Recorded]:
    """
    Which third parties took part, each role by its title.
    """
    programme = scope.programme
    tallies = [tally for tally in programme.tallies if tally.by == "party"]
    acts = {name for tally in tallies for name in tally.acts}
    titles = {party.id: party.title for party in programme.third_parties}
    rows = took_part(*scope.arguments, acts=acts, tallies=tallies)
    return [replace(row, value=titles.get(row.value, row.value)) for row in rows]


def _moves(scope: _Scope, tally: Tally) -> list[Recorded]:
    """
    The moves of cases between offices, as acts of a tally that counts them too.
    """
    if not tally.moves:
        return []
    return [*moves_recorded(*scope.arguments, act=tally.acts[0])]


def _without_body(scope: _Scope, kind_id: str) -> list[Row]:
    """
    The offices that have no body of the kind on the last day (PY-27, PY-40).
    """
    code, day = scope.programme.code, scope.to
    kind = bodies.kind_of(scope.programme, kind_id)
    directory = current_policy().directory
    owing = bodies.offices_of(kind, scope.programme, directory, day) if kind else ()
    visible = [office for office in owing if office in scope.offices]
    present = Bodies(scope.session).current(code, visible, day, [kind_id])
    return without_body(visible, {body.office for body in present})


def _departments(code: str) -> dict[str, tuple[str, ...]]:
    """
    The departments of an office, each with the posts that speak for it.
    """
    office = current_policy().directory.office(code)
    return {
        name: tuple(post for post in office.posts if post.startswith(name))
        for name in office.departments
    }


def _parts(rows: Iterable[Row], whole: int) -> list[dict[str, Any]]:
    """
    What a tally counts by post or text, over all offices.
    """
    parts: Counter[str] = Counter()
    for row in rows:
        parts.update(row.parts)
    return [
        {"value": value, "acts": acts, "share": Share(acts, whole).percent}
        for value, acts in sorted(parts.items())
    ]
