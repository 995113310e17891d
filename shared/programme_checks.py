"""
What can be wrong between the parts of a programme, or between it and the directory.

What is wrong within one part says the part itself (its `slips`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import combinations
from typing import TYPE_CHECKING

from shared.conditions import Condition
from shared.decoding import Decoder, Slip, did_you_mean, duplicates
from shared.directory import Directory
from shared.vocabulary import CaseKind, ClosingKind, Origin

if TYPE_CHECKING:
    from shared.programme import Programme

UNIQUE = (
    ("duties", "id"),
    ("leader_rules", "id"),
    ("milestones", "on"),
    ("phases", "name"),
)

EventTypes = Collection[str] | Mapping[str, Collection[str]]
"""
The types of events that services announce, perhaps with the facts each carries.
"""

WORDS: dict[str, type[CaseKind | Origin]] = {"case_kind": CaseKind, "origin": Origin}


def check_programme(
    decoder: Decoder,
    programme: Programme,
    directory: Directory,
    event_types: EventTypes | None,
) -> None:
    """
    Report everything to the decoder's file; each check on its own, so that one
    missing value does not silence the others.
    """
    for part, key in UNIQUE:
        decoder.check(_repeated(programme, part, key))
    decoder.check(_milestones(programme))
    decoder.check(_phases_outside(programme))
    decoder.check(_phases_overlapping(programme))
    decoder.check(_duties_too_early(programme))
    decoder.check(_root(programme, directory))
    decoder.check(_hub(programme, directory))
    decoder.check(_recipients(programme, directory))
    decoder.check(_vocabulary(programme))
    if event_types is not None:
        decoder.check(_events(programme, event_types))


def _repeated(programme: Programme, part: str, key: str) -> Iterator[Slip]:
    yield from duplicates(getattr(programme, part), key)


def _milestones(programme: Programme) -> Iterator[Slip]:
    if not programme.milestones:
        message = "没有任何目标节点。"
        yield Slip(programme, "milestones", "no_milestone", message, "请至少写一个。")
    for milestone in programme.milestones:
        if milestone.on not in programme.window:
            message = f"目标节点 {milestone.on} 不在专项期限之内，永远不会考核。"
            remedy = "请改正日期或 window。"
            yield Slip(milestone, "on", "never_fires", message, remedy)


def _phases_outside(programme: Programme) -> Iterator[Slip]:
    for phase in programme.phases:
        for name, day in (("from", phase.from_), ("to", phase.to)):
            if day not in programme.window:
                message = f"阶段“{phase.name}”的 {day} 不在专项期限之内。"
                remedy = "请改正日期或 window。"
                yield Slip(phase, name, "outside_window", message, remedy)


def _phases_overlapping(programme: Programme) -> Iterator[Slip]:
    if programme.shared_phase_day is not None:
        return
    in_order = sorted(programme.phases, key=lambda phase: phase.from_)
    for earlier, later in combinations(in_order, 2):
        if later.from_ <= earlier.to:
            message = f"阶段“{later.name}”与“{earlier.name}”重叠，未说明以哪个为准。"
            remedy = "请错开日期，或写明 shared_phase_day: later（以后一阶段为准）。"
            yield Slip(later, "from", "phases_overlap", message, remedy)


def _duties_too_early(programme: Programme) -> Iterator[Slip]:
    for rule in programme.duties:
        if rule.due.day and rule.due.day < programme.window.from_:
            message = f"职责期限 {rule.due.day} 早于专项开始，从来不是期限。"
            remedy = "请改正日期或 window。"
            yield Slip(rule.due, "day", "never_fires", message, remedy)


def _root(programme: Programme, directory: Directory) -> Iterator[Slip]:
    if not directory.exists(programme.offices_root):
        yield _no_office(programme, "offices_root", programme.offices_root, directory)


def _hub(programme: Programme, directory: Directory) -> Iterator[Slip]:
    if not directory.exists(programme.hub):
        yield _no_office(programme, "hub", programme.hub, directory)
        return
    departments = directory.office(programme.hub).departments
    if programme.hub_department not in departments:
        near = did_you_mean(programme.hub_department, departments)
        message = f"牵头院没有“{programme.hub_department}”。{near}"
        remedy = f"可用：{'、'.join(departments)}。"
        yield Slip(programme, "hub_department", "unknown_department", message, remedy)
    if not directory.is_within(
        programme.hub, programme.offices_root, programme.window.from_
    ):
        message = "牵头院不在专项覆盖的范围之内。"
        remedy = "请改正 hub 或 offices_root。"
        yield Slip(programme, "hub", "hub_outside", message, remedy)


def _recipients(programme: Programme, directory: Directory) -> Iterator[Slip]:
    returns = programme.returns
    for name in ("recipients", "above_root"):
        for each in getattr(returns, name):
            if "@" not in each and not directory.exists(each):
                yield _no_office(returns, name, each, directory)


def _no_office(owner: object, field: str, code: str, directory: Directory) -> Slip:
    near = did_you_mean(code, [office.code for office in directory.offices()])
    remedy = "请改正代码，或先在名录中登记该院。"
    return Slip(owner, field, "unknown_office", f"单位 {code} 不存在。{near}", remedy)


def _vocabulary(programme: Programme) -> Iterator[Slip]:
    for kind in programme.closing.kinds:
        if kind.id not in list(ClosingKind):
            yield _no_word(kind, "id", kind.id, [str(each) for each in ClosingKind])
    for clause in programme.scope.clauses:
        for test in clause.test:
            if test.fact in WORDS and test.one_of is not None:
                known = [str(word) for word in WORDS[test.fact]]
                for value in test.one_of.values:
                    if value not in known:
                        yield _no_word(test, "one_of", str(value), known)


def _no_word(owner: object, field: str, word: str, known: Collection[str]) -> Slip:
    near = did_you_mean(word, known)
    message = f"“{word}”不是系统认识的值，永远不会成立。{near}"
    remedy = f"可用：{'、'.join(known)}。"
    return Slip(owner, field, "unknown_value", message, remedy)


def _events(programme: Programme, known: EventTypes) -> Iterator[Slip]:
    for rule in programme.duties:
        yield from _event(rule, "opened_by", rule.opened_by, rule.when, known)
        for trigger in rule.triggers():
            yield from _event(trigger, "event", trigger.event, trigger.when, known)


def _event(
    owner: object,
    field: str,
    event_type: str,
    when: Mapping[str, Condition],
    known: EventTypes,
) -> Iterator[Slip]:
    if event_type not in known:
        near = did_you_mean(event_type, known)
        message = f"没有“{event_type}”这种事件，永远不会发生。{near}"
        remedy = "请改用各服务 events.py 中声明的事件。"
        yield Slip(owner, field, "unknown_event", message, remedy)
    elif isinstance(known, Mapping):
        facts = known[event_type]
        for name in when.keys() - set(facts):
            message = f"事件“{event_type}”没有“{name}”，条件永远不成立。"
            remedy = f"可用：{'、'.join(facts)}。"
            yield Slip(owner, "when", "never_fires", message, remedy)
