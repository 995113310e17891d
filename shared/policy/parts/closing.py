"""
How a case is closed: kinds, checklist, packets of documents, who signs in which order.

Values come from the programme's file; judging a closing is the business of the
assignment service.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from shared.errors import Problem
from shared.policy.directory import Office
from shared.policy.directory_file import Level
from shared.policy.parts.duties import Trigger
from shared.yaml.decode import duplicates, problem_in


@dataclass(frozen=True)
class ClosingKind:
    """
    A way to close a case, and where it is counted.
    """

    id: str
    title: str
    counts_as: Literal["resolved", "ended", "concluded"]
    source: str


@dataclass(frozen=True)
class ChecklistItem:
    """
    What the reviewer of a closing confirms, for the kinds of closing named, and what
    shows it (PY-31, XQ-27).

    `facts`: what happened in the case; `documents`: names of documents the closing
    brings; one of all these suffices. Where neither is named, the reviewer says which
    document it was. `from`, `to`: the days on which closings are reported under it.
    """

    id: str
    text: str
    kinds: tuple[str, ...]
    source: str
    mandatory: bool = True
    facts: tuple[Trigger, ...] = ()
    documents: tuple[str, ...] = ()
    from_: date = date.min
    to: date = date.max

    def in_force(self, kind: str, day: date) -> bool:
        return kind in self.kinds and self.from_ <= day <= self.to


@dataclass(frozen=True)
class DispositionRule:
    """
    One head of 三到位一处理, and what in the record of a case shows that it was done
    (PY-01, XQ-02), with a file or the number of a document. A document that the closing
    names for it shows it as well.
    """

    id: Literal[
        "reasonable_solve", "unreasonable_explain", "hardship_help", "unlawful_by_law"
    ]
    source: str
    facts: tuple[Trigger, ...] = ()


@dataclass(frozen=True)
class MeasureRule:
    """
    A measure by which a case may be settled, and what in its record shows that it was
    taken; the words of a closing do not (PY-29, PY-33).
    """

    id: Literal[
        "explanation",
        "hearing",
        "judicial_aid",
        "counselling",
        "mediation",
        "correction",
        "other",
    ]
    source: str
    facts: tuple[Trigger, ...] = ()


@dataclass(frozen=True)
class Packet:
    """
    The documents that a closing of these kinds is reported with (JZ-33 .. JZ-35);
    `filed`: each is a file of the case, uploaded or made by the system.
    """

    id: str
    title: str
    kinds: tuple[str, ...]
    documents: tuple[str, ...]
    source: str
    filed: bool = False

    def missing(self, names: Collection[str]) -> tuple[str, ...]:
        """
        Its documents that are not among the `names`.
        """
        return tuple(document for document in self.documents if document not in names)

    def problems(self) -> Iterator[Problem]:
        if not self.documents:
            message = "没有写任何材料。"
            yield problem_in(
                self, "documents", "empty_list", message, "请写明材料或删除。"
            )


@dataclass(frozen=True)
class Signer:
    """
    One signature: a kind of post of the responsible office, the hub or the one above.

    `leader`: who leads the case there. `vice`: a leader who is not the chief. `group`:
    any member of the leading group. `line`: who heads the department of the line that
    the case belongs to, which has the name of the department responsible for it; signs
    those of these `departments` alone (PY-44). `opinion`: signs with a written opinion
    (XQ-25).
    """

    id: str
    title: str
    office: Literal["own", "hub", "upper"]
    post: Literal["leader", "chief", "vice", "hub_department", "group", "line"]
    opinion: bool = False
    departments: tuple[str, ...] = ()

    def problems(self) -> Iterator[Problem]:
        if (self.post == "line") != bool(self.departments):
            yield problem_in(
                self,
                "departments",
                "no_line",
                "条线部门审查的，须写明是哪些部门；其他签字人不写。",
                "请改正 post 或 departments。",
            )

    def signs(self, department: str | None) -> bool:
        """
        Whether a case is this one's to sign; *department*: who is responsible for it.
        """
        return self.post != "line" or department in self.departments

    def posts_of(
        self, office: Office, department: str, line: str | None = None
    ) -> tuple[str, ...]:
        """
        The posts of an office that are of this kind; `department`: the hub's own,
        `line`: the one responsible for the case.
        """
        return tuple(
            title
            for title, post in office.posts.items()
            if {
                "leader": post.leader,
                "chief": post.chief,
                "vice": post.leader and not post.chief,
                "hub_department": post.middle and title.startswith(department),
                "group": post.leader,
                "line": post.middle and line is not None and title.startswith(line),
            }[self.post]
        )


@dataclass(frozen=True)
class Route:
    """
    Who signs, in this order, for offices of these `levels` and these kinds of closing;
    empty means all. `on_paper`: a filed page that carries a signature counts as it.
    """

    id: str
    title: str
    signers: tuple[Signer, ...]
    source: str
    levels: tuple[Level, ...] = ()
    kinds: tuple[str, ...] = ()
    on_paper: bool = False

    def problems(self) -> Iterator[Problem]:
        yield from duplicates(self.signers, "id")
        if not self.signers:
            message = "没有任何人签字。"
            yield problem_in(self, "signers", "nobody_named", message, "请写明签字人。")

    def serves(self, kind: str, level: Level) -> bool:
        of_level = not self.levels or level in self.levels
        return of_level and (not self.kinds or kind in self.kinds)


@dataclass(frozen=True)
class Coded:
    """
    A word that a record of the programme is coded by.
    """

    id: str
    title: str
    source: str


@dataclass(frozen=True)
class Watch:
    """
    For how many days after it was resolved a petition of the same matter, confirmed to
    be one, reopens a case; 0: for none, as the programme says with its reason (A-21).
    """

    days: int
    source: str

    def problems(self) -> Iterator[Problem]:
        if self.days < 0:
            message = "观察天数不能为负。"
            yield problem_in(
                self, "days", "not_positive", message, "不观察的，请写 0 并说明。"
            )


@dataclass(frozen=True)
class AuditRules:
    """
    How many of the closings of a period are drawn to be evaluated (评查): so many
    `percent`, rounded up, and at `least` so many (XQ-26, JZ-52).
    """

    percent: int
    source: str
    least: int = 1

    def problems(self) -> Iterator[Problem]:
        if not 1 <= self.percent <= 100:
            message = "抽查比例须为百分之一至百分之百。"
            remedy = "请改正；不抽查的，请删除 audit。"
            yield problem_in(self, "percent", "not_a_percentage", message, remedy)
        if self.least < 1:
            message = "至少抽查一件。"
            yield problem_in(self, "least", "not_positive", message, "请改正。")

    def size(self, population: int) -> int:
        """
        How many are drawn of so many closings.
        """
        share = -(-self.percent * population // 100)
        return min(population, max(self.least, share))


@dataclass(frozen=True)
class LookBackRules:
    """
    The links of handling and the problems by which findings are coded (MX-29, PY-49).
    """

    links: tuple[Coded, ...]
    faults: tuple[Coded, ...]
    source: str


@dataclass(frozen=True)
class EndingRules:
    """
    Who decides, in this order, whether a case is lawfully ended (JZ-31); `grounds`: on
    which grounds it may be applied for; `filed`: each document of an application is a
    file of the case, uploaded or made by the system.
    """

    levels: tuple[Signer, ...]
    grounds: tuple[Coded, ...]
    source: str
    filed: bool = False

    def problems(self) -> Iterator[Problem]:
        yield from duplicates(self.levels, "id")
        yield from duplicates(self.grounds, "id")
        if not self.levels:
            message = "没有任何一级决定。"
            yield problem_in(self, "levels", "nobody_named", message, "请写明决定人。")


@dataclass(frozen=True)
class Reason:
    """
    Why a closing is sent back (XQ-43).
    """

    id: str
    text: str
    source: str


@dataclass(frozen=True)
class Closing:
    """
    Which kinds of closing there are, what must be ticked, added, signed; the hub
    reviews them (PY-44, XQ-42).

    `version`: the edition of the standard from which the checklist was taken;
    `inquiry_causes`: why a case may have flowed back (XQ-49). `dispositions`: the heads
    of 三到位一处理 that need evidence when a case is closed as resolved, `measures`
    those that need a record. `audit`: how many closings are drawn to be evaluated. What
    follows a closing is owed by duties that it opens (MX-28, MX-31).
    """

    kinds: tuple[ClosingKind, ...]
    checklist: tuple[ChecklistItem, ...]
    packets: tuple[Packet, ...] = ()
    routes: tuple[Route, ...] = ()
    return_reasons: tuple[Reason, ...] = ()
    version: str = ""
    ending: EndingRules | None = None
    watch: Watch | None = None
    inquiry_causes: tuple[Coded, ...] = ()
    look_back: LookBackRules | None = None
    audit: AuditRules | None = None
    dispositions: tuple[DispositionRule, ...] = ()
    measures: tuple[MeasureRule, ...] = ()

    def counts_as(self, kind: str) -> str | None:
        """
        Where a kind of closing is counted; None if there is no such kind here.
        """
        counts = (
            closing_kind.counts_as
            for closing_kind in self.kinds
            if closing_kind.id == kind
        )
        return next(counts, None)

    def standard(self, kind: str, day: date) -> tuple[ChecklistItem, ...]:
        """
        What a closing of a kind, reported on a day, is judged by.
        """
        return tuple(item for item in self.checklist if item.in_force(kind, day))

    @property
    def evidence(self) -> tuple[Trigger, ...]:
        """
        The facts that show that something is met.
        """
        items = (fact for item in self.checklist for fact in item.facts)
        heads = (fact for rule in self.dispositions for fact in rule.facts)
        measures = (fact for rule in self.measures for fact in rule.facts)
        return *items, *heads, *measures

    def disposition(self, head: str) -> DispositionRule | None:
        """
        What shows a head of 三到位一处理; None where it needs no evidence.
        """
        return next((rule for rule in self.dispositions if rule.id == head), None)

    def measure(self, measure: str) -> MeasureRule | None:
        """
        What shows that a measure was taken; None where it needs no record.
        """
        return next((rule for rule in self.measures if rule.id == measure), None)

    def item(self, identity: str) -> ChecklistItem | None:
        """
        An item of this or an earlier checklist.
        """
        return next((item for item in self.checklist if item.id == identity), None)

    def packets_for(self, kind: str) -> tuple[Packet, ...]:
        """
        The packets of which a closing of this kind brings one.
        """
        return tuple(packet for packet in self.packets if kind in packet.kinds)

    def nearest_packet(self, kind: str, names: Collection[str]) -> Packet | None:
        """
        The packet that lacks least of its documents; None if none is asked for.
        """
        packets = self.packets_for(kind)
        return min(packets, key=lambda each: len(each.missing(names)), default=None)

    def route_for(
        self, kind: str, level: Level, department: str | None = None
    ) -> Route | None:
        """
        The first route that serves, with those who sign a case for which *department*
        is responsible; None: the hub's review is all there is.
        """
        fitting = (route for route in self.routes if route.serves(kind, level))
        route = next(fitting, None)
        if route is None:
            return None
        signers = tuple(each for each in route.signers if each.signs(department))
        return replace(route, signers=signers) if signers else None

    def problems(self) -> Iterator[Problem]:
        yield from duplicates(self.kinds, "id")
        yield from duplicates(self.checklist, "id")
        yield from duplicates(self.packets, "id")
        yield from duplicates(self.routes, "id")
        yield from duplicates(self.dispositions, "id")
        yield from duplicates(self.measures, "id")
        allowed = {kind.id for kind in self.kinds}
        limited: tuple[ChecklistItem | Packet | Route, ...]
        limited = (*self.checklist, *self.packets, *self.routes)
        for item in limited:
            for kind in {*item.kinds} - allowed:
                message = f"没有名为“{kind}”的办结方式。"
                remedy = f"可用：{'、'.join(sorted(allowed))}。"
                yield problem_in(item, "kinds", "unknown_value", message, remedy)
        served: set[tuple[tuple[Level, ...], tuple[str, ...]]] = set()
        for route in self.routes:
            if {((), ()), (route.levels, ()), (route.levels, route.kinds)} & served:
                message = "这些案件已由前面的签批路线办理。"
                remedy = "请改正 levels 或 kinds，或调整先后。"
                yield problem_in(route, "levels", "never_fires", message, remedy)
            served.add((route.levels, route.kinds))
