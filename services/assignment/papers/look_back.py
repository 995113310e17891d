"""
What the reports of looking back may name: by the links where problems gather, by the
problems in common, and finding by finding (MX-29, XQ-37, PY-49).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from services.assignment.domain.closings.look_back import CorrectionStep, LookBack
from shared.policy.directory import Directory
from shared.policy.parts.closing import Coded, LookBackRules
from shared.share import Share
from shared.vocabulary import LookBackState

_LINE = {"title": "受理", "findings": 2, "share": "66.7%", "open": 1, "most": "超期"}
NAMES: Mapping[str, Any] = {
    "since": date.min,
    "until": date.min,
    "total": 3,
    "open": 1,
    "cases": 2,
    "changed": 1,
    "links": (_LINE,),
    "problems": (_LINE,),
    "findings": (
        {
            "number": "某信〔2021〕7号",
            "found_on": date.min,
            "link": "受理",
            "problem": "超期",
            "finding": "首次来访未登记。",
            "department": "某某县人民检察院控告申诉检察部",
            "state": "已办结",
            "answer": "已补登记。",
            "document": "某检改〔2021〕1号",
        },
    ),
}


def values(
    findings: Sequence[LookBack],
    rules: LookBackRules,
    directory: Directory,
    *,
    since: date,
    until: date,
) -> dict[str, Any]:
    """
    The *findings* of one day until another; links and problems by how often, and at
    each the *most* frequent of the other.
    """
    links, problems = _titles(rules.links), _titles(rules.faults)
    return {
        "since": since,
        "until": until,
        "total": len(findings),
        "open": sum(map(_is_open, findings)),
        "cases": len({each.number for each in findings}),
        "changed": sum(_changed_a_rule(each) for each in findings),
        "links": _counted(
            findings, links, lambda each: each.link, lambda each: problems[each.problem]
        ),
        "problems": _counted(
            findings, problems, lambda each: each.problem, lambda each: links[each.link]
        ),
        "findings": [
            _finding(each, links[each.link], problems[each.problem], directory)
            for each in findings
        ],
    }


def _titles(codes: Iterable[Coded]) -> dict[str, str]:
    return {each.id: each.title for each in codes}


def _counted(
    findings: Collection[LookBack],
    titles: Mapping[str, str],
    code: Callable[[LookBack], str],
    other: Callable[[LookBack], str],
) -> list[dict[str, Any]]:
    """
    The findings of each code, the most frequent first; none of what was never found.
    """
    lines = []
    for identity, times in Counter(map(code, findings)).most_common():
        matching = [each for each in findings if code(each) == identity]
        lines.append(
            {
                "title": titles[identity],
                "findings": times,
                "share": Share(times, len(findings)).rate,
                "open": sum(map(_is_open, matching)),
                "most": Counter(map(other, matching)).most_common(1)[0][0],
            }
        )
    return lines


def _finding(
    finding: LookBack, link: str, problem: str, directory: Directory
) -> dict[str, Any]:
    answer = _correction(finding)
    return {
        "number": directory.matter_title(finding.number),
        "found_on": finding.found_on,
        "link": link,
        "problem": problem,
        "finding": finding.finding,
        "department": f"{directory.office(finding.to_office).name}{finding.department}",
        "state": LookBackState(finding.state).chinese,
        "answer": answer and answer.text,
        "document": answer and answer.document,
    }


def _correction(finding: LookBack) -> CorrectionStep | None:
    """
    The last correction, whether it was accepted or waits for that.
    """
    corrections = [step for step in finding.course if step.what == "corrected"]
    return corrections[-1] if corrections else None


def _changed_a_rule(finding: LookBack) -> bool:
    correction = _correction(finding)
    return correction is not None and correction.rule_changed


def _is_open(finding: LookBack) -> bool:
    return finding.state != LookBackState.ACCEPTED
