"""
What a client asks first: the offices that it may see, and their programmes.
"""

from __future__ import annotations

from typing import Any

from services.intake.schemas.directory import OfficeView, ProgrammeView
from shared.policy.current import current_policy
from shared.policy.programme import Programme
from shared.web.call import Call
from shared.web.endpoint import api
from shared.web.paging import Page
from shared.web.schema.queries import ListQuery


@api("GET", "/offices", query=ListQuery, answer=OfficeView, many=True)
def list_offices(call: Call) -> Page[dict[str, Any]]:
    """
    List an office and those below it, with their posts and departments; no people.
    """
    directory = current_policy().directory
    found = Page.within(sorted(call.offices()), call.page, _place, 1)
    return found.map(
        lambda code: {
            **vars(office := directory.office(code)),
            "parent": directory.parent(code, call.today),
            "posts": list(office.posts.values()),
        }
    )


@api("GET", "/programmes", query=ListQuery, answer=ProgrammeView, many=True)
def list_programmes(call: Call) -> Page[dict[str, Any]]:
    """
    List the programmes that cover an office or one below it: when they run, and the
    kinds, origins, channels and other words by which matters are registered in them.
    """
    policy, office = current_policy(), call.office()
    within = policy.directory.is_within
    codes = [
        each.code
        for each in policy.programmes
        if within(office, each.offices_root, call.today)
        or within(each.offices_root, office, call.today)
    ]
    found = Page.within(sorted(codes), call.page, _place, 1)
    return found.map(lambda code: _shown(call, policy.programmes.get(code)))


def _shown(call: Call, programme: Programme) -> dict[str, Any]:
    window = programme.window
    return {
        **vars(programme),
        **{str(fact): words for fact, words in programme.words.items()},
        "from_": window.from_,
        "to": window.to,
        "running": call.today in window,
    }


def _place(code: str) -> list[str]:
    return [code]
