"""
Tallies: how often offices did what a programme counts, and who did not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date
from typing import Any

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
    cases_lacking,
    moves_recorded,
    opened_together,
    took_part,
)
from shared.errors import reject_if
from shared.policy.current import current_policy
from shared.policy.parts.reports import Tally
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


def tallies_of(
    call: Call, programme: Programme, seen: Collection[str], from_: date, to: date
) -> list[dict[str, Any]]:
    """
    The tallies of a programme over those of the offices *seen* that owe its acts.
    """
    owing = current_policy().directory.subtree(programme.hub, to)
    offices = [code for code in seen if code in owing]
    named = {
        act: tally.by or "post"
        for tally in programme.tallies
        if tally.by != "party" and (tally.by or tally.of == "departments")
        for act in tally.acts
    }
    of = call.session, programme.code, offices
    acts_done = [*acts_recorded(*of, from_, to, named=named, tallies=programme.tallies)]
    by_party = _by_party(call, programme, offices, from_, to)
    departments = {code: _departments(code) for code in offices}
    cases = cases_in_scope(*of, to)
    acts = {act.id: act for act in programme.every_act()}
    of_missing = {a for t in programme.tallies if t.show == "missing" for a in t.acts}
    wanted = [name for name in of_missing if acts[name].of == "case"]
    done = cases_done(*of, from_, to, acts=wanted) if wanted else {}
    items = []
    for tally in programme.tallies:
        of_cases = [name for name in tally.acts if acts[name].of == "case"]
        lacking = (
            cases_lacking(*of, from_, to, acts=of_cases)
            if tally.show == "missing" and of_cases
            else {}
        )
        rows = (
            _without_body(call, programme, tally.body, offices, to)
            if tally.body
            else _done_in_full(call, programme, tally, offices, (from_, to))
            if tally.duties
            else tally_rows(
                tally,
                [
                    *(by_party if tally.by == "party" else acts_done),
                    *_moves(call, tally, programme, offices, (from_, to)),
                ],
                acts=acts,
                offices=offices,
                cases=cases,
                done=done,
                lacking=lacking,
                departments=departments,
            )
        )
        items.append(_shown(tally, rows))
    return items


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


def _by_party(
    call: Call, programme: Programme, offices: Collection[str], from_: date, to: date
) -> list[Recorded]:
    """
    Which third parties took part, each role by its title.
    """
    tallies = [tally for tally in programme.tallies if tally.by == "party"]
    acts = {name for tally in tallies for name in tally.acts}
    titles = {party.id: party.title for party in programme.third_parties}
    of = call.session, programme.code, offices
    rows = took_part(*of, from_, to, acts=acts, tallies=tallies)
    return [replace(row, value=titles.get(row.value, row.value)) for row in rows]


def _moves(
    call: Call,
    tally: Tally,
    programme: Programme,
    offices: Collection[str],
    days: tuple[date, date],
) -> list[Recorded]:
    """
    The moves of cases between offices, as acts of a tally that counts them too.
    """
    if not tally.moves:
        return []
    return [
        *moves_recorded(call.session, programme.code, offices, *days, act=tally.acts[0])
    ]


def _done_in_full(
    call: Call,
    programme: Programme,
    tally: Tally,
    offices: Collection[str],
    days: tuple[date, date],
) -> list[Row]:
    """
    How often all the duties of a tally that were opened together are done (MX-28).
    """
    opened = opened_together(
        call.session, programme.code, offices, *days, kinds=tally.duties
    )
    return done_in_full(opened, offices)


def _without_body(
    call: Call, programme: Programme, kind_id: str, offices: Collection[str], on: date
) -> list[Row]:
    """
    The offices of a query that have no body of the kind on a day (PY-27, PY-40).
    """
    kind = bodies.kind_of(programme, kind_id)
    directory = current_policy().directory
    owing = bodies.offices_of(kind, programme, directory, on) if kind else ()
    visible = [code for code in owing if code in offices]
    there = Bodies(call.session).current(programme.code, visible, on, [kind_id])
    return without_body(visible, {body.office for body in there})


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
