"""
What an office does with petitions at the counter.
"""

from __future__ import annotations

from tests.builders import COUNTY, a_petition
from tests.service.asking import at


def registered(as_office, **changes):
    answer = as_office(COUNTY).post("intake", "/petitions", a_petition(**changes))
    assert answer.status_code == 201, answer.text
    return without_code(answer.json())


def without_code(petition):
    """
    The petition as lists show it, without what only its registration answers.
    """
    once = {"enquiry_code", "proposals", "candidates", "elsewhere", "routing"}
    return {name: petition[name] for name in petition if name not in once}


def answer(clerk, number, **changes):
    body = {
        "replied_on": "2020-11-20",
        "kind": "progress",
        "mode": "phone",
        "summary": "已受理，正在办理。",
        **changes,
    }
    return clerk.post("intake", at("petitions", number, "replies"), body)
