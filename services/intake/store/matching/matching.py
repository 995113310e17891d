"""
Records that may be about one matter: found by keyed hashes, and what a person decided.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    ForeignKey,
    Index,
    Select,
    String,
    Table,
    any_,
    bindparam,
    column,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY
from uuid_utils import uuid7

from services.intake.domain.cases.repeats import Earlier, MatterDecision
from services.intake.domain.matching import Item, MatchRules, prepared
from services.intake.domain.matching.record import Prepared
from services.intake.domain.petitions.petitions import Petition
from services.intake.store.cases.case_table import cases
from services.intake.store.petitions.petition_table import petitions
from services.intake.store.tables import metadata
from shared.records.pages import read_page
from shared.records.sealed import SealedRecords, decrypt_json
from shared.records.tables import table_of
from shared.web.paging import Page, PageRequest

decisions = table_of(
    MatterDecision,
    "matter_decisions",
    metadata,
    Column("petition", ForeignKey(petitions.c.number), nullable=False),
    Index("ix_matter_decisions_petition", "petition", "id"),
    sealed=("reason",),
)

_READ = 2_000  # records that share a key, at most; those with most keys in common
COMPARED = 50  # are compared
_OF_PAGE = 20_000  # cases that share a key with one of a page, at most


@dataclass(frozen=True)
class Candidate:
    """
    A petition or a case that shares a key with another, ready to be compared; it is
    kept from the *accused* office and all below it. *on*: when the petition came in, or
    since when the matter of the case is there. By its *programme*, *case_kind* and
    *category*, which a case has not, it is kept from the hub (XQ-56).
    """

    kind: Literal["petition", "case"]
    number: str
    office: str
    on: date
    content: Prepared
    programme: str
    case_kind: str | None
    category: str | None = None
    accused: str | None = None


def _shown_of(table: Table, on: Column[Any]) -> tuple[ColumnElement[Any], ...]:
    """
    What a candidate says of itself beside its content.
    """
    names = "number", "office", "programme", "case_kind"
    return *(table.c[name] for name in names), on.label("on")


def _sharing(
    table: Table, on: Column[Any], but: Any, keys: Any, *more: Column[Any]
) -> Select[Any]:
    """
    The records of a *table* that share a key, those that share most of them first.
    """
    read = (
        select(*_shown_of(table, on), table.c.encrypted)
        .add_columns(_in_common(table.c["keys"], keys).label("shared"), *more)
        .where(table.c["keys"].overlap(keys), but)
        .limit(_READ)
        .subquery()
    )
    order = read.c.shared.desc(), read.c.number
    return select(read).order_by(*order).limit(COMPARED)


def _in_common(keys: Any, others: Any) -> Any:
    one = column("key", BigInteger)
    each = func.unnest(keys).table_valued(one, name="each").render_derived()
    common = select(func.count()).where(each.c.key == any_(others))
    return common.correlate_except(each).scalar_subquery()


_HASHES = cases.c["keys"].label("hashes")
_KEYS = bindparam("keys", type_=ARRAY(BigInteger))
_BUT = bindparam("but", type_=String)
_PETITIONS = _sharing(
    petitions,
    petitions.c.received_on,
    (petitions.c.number != _BUT) & petitions.c.withdrawn_on.is_(None),
    _KEYS,
    petitions.c.accused_office,
    petitions.c.category,
)
_CASES = _sharing(
    cases,
    cases.c.began_on,
    (cases.c.number != _BUT)
    & cases.c.merged_into.is_(None)
    & cases.c.withdrawn_on.is_(None),
    _KEYS,
)


class Matching:
    """
    What is stored of petitions and cases, as far as it is compared.
    """

    def __init__(self, session: Any, rules: MatchRules) -> None:
        self.session, self.rules = session, rules

    def petition(self, number: str) -> Prepared:
        return self._content(petitions, number)

    def case(self, number: str) -> Prepared:
        return self._content(cases, number)

    def like_petition(self, number: str) -> list[Candidate]:
        return self._like(petitions, number)

    def like_case(self, number: str) -> list[Candidate]:
        return self._like(cases, number)

    def _like(self, table: Table, number: str) -> list[Candidate]:
        query = select(table.c["keys"]).where(table.c.number == number)
        return self.like(self.session.execute(query).scalar_one(), number)

    def like(self, keys: Sequence[int], number: str) -> list[Candidate]:
        """
        The petitions and cases of any office that have one of these *keys*, except the
        one of this *number*; a case that a petition has become is found once.
        """
        given = {"keys": keys, "but": number}
        by_number = {row.number: row for row in self.session.execute(_PETITIONS, given)}
        petitions_found = [
            self._candidate(petitions, row) for row in by_number.values()
        ]
        of_cases = self.session.execute(_CASES, given).all()
        return petitions_found + [
            self._candidate(cases, row)
            for row in of_cases
            if row.number not in by_number
        ]

    def same_matter(
        self, offices: Collection[str], request: PageRequest
    ) -> Page[tuple[Candidate, list[Candidate]]]:
        """
        Cases that stand of *offices* in the order of their numbers, each with those of
        higher numbers that share a key with it. A page is of so many cases; most have
        no other.
        """
        columns = _shown_of(cases, cases.c.began_on)
        query = select(*columns, cases.c.encrypted, _HASHES).where(
            cases.c.merged_into.is_(None),
            cases.c.withdrawn_on.is_(None),
            cases.c.office.in_(offices),
        )
        page = read_page(self.session, query, request, [cases.c.number])
        others = self._higher(page.items, offices)
        return page.map(lambda row: (self._candidate(cases, row), others[row.number]))

    def _higher(
        self, rows: Sequence[Any], offices: Collection[str]
    ) -> dict[str, list[Candidate]]:
        """
        For each of some cases those of higher numbers that share most keys with it.
        """
        keys = {key for row in rows for key in row.hashes}
        query = select(cases.c.number, _HASHES).where(
            cases.c["keys"].overlap(_KEYS),
            cases.c.merged_into.is_(None),
            cases.c.withdrawn_on.is_(None),
            cases.c.office.in_(offices),
        )
        sharing: dict[int, list[str]] = {}
        for row in self.session.execute(query.limit(_OF_PAGE), {"keys": [*keys]}):
            for key in keys.intersection(row.hashes):
                sharing.setdefault(key, []).append(row.number)
        chosen = {row.number: _most_in_common(row, sharing) for row in rows}
        by_number = self._cases(
            {each for numbers in chosen.values() for each in numbers}
        )
        return {
            number: [by_number[each] for each in numbers]
            for number, numbers in chosen.items()
        }

    def _cases(self, numbers: Collection[str]) -> dict[str, Candidate]:
        columns = _shown_of(cases, cases.c.began_on)
        these = cases.c.number == any_(bindparam("numbers", type_=ARRAY(String)))
        query = select(*columns, cases.c.encrypted).where(these)
        rows = self.session.execute(query, {"numbers": [*numbers]})
        return {row.number: self._candidate(cases, row) for row in rows}

    def _content(self, table: Table, number: str) -> Prepared:
        query = select(table.c.encrypted).where(table.c.number == number)
        encrypted = self.session.execute(query).scalar_one()
        return self._prepared(table, _private_of(table, number, encrypted))

    def _candidate(self, table: Table, row: Any) -> Candidate:
        private = _private_of(table, row.number, row.encrypted)
        is_case = table is cases
        return Candidate(
            "case" if is_case else "petition",
            row.number,
            row.office,
            row.on,
            self._prepared(table, private),
            row.programme,
            row.case_kind,
            None if is_case else row.category,
            private.get("accused_office") if is_case else row.accused_office,
        )

    def _prepared(self, table: Table, values: dict[str, Any]) -> Prepared:
        item = Item.of_row(values) if table is cases else Item.of_petition(values)
        return prepared(item, self.rules)


def _most_in_common(row: Any, sharing: Mapping[int, Sequence[str]]) -> list[str]:
    """
    The numbers above that of a case that share most keys with it.
    """
    counted = Counter(
        number
        for key in row.hashes
        for number in sharing.get(key, ())
        if number > row.number
    )
    return [number for number, _ in counted.most_common(COMPARED)]


def _private_of(table: Table, number: str, encrypted: bytes) -> dict[str, Any]:
    return dict(decrypt_json(encrypted, (str(table), "encrypted", number)))


class MatterDecisions(SealedRecords[MatterDecision]):
    """
    What persons decided about petitions, and what follows for the matters of these.
    """

    table = decisions
    record = MatterDecision
    sealed = ("reason",)

    def earlier(self, number: str) -> tuple[str, Earlier] | None:
        """
        The petition or the case of that number as a decision sees it, and its office.
        """
        first = func.coalesce(petitions.c.repeat_of, petitions.c.number)
        of_petition = select(
            *(petitions.c.office, petitions.c.received_on, first, petitions.c.matter),
            *(petitions.c.first_office, petitions.c.first_post),
            *(petitions.c.accused_office, petitions.c.withdrawn_on),
        ).where(petitions.c.number == number)
        of_case = select(
            *(cases.c.office, cases.c.began_on, cases.c.number, cases.c.matter),
            *(cases.c.office, cases.c.withdrawn_on, cases.c.merged_into),
            cases.c.encrypted,
        ).where(cases.c.number == number)
        if row := self.session.execute(of_petition).first():
            office, *values = row
            return office, Earlier(number, *values)
        if of_ledger := self.session.execute(of_case).first():
            office, *values, withdrawn_on, merged_into, encrypted = of_ledger
            private = _private_of(cases, number, encrypted)
            return office, replace(
                Earlier(number, *values),
                accused=private.get("accused_office"),
                withdrawn_on=withdrawn_on,
                merged_into=merged_into,
            )
        return None

    def join(self, petition: Petition, earlier: Earlier) -> None:
        """
        Give a petition, and those that repeat it, the matter of an *earlier* record.
        """
        matter = earlier.matter or uuid7().hex
        if earlier.matter is None:
            for table in (petitions, cases):
                this = table.c.number == earlier.number
                self.session.execute(table.update().where(this).values(matter=matter))
        its_repeats = petitions.c.repeat_of == petition.number
        moved = {
            "matter": matter,
            "repeat_of": earlier.first,
            "first_office": earlier.first_office,
            "first_post": earlier.first_post,
        }
        for these in (petitions.c.number == petition.number, its_repeats):
            self.session.execute(petitions.update().where(these).values(moved))

    def part(self, petition: Petition) -> None:
        """
        Give a petition a matter of its own.
        """
        this = petitions.c.number == petition.number
        alone = petitions.update().where(this).values(matter=uuid7().hex)
        self.session.execute(alone)

    def of_petition(self, number: str) -> list[MatterDecision]:
        query = self.query().where(decisions.c.petition == number)
        return self.all(query.order_by(decisions.c.id))
