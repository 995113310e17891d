"""
A closed case is archived once everything was filed and nothing is owed any more (S29).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from services.assignment.domain.closings import archiving
from services.assignment.domain.closings.closing import ClosingCase
from services.assignment.domain.facts.vocabulary import fact_of
from shared.errors import Conflict, Rejected
from tests.builders.case_papers import DUTY
from tests.builders.facts import happened

CONCLUDED, CONFIRMED, TODAY = date(2021, 3, 19), date(2021, 3, 23), date(2021, 3, 26)
CASE = ClosingCase(
    number="温法信〔2021〕12号",
    office="410825900",
    programme="jiaozuo-2021",
    in_scope=True,
    standing="resolved",
    opened_on=date(2021, 3, 15),
    merged=False,
    hearing_decided=True,
    led=True,
    concluded_on=CONCLUDED,
    confirmed_on=CONFIRMED,
)
FILED = happened("matter.document_filed", CONCLUDED, document="d1")
RESOLVED = happened("matter.case_resolved", CONCLUDED, confirmed_on=CONFIRMED)
WHOLE = archiving.Archiving(date(2021, 3, 25), "2021年第12卷", "法官")
DONE = replace(DUTY, steps=())


def archive(*facts, volume=WHOLE, duties=(), case=CASE):
    return archiving.archive(
        case, volume, facts, duties, posts=["院长", "法官"], today=TODAY
    )


@pytest.mark.requirement("S29")
def test_a_case_is_archived_with_what_was_filed_until_it_flows_back():
    event = archive(FILED, RESOLVED)
    facts = [FILED, RESOLVED, fact_of(event)]
    back = happened("matter.case_reopened", TODAY)

    assert (event.volume, event.documents, event.post) == ("2021年第12卷", 1, "法官")
    assert archiving.last_archiving(facts) == fact_of(event)
    assert archiving.last_archiving([*facts, back]) is None
    with pytest.raises(Conflict, match="already_archived"):
        archive(*facts)
    with pytest.raises(Conflict, match="not_in_this_state"):
        archive(*facts, back)


@pytest.mark.requirement("S29")
@pytest.mark.parametrize(
    ("facts", "changes", "duties", "codes"),
    [
        ((RESOLVED,), {}, (), {"nothing_filed"}),
        (
            (
                FILED,
                happened("matter.document_withdrawn", CONFIRMED, document="d1"),
                RESOLVED,
            ),
            {},
            (),
            {"nothing_filed"},
        ),
        ((FILED, RESOLVED), {}, (DONE,), {"duty_open"}),
        ((FILED, RESOLVED), {"on": date(2021, 3, 22)}, (), {"date_before_start"}),
        ((FILED, RESOLVED), {"on": date(2021, 3, 27)}, (), {"date_in_future"}),
        ((FILED, RESOLVED), {"post": "书记"}, (), {"no_such_post"}),
    ],
)
def test_what_a_file_lacks_is_named(facts, changes, duties, codes):
    with pytest.raises(Rejected) as refusal:
        archive(*facts, volume=replace(WHOLE, **changes), duties=duties)

    assert {fault.code for fault in refusal.value.problems} == codes


def test_an_open_case_or_one_merged_away_is_not_archived():
    merged = replace(CASE, merged=True)
    for case, facts in ((CASE, [FILED]), (merged, [FILED, RESOLVED])):
        with pytest.raises(Conflict, match="not_in_this_state"):
            archive(*facts, case=case)
