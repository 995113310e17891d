"""
The ledger as an office reads it: its cases, and what it owes or owed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from services.assignment.domain.closings.after import watched_until
from services.assignment.domain.closings.archiving import last_archiving
from services.assignment.domain.closings.flow_back import repeats_after_closing
from services.assignment.domain.duties.alerts import alert_level_of_case, owes_fields
from services.assignment.domain.duties.duty import CLOSED, Duty
from services.assignment.domain.facts.base import Fact
from services.assignment.domain.facts.corrected import is_case_withdrawn
from services.assignment.domain.facts.further import enrolled_in
from services.assignment.domain.leaders.required_fields import missing_fields
from services.assignment.domain.matter import BegunMatter, MatterState
from services.assignment.endpoints.lookup import (
    case_had_by,
    leading_after,
    programme_of,
)
from services.assignment.endpoints.seen import SeenMatter, case_seen
from services.assignment.endpoints.views import shown_closing, shown_duties, summary
from services.assignment.schemas.working import cases as schemas
from services.assignment.store import CaseLists, Closings, Duties, Matters
from shared.errors import Problem, Rejected, reject_if
from shared.near_names import near_names
from shared.policy.current import current_policy
from shared.policy.parts.alerts import AlertColours
from shared.vocabulary import DutyState
from shared.web.call import Call
from shared.web.endpoint import api
from shared.web.paging import Page
from shared.web.schema.named import PARTS

_PAGE = frozenset({"office", "after", "limit"})


@api("GET", "/cases", query=schemas.CasesQuery, answer=schemas.CaseSummary, many=True)
def list_cases(call: Call) -> Page[Any]:
    """
    List the cases of an office and of those below it, all or only some: of an origin
    (PY-02), of a class (JZ-06), the stubborn ones (DY-33).
    """
    filters = {name: value for name, value in call.query.items() if name not in _PAGE}
    page = CaseLists(call.session).page(call.offices(), call.page, **filters)
    withdrawn = Matters(call.session).withdrawn(
        [row.number for row in page.items if row.merged]
    )
    return page.map(lambda row: summary(row, withdrawn))


@api("GET", "/cases/<number>", answer=schemas.CaseView)
def show_case(call: Call) -> dict[str, Any]:
    """
    Show a case with what is owed in it and how it was closed; to an office that had it,
    as it handed it on, with what it owed itself.
    """
    row = case_had_by(call)
    here, seen = call.may_see(row.office), case_seen(call, row)
    state, facts = seen.state, seen.facts
    owed, owed_once = _owed(call, row, seen, here=here)
    reports = Closings(call.session).of_matter(row.number) if here else []
    volume, rules = last_archiving(facts), current_policy().programmes
    watch = rules.get(state.programme).closing.watch
    withdrawn_from = seen.enrolled.keys() - enrolled_in(facts)
    return {
        **summary(state, [row.number] if is_case_withdrawn(facts) else ()),
        "archived_on": volume and volume.on,
        "volume": volume and volume.volume,
        "enrolments": [
            {**summary(each), "left": code in withdrawn_from}
            for code, each in seen.enrolled.items()
        ],
        "alert_level": alert_level_of_case(
            owed,
            call.today,
            lacking=_lacking(state, facts) if here else None,
            colours_of=rules.colours_of,
        ),
        "watch_days": watch and watch.days,
        "watched_until": watched_until(state.standing, state.concluded_on, watch),
        "repeats_after_closing": [r.on for r in repeats_after_closing(facts)],
        "duties": [
            *shown_duties(owed_once, seen.on),
            *shown_duties(owed, call.today),
        ],
        "closings": [shown_closing(row, report) for report in reports],
    }


def _owed(
    call: Call, row: BegunMatter, seen: SeenMatter, *, here: bool
) -> tuple[list[Duty], list[Duty]]:
    """
    What is owed in a case that the caller may read: all of it *here*, at the office
    that has it; at one that had it what it owes itself, and what it owed until it
    handed it on.
    """
    duties = Duties(call.session).of_matter(row.number)
    if here:
        return duties, []
    owed = [duty for duty in duties if call.may_see(duty.office)]
    still, left = {duty.id for duty in owed}, seen.handed_on
    return owed, [
        duty
        for duty in (left.every_duty.values() if left else ())
        if duty.id not in still and any(map(call.may_see, duty.offices))
    ]


def _lacking(state: MatterState, facts: Sequence[Fact]) -> AlertColours | None:
    """
    The colours of the programme of a case that owes fields that it does not name yet.
    """
    programme = current_policy().programmes.get(state.programme)
    owing = owes_fields(state.standing, merged=state.merged)
    if owing and missing_fields(leading_after(state, facts), programme):
        return programme.alerts
    return None


@api("GET", "/duties", query=schemas.DutyQuery, answer=schemas.DutyView, many=True)
def list_duties(call: Call) -> Page[Any]:
    """
    List what an office and those below it owe or owed: what is owed by due day, what
    was done or released the newest first; without a state, all of it office by office.
    """
    query = call.query
    reject_if(_matching_none(query))
    page = Duties(call.session).page(
        call.offices(),
        call.today,
        call.page,
        state=query.get("state"),
        alert_level=query.get("alert_level"),
        colours=_colours(query.get("programme")),
        due_before=query.get("due_before"),
        kinds=kinds_meant(query.get("kind"), query.get("programme")),
        post=query.get("post"),
        handler_post=query.get("handler_post"),
        programme=query.get("programme"),
        number=query.get("number"),
    )
    return Page(shown_duties(page.items, call.today), page.next)


def _matching_none(query: Mapping[str, Any]) -> Iterator[Problem]:
    """
    A problem if what is asked for can match no duty: what is closed has no alert level.
    """
    state, level = query.get("state"), query.get("alert_level")
    if level and state in CLOSED:
        yield Problem(
            "matches_none",
            f"{DutyState(state).chinese}的职责没有预警等级，这样查询不会有结果。",
            "请只按办理状态（state）或者只按预警等级（alert_level）查询。",
            "?alert_level",
        )


def _colours(code: str | None) -> dict[AlertColours, tuple[str, ...]]:
    """
    The colours of a programme, or of all with the programmes that each is of.
    """
    programmes = [programme_of(code)] if code else current_policy().programmes
    codes = dict[AlertColours, tuple[str, ...]]()
    for programme in programmes:
        of_others = codes.get(programme.alerts, ())
        codes[programme.alerts] = (*of_others, programme.code)
    return codes


def kinds_meant(written: str | None, code: str | None) -> list[str]:
    """
    The duties and reports of the programme, or of all, that are meant by an identifier
    or a title, which may stand for several; none if nothing is *written*.

    Raises `Rejected` for what is neither, and for a programme that does not exist.
    """
    programmes = [programme_of(code)] if code else current_policy().programmes
    titles = {pair for programme in programmes for pair in PARTS["duty"](programme)}
    codes = {kind for kind, title in titles if written in {kind, title}}
    if written and not codes:
        raise Rejected.because(
            "no_such_kind",
            f"没有职责“{written}”。",
            _kinds_like(written, titles),
            "?kind",
        )
    return sorted(codes)


def _kinds_like(written: str, titles: Collection[tuple[str, str]]) -> str:
    """
    Which duties may be meant by what is *written*: those whose titles have it, or whose
    titles or identifiers are like it, else any.
    """
    near = {*near_names(written, {name: {name} for pair in titles for name in pair})}
    alike = {pair for pair in titles if written in pair[1] or not near.isdisjoint(pair)}
    choices = (f"{kind}（{title}）" for kind, title in sorted(alike or titles))
    return f"{'是否要填' if alike else '可填'}：{'、'.join(choices)}。"
