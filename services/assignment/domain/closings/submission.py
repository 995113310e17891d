"""
A report of closing: what the responsible office must submit for review.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date

from services.assignment import events
from services.assignment.domain.closings.closing import (
    Closing,
    ClosingCase,
    Document,
    standing_after,
    unfiled_problems,
    words_for_files,
)
from services.assignment.domain.closings.evidence import documents_of, withdrawn_among
from services.assignment.domain.closings.shown import shown_problems
from services.assignment.domain.facts.base import Fact
from services.assignment.domain.facts.documents import filed_documents
from shared.errors import Problem, reject_if
from shared.policy.calendar import ONE_DAY
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
    lacking: Sequence[str] = (),
) -> tuple[ClosingCase, events.ClosingSubmitted]:
    """
    Report a case closed and ask for review; the hub owes it from that day on. *facts*:
    what happened in the case; *unanswered*: the places of the points of its demand of
    which nothing has become; *ending*: the documents of the ending that was granted;
    *lacking*: what is not named of who leads it, in sentences.

    Raises `Conflict` if the case is not open, `Rejected` with every problem.
    """
    standing = standing_after(matter, "submit")
    concluded_on, on = closing.concluded_on, closing.submitted_on
    counts_as = programme.closing.counts_as(closing.kind)
    reject_if(
        [
            *day_has_come(concluded_on, today, "/concluded_on"),
            *day_not_before(concluded_on, _next_day(matter), "/concluded_on"),
            *day_has_come(on, today, "/submitted_on"),
            *day_not_before(on, concluded_on, "/submitted_on"),
            *_leader_named(matter, lacking),
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
        occurred_on=on,
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


def _leader_named(matter: ClosingCase, lacking: Sequence[str]) -> Iterator[Problem]:
    """
    The case has a leader and a department (PY-17), and whatever else its programme asks
    to be named with them (XQ-20).
    """
    if not matter.led:
        missing = f"：{''.join(lacking)}" if lacking else "。"
        yield Problem(
            "case_not_led",
            f"案件尚未按规则落实包案领导和责任部门{missing}",
            "请先补齐包案领导、责任部门等（POST /cases/…/leaders）。",
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
    yield from shown_problems(closing, programme, facts, closing.submitted_on)
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
    names = {document.name for document in closing.documents}
    nearest = programme.closing.nearest_packet(closing.kind, names)
    if nearest is None:
        return
    for document in nearest.missing(names):
        yield Problem(
            "document_missing",
            f"按“{nearest.title}”报结，缺少“{document}”。",
            f"请在 documents 中填写名称“{document}”及其文号或存放处。",
            "/documents",
        )
    if nearest.filed:
        reason = f"按“{nearest.title}”报结"
        yield from words_for_files(closing.documents, reason, nearest.documents)
