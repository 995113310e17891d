"""
Which duties are meant by what somebody writes who asks for a list of them.
"""

from __future__ import annotations

import pytest

from services.assignment.endpoints.working.cases import kinds_meant
from shared.errors import Rejected
from shared.policy.current import current_policy


def test_a_title_of_several_duties_asks_for_all_of_them():
    meant = dict[str, set[str]]()
    for programme in current_policy().programmes:
        for rule in (*programme.every_duty_rule(), *programme.report_schedules):
            meant.setdefault(rule.title, set()).add(rule.id)
    title = max(meant, key=lambda each: len(meant[each]))

    assert len(meant[title]) > 1
    assert kinds_meant(title, None) == sorted(meant[title])
    assert kinds_meant("procedural_reply", None) == ["procedural_reply"]
    assert kinds_meant(None, None) == []
    with pytest.raises(Rejected, match="no_such_kind"):
        kinds_meant("没有这项职责", None)


@pytest.mark.parametrize("written", ["procedural_repl", "proceduralreply"])
def test_who_mistypes_an_identifier_is_asked_whether_those_like_it_are_meant(written):
    with pytest.raises(Rejected) as refused:
        kinds_meant(written, None)
    (problem,) = refused.value.problems

    assert problem.remedy.startswith("是否要填：")
    assert "procedural_reply（" in problem.remedy
    assert "leader_named（" not in problem.remedy
