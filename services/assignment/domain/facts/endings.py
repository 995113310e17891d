"""
Facts about lawful endings and the help that is handed over after them.
"""

from __future__ import annotations

from dataclasses import dataclass

from services.assignment.domain.facts.base import Fact


@dataclass(frozen=True, kw_only=True)
class EndingWaits(Fact, name="matter.ending_waits", title="终结申报待决定"):
    """A level is to decide on an application for a lawful ending."""

    ending: str
    step: str
    to_office: str


@dataclass(frozen=True, kw_only=True)
class EndingDecided(Fact, name="matter.ending_decided", title="终结申报的决定"):
    """A level decided: passed_on, granted or refused."""

    ending: str
    step: str
    outcome: str


@dataclass(frozen=True, kw_only=True)
class HelpHandedOver(Fact, name="matter.help_handed_over", title="终结后帮扶移交"):
    """The help in an ended case was handed over; *to_office* owes the receipt."""

    hand_over: str
    to_office: str


@dataclass(frozen=True, kw_only=True)
class HandOverReceived(Fact, name="matter.hand_over_received", title="移交回执"):
    """The unit confirmed that it took over."""

    hand_over: str
