"""
A lawful ending: applied for by the responsible office, decided level by level, and
then the help that is handed over to a unit, with its receipt (JZ-31, JZ-50, PY-34).

An ending that every level agreed to is not yet a closing; it is what the closing of
that kind needs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from services.assignment.domain.closings.closing import Document, words_for_files
from services.assignment.domain.closings.evidence import withdrawn_among
from services.assignment.domain.closings.signatures import Seats
from services.assignment.domain.closings.standard import since_reopened
from services.assignment.domain.facts.base import Fact
from services.assignment.domain.facts.endings import EndingDecided, EndingWaits
from shared.errors import Conflict, Forbidden, Problem, reject_if
from shared.policy.directory import Directory
from shared.policy.parts.closing import EndingRules, Signer
from shared.rules import (
    day_has_come,
    day_not_before,
    is_account,
    none_named_is_accused,
    not_the_accused,
    office_exists,
    post_exists,
    receiver_outside,
)
from shared.vocabulary import EndingState, EndingVerdict, Help

MOVES = {
    ("waiting", EndingVerdict.AGREED): "waiting",
    ("waiting", EndingVerdict.REFUSED): "refused",
}
GRANTED = "granted"
"""
How an application stands to which the last level has agreed.
"""
LAPSED = "lapsed"
"""
How an application stands that waited when its case was closed.
"""


@dataclass(frozen=True)
class LevelDecision:
    """
    What one level decided on an application, and by which post.
    """

    level: str
    title: str
    office: str
    post: str
    verdict: EndingVerdict
    on: date
    opinion: str
    recorded_by: str


@dataclass(frozen=True)
class Ending:
    """
    An application to end a case lawfully.

    *level* and *decider*: which level decides next and its office; None once it is
    decided.
    """

    id: str
    number: str
    programme: str
    office: str
    applied_on: date
    grounds: tuple[str, ...]
    statement: str
    documents: tuple[Document, ...]
    applied_by: str
    level: str | None
    decider: str | None
    state: str = "waiting"
    decisions: tuple[LevelDecision, ...] = ()

    @property
    def last_day(self) -> date:
        return self.decisions[-1].on if self.decisions else self.applied_on


@dataclass(frozen=True)
class HandOver:
    """
    Help in an ended case that an office handed over to a unit, and the receipt.

    *to_office*: the unit, if it stands in the directory; *unit*: as it calls itself.
    """

    id: str
    number: str
    programme: str
    office: str
    on: date
    to_office: str | None
    unit: str
    help: tuple[Help, ...]
    document: str
    receipt_on: date | None = None
    receipt_by: str | None = None
    receipt_document: str | None = None


# -- applications


def application_problems(
    standing: str,
    rules: EndingRules | None,
    grounds: Collection[str],
    documents: Sequence[Document],
    *,
    waits: bool,
) -> Iterator[Problem]:
    """
    The programme knows such applications, the case is open, none waits, and its papers
    are files where the programme wants them to be.
    """
    if rules is None:
        yield Problem(
            "no_such_ending",
            "本专项没有逐级申报终结的程序。",
            "请按专项规定报结。",
            "/number",
        )
        return
    yield from _case_open(standing)
    if waits:
        yield Problem(
            "ending_waiting",
            "本案已有一项终结申报等待决定。",
            "请等待决定。",
            "/number",
        )
    if rules.filed:
        yield from words_for_files(documents, "申报终结")
    allowed = {ground.id: ground.title for ground in rules.grounds}
    for index, ground in enumerate(grounds):
        if ground not in allowed:
            choices = "、".join(f"{name}（{title}）" for name, title in allowed.items())
            yield Problem(
                "no_such_ground",
                f"没有终结事由“{ground}”。",
                f"可填：{choices or '（无）'}。",
                f"/grounds/{index}",
            )


def _case_open(standing: str) -> Iterator[Problem]:
    """
    Only an open case is ended by law.
    """
    if standing != "open":
        yield Problem(
            "not_in_this_state",
            "案件不在办理中。",
            "请先查看案件的办理情况。",
            "/number",
        )


def ending_waits(facts: Iterable[Fact]) -> bool:
    """
    Whether a level is to decide on an application. One that was before a level when the
    case last flowed back has lapsed.
    """
    recent = since_reopened(facts)
    decided = {fact.step for fact in recent if isinstance(fact, EndingDecided)}
    return not _steps_awaited(recent) <= decided


def _steps_awaited(facts: Iterable[Fact]) -> set[str]:
    """
    The levels that were asked to decide.
    """
    return {fact.step for fact in facts if isinstance(fact, EndingWaits)}


def deciders_accused(
    rules: EndingRules | None,
    seats: Seats,
    directory: Directory,
    on: date,
    accused: str | None,
) -> Iterator[Problem]:
    """
    Check that no level that is to decide is the *accused* office, or one below it.
    """
    levels = rules.levels if rules else ()
    for office in dict.fromkeys(seats.offices[level.office].code for level in levels):
        yield from not_the_accused(office, accused, directory, on, "/number")


def decide(
    ending: Ending,
    decision: LevelDecision,
    *,
    standing: str,
    rules: EndingRules,
    seats: Seats,
    today: date,
    facts: Collection[Fact],
) -> Ending:
    """
    The level whose turn it is agrees or refuses; the next one decides then. *standing*:
    how the case stands, which no level agrees to end unless it is open; *facts*: what
    happened in it.

    Raises `Conflict` if it was decided already, `Forbidden` if who decides applied for
    it or decided at another level, `Rejected` with every problem.
    """
    state = MOVES.get((ending.state, decision.verdict))
    if state is None:
        raise Conflict.because(
            "already_decided",
            f"这项终结申报{EndingState(ending.state).chinese}。",
            "情况有变的，请重新申报。",
        )
    earlier = ending.applied_by, *(past.recorded_by for past in ending.decisions)
    if any(is_account(account, decision.recorded_by) for account in earlier):
        raise Forbidden.because(
            "own_ending",
            "申报人或者已在前一级作出决定的人，不能再作这一级的决定。",
            "请由另一名人员决定。",
        )
    level = level_of(ending, rules)
    office = seats.offices[level.office]
    reject_if(
        [
            *day_has_come(decision.on, today, "/on"),
            *day_not_before(decision.on, ending.last_day, "/on"),
            *(
                [
                    *_case_open(standing),
                    *withdrawn_among(ending.documents, facts, "/number"),
                ]
                if decision.verdict is EndingVerdict.AGREED
                else ()
            ),
            *post_exists(decision.post, seats.posts_of(level), "/post", office.name),
        ]
    )
    at_level = replace(decision, level=level.id, title=level.title, office=office.code)
    decided = replace(ending, decisions=(*ending.decisions, at_level), state=state)
    # A refusal at any level ends the application: no level decides after it.
    following = _next_level(level, rules) if state == "waiting" else None
    return _passed_on(decided, following, seats)


def _passed_on(ending: Ending, following: Signer | None, seats: Seats) -> Ending:
    """
    The application before the level that decides next; granted or refused if no level
    follows.
    """
    if following is None:
        state = GRANTED if ending.state == "waiting" else ending.state
        return replace(ending, state=state, level=None, decider=None)
    decider = seats.offices[following.office].code
    return replace(ending, level=following.id, decider=decider)


def level_of(ending: Ending, rules: EndingRules) -> Signer:
    """
    Return the level that decides next; the first level if the programme no longer has
    the one that was next.
    """
    return next(
        (level for level in rules.levels if level.id == ending.level), rules.levels[0]
    )


def _next_level(level: Signer, rules: EndingRules) -> Signer | None:
    place = rules.levels.index(level) + 1
    return rules.levels[place] if place < len(rules.levels) else None


def in_use(endings: Iterable[Ending], *, granted: bool) -> Iterator[Ending]:
    """
    Yield the applications that must keep their documents: those to which some level has
    agreed and none has refused. A *granted* one counts until the case flows back.
    """
    for ending in endings:
        if (ending.state == "waiting" and ending.decisions) or (
            ending.state == GRANTED and granted
        ):
            yield ending


def is_granted(facts: Iterable[Fact]) -> bool:
    """
    Whether every level has agreed since the case last flowed back.
    """
    return any(
        isinstance(fact, EndingDecided) and fact.outcome == GRANTED
        for fact in since_reopened(facts)
    )


# -- hand-overs


def hand_over_problems(
    standing: str,
    handed: HandOver,
    ended_on: date,
    directory: Directory,
    today: date,
    *,
    accused: str | None = None,
) -> Iterator[Problem]:
    """
    Help is handed over in a case that is lawfully ended, to a unit that exists and is
    neither *accused* nor below who is.
    """
    if standing != "ended":
        yield Problem(
            "case_not_ended",
            "案件没有依法终结，谈不上终结后的移交。",
            "请先报终结。",
            "/number",
        )
    yield from day_has_come(handed.on, today, "/on")
    yield from day_not_before(handed.on, ended_on, "/on")
    if handed.to_office:
        to, on = handed.to_office, handed.on
        yield from office_exists(to, directory, on, "/to_office")
        yield from not_the_accused(to, accused, directory, on, "/to_office")
    given = handed.unit, accused, directory, handed.on, "/unit"
    if handed.to_office is None:
        yield from receiver_outside(*given, field="to_office")
    else:
        yield from none_named_is_accused(*given)


def receive(
    handed: HandOver, *, on: date, by: str, document: str | None, today: date
) -> HandOver:
    """
    The unit confirms that it took over. Raises `Conflict` if it did already.
    """
    if handed.receipt_on is not None:
        raise Conflict.because(
            "already_received", "这项移交已有回执。", "如需更正，请联系移交单位。"
        )
    reject_if([*day_has_come(on, today, "/on"), *day_not_before(on, handed.on, "/on")])
    return replace(handed, receipt_on=on, receipt_by=by, receipt_document=document)
