"""
What petitions and the replies to them post.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import zip_longest

from services.reporting.domain.measures import registry
from services.reporting.domain.postings.posting import Posting, Read, Rule


def registered(day: date, read: Read) -> Iterator[Posting]:
    """
    Two petitions that came in one letter are one contact (A-49).
    """
    if not read["part"]:
        yield from _contact(day, read["channel"])


def _contact(day: date, channel: str, amount: int = 1) -> Iterator[Posting]:
    """
    A petition counts once more by the channel through which it came in.
    """
    yield Posting("petitions", day, amount)
    for measure in registry().of_channel(channel):
        yield Posting(measure, day, amount)


def petition_corrected(_day: date, read: Read) -> Iterator[Posting]:
    """
    A petition counts on the day on which it was really received, and by the channel
    through which it really came in.
    """
    before = read["received_before"], read["channel_before"] or read["channel"]
    after = read["received_on"], read["channel"]
    if before != after and not read["part"]:
        yield from _contact(*before, -1)
        yield from _contact(*after)


def petition_stands(sign: int) -> Rule:
    """
    What should never have been registered was never received, and never answered; until
    it is restored.
    """

    def rule(_day: date, read: Read) -> Iterator[Posting]:
        if not read["part"]:
            yield from _contact(read["received_on"], read["channel"], sign)
        answers = zip_longest(
            read["replied_on"], read["reply_modes"], read["reply_offices"]
        )
        for day, mode, office in answers:
            yield from _answer(day, mode or "", sign, office)

    return rule


def replied(day: date, read: Read) -> Iterator[Posting]:
    yield from _answer(day, read["mode"], 1)


def reply_withdrawn(_day: date, read: Read) -> Iterator[Posting]:
    """
    Taken back from the office that it counted for, whoever has the matter now.
    """
    yield from _answer(read["replied_on"], read["mode"], -1, read["given_by"] or None)


def _answer(
    day: date, mode: str, amount: int, office: str | None = None
) -> Iterator[Posting]:
    """
    A reply counts once more among those of its mode, and of talks if it is one (DY-27);
    *office*: for which, None for that of the event.
    """
    for measure in ("replies", *registry().of_mode(mode)):
        yield Posting(measure, day, amount, office=office)
