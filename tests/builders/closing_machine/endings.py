"""
Applications to end the case lawfully, decided level by level, right or wrong.
"""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from services.assignment.domain.closings import endings
from services.assignment.domain.closings.closing import Document
from shared.errors import reject_if
from shared.vocabulary import EndingVerdict
from tests.builders.facts import NUMBER, happened


class Agreement(NamedTuple):
    """
    Which account agreed at a level, for which post of which office; *turn*: the office
    whose turn it was.
    """

    level: str
    account: str
    turn: str
    office: str
    post: str


class EndingActs:
    """
    What the office applies for and each level decides. *agreed*: who agreed to what was
    last applied for since the case last flowed back.
    """

    @property
    def ending_rules(self):
        return self.programme.closing.ending

    @property
    def asks_levels(self):
        """
        Whether the case is to be ended and the levels have not agreed to that yet.
        """
        wanted = self.ending_rules and self.kind == "lawful_ending"
        return wanted and not endings.is_granted(self.known.facts)

    @property
    def standing_or_merged(self):
        return "merged" if self.matter.merged else self.matter.standing

    def prepare_ending(self, fault):
        """
        What the course of a lawful ending asks for next: an application, or the level
        whose turn it is.
        """
        if endings.ending_waits(self.known.facts):
            return self.decide_level(fault)
        return self.apply(fault)

    def apply(self, fault):
        first = self.ending_rules.levels[0]
        documents = (Document("终结申报表", "卷二", "终结申报表"),)
        reject_if(
            endings.application_problems(
                self.standing_or_merged,
                self.ending_rules,
                [self.ending_rules.grounds[0].id],
                documents,
                waits=endings.ending_waits(self.known.facts),
            )
        )
        self.ending = endings.Ending(
            id=f"e{len(self.known.given)}",
            number=NUMBER,
            programme=self.programme.code,
            office=self.matter.office,
            applied_on=self.today,
            grounds=(self.ending_rules.grounds[0].id,),
            statement="法律救济已穷尽。",
            documents=documents,
            applied_by=f"{self.matter.office}/承办人",
            level=first.id,
            decider=self.seats.offices[first.office].code,
        )
        self.agreed = []
        self._waits_for_level()

    def decide_level(self, choice):
        """
        A decision at the level whose turn it is, by perhaps the wrong person or post.
        """
        if self.ending is None:
            return
        level = endings.level_of(self.ending, self.ending_rules)
        office, able = self.seats.offices[level.office], self.seats.posts_of(level)
        post = {3: next(iter(reversed(office.posts)))}.get(choice, (*able, "院长")[0])
        earlier = [given.recorded_by for given in self.ending.decisions]
        account = {1: self.ending.applied_by, 2: [*earlier, None][0]}.get(choice)
        account = account or f"{office.code}/{post}"
        verdict = EndingVerdict.REFUSED if choice == 4 else EndingVerdict.AGREED
        decided = endings.decide(
            self.ending,
            endings.LevelDecision(
                *("", "", "", post, verdict),
                on=self.today - timedelta(days=30 * (choice == 7)),
                opinion="同意。",
                recorded_by=account,
            ),
            standing=self.standing_or_merged,
            rules=self.ending_rules,
            seats=self.seats,
            today=self.today,
            facts=self.known.facts,
        )
        step = f"{self.ending.id}/{self.ending.level}"
        outcome = "passed_on" if decided.state == "waiting" else decided.state
        fields = {"ending": decided.id, "step": step, "outcome": outcome}
        self.learn(happened("matter.ending_decided", self.today, **fields))
        if verdict is EndingVerdict.AGREED:
            turn = {"own": self.matter.office, "hub": self.hub}[level.office]
            self.agreed.append(Agreement(level.id, account, turn, office.code, post))
        self.ending = decided
        if decided.decider:
            self._waits_for_level()

    def _waits_for_level(self):
        ending = self.ending
        fields = {"step": f"{ending.id}/{ending.level}", "to_office": ending.decider}
        self.learn(
            happened("matter.ending_waits", self.today, ending=ending.id, **fields)
        )

    def lacking_levels(self):
        """
        What the agreement of the levels lacks, if the programme has any: one of each in
        their order, each by another account than the application and than any other
        level, for a post of the level's office that the programme's file names.
        """
        if self.ending_rules is None:
            return []
        if not self.agreed:
            return ["every level"]
        levels = {level.id: level for level in self.ending_rules.levels}
        accounts = {each.account for each in self.agreed}
        given = {
            "every level": [each.level for each in self.agreed] == [*levels],
            "another account": len(accounts) == len(self.agreed)
            and self.ending.applied_by not in accounts,
            "its office": all(
                each.office == each.turn and each.account.startswith(each.office)
                for each in self.agreed
            ),
            "its post": all(
                self._is_of(levels[each.level].post, each.office, each.post)
                for each in self.agreed
            ),
        }
        return [name for name, there in given.items() if not there]

    def _is_of(self, kind, office, post):
        if kind == "hub_department":
            return post.startswith(self.programme.hub_department)
        return kind == "chief" and self.rules.directory.office(office).posts[post].chief
