"""
Facts about how a case is closed and reopened.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.assignment.domain.facts.base import Fact


@dataclass(frozen=True, kw_only=True)
class ClosingSubmitted(Fact, name="matter.closing_submitted", title="报结"):
    """
    The office reported the case closed and asks for review. *documents*: the ids of
    those of the case that it stands on.
    """

    kind: str
    closing: str
    documents: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ClosingReturned(Fact, name="matter.closing_returned", title="退回报结"):
    """The reviewer sent a closing back."""

    kind: str
    closing: str


@dataclass(frozen=True, kw_only=True)
class ClosingConfirmed(Fact, name="matter.closing_confirmed", title="确认报结"):
    """The reviewer confirmed a closing, which stands on these *documents*."""

    kind: str
    closing: str
    documents: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CaseResolved(Fact, name="matter.case_resolved", title="化解"):
    """
    The case is really settled; *on* is the day it was concluded, *confirmed_on* that of
    the review, *dispositions* the heads of 三到位一处理 it was settled under;
    *led*: its leaders were named by then.
    """

    in_scope: bool
    confirmed_on: date | None = None
    dispositions: tuple[str, ...] = ()
    led: bool = False


@dataclass(frozen=True, kw_only=True)
class CaseEnded(Fact, name="matter.case_ended", title="依法终结"):
    """The case is lawfully ended, which does not count as resolved (A-05)."""

    in_scope: bool
    confirmed_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class CaseConcluded(Fact, name="matter.case_concluded", title="程序性办结"):
    """The case is closed by procedure only (PY-33)."""

    in_scope: bool
    confirmed_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class RepeatAfterClosing(
    Fact, name="matter.repeat_after_closing", title="办结后同一事项再次来件"
):
    """
    A petition of the matter came in after the case was closed.

    Computed from the other facts, never stored.
    """


@dataclass(frozen=True, kw_only=True)
class CaseReopened(Fact, name="matter.case_reopened", title="案件回流重启"):
    """A closed case flowed back."""

    in_scope: bool
    was: str


@dataclass(frozen=True, kw_only=True)
class CaseFollowedUp(Fact, name="matter.case_followed_up", title="办结后回访"):
    """A closed case was followed up; *first* since it was closed (MX-31)."""

    way: str
    result: str
    first: bool
    post: str = ""
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class ClosingSampled(Fact, name="matter.closing_sampled", title="报结被抽取评查"):
    """A closing was drawn to be evaluated (XQ-26)."""

    closing: str
    audit: str


@dataclass(frozen=True, kw_only=True)
class ClosingEvaluated(Fact, name="matter.closing_evaluated", title="自查、评查报结"):
    """
    A closing was looked into by its office or by others (JZ-52); *first* of its kind
    between two flow-backs of the case. *unmet*: the items of its standard that were
    found not to be met.
    """

    closing: str
    kind: str
    verdict: str
    first: bool
    in_scope: bool
    post: str = ""
    office: str = ""
    standard: str = ""
    unmet: tuple[str, ...] = ()
    text: str = ""
    by: str = ""


@dataclass(frozen=True, kw_only=True)
class InquiryConcluded(Fact, name="matter.inquiry_concluded", title="责任倒查结论"):
    """Why a case flowed back, and whether who handled it first failed (XQ-49)."""

    cause_found: str
    first_handler_failed: bool
    first_handler: str = ""
    finding: str = ""
    correction: str | None = None


@dataclass(frozen=True, kw_only=True)
class CaseStruckOff(Fact, name="matter.case_struck_off", title="销号"):
    """A case was taken off the list; *post*: who approved it (XQ-14)."""

    in_scope: bool
    post: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class CaseRestored(Fact, name="matter.case_restored", title="撤销销号"):
    """A case that was struck off is on the list again."""

    in_scope: bool
    post: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class CaseArchived(Fact, name="matter.case_archived", title="归档"):
    """
    The file of a closed case is complete and stands in the archive as a *volume*, with
    so many *documents*; *post*: who put it there (S29).
    """

    volume: str
    documents: int
    post: str
