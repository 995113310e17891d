"""
Tables, views and pages that follow from a dataclass.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

import pytest
from marshmallow import fields
from sqlalchemy import BigInteger, Column, Date, Index, MetaData, String
from sqlalchemy.dialects.postgresql import dialect

from shared.errors import Rejected
from shared.records.tables import JsonColumn, TermColumn, columns_of, row_of, table_of
from shared.records.views import view_of
from shared.vocabulary import Channel
from shared.web.paging import Page, PageRequest, cursor


@dataclass(frozen=True)
class Step:
    day: date
    place: str


@dataclass(frozen=True)
class Office:
    level: Literal["city", "county"]


@dataclass(frozen=True)
class Letter:
    """A letter and its way."""

    id: str
    channel: Channel
    received_on: date
    pages: int
    fee: Decimal | None = None
    sealed: bool = False
    seen_at: datetime | None = None
    way: tuple[Step, ...] = ()
    marks: tuple[str, ...] = field(default=(), metadata={"description": "标记"})


LETTER = Letter(
    "a",
    Channel.PHONE,
    date(2021, 1, 5),
    3,
    Decimal("2.50"),
    way=(Step(date(2021, 1, 6), "检察长"),),
)


def test_a_table_has_the_names_types_and_nullability_of_its_dataclass():
    table = table_of(Letter, "letters", MetaData(), Index("ix", "received_on"))

    assert [column.name for column in table.primary_key] == ["id"]
    assert [c.name for c in columns_of(table, Letter)] == list(vars(LETTER))
    assert {c.name for c in table.c if c.nullable} == {"fee", "seen_at"}
    assert isinstance(table.c.pages.type, BigInteger)
    assert isinstance(table.c.received_on.type, Date)
    assert table.c.seen_at.type.timezone
    assert len(table.indexes) == 1


def test_a_column_that_is_given_replaces_the_field_of_its_name_or_is_one_more():
    given = Column("channel", String), Column("more", String)
    table = table_of(Letter, "letters", MetaData(), *given, key=("id", "pages"))

    assert list(table.c.keys()) == [*vars(LETTER), "more"]
    assert table.c.channel is given[0]
    assert [column.name for column in table.primary_key] == ["id", "pages"]


def test_terms_and_nested_records_come_back_from_their_columns_as_they_went_in():
    table = table_of(Letter, "letters", MetaData())
    row = row_of(LETTER)
    for column in table.c:
        if isinstance(column.type, TermColumn | JsonColumn):
            kept = column.type.process_bind_param(row[column.name], dialect())
            row[column.name] = column.type.process_result_value(kept, dialect())

    assert Letter(**row) == LETTER


def test_a_view_shows_every_field_by_its_type():
    shown = view_of(Letter)().dump(LETTER)

    assert shown == {
        "id": "a",
        "channel": "phone",
        "received_on": "2021-01-05",
        "pages": 3,
        "fee": "2.50",
        "sealed": False,
        "seen_at": None,
        "way": [{"day": "2021-01-06", "place": "检察长"}],
        "marks": [],
        "labels": {"channel": "来电"},
    }


def test_a_view_says_what_is_required_what_may_be_null_and_what_a_field_means():
    view = view_of(Letter, without=("pages",))()

    assert "pages" not in view.fields
    assert all(shown.required for shown in view.fields.values())
    assert {n for n, shown in view.fields.items() if shown.allow_none} == {
        "fee",
        "seen_at",
    }
    assert view.fields["marks"].metadata["description"] == "标记"
    assert type(view).__name__ == "LetterView"
    assert type(view).__doc__ == "A letter and its way."


def test_a_view_may_have_a_name_and_a_field_of_that_name_in_place_of_any_kind():
    """
    A field that is given need not be of a kind that could be shown by itself.
    """

    level, name = fields.String(), fields.String()
    view = view_of(Office, "OfficeRow", level=level, name=name)

    assert view.__name__ == "OfficeRow"
    assert view().dump({"level": "city", "name": "市院"}) == {
        "level": "city",
        "name": "市院",
    }


def test_a_page_ends_with_a_cursor_while_there_is_more():
    rows = [("a", 1), ("b", 2), ("c", 3)]

    page = Page.cut(rows, 2, place=lambda row: row)
    assert page.items == rows[:2]
    request = PageRequest(2, page.next)
    assert request.place([str, int]) == ["b", 2]
    assert Page.cut(rows, 3, place=lambda row: row) == Page(rows, None)
    assert PageRequest(2).place([str]) is None


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("x", [str]),
        (cursor(5), [str]),
        (cursor("a", "b"), [str]),
        (cursor(), [str]),
        (cursor(True), [int]),
        (cursor(2**63), [int]),
        (cursor("a\0"), [str]),
        (cursor("\ud800"), [str]),
        (cursor("2021-13-01"), [date]),
        (cursor("2021-01-05"), [UUID]),
        ("eyJhIjoxfQ", [str]),
    ],
)
def test_a_cursor_of_another_list_is_refused(text, kinds):
    with pytest.raises(Rejected, match="bad_cursor"):
        PageRequest(2, text).place(kinds)


def test_a_day_in_a_cursor_comes_back_as_a_day():
    place = (date(2021, 1, 5), "a")

    assert PageRequest(2, cursor(*place)).place([date, str]) == [*place]
    of_record = "01a22ba0-39bb-7068-a710-3e76bc9c4449"
    assert PageRequest(2, cursor(of_record)).place([UUID]) == [of_record]
