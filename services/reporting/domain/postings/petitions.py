"""
What petitions and the replies to them post.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import zip_longest

from services.reporting.domain.measures import registry
from services.reporting.domain.postings.posting import Fields, Posting, Rule


def registered(day: date, fields: Fields) -> Iterator[Posting]:
    """
    Two petitions that came in one letter are one contact (A-49).
    """
    if not fields["part"]:
        yield from _contact(day, fields["channel"], _group_of(fields))


def _contact(day: date, channel: str, group: int, amount: int = 1) -> Iterator[Posting]:
    """
    A petition counts once more by the channel through which it came in; and a group
    visit of so many persons as one batch, and by them (I-43).
    """
    yield Posting("petitions", day, amount)
    for measure in registry().of_channel(channel):
        yield Posting(measure, day, amount)
    if group:
        yield Posting("group_batches", day, amount)
        yield Posting("group_persons", day, amount * group)


def _group_of(fields: Fields, when: str = "") -> int:
    """
    How many came in a group visit, now or *when* it was corrected before; else none.
    """
    return fields[f"persons{when}"] if fields[f"group{when}"] else 0


def petition_corrected(_day: date, fields: Fields) -> Iterator[Posting]:
    """
    A petition counts on the day on which it was really received, and by the channel
    through which it really came in.
    """
    channel = fields["channel_before"] or fields["channel"]
    before = fields["received_before"], channel, _group_of(fields, "_before")
    after = fields["received_on"], fields["channel"], _group_of(fields)
    if before != after and not fields["part"]:
        yield from _contact(*before, -1)
        yield from _contact(*after)


def petition_stands(sign: int) -> Rule:
    """
    What should never have been registered was never received, and never answered; until
    it is restored.
    """

    def rule(_day: date, fields: Fields) -> Iterator[Posting]:
        if not fields["part"]:
            day, channel = fields["received_on"], fields["channel"]
            yield from _contact(day, channel, _group_of(fields), sign)
        answers = zip_longest(
            fields["replied_on"], fields["reply_modes"], fields["reply_offices"]
        )
        for day, mode, office in answers:
            yield from _answer(day, mode or "", sign, office)

    return rule


def replied(day: date, fields: Fields) -> Iterator[Posting]:
    yield from _answer(day, fields["mode"], 1)


def reply_withdrawn(_day: date, fields: Fields) -> Iterator[Posting]:
    """
    Taken back from the office that it counted for, whoever has the matter now.
    """
    yield from _answer(
        fields["replied_on"], fields["mode"], -1, fields["given_by"] or None
    )


def _answer(
    day: date, mode: str, amount: int, office: str | None = None
) -> Iterator[Posting]:
    """
    A reply counts once more among those of its mode, and of talks if it is one (DY-27);
    *office*: for which, None for that of the event.
    """
    for measure in ("replies", *registry().of_mode(mode)):
        yield Posting(measure, day, amount, office=office)
