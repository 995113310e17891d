"""
What the summary of a programme may name: the cases by origin, what was done about them,
and what the look-back found; experience and lasting mechanism are written by the office
(PY-38, PY-53, XQ-52).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from services.assignment.domain.activities.case_counts import CaseCount, by_value
from services.assignment.domain.closings.look_back import LookBack
from services.assignment.papers import look_back
from shared.policy.directory import Directory
from shared.policy.programme import Programme
from shared.share import Share
from shared.vocabulary import CountedBy

_FOUND = ("links", "problems")
NAMES: Mapping[str, Any] = {
    "since": date.min,
    "until": date.max,
    "counted_on": date.max,
    "phase": "总结提升",
    "cases": 7,
    "resolved": 5,
    "rate": "71.4%",
    "open": 1,
    "origins": ({"title": "自行排查", "cases": 7, "resolved": 5, "open": 1},),
    "acts": ({"title": "公开听证", "number": 3, "unit": "次"},),
    "found": 3,
    **{name: look_back.NAMES[name] for name in _FOUND},
}


def values(
    counts: Sequence[CaseCount],
    tallies: Sequence[Mapping[str, Any]],
    findings: Sequence[LookBack],
    programme: Programme,
    directory: Directory,
    *,
    since: date,
    until: date,
    counted_on: date,
) -> dict[str, Any]:
    """
    *counts*: of the cases by origin, as they stand on *counted_on*; *tallies*: what was
    done from one day to the other, each with its title, unit and how often; *findings*:
    in looking back.
    """
    cases = sum(each.cases for each in counts)
    resolved = sum(each.resolved for each in counts)
    phase, rules = programme.phase_on(until), programme.closing.look_back
    origins = by_value(counts, CountedBy.ORIGIN, programme)
    causes = (
        look_back.values(findings, rules, directory, since=since, until=until)
        if rules
        else dict.fromkeys(_FOUND, ())
    )
    return {
        "since": since,
        "until": until,
        "counted_on": counted_on,
        "phase": phase.name if phase else None,
        "cases": cases,
        "resolved": resolved,
        "rate": Share(resolved, cases).rate,
        "open": sum(each.open for each in counts),
        "origins": [line for line in origins if line["cases"]],
        "acts": [
            {"title": each["title"], "number": each["acts"], "unit": each["unit"]}
            for each in tallies
            if each["acts"]
        ],
        "found": len(findings),
        **{name: causes[name] for name in _FOUND},
    }
