"""
What in the record of a case shows what its closing says was done: the heads of
三到位一处理 (PY-01, XQ-02) and the measures (PY-29, PY-33).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date

from services.assignment.domain.closings.closing import Closing
from services.assignment.domain.closings.standard import since_reopened
from services.assignment.domain.facts.base import Fact
from services.assignment.domain.facts.documents import withdrawn_documents
from services.assignment.domain.facts.leaders import is_unshown
from services.assignment.domain.facts.received import AidPaid, AidTakenBack
from shared.errors import Problem
from shared.policy.parts.closing import DispositionRule, MeasureRule
from shared.policy.programme import Programme
from shared.vocabulary import Disposition, Remedy


def shown_problems(
    closing: Closing,
    programme: Programme,
    facts: Collection[Fact],
    on: date,
    place: str | None = None,
) -> Iterator[Problem]:
    """
    Check that by a day every measure of a closing was taken and something shows every
    chosen head. *place*: the field to name instead of the measure or head.
    """
    for measure in _unshown_measures(closing, programme, facts, on):
        yield Problem(
            "measure_not_shown",
            f"本案没有“{Remedy(measure.id).chinese}”的记录。",
            "请先记录这项措施的办理情况，或从 measures 中删去。"
            f"依据：{measure.source}。",
            place or f"/measures/{closing.measures.index(measure.id)}",
        )
    for head in _unshown_heads(closing, programme, facts, on):
        yield Problem(
            "disposition_not_shown",
            f"“{Disposition(head.id).chinese}”没有材料或记录证明。",
            "请在 head_evidence 中写明由报结的哪份材料证明，或先记录办理情况并附材料。"
            f"依据：{head.source}。",
            place or f"/dispositions/{closing.dispositions.index(head.id)}",
        )


def _unshown_measures(
    closing: Closing, programme: Programme, facts: Collection[Fact], on: date
) -> Iterator[MeasureRule]:
    """
    Yield the measures that were not taken by a day, since the case last flowed back: no
    word of a closing stands for one (PY-33).
    """
    acts = _done(facts, on)
    for measure in closing.measures:
        rule = programme.closing.measure(measure)
        if rule and not _in_record(rule, acts):
            yield rule


def _unshown_heads(
    closing: Closing, programme: Programme, facts: Collection[Fact], on: date
) -> Iterator[DispositionRule]:
    """
    Yield the chosen heads that nothing shows on a day: neither a document of the
    closing nor a fact of the case that rests on a paper (PY-01, XQ-02).
    """
    with_documents = {each.head for each in closing.head_evidence if each.documents}
    withdrawn = withdrawn_documents(facts)
    papers = [fact for fact in _done(facts, on) if _has_paper(fact, withdrawn)]
    for head in closing.dispositions:
        rule = programme.closing.disposition(head)
        if rule and head not in with_documents and not _in_record(rule, papers):
            yield rule


def _done(facts: Collection[Fact], on: date) -> list[Fact]:
    """
    Return what happened by a day, after the case last flowed back, without what only a
    withdrawn document showed and without aid of which every payment came back.
    """
    withdrawn = withdrawn_documents(facts)
    taken_back = _taken_back(fact for fact in facts if fact.on <= on)
    return [
        fact
        for fact in since_reopened(facts, on)
        if not is_unshown(fact, withdrawn)
        and not (isinstance(fact, AidPaid) and fact.aid in taken_back)
    ]


def _has_paper(fact: Fact, withdrawn: Collection[str]) -> bool:
    """
    Return whether a fact rests on more than words: on a file of the case, on the number
    of a document, or on the confirmation of the finance office that aid was paid.
    """
    files = {*(fact.get("document_ids") or ())} - {*withdrawn}
    return bool(isinstance(fact, AidPaid) or files or fact.get("document"))


def _in_record(rule: DispositionRule | MeasureRule, facts: Sequence[Fact]) -> bool:
    return any(
        trigger.fired_by(fact.name, fact.fields)
        for fact in facts
        for trigger in rule.facts
    )


def _taken_back(facts: Iterable[Fact]) -> frozenset[str]:
    """
    Return the ids of the aid whose payments all came back.
    """
    payments = Counter[str]()
    for fact in facts:
        if isinstance(fact, AidPaid | AidTakenBack):
            payments[fact.aid] += 1 if isinstance(fact, AidPaid) else -1
    return frozenset(aid for aid, times in payments.items() if times <= 0)
