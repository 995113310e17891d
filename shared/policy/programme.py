"""
A programme (专项工作) as a frozen object.

Answers what the documents of an office order; decides nothing about a case.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TypeVar

from shared.errors import Problem
from shared.policy.directory import Directory
from shared.policy.directory_file import Level, Post
from shared.policy.parts.aid import AidLaw
from shared.policy.parts.duties import DutyRule
from shared.policy.parts.general import Phase
from shared.policy.parts.leaders import LeaderRule, offices_of
from shared.policy.parts.mailed_papers import MailedPaper, Occasion
from shared.policy.parts.petitions import (
    GroupVisits,
    RefusalReason,
    ReviewTerms,
    Verdict,
)
from shared.policy.parts.reports import Act, Report
from shared.policy.parts.targets import Milestone, next_milestone
from shared.policy.parts.words import CHANNELS, Origin, Words
from shared.policy.rule_sets import LimitFound, RuleSet
from shared.policy.written import WrittenProgramme
from shared.vocabulary import Category

Part = TypeVar("Part", Act, Report, DutyRule, RefusalReason, Verdict)


class UnknownPart(KeyError):  # noqa: N818 - an answer to a question
    """
    A programme has no act, report or duty of this id.
    """


@dataclass(frozen=True)
class Programme(WrittenProgramme):
    """
    One programme: window, scope, targets, duties and how its work is done.
    """

    @cached_property
    def words(self) -> Words:
        """
        The values that facts of a matter may have.
        """
        return self.words_under(self.law)

    def words_under(self, law: Collection[RuleSet]) -> Words:
        """
        Its own words; where it has none, those of the *law*; and for channels, if
        neither has any, the common ones.
        """
        channels = (rules.channels for rules in law if rules.channels)
        kinds = (rules.case_kinds for rules in law if rules.case_kinds)
        return {
            "case_kind": self.case_kinds or next(kinds, ()),
            "origin": self.origins,
            "channel": self.channels or next(channels, CHANNELS),
            "topic": self.topics,
            "registration_level": self.registration_levels,
            "case_class": self.case_classes,
        }

    @property
    def own_origin(self) -> Origin:
        """
        The origin of a case that nobody handed down and that names no other.
        """
        return next(origin for origin in self.origins if not origin.handed)

    def mailed_paper(self, on: Occasion) -> MailedPaper | None:
        """
        The paper that is mailed on an occasion, if one is.
        """
        return next((each for each in self.mailed_papers if each.on == on), None)

    def keeps_content_from(
        self,
        reader: str,
        office: str,
        case_kind: str | None,
        directory: Directory,
        on: date,
        *,
        category: str | None = None,
    ) -> bool:
        """
        Whether what a petition or case of an *office* says is kept from a *reader* that
        is the hub or above it (XQ-56).
        """
        rules = self.progress_only
        if rules is None or not rules.includes(case_kind, category):
            return False
        return self.tells_progress_only(reader, office, directory, on)

    def tells_progress_only(
        self, reader: str, office: str, directory: Directory, on: date
    ) -> bool:
        """
        Whether there are matters of an *office* of which a *reader* learns only how far
        they are.
        """
        if self.progress_only is None or reader == office:
            return False
        return directory.is_within(self.hub, reader, on)

    def is_handed(self, origin: str) -> bool:
        """
        Whether cases of an origin were handed down by another office.
        """
        return any(each.handed for each in self.origins if each.id == origin)

    def conference_over(self, office: str, directory: Directory, on: date) -> str:
        """
        Who decides a dispute with an office that handed something down: the office that
        the objections name, unless it is that office, else the one above it, else that
        office itself (S8).
        """
        conference_name = self.objections.dispute_to if self.objections else ""
        conference = directory.called(conference_name)
        elsewhere = conference if conference != office else None
        if elsewhere is not None and directory.exists(elsewhere, on):
            return elsewhere
        return directory.parent(office, on) or office

    @property
    def issued_on(self) -> date | None:
        """
        The day of its own document, the first of `documents`, if that names one.
        """
        return self.documents[0].issued_on if self.documents else None

    def backdates(self, rule: DutyRule, due_on: date) -> bool:
        """
        Whether a fixed day was over before the programme was issued: such a task is
        shown as backdated and never counts as overdue (A-03). The law's days bind
        whatever the programme.
        """
        issued = self.issued_on
        if rule.due.day is None or issued is None or due_on >= issued:
            return False
        return not self._is_of_law(rule)

    def _is_of_law(self, rule: DutyRule) -> bool:
        if rule.id not in self._rules_of_law:
            return False
        return any(rule in law.duties for law in self.law)

    @cached_property
    def _rules_of_law(self) -> frozenset[str]:
        return frozenset(rule.id for law in self.law for rule in law.duties)

    def phase_on(self, day: date) -> Phase | None:
        """
        The phase of a day; None before, between and after the phases (A-02).
        """
        running = [phase for phase in self.phases if day in phase]
        if not running:
            return None
        wins = min if self.shared_phase_day == "earlier" else max
        return wins(running, key=lambda phase: phase.from_)

    def milestone_for(self, as_of: date, baseline: str | None = None) -> Milestone:
        """
        The next milestone on or after a day, after the last one the last.

        Without `baseline` one of the programme's own, or of its first baseline that
        has any. Where no rate is asked for, 0 percent on the day itself.
        """
        measured = [self.milestones] if baseline is None else []
        measured += [
            item.milestones for item in self.baselines if baseline in {None, item.id}
        ]
        return next_milestone(next((item for item in measured if item), ()), as_of)

    def milestone_matter(self, office: str, on: date) -> str:
        """
        The number of the matter in which an office owes the milestone of a day.
        """
        return f"{self.code}/{office}/milestone/{on}"

    def target_for(self, as_of: date) -> Milestone | None:
        """
        The milestone that all cases together are measured against; None where no rate
        is asked for, or baselines are to reach different ones (XQ-06, XQ-07).
        """
        own = [self.milestone_for(as_of)]
        apart = [
            self.milestone_for(as_of, item.id)
            for item in self.baselines
            if item.milestones
        ]
        milestones = own if self.milestones else apart
        alike = len({(item.on, item.percent) for item in milestones}) == 1
        return milestones[0] if alike else None

    def duty_rules(self, on: date, kind: str) -> tuple[DutyRule, ...]:
        """
        The duties of a matter that came in on a day at a kind of office: the
        programme's own and those of the law in force that day (A-36). An own rule
        takes the place of the law's with the same id.
        """
        in_force = tuple(law.id for law in self.law if law.binds(on, kind))
        if in_force not in self._rules_under:
            own = {rule.id for rule in self.duties}
            lawful = (
                rule
                for law in self.law
                if law.id in in_force
                for rule in law.duties
                if rule.id not in own
            )
            self._rules_under[in_force] = (*self.duties, *lawful)
        return self._rules_under[in_force]

    @cached_property
    def _rules_under(self) -> dict[tuple[str, ...], tuple[DutyRule, ...]]:
        """
        The duties by the rule sets in force; filled as they are asked for.
        """
        return {}

    def every_duty_rule(self) -> tuple[DutyRule, ...]:
        """
        All duties it may ever open, by whatever law.
        """
        lawful = (rule for rule_set in self.law for rule in rule_set.duties)
        return (*self.duties, *lawful)

    def duty_rule(self, rule_id: str) -> DutyRule:
        """
        Raises:
            UnknownPart: no duty has this id.
        """
        try:
            return self._duty_rules_by_id[rule_id]
        except KeyError:
            raise UnknownPart(rule_id) from None

    @cached_property
    def _duty_rules_by_id(self) -> Mapping[str, DutyRule]:
        return {rule.id: rule for rule in reversed(self.every_duty_rule())}

    def duty_rules_for(
        self, event_type: str, payload: Mapping[str, object]
    ) -> tuple[DutyRule, ...]:
        """
        The programme's own duties that an event opens.
        """
        return tuple(rule for rule in self.duties if rule.opens(event_type, payload))

    def limit(self, written: str, on: date) -> LimitFound:
        """
        The limit of that id or title, of the programme itself or of its law: of several
        laws the one that is in force on the day, else the first.

        Raises:
            UnknownPart: nothing with a limit has this id or title.
        """
        candidates = [
            LimitFound(rule.due.limit, rule.title, rule.source)
            for rule in self.duties
            if written in {rule.id, rule.title} and rule.due.limit
        ]
        candidates += [
            LimitFound(limit, title, source, rule_set)
            for rule_set in self.law
            for name, limit, title, source in rule_set.all_limits()
            if written in {name, title}
        ]
        if not candidates:
            raise UnknownPart(written)
        return next(
            (candidate for candidate in candidates if not candidate.reservation(on)),
            candidates[0],
        )

    def limit_names(self) -> tuple[str, ...]:
        """
        The ids that `limit` answers to.
        """
        own = [rule.id for rule in self.duties if rule.due.limit]
        lawful = [name for law in self.law for name, *_ in law.all_limits()]
        return tuple(dict.fromkeys([*own, *lawful]))

    def warn_days(self, rule: DutyRule) -> int:
        """
        How many days before its due day a duty turns yellow.
        """
        own = rule.warn_days
        return self.settings.warn_days if own is None else own

    def acts_on(self, on: date, kind: str) -> tuple[Act, ...]:
        """
        What an office of a kind may record on a matter that came in on a day.
        """
        lawful = (
            act
            for rule_set in self.law
            if rule_set.binds(on, kind)
            for act in rule_set.acts
        )
        return _first_of_each((*self.acts, *lawful))

    def refusals_on(self, on: date, kind: str) -> tuple[RefusalReason, ...]:
        """
        Why an office of a kind may refuse to accept a petition that came in on a day.
        """
        lawful = (
            reason
            for rule_set in self.law
            if rule_set.binds(on, kind)
            for reason in rule_set.refusals
        )
        return _first_of_each((*self.refusals, *lawful))

    def verdicts_on(self, on: date, kind: str) -> tuple[Verdict, ...]:
        """
        How an opinion of an office of a kind decides on a petition of a day; none where
        its law has another document for that.
        """
        lawful = (
            verdict
            for rule_set in self.law
            if rule_set.binds(on, kind)
            for verdict in rule_set.verdicts
        )
        return _first_of_each(lawful)

    def group_visits_on(self, on: date, kind: str) -> GroupVisits | None:
        """
        What is a group visit to an office of a kind on a day; None where the law that
        binds it does not say so.
        """
        bound = (law.group_visits for law in self.law if law.binds(on, kind))
        return next(filter(None, bound), None)

    def review_on(self, on: date, kind: str) -> ReviewTerms | None:
        """
        How an opinion of an office of a kind on a petition of a day is reviewed; None
        where it is not, as in matters of suits (S19).
        """
        for law in self.law:
            if law.binds(on, kind) and law.review:
                return ReviewTerms(
                    category=Category(law.review.category),
                    asked=law.limit_of(law.review.asked_within),
                    finally_asked=law.limit_of(law.review.finally_asked_within),
                    over=law.review.over,
                )
        return None

    @property
    def aid_law(self) -> AidLaw | None:
        """
        On which grounds aid is given or refused; None where no rule set says so.
        """
        return next((law.aid for law in self.law if law.aid), None)

    def every_act(self) -> tuple[Act, ...]:
        """
        All acts, each id once, the programme's own first.
        """
        lawful = (act for rule_set in self.law for act in rule_set.acts)
        return _first_of_each((*self.acts, *lawful))

    def act(self, act_id: str) -> Act:
        """
        Raises:
            UnknownPart: no act has this id.
        """
        return _part_of(self.every_act(), act_id)

    def report(self, report_id: str) -> Report:
        """
        Raises:
            UnknownPart: no report has this id.
        """
        return _part_of(self.reports, report_id)

    def eligible(self, post: Post, level: Level) -> bool:
        """
        Whether a post may lead or handle as a leader at a level (DY-05); where the
        programme says nothing, the leading group may.
        """
        flags = [
            eligible.flags
            for eligible in self.eligible_leaders
            if eligible.level == level
        ]
        if not flags:
            return post.leader
        return any(getattr(post, flag) for allowed in flags for flag in allowed)

    def leader_rules_for(
        self, *, handed: bool, facts: Mapping[str, object] | None = None
    ) -> tuple[LeaderRule, ...]:
        """
        The leader rules that bind a case, by its facts (PY-23, XQ-21).
        """
        return tuple(
            rule
            for rule in self.leader_rules
            if rule.applies(handed=handed, facts=facts)
        )

    def leader_gaps(
        self,
        *,
        handed: bool,
        responsible_office: str,
        leaders: Iterable[tuple[str, str]],
        department: str | None,
        directory: Directory,
        facts: Mapping[str, object] | None = None,
        team: str | None = None,
        resolve_by: date | None = None,
        on: date | None = None,
        advice: bool = False,
    ) -> tuple[Problem, ...]:
        """
        What a case lacks to be led (PY-23, PY-24); `leaders` are (office, post title).

        With `advice` instead what is only recommended (PY-22).

        Raises:
            UnknownOffice: the responsible office is not in the directory.
        """
        offices = offices_of(responsible_office, self.hub, directory, on)
        leaders_named = tuple(leaders)
        gaps = [
            gap
            for rule in self.leader_rules_for(handed=handed, facts=facts)
            if rule.advice is advice
            for gap in rule.gaps(
                offices,
                leaders_named,
                department,
                directory,
                team=team,
                resolve_by=resolve_by,
            )
        ]
        return tuple(dict.fromkeys(gaps))

    def return_recipients(
        self, office: str, directory: Directory, on: date
    ) -> tuple[str, ...]:
        """
        The mail addresses that an office's return goes to, one level up (PY-53).

        Raises:
            UnknownOffice: the office is not in the directory.
        """
        parent = directory.parent(office, on)
        upward = (parent,) if parent else self.returns.above_root
        if office == self.hub:
            upward = self.returns.recipients
        addresses: list[str] = []
        for recipient in upward:
            addresses += (
                [recipient] if "@" in recipient else directory.office(recipient).mail
            )
        return tuple(dict.fromkeys(addresses))


def _part_of(parts: Iterable[Part], part_id: str) -> Part:
    try:
        return next(part for part in parts if part.id == part_id)
    except StopIteration:
        raise UnknownPart(part_id) from None


def _first_of_each(parts: Iterable[Part]) -> tuple[Part, ...]:
    by_id: dict[str, Part] = {}
    for part in parts:
        by_id.setdefault(part.id, part)
    return tuple(by_id.values())
