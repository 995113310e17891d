"""
Which cases a programme covers: an ordered list of clauses, each a test on facts.

A fact that is absent fulfils no test. The words of a clause stand in the programme
file; here are only the few kinds of test that it may use.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from shared.errors import Problem
from shared.policy.conditions import Condition, all_hold
from shared.policy.parts.general import Span
from shared.yaml.decode import duplicates, problem_in

Fact = Literal[
    "case_kind",
    "handed",
    "registration_level",
    "topic",
    "accepted_on",
    "repeats_in_window",
    "registered_repeat",
    "last_petition_on",
    "scope_class",
    "origin",
    "opinions",
]
OpinionFact = Literal["organ", "final"]


@dataclass(frozen=True)
class Test:
    """
    One test on one fact; exactly one of the operators is given.

    `contains` asks a list for at least one entry that fulfils all conditions.
    """

    fact: Fact
    one_of: Condition | None = None
    between: Span | None = None
    at_least: int | None = None
    contains: Mapping[OpinionFact, Condition] | None = None

    def problems(self) -> Iterator[Problem]:
        ways = (self.one_of, self.between, self.at_least, self.contains)
        if len([way for way in ways if way is not None]) != 1:
            message = "一项检验须有且只有一种判断。"
            remedy = "请用 one_of、between、at_least、contains 之一。"
            yield problem_in(self, None, "one_operator", message, remedy)

    def holds(self, facts: Mapping[str, object]) -> bool:
        value = facts.get(self.fact)
        if self.one_of is not None:
            return self.one_of.holds(value)
        if self.between is not None:
            return value in self.between
        if self.at_least is not None:
            return isinstance(value, int) and value >= self.at_least
        entries = value if isinstance(value, (list, tuple)) else ()
        return any(
            isinstance(entry, Mapping) and all_hold(self.contains or {}, entry)
            for entry in entries
        )


@dataclass(frozen=True)
class Clause:
    """
    One sentence of the scope; `when` says to which cases it applies.
    """

    id: str
    text: str
    source: str
    test: tuple[Test, ...]
    when: Mapping[Fact, Condition] = field(default_factory=dict)

    def problems(self) -> Iterator[Problem]:
        if not self.test:
            message = "没有检验内容，永远成立。"
            yield problem_in(
                self, "test", "never_fires", message, "请写出检验或删除该项。"
            )

    def applies(self, facts: Mapping[str, object]) -> bool:
        return all_hold(self.when, facts)

    def fails(self, facts: Mapping[str, object]) -> bool:
        return self.applies(facts) and not all(test.holds(facts) for test in self.test)


@dataclass(frozen=True)
class Scope:
    """
    All clauses; a case is covered when none fails.

    `repeats_in`: the days in which a repeated petition counts; any day, if unwritten.
    """

    clauses: tuple[Clause, ...]
    repeats_in: Span | None = None

    def counts_repeat(self, on: date) -> bool:
        """
        Whether a repeated petition of a day counts (PY-06, XQ-12).
        """
        return self.repeats_in is None or on in self.repeats_in

    def accepted_on(self, days: Collection[date]) -> date | None:
        """
        On which of the *days* on which it was accepted a matter counts as accepted: the
        first that the clauses allow, else the first of all (A-18).
        """
        tests = [
            test
            for clause in self.clauses
            for test in clause.test
            if test.fact == "accepted_on"
        ]
        allowed = (
            day
            for day in sorted(days)
            if all(test.holds({"accepted_on": day}) for test in tests)
        )
        return next(allowed, min(days, default=None))

    def failing(self, facts: Mapping[str, object]) -> tuple[Clause, ...]:
        """
        The clauses that keep a case out, in the order of the file; empty: covered.
        """
        return tuple([clause for clause in self.clauses if clause.fails(facts)])

    def problems(self) -> Iterator[Problem]:
        yield from duplicates(self.clauses, "id")
        allowed: dict[Fact, set[object]] = {}
        for clause in self.clauses:
            for name, condition in clause.when.items():
                if name in allowed and not allowed[name] & {*condition.values}:
                    message = f"“{name}”取这些值的案件已被前面的条款排除。"
                    remedy = "请改正 when，或放宽前面的条款。"
                    yield problem_in(clause, "when", "never_fires", message, remedy)
            if not clause.when:
                for test in clause.test:
                    if test.one_of is not None:
                        allowed[test.fact] = {*test.one_of.values}
