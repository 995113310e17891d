"""
The workload of leaders: suggestions for a case, and how the work is shared out.
"""

from __future__ import annotations

from typing import Any

from services.assignment.domain.leaders import suggestions, workload
from services.assignment.endpoints.lookup import led_case, programme_of
from services.assignment.schemas.leaders.leaders import (
    MeasuresQuery,
    MeasuresView,
    SuggestionsView,
)
from services.assignment.store import CaseGroups, CasesOn, Holders, Profiles
from shared.errors import reject_if
from shared.policy.current import current_policy
from shared.policy.parts.leaders import offices_of
from shared.rules import day_not_before
from shared.share import Share
from shared.web.call import Call
from shared.web.endpoint import api


@api(
    "GET",
    "/cases/<number>/leader-suggestions",
    answer=SuggestionsView,
)
def suggest_leaders(call: Call) -> dict[str, Any]:
    """
    Propose who could lead a case, by rule, with the load each post has now.
    """
    row, leading, programme = led_case(call)
    around = offices_of(
        row.office, programme.hub, current_policy().directory, call.today
    )
    offices = {code for code in around.values() if code}
    profiles = Profiles(call.session)
    suggestions_ = suggestions.suggest(
        leading,
        row.office,
        programme,
        current_policy().directory,
        loads=suggestions.Loads(
            profiles.loads(offices),
            profiles.holder_loads(offices),
            Holders(call.session).of_offices(offices),
        ),
        visible=current_policy().directory.subtree(call.who.office, call.today),
        on=call.today,
    )
    return {"number": row.number, "suggestions": tuple(suggestions_)}


@api(
    "GET",
    "/leaders/measures",
    query=MeasuresQuery,
    answer=MeasuresView,
)
def show_workload(call: Call) -> dict[str, Any]:
    """
    Load, hard cases, averages and floors, coverage of first petitions, advice.
    """
    programme = programme_of(call.query["programme"])
    as_of = call.query.get("as_of") or call.today
    since = call.query.get("from_")
    reject_if(day_not_before(as_of, since, "?as_of"))
    offices, groups = call.offices(), CaseGroups(call.session)
    cases = CasesOn(programme.code, offices, as_of, since)
    holdings = Holders(call.session).of_offices(offices)
    measuring = workload.Measuring(
        programme, current_policy().directory, offices, as_of, holdings
    )
    for alike in groups.alike(cases):
        measuring.take(alike)
    result = measuring.result()

    def shown(coverage: workload.Coverage) -> dict[str, Any]:
        numbers = groups.numbers(coverage.uncovered, cases, workload.LISTED_AT_MOST)
        return {**_coverage(coverage), "uncovered": numbers}

    return {
        "programme": programme.code,
        "office": call.office(),
        "from_": since,
        "as_of": as_of,
        "posts": [_post_tally(post) for post in result.posts],
        "levels": [
            {
                "level": level.level,
                "average": Share(level.cases, level.heads),
                "hard": Share(level.hard, level.cases),
                "heads_assumed": level.heads_assumed,
            }
            for level in result.levels
        ],
        "floors": result.floors,
        "targets": [shown(target) for target in result.targets],
        "advice": [shown(target) for target in result.advice],
    }


def _post_tally(post: workload.PostTally) -> dict[str, Any]:
    return {
        **vars(post),
        "hard": Share(post.hard, post.cases),
        "only_easy": post.only_easy,
        "heads": post.heads,
        "holders": [
            {**vars(person), "hard": Share(person.hard, person.cases)}
            for person in post.people.values()
        ],
    }


def _coverage(coverage: workload.Coverage) -> dict[str, Any]:
    """
    Return the share of such cases that are led. It warns below its target, and if there
    are cases and none of them is led (PY-22).
    """
    share = Share(coverage.led, coverage.base)
    below = coverage.led * 100 < coverage.target * coverage.base
    nothing_led = bool(coverage.base) and not coverage.led
    return {**vars(coverage), "led": share, "warning": below or nothing_led}
