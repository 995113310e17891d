"""
What cases post: the base, repeats, lists, moves and the everyday track.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from services.reporting.domain.postings.posting import Fields, Posting, Rule


def enters_base(day: date, fields: Fields) -> Iterator[Posting]:
    if fields["in_scope"]:
        yield Posting("base", day, label=fields["origin"])
        yield Posting("repeats", day, fields["repeats"])


def repeated(sign: int) -> Rule:
    """
    A petition that came in after its case was opened (PY-05, PY-06), until a person
    decides that it is not a repeat.
    """

    def rule(day: date, fields: Fields) -> Iterator[Posting]:
        if fields["in_scope"] and fields["counted"]:
            yield Posting("repeats", day, sign)

    return rule


def listed(day: date, fields: Fields) -> Iterator[Posting]:
    """
    A case is on a frozen list whether it is in scope or not (JZ-04).
    """
    yield Posting("listed", day, label=fields["baseline"])


def merged(sign: int) -> Rule:
    """
    A duplicate counts once, under the case it was merged into (A-16).
    """

    def rule(day: date, fields: Fields) -> Iterator[Posting]:
        if fields["in_scope"]:
            yield Posting("base", day, -sign)
            yield Posting("repeats", day, -sign * fields["repeats"])
            yield Posting("duplicates", day, sign)

    return rule


def case_corrected(day: date, fields: Fields) -> Iterator[Posting]:
    """
    From the day of the correction the base has the case as it is now, in place of what
    it was before.
    """
    was, now = fields["in_scope_before"], fields["in_scope"]
    before, after = fields["origin_before"], fields["origin"]
    # Nothing is posted where scope and origin stay as they are.
    if was and not (now and before == after):
        yield Posting("base", day, -1, label=before)
    if now and not (was and before == after):
        yield Posting("base", day, label=after)
    repeats = now * fields["repeats"] - was * fields["repeats_before"]
    yield Posting("repeats", day, repeats)


def case_stands(sign: int) -> Rule:
    """
    What was registered by mistake no longer counts from that day on, until it is
    reinstated.
    """

    def rule(day: date, fields: Fields) -> Iterator[Posting]:
        if fields["in_scope"]:
            yield Posting("base", day, sign, label=fields["origin"] or None)
            yield Posting("repeats", day, sign * fields["repeats"])

    return rule


def stock_moved(day: date, fields: Fields) -> Iterator[Posting]:
    """
    What a case counts as now passes from one office to the other on the day of the
    move; what was concluded stays where it was earned (XQ-15, DY-32).
    """
    for stock in fields["stock"]:
        for measure, amount in (
            ("base", stock["cases"]),
            ("repeats", stock["repeats"]),
            ("led", stock["led"]),
        ):
            label = stock["origin"] if measure == "base" else None
            arrival = Posting(
                measure, day, amount, label=label, programme=stock["programme"]
            )
            yield replace(arrival, amount=-amount, office=fields["from_office"])
            yield arrival


def everyday_counted(day: date, fields: Fields) -> Iterator[Posting]:
    """
    Cases of the everyday track count in measures of their own (PY-47). One that moved
    counts at its new office from that day.
    """
    if before := fields["from_office"]:
        yield Posting("everyday", day, -1, office=before)
    moved_here = int(before is not None)
    yield Posting("everyday", day, fields["cases"] + moved_here)
    yield Posting("everyday_resolved", day, fields["resolved"])
    yield Posting("everyday_closed", day, fields["closed"])
