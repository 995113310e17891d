"""
Sets of duties set by law rather than by a plan: by date of receipt and kind of office.

An open matter keeps the set of the day it came in (A-36). Files under
deploy/rulesets/; a programme names the sets it works under.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from shared.errors import Problem
from shared.policy.calendar import Limit
from shared.policy.directory_file import Kind
from shared.policy.parts.aid import AidLaw
from shared.policy.parts.duties import DutyRule
from shared.policy.parts.general import Resolution, Span
from shared.policy.parts.petitions import (
    GroupVisits,
    NamedLimit,
    RefusalReason,
    Review,
    Verdict,
)
from shared.policy.parts.reports import Act
from shared.policy.parts.words import Word, repeated
from shared.yaml.decode import Decoder, duplicates, problem_in
from shared.yaml.load import YamlFile, read_folder


@dataclass(frozen=True)
class RuleSet:
    """
    The duties that a law gives these kinds of office for matters received in its span.

    `enabled: false` keeps a set for those who choose it (A-34). `case_kinds` and
    `channels` are the words of programmes that have none of their own.
    """

    id: str
    title: str
    in_force: Span
    kinds: tuple[Kind, ...]
    source: str
    enabled: bool = True
    case_kinds: tuple[Word, ...] = ()
    channels: tuple[Word, ...] = ()
    acts: tuple[Act, ...] = ()
    duties: tuple[DutyRule, ...] = ()
    refusals: tuple[RefusalReason, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    review: Review | None = None
    group_visits: GroupVisits | None = None
    limits: tuple[NamedLimit, ...] = ()
    resolutions: tuple[Resolution, ...] = ()
    aid: AidLaw | None = None

    def binds(self, on: date, kind: str) -> bool:
        return self.enabled and on in self.in_force and kind in self.kinds

    def all_limits(self) -> Iterator[tuple[str, Limit, str, str]]:
        """
        Its limits, those of its duties first: id, length, title, source.
        """
        for rule in self.duties:
            if rule.due.limit:
                yield rule.id, rule.due.limit, rule.title, rule.source
        for limit in self.limits:
            yield limit.id, limit.limit, limit.title, limit.source

    def limit_of(self, identity: str) -> NamedLimit:
        """
        A limit that opens no duty, by its id.
        """
        return next(limit for limit in self.limits if limit.id == identity)

    def problems(self) -> Iterator[Problem]:
        yield from repeated(self.case_kinds)
        yield from repeated(self.channels)
        yield from duplicates(self.acts, "id")
        yield from duplicates(self.refusals, "id")
        yield from duplicates(self.verdicts, "id")
        if self.review:
            yield from self._unknown_limits(self.review)
        yield from duplicates(self.resolutions, "id")
        yield from duplicates((*self.duties, *self.limits), "id")
        if not self.kinds:
            message = "没有写适用于哪类机关，永远不会适用。"
            yield problem_in(self, "kinds", "never_fires", message, "请写明 kinds。")

    def _unknown_limits(self, review: Review) -> Iterator[Problem]:
        limits = [limit.id for limit in self.limits]
        for name in ("asked_within", "finally_asked_within"):
            if getattr(review, name) not in limits:
                yield problem_in(
                    review,
                    name,
                    "unknown_limit",
                    f"limits 中没有“{getattr(review, name)}”。",
                    f"可填：{'、'.join(limits)}。",
                )


@dataclass(frozen=True)
class LimitFound:
    """
    A limit by its id; *law*: the rule set it stands in, None for a programme's own.
    """

    limit: Limit
    title: str
    source: str
    law: RuleSet | None = None

    def reservation(self, on: date) -> tuple[str, str] | None:
        """
        Why the limit does not bind on a day, as code and sentence; None where it does.
        """
        law = self.law
        if law is None:
            return None
        if not law.enabled:
            return (
                "rule_set_disabled",
                f"“{law.title}”在本专项未启用，以下计算仅供参考。",
            )
        if on in law.in_force:
            return None
        begins, ends = law.in_force.from_, law.in_force.to
        to = "起" if ends == date.max else f"至 {ends}"
        return (
            "rule_not_in_force",
            f"“{law.title}”自 {begins} {to}有效，{on} 不适用，以下计算仅供参考。",
        )


def read_rule_sets(
    folder: Path,
) -> tuple[Mapping[str, RuleSet], list[tuple[Decoder, RuleSet]]]:
    """
    The sets without faults by id, and every file read, to be checked further.

    A deployment without the folder has no rule sets.
    """
    sets: dict[str, RuleSet] = {}
    files: list[tuple[Decoder, RuleSet]] = []
    for source in read_folder(folder) if folder.is_dir() else []:
        decoder = Decoder(source)
        rule_set = decoder.decode(RuleSet)
        decoder.check(_duplicate_id(rule_set, sets))
        files.append((decoder, rule_set))
        if not source.problems:
            sets[rule_set.id] = rule_set
    return sets, files


def lawful_rules(sets: Iterable[RuleSet]) -> Mapping[str, DutyRule]:
    """
    The duties of enabled rule sets by id; of several with one id the first.
    """
    by_id: dict[str, DutyRule] = {}
    for rule_set in sets:
        for rule in rule_set.duties if rule_set.enabled else ():
            by_id.setdefault(rule.id, rule)
    return by_id


def sources_of(files: Iterable[tuple[Decoder, RuleSet]]) -> list[YamlFile]:
    return [decoder.source for decoder, _ in files]


def _duplicate_id(rule_set: RuleSet, sets: Mapping[str, RuleSet]) -> Iterator[Problem]:
    if rule_set.id in sets:
        message = f"规则集“{rule_set.id}”已在另一文件中。"
        yield problem_in(rule_set, "id", "duplicate_id", message, "请改用别的名称。")
