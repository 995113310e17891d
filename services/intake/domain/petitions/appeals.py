"""
What a petition says of an appeal against a decision not to prosecute (TL-29).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from shared.errors import Problem
from shared.policy.directory import Directory
from shared.rules import day_not_before, office_exists
from shared.vocabulary import Category

APPEAL = (
    "non_prosecution_office",
    "non_prosecution_served_on",
    "appellant",
    "appealed_on",
)
"""
The fields of such a petition; the last may be left out.
"""


def appeal_problems(
    written: Mapping[str, Any], received_on: date, directory: Directory, under: str = ""
) -> Iterator[Problem]:
    """
    An appeal names the office that decided, who appeals, and when the decision was
    served; it was made after that, and before it was received. What is *written* of an
    accusation says none of that.
    """
    given = {name: written.get(name) for name in APPEAL}
    if not any(given.values()):
        return
    if written["category"] == Category.ACCUSATION:
        for name in (name for name, value in given.items() if value):
            yield Problem(
                "appeal_in_accusation",
                "检举控告不是不服不起诉决定的申诉，不填写申诉的内容。",
                "请删去此项，或改正信访类别；一信两事的，请拆分登记（splits）。",
                f"{under}/{name}",
            )
        return
    for name in APPEAL[:-1]:
        if given[name] is None:
            yield Problem(
                "required",
                "不服不起诉决定的申诉，须写明作出决定的院、申诉人和决定书送达日期。",
                "请补填；不是这种申诉的，请删去这几项。",
                f"{under}/{name}",
            )
    office, served_on, _, appealed_on = given.values()
    if office is not None:
        yield from office_exists(
            office, directory, received_on, f"{under}/non_prosecution_office"
        )
    served, posted = "不起诉决定书送达日期", "提出申诉日期"
    place = f"{under}/non_prosecution_served_on"
    yield from day_not_before(
        appealed_on or received_on, served_on, place, served, posted
    )
    place = f"{under}/appealed_on"
    yield from day_not_before(received_on, appealed_on, place, posted, "收到日期")
