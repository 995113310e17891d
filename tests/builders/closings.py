"""
A closing of a case of Puyang, reported and reviewed.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from services.assignment.domain.closings import closing, submission
from services.assignment.domain.closings import review as reviewing
from services.assignment.domain.closings.closing import Closing, ClosingCase
from services.assignment.domain.closings.standard import Checked, standard_on
from shared.policy.current import current_policy
from tests.builders.facts import happened

TODAY = date(2021, 6, 1)


PUYANG = current_policy().programmes.get("puyang-2020")


OPEN = ClosingCase(
    number="清检控申〔2020〕007号",
    office="410922",
    programme="puyang-2020",
    in_scope=True,
    standing="open",
    opened_on=date(2020, 11, 20),
    merged=False,
    hearing_decided=True,
    led=True,
)


SUBMITTED = replace(OPEN, standing="submitted")


REPORT = Closing(
    id="c1",
    number=OPEN.number,
    kind="resolved",
    concluded_on=date(2021, 5, 20),
    submitted_on=date(2021, 5, 24),
    dispositions=("reasonable_solve",),
    measures=("explanation",),
    narrative="已释法说理。",
    submitted_by="清丰县院 承办人",
    documents=(
        closing.Document("办结报告", "卷一", "d1"),
        closing.Document("终结决定", "卷二", "d2"),
    ),
    head_evidence=(closing.HeadEvidence("reasonable_solve", ("办结报告",)),),
    standard=standard_on(PUYANG.closing, "resolved", date(2021, 5, 24)),
)


EXPLAINED = happened(
    "matter.act_recorded", date(2021, 5, 18), act="explained", text="释法说理。"
)
"""
The measure that the report says was taken.
"""


def codes(refusal):
    return {problem.code for problem in refusal.value.problems}


def submit(
    matter=OPEN,
    report=REPORT,
    programme=PUYANG,
    facts=(),
    taken=(EXPLAINED,),
    lacking=(),
):
    files = [each.document_id for each in report.documents if each.document_id]
    filed = [happened("matter.document_filed", TODAY, document=each) for each in files]
    return submission.submit(
        matter,
        report,
        programme=programme,
        today=TODAY,
        facts=[*filed, *facts, *taken],
        lacking=lacking,
    )


def with_kinds(**counted):
    """
    Puyang's programme with these kinds of closing and where each is counted.
    """
    kinds = tuple(
        replace(kind, counts_as=counted[kind.id])
        for kind in PUYANG.closing.kinds
        if kind.id in counted
    )
    return replace(PUYANG, closing=replace(PUYANG.closing, kinds=kinds))


def ticks(kind, *documents):
    return tuple(
        Checked(item.id, documents or ("办结报告",))
        for item in standard_of(kind)
        if item.mandatory
    )


def standard_of(kind, programme=PUYANG):
    return standard_on(programme.closing, kind, REPORT.submitted_on)


def review(
    matter=SUBMITTED,
    report=REPORT,
    programme=PUYANG,
    facts=(),
    taken=(EXPLAINED,),
    **changes,
):
    said = reviewing.Review(
        **{
            "verdict": "confirmed",
            "on": date(2021, 5, 28),
            "by": "濮阳市院 审核人",
            "checklist": ticks(report.kind),
            **changes,
        }
    )
    return reviewing.review(
        matter,
        report,
        said,
        programme=programme,
        route=None,
        facts=[*facts, *taken],
        today=TODAY,
    )


def of_kind(kind):
    return replace(REPORT, kind=kind, standard=standard_of(kind))
