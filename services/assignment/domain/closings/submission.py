"""
A report of closing: what the responsible office must submit for review.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from services.assignment import events
from services.assignment.domain.closings.closing import (
    Closing,
    ClosingCase,
    Document,
    standing_after,
    unfiled_problems,
)
from services.assignment.domain.closings.evidence import documents_of, withdrawn_among
from services.assignment.domain.closings.standard import since_reopened
from services.assignment.domain.facts.base import Fact
from services.assignment.domain.facts.documents import filed_documents
from services.assignment.domain.facts.received import AidPaid, AidTakenBack
from shared.errors import Problem, reject_if
from shared.policy.calendar import ONE_DAY
from shared.policy.parts.closing import DispositionRule
from shared.policy.programme import Programme
from shared.rules import day_has_come, day_not_before
from shared.vocabulary import ClosingKind, Disposition


def submit(
    matter: ClosingCase,
    closing: Closing,
    *,
    programme: Programme,
    today: date,
    facts: Collection[Fact] = (),
    unanswered: Sequence[int] = (),
    ending: Sequence[Document] = (),
) -> tuple[ClosingCase, events.ClosingSubmitted]:
    """
    Report a case closed and ask for review; the hub owes it from that day on. *facts*:
    what happened in the case; *unanswered*: the places of the points of its demand of
    which nothing has become; *ending*: the documents of the ending that was granted.

    Raises `Conflict` if the case is not open, `Rejected` with every problem.
    """
    standing = standing_after(matter, "submit")
    concluded_on = closing.concluded_on
    counts_as = programme.closing.counts_as(closing.kind)
    reject_if(
        [
            *day_has_come(concluded_on, today, "/concluded_on"),
            *day_not_before(concluded_on, _next_day(matter), "/concluded_on"),
            *day_has_come(closing.submitted_on, today, "/submitted_on"),
            *day_not_before(closing.submitted_on, concluded_on, "/submitted_on"),
            *_led(matter),
            *_kind_known(closing, programme),
            *(
                _settled(matter, closing, programme, facts, unanswered)
                if counts_as == "resolved"
                else ()
            ),
            *_evidence_known(closing),
            *(_ended_by_law(matter, programme) if counts_as == "ended" else ()),
            *unfiled_problems(closing.documents, filed_documents(facts)),
            *withdrawn_among(ending, facts, "/kind"),
            *_packet_whole(closing, programme),
        ]
    )
    return replace(matter, standing=standing), events.ClosingSubmitted(
        office=matter.office,
        case_number=matter.number,
        occurred_on=closing.submitted_on,
        programme=matter.programme,
        kind=closing.kind,
        closing=closing.id,
        documents=documents_of(closing, facts, *ending),
    )


def _next_day(matter: ClosingCase) -> date:
    """
    Return the first day on which the case can be concluded. After it flowed back this
    is the next day; otherwise the case would count as resolved twice on one day.
    """
    if matter.reopened_on is None:
        return matter.opened_on
    return matter.reopened_on + ONE_DAY


def _led(matter: ClosingCase) -> Iterator[Problem]:
    """
    The case has a leader and a department (PY-17).
    """
    if not matter.led:
        yield Problem(
            "case_not_led",
            "案件尚未按规则落实包案领导和责任部门。",
            "请先落实包案领导和责任部门。",
            "/number",
        )


def _kind_known(closing: Closing, programme: Programme) -> Iterator[Problem]:
    if programme.closing.counts_as(closing.kind) is None:
        kinds = "、".join(kind.title for kind in programme.closing.kinds)
        yield Problem(
            "no_such_closing",
            f"本专项没有“{ClosingKind(closing.kind).chinese}”这种办结方式。",
            f"可用：{kinds}。",
            "/kind",
        )


def _settled(
    matter: ClosingCase,
    closing: Closing,
    programme: Programme,
    facts: Collection[Fact],
    unanswered: Sequence[int],
) -> Iterator[Problem]:
    """
    What only a closing that counts as resolved must show.
    """
    yield from _substantive(matter, closing)
    yield from _heads_shown(closing, programme, facts)
    yield from _points_answered(unanswered)


def _substantive(matter: ClosingCase, closing: Closing) -> Iterator[Problem]:
    """
    Really settled: judged by the four heads, with a measure, hearing decided.

    PY-01, PY-28, PY-29, PY-33.
    """
    if not closing.dispositions:
        yield Problem(
            "disposition_missing",
            "没有对诉求作出评判（三到位一处理）。",
            "请至少选择一项。",
            "/dispositions",
        )
    if not closing.measures:
        yield Problem(
            "measure_missing",
            "没有实质性化解措施，程序性办结不算化解。",
            "请填写所采取的措施，或按程序性办结报结。",
            "/measures",
        )
    if matter.hearing_asked and not matter.hearing_decided:
        yield Problem(
            "hearing_decision_missing",
            "尚未决定是否听证。",
            "请先在听证服务登记决定：听证，或不需听证及理由。",
            "/number",
        )


def _heads_shown(
    closing: Closing, programme: Programme, facts: Collection[Fact]
) -> Iterator[Problem]:
    """
    Every chosen head has something that shows it.
    """
    for rule in unshown_heads(closing, programme, facts, closing.submitted_on):
        yield Problem(
            "disposition_not_shown",
            f"“{Disposition(rule.id).chinese}”没有材料或记录证明。",
            "请在 head_evidence 中写明由报结的哪份材料证明，或先记录办理情况。"
            f"依据：{rule.source}。",
            f"/dispositions/{closing.dispositions.index(rule.id)}",
        )


def unshown_heads(
    closing: Closing, programme: Programme, facts: Collection[Fact], on: date
) -> Iterator[DispositionRule]:
    """
    Yield the chosen heads that nothing shows on a day: neither a document of the
    closing nor a fact of the case (PY-01, XQ-02).
    """
    named = {each.head for each in closing.head_evidence if each.documents}
    taken_back = _taken_back(fact for fact in facts if fact.on <= on)
    happened = [
        fact
        for fact in since_reopened(facts, on)
        if not (isinstance(fact, AidPaid) and fact.aid in taken_back)
    ]
    for head in closing.dispositions:
        rule = programme.closing.disposition(head)
        if rule and head not in named and not _in_record(rule, happened):
            yield rule


def _in_record(rule: DispositionRule, facts: Sequence[Fact]) -> bool:
    """
    Return whether a fact of the case shows the head and names what it rests on.

    What was paid rests on the confirmation of the finance office.
    """
    return any(
        trigger.fired_by(fact.name, fact.fields)
        and (
            isinstance(fact, AidPaid)
            or fact.get("evidence")
            or fact.get("document")
            or fact.get("text")
        )
        for fact in facts
        for trigger in rule.facts
    )


def _taken_back(facts: Iterable[Fact]) -> frozenset[str]:
    """
    Return the ids of the aid whose payments all came back.
    """
    paid = Counter[str]()
    for fact in facts:
        if isinstance(fact, AidPaid | AidTakenBack):
            paid[fact.aid] += 1 if isinstance(fact, AidPaid) else -1
    return frozenset(aid for aid, times in paid.items() if times <= 0)


def _points_answered(unanswered: Sequence[int]) -> Iterator[Problem]:
    """
    Each point of the demand that was fixed with the petitioner was judged (JZ-19).
    """
    if unanswered:
        places = "、".join(f"第{place}项" for place in unanswered)
        yield Problem(
            "points_unanswered",
            f"固定的诉求还有{places}没有评判。",
            "请先登记每项诉求的评判和办理情况（demands/answers）。",
            "/number",
        )


def _evidence_known(closing: Closing) -> Iterator[Problem]:
    """
    What shows a head is among the documents that the closing brings, and the head is
    one that was chosen.
    """
    names = {document.name for document in closing.documents}
    for index, each in enumerate(closing.head_evidence):
        place = f"/head_evidence/{index}"
        if each.head not in closing.dispositions:
            yield Problem(
                "head_not_chosen",
                f"没有选“{Disposition(each.head).chinese}”，却写了它的证明材料。",
                "请在 dispositions 中选上，或删去。",
                f"{place}/head",
            )
        for name in each.documents:
            if name not in names:
                yield Problem(
                    "no_such_document",
                    f"报结材料里没有“{name}”。",
                    f"可填：{'、'.join(sorted(names)) or '（无）'}。",
                    f"{place}/documents",
                )


def _ended_by_law(matter: ClosingCase, programme: Programme) -> Iterator[Problem]:
    """
    Where the programme has levels that decide on endings, all have agreed (JZ-31).
    """
    if programme.closing.ending and not matter.ending_granted:
        yield Problem(
            "ending_not_granted",
            "终结申报尚未经各级同意。",
            "请先申报终结（endings），待各级决定后再报结。",
            "/number",
        )


def _packet_whole(closing: Closing, programme: Programme) -> Iterator[Problem]:
    """
    Every document of the packet for this kind of closing (JZ-33 .. JZ-35), each as a
    file where the programme asks for files.
    """
    named = {document.name for document in closing.documents}
    nearest = programme.closing.nearest_packet(closing.kind, named)
    if nearest is None:
        return
    for document in nearest.missing(named):
        yield Problem(
            "document_missing",
            f"按“{nearest.title}”报结，缺少“{document}”。",
            f"请在 documents 中填写名称“{document}”及其文号或存放处。",
            "/documents",
        )
    for place, submitted in enumerate(closing.documents):
        of_packet = submitted.name in nearest.documents
        if nearest.filed and of_packet and submitted.document_id is None:
            yield Problem(
                "document_not_filed",
                f"按“{nearest.title}”报结，“{submitted.name}”须是本案已上传的材料，"
                "或者系统制作并归卷的文书。",
                "请先上传（POST …/documents），再在 document_id 中填它的编号。",
                f"/documents/{place}/document_id",
            )
