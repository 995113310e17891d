"""
What was owed and what was done in a case, as rows that an office reads.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from services.assignment.domain.duties.duty import Duty
from services.assignment.domain.facts.base import Entry, Fact
from services.assignment.domain.facts.closings import (
    ClosingConfirmed,
    ClosingReturned,
    ClosingSubmitted,
)
from services.assignment.domain.facts.documents import DocumentFiled, DocumentWithdrawn
from services.assignment.domain.facts.leaders import (
    ActRecorded,
    LeadersConfirmed,
    ListItemDone,
)
from services.assignment.domain.facts.received import PetitionStepTaken, ReplyGiven
from services.assignment.dossier.record import Row
from shared.accounts import parts_of
from shared.clock import SHANGHAI
from shared.policy.programme import Programme
from shared.vocabulary import DutyState, PetitionStep, ReplyKind

_NOTHING = "—"


@dataclass(frozen=True)
class Names:
    """
    The titles of what facts name by ids: of a programme, of offices, of the kinds of
    documents.
    """

    programme: Programme
    offices: Mapping[str, str]
    documents: Mapping[str, str]

    def event(self, fact: Fact) -> str:
        """
        What happened, in Chinese.
        """
        detail = self._detail(fact)
        return f"{fact.title}：{detail}" if detail else fact.title

    def place(self, fact: Fact) -> str:
        """
        The post, or else the office, that the record says did it.
        """
        if isinstance(fact, LeadersConfirmed):
            leaders = (f"{self.office(code)}{post}" for code, post in fact.leaders)
            return "、".join(leaders) or _NOTHING
        office = fact.get("by_office") or fact.get("leader_office")
        post = fact.get("post") or fact.get("by_post") or ""
        return f"{self.office(office) if office else ''}{post}" or _NOTHING

    def office(self, code: str) -> str:
        return self.offices.get(code, code)

    def account(self, account: str) -> str:
        """
        Who recorded something, with the office if it was not the system.
        """
        office, name = parts_of(account)
        return f"{self.office(office)} {name}" if office else name

    def document(self, kind: str) -> str:
        return self.documents.get(kind, kind)

    def _detail(self, fact: Fact) -> str:
        programme = self.programme
        match fact:
            case ActRecorded(act=key):
                titles = {act.id: act.title for act in programme.every_act()}
            case ListItemDone(item=key):
                items = (item for each in programme.duty_lists for item in each.items)
                titles = {item.id: item.text for item in items}
            case (
                ClosingSubmitted(kind=key)
                | ClosingReturned(kind=key)
                | ClosingConfirmed(kind=key)
            ):
                titles = {kind.id: kind.title for kind in programme.closing.kinds}
            case PetitionStepTaken(step=key):
                titles = {step.value: step.chinese for step in PetitionStep}
            case ReplyGiven(kind=key):
                titles = {kind.value: kind.chinese for kind in ReplyKind}
            case DocumentFiled(kind=key) | DocumentWithdrawn(kind=key):
                titles = {**self.documents}
            case _:
                return ""
        return titles.get(key, key)


def trail_rows(entries: Iterable[Entry], names: Names) -> Iterator[Row]:
    """
    Each fact in the order in which it was recorded: its day, what it was, whose it was,
    who recorded it and when.
    """
    for entry in entries:
        yield (
            str(entry.fact.on),
            names.event(entry.fact),
            names.place(entry.fact),
            names.account(entry.actor),
            _moment(entry.recorded_at),
        )


def duty_rows(duties: Iterable[Duty], names: Names) -> Iterator[Row]:
    """
    What was owed, in the order of its days, and how it stands.
    """
    for duty in sorted(duties, key=lambda each: (each.opened_on, each.due_on, each.id)):
        yield (
            duty.title,
            f"{names.office(duty.office)}{duty.post or ''}",
            str(duty.opened_on),
            str(duty.due_on),
            f"{DutyState(duty.state).chinese} {duty.state_on}"
            if duty.state != "open"
            else "未履行",
        )


def _moment(recorded_at: datetime) -> str:
    return f"{recorded_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
