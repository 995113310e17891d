"""
The terms on which closings count: the programme's grace and the signed returns.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Connection

from services.reporting.domain.postings.closings import ABOUT_CLOSINGS, ClosingTerms
from services.reporting.domain.postings.entries import EventFacts
from services.reporting.store import Returns
from services.reporting.store.returns import LastSigned, SignedDay
from shared.events import ReceivedEvent
from shared.policy.current import Policy


class Closing(NamedTuple):
    """
    A closing of an *office*, as it counts in a *programme*; *known_at*: when it was
    counted, None if it is counted now.
    """

    programme: str
    office: str
    known_at: datetime | None = None


def closings_of(events: Iterable[ReceivedEvent]) -> set[Closing]:
    """
    Those of *events* that are about closings, in their own programmes.
    """
    return {
        Closing(each["programme"], each.office)
        for each in events
        if each.type in ABOUT_CLOSINGS
    }


def signed_returns(
    session: Connection, closings: Collection[Closing], policy: Policy
) -> SignedReturns:
    """
    Return those signed returns that decide from when *closings* count. Until the end of
    the transaction none of their programmes signs another; while one is being signed
    this waits.

    To be asked once in a transaction, so that all take the locks in one order.
    """
    if not closings:
        return SignedReturns((), policy)
    returns = Returns(session)
    returns.lock_closings(*{each.programme for each in closings}, shared=True)
    questions = {
        LastSigned(each.programme, signer, first, last, each.known_at)
        for each in closings
        for signer, first, last in policy.directory.stood_within(each.office)
    }
    return SignedReturns(returns.last_signed(questions), policy)


class SignedReturns:
    """
    The signed returns, and the terms that follow from them (decision 0021).
    """

    def __init__(self, days: Iterable[SignedDay], policy: Policy) -> None:
        self._days = list(days)
        self._policy = policy
        self._covering: dict[tuple[str, str], list[SignedDay]] = {}
        self._grace = {
            programme.code: programme.settings.review_grace_days
            for programme in policy.programmes
        }

    def terms(
        self, event: EventFacts, programme: str, known_at: datetime | None = None
    ) -> ClosingTerms:
        """
        The terms of a closing that is posted now, or became known at *known_at*: only
        the returns signed before matter, so that a rebuild makes the same entries.
        """
        if event.type not in ABOUT_CLOSINGS:
            return ClosingTerms()
        return ClosingTerms(
            self._grace.get(programme),
            self._signed_until(programme, event.office, known_at),
        )

    def _signed_until(
        self, programme: str, office: str, known_at: datetime | None
    ) -> date | None:
        key = (programme, office)
        if key not in self._covering:
            within = self._policy.directory.is_within
            self._covering[key] = [
                signed
                for signed in self._days
                if signed.programme == programme
                and within(office, signed.office, signed.as_of)
            ]
        days = (
            signed.as_of
            for signed in self._covering[key]
            # What was signed later cannot have put this closing into a later period.
            if known_at is None or signed.known_at < known_at
        )
        return max(days, default=None)
