"""
The petitions, as they were registered.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Index,
    Select,
    String,
    Update,
    all_,
    any_,
    bindparam,
    exists,
    func,
    select,
    text,
    true,
)
from sqlalchemy import Sequence as Numbers
from sqlalchemy.dialects.postgresql import ARRAY
from uuid_utils import uuid7

from services.intake.domain.matching import Item
from services.intake.domain.petitions.petitions import Petition
from services.intake.domain.petitions.steps import WAITING
from services.intake.store.cases import cases
from services.intake.store.personal import (
    content_of,
    enquiry_hash,
    match_keys,
    matter_of,
    name_of,
    person_of,
)
from services.intake.store.tables import entered_at, metadata
from shared.policy.programme import Programme
from shared.policy.words import TITLES as WORD_FACTS
from shared.records.newest import read_newest
from shared.records.rows import Records
from shared.records.sealed import decrypt_json, encrypt_json
from shared.records.tables import row_of, table_of
from shared.storage.database import insert_later, send_later
from shared.storage.encryption import Place
from shared.storage.prepared import prepared
from shared.storage.row_sets import as_rows, given_rows
from shared.vocabulary import Category, PetitionState
from shared.web.paging import Page, PageRequest

petition_numbers = Numbers("petition_numbers", metadata=metadata)

_PLAIN = (*WORD_FACTS, "persons")  # what a petition has as its registration says it
_TWICE = "60 seconds"  # within which the same entered again is a second click


petitions = table_of(
    Petition,
    "petitions",
    metadata,
    Column("matter", String),
    Column("keys", ARRAY(BigInteger), nullable=False),
    Column("enquiry", String),
    Index("ix_petitions_enquiry", "enquiry", unique=True),
    Column("name", String),
    Column("content", String, nullable=False),
    Column("encrypted", String, nullable=False),
    entered_at(),
    Index("ix_petitions_office_received_on", "office", "received_on", "number"),
    Index("ix_petitions_received_on", "received_on", "number"),
    # As of `ix_cases_listed`.
    Index(
        "ix_petitions_listed",
        *("office", "programme", "state", "withdrawn_on", "channel"),
        *("case_kind", "category", "topic"),
    ),
    Index("ix_petitions_matter", "matter", "received_on"),
    Index("ix_petitions_name", "name", "office"),
    Index("ix_petitions_content", "content", "created_at"),
    Index(
        "ix_petitions_repeat_of",
        "repeat_of",
        postgresql_where=text("repeat_of IS NOT NULL"),
    ),
    Index("ix_petitions_keys", "keys", postgresql_using="gin"),
    # The release before this one writes petitions without it.
    Column("group_visit", Boolean, nullable=False, server_default="false"),
    Index(
        "ix_petitions_to_office",
        "to_office",
        "number",
        postgresql_where=text("to_office IS NOT NULL AND received_as IS NULL"),
    ),
    key="number",
)

# At least seven digits; more after a restore has moved the counter.
_COUNT = "FM9999999999990000000"


def _earliest() -> Select[Any]:
    """
    The earliest petition of a matter, with who handled it first.
    """
    return (
        select(
            petitions.c.number.label("repeat_of"),
            petitions.c.first_office,
            petitions.c.first_post,
        )
        .where(
            petitions.c.matter == bindparam("same", type_=String),
            petitions.c.withdrawn_on.is_(None),
            # What accuses the registering office, or one above it, is kept from it.
            petitions.c.accused_office.is_(None)
            | (
                petitions.c.accused_office
                != all_(bindparam("lineage", type_=ARRAY(String)))
            ),
        )
        .order_by(petitions.c.received_on, petitions.c.number)
        .limit(1)
    )


# Made once: building a statement costs more than sending it. The number comes before
# the row, for what is encrypted is bound to it; no matter, no earlier petition of it.
_DRAWN = select(
    bindparam("prefix", type_=String)
    .concat(func.to_char(petition_numbers.next_value(), _COUNT))
    .label("number"),
    select(petitions.c.number)
    .where(
        petitions.c.content == bindparam("content", type_=String),
        petitions.c.created_at > func.clock_timestamp() - text(f"INTERVAL '{_TWICE}'"),
        petitions.c.withdrawn_on.is_(None),
    )
    .order_by(petitions.c.created_at)
    .limit(1)
    .scalar_subquery()
    .label("twin"),
    exists()
    .where(
        cases.c.matter == bindparam("same", type_=String),
        cases.c.merged_into.is_(None),
        cases.c.withdrawn_on.is_(None),
    )
    .label("of_case"),
).subquery()
_FIRST = _earliest().subquery()
_NUMBER = prepared(select(_DRAWN, _FIRST).select_from(_DRAWN.outerjoin(_FIRST, true())))
_REPEATS = _earliest().where(petitions.c.number != bindparam("but", type_=String))
_LOCK = (
    select(petitions.c.number)
    .where(petitions.c.number == any_(bindparam("numbers", type_=ARRAY(String))))
    .order_by(petitions.c.number)
    .with_for_update()
)


def _follow_statement() -> Update:
    given = given_rows((petitions.c.number, petitions.c.office))
    this = petitions.c.number == given.c.number
    return petitions.update().where(this).values(office=given.c.office)


_FOLLOW = _follow_statement()
_RECEIVED = "received"  # instead of a hash, for what nobody entered at the counter
_OF_PETITION = ("petitioner", "members", "demand", "original_case_no")


@dataclass(frozen=True)
class Registered:
    """
    A petition as it was registered, or the one that was entered just before
    (*is_new* is false); *of_case*: whether its matter is a case already.
    """

    petition: Petition
    is_new: bool
    of_case: bool


class Petitions(Records[Petition]):
    """
    The petitions.
    """

    table = petitions
    record = Petition

    def register(
        self,
        body: Mapping[str, Any],
        *,
        office: str,
        programme: str,
        lineage: Sequence[str] = (),
        code: str | None = None,
        keyed: bool = False,
        received_by: str | None = None,
        group_visit: bool = False,
    ) -> Registered:
        """
        Number and store a petition, *body* in the words of its programme; the earliest
        of its matter makes it a repeat, unless it accuses an office of the *lineage*:
        the registering one and those above it. The enquiry *code* is sealed with it
        and found by a keyed hash.

        What the office entered within the last minute is not stored again: that
        petition is returned, which is not new. *keyed*: an `Idempotency-Key` says
        whether that was so.
        """
        content = content_of(office, body)
        matter, _ = _identified(body)
        drawn = {
            "prefix": f"{office}-{body['received_on'].year}-",
            "same": matter,
            "lineage": list(lineage),
            "content": None if keyed else content,
        }
        if not keyed:
            wait_for_twin(self.session, content)
        row = self.session.execute(_NUMBER, drawn).one()
        number, twin, of_case, repeat_of, *first = row
        if twin is not None and (stored := self.get(twin)):
            return Registered(stored, is_new=False, of_case=of_case)
        if repeat_of is None:
            first = [office, body.get("handler_post")]
        plain: dict[str, Any] = {name: body.get(name) for name in _PLAIN}
        petition = Petition(
            number=number,
            office=office,
            programme=programme,
            received_on=body["received_on"],
            category=Category(body["category"]),
            repeat_of=repeat_of,
            first_office=first[0],
            first_post=first[1],
            accused_office=body.get("accused_office"),
            received_by=received_by,
            group_visit=group_visit,
            **plain,
        )
        private = {name: body.get(name) for name in _OF_PETITION}
        private["enquiry_code"] = code
        self._store(petition, private, content, code)
        return Registered(petition, is_new=True, of_case=of_case)

    def receive(
        self,
        passed: Petition,
        *,
        received_on: date,
        programme: Programme,
        handler_post: str | None,
        received_by: str | None = None,
    ) -> Petition:
        """
        Number and store what was passed on as a petition of its receiver; nobody came
        there.
        """
        known = passed.programme == programme.code
        number = self.next_number(passed.to_office or "", received_on)
        received = replace(
            passed,
            number=number,
            first_office=passed.to_office,
            first_post=handler_post,
            office=passed.to_office or "",
            programme=programme.code,
            origin=passed.origin if known else programme.own_origin.id,
            received_on=received_on,
            state=PetitionState.REGISTERED,
            to_office=None,
            case_opened_on=None,
            passed_from=passed.number,
            split_from=None,
            split_into=None,
            received_by=received_by,
            group_visit=False,
        )
        private = {**self.private(passed.number), "enquiry_code": None}
        same = select(petitions.c.matter).where(petitions.c.number == passed.number)
        matter = self.session.execute(same).scalar_one()
        self._store(received, private, _RECEIVED, matter=matter)
        return received

    def first_of(self, petition: Petition) -> Petition:
        """
        The petition as the petitioner handed it in, before offices passed it on.
        """
        while petition.passed_from:
            passed = self.get(petition.passed_from)
            if passed is None:
                break
            petition = passed
        return petition

    def split_off(self, part: Petition, private: Mapping[str, Any], code: str) -> None:
        """
        Store what was split from another petition, as a matter of its own.
        """
        self._store(part, private, _RECEIVED, code, matter=uuid7().hex)

    def next_number(self, office: str, received_on: date) -> str:
        """
        Draw the number of a petition that no one entered.
        """
        drawn: dict[str, Any] = {
            "prefix": f"{office}-{received_on.year}-",
            "same": None,
            "lineage": [],
            "content": None,
        }
        number, *_ = self.session.execute(_NUMBER, drawn).one()
        return str(number)

    def private(self, number: str) -> dict[str, Any]:
        """
        What is sealed of a petition: the petitioner, the demand and the number of the
        original case. Raises `CannotDecryptError`.
        """
        query = select(petitions.c.encrypted).where(petitions.c.number == number)
        encrypted = self.session.execute(query).scalar_one()
        return dict(decrypt_json(encrypted, _place(number)))

    def of_enquiry(self, code: str) -> Petition | None:
        """
        The petition whose receipt carries this enquiry code.
        """
        hashed = enquiry_hash(code)
        return self.one(self.query().where(petitions.c.enquiry == hashed))

    def _store(
        self,
        petition: Petition,
        private: Mapping[str, Any],
        content: str,
        code: str | None = None,
        **given: Any,
    ) -> None:
        hashed = enquiry_hash(code) if code else None
        row = {**row_of(petition), "content": content, "enquiry": hashed}
        row |= _of_private(petition, private) | given
        insert_later(self.session, petitions, row)

    def repeating(
        self, petition: Petition, private: Mapping[str, Any], lineage: Sequence[str]
    ) -> Petition:
        """
        The petition as a repeat of the earliest other one of its matter, if there is
        one that does not accuse an office of the *lineage*; the matter follows from
        what is sealed of it, unless a person has decided.
        """
        if petition.matter_decided_on:
            return petition
        matter, _ = _identified(private)
        drawn = {"same": matter, "but": petition.number, "lineage": list(lineage)}
        found = self.session.execute(_REPEATS, drawn)
        return replace(petition, repeat_of=found.scalar())

    def repeating_numbers(self, number: str) -> list[str]:
        """
        The numbers of the petitions that repeat one.
        """
        these = petitions.c.repeat_of == number
        return list(self.session.scalars(select(petitions.c.number).where(these)))

    def correct(self, petition: Petition, private: Mapping[str, Any]) -> None:
        """
        Write a corrected petition with what is sealed of it.
        """
        changed = {**row_of(petition), **_of_private(petition, private)}
        if petition.matter_decided_on:
            del changed["matter"]
        this = petitions.c.number == petition.number
        self.session.execute(petitions.update().where(this).values(changed))

    def passed_to(
        self, offices: Collection[str], request: PageRequest
    ) -> Page[Petition]:
        """
        What was passed on to *offices* and waits for them to register it.
        """
        waiting = petitions.c.state.in_(WAITING), petitions.c.received_as.is_(None)
        query = self.query().where(petitions.c.to_office.in_(offices), *waiting)
        return self.page(query, request)

    def lock(self, numbers: Collection[str]) -> None:
        """
        Lock those of the petitions that exist for this transaction, in the order of
        their numbers.
        """
        self.session.execute(_LOCK, {"numbers": list(numbers)})

    def follow(self, offices: Mapping[str, str]) -> None:
        """
        Let the petitions that cases came from be of the *offices* that these moved to,
        by the numbers of both.
        """
        rows = ({"number": n, "office": office} for n, office in offices.items())
        self.session.execute(_FOLLOW, as_rows(rows))

    def of_offices(
        self,
        offices: Collection[str],
        request: PageRequest,
        *,
        name: str | None = None,
        **filters: Any,
    ) -> Page[Petition]:
        """
        The petitions of *offices* to which all *filters* apply, the newest first.
        """
        query = self.query().where(*(_FILTERS[f](v) for f, v in filters.items()))
        if name:
            query = query.where(petitions.c.name == name_of(name))
        by = [petitions.c.received_on, petitions.c.number]
        page = read_newest(
            self.session, query, request, by, office=petitions.c.office, offices=offices
        )
        return page.map(self.of_row)


_FILTERS: Mapping[str, Callable[[Any], ColumnElement[bool]]] = {
    "programme": lambda code: petitions.c.programme == code,
    "channel": lambda channel: petitions.c.channel == channel,
    "category": lambda category: petitions.c.category == category,
    "state": lambda state: petitions.c.state == state,
    "case_kind": lambda kind: petitions.c.case_kind == kind,
    "topic": lambda topic: petitions.c.topic == topic,
    "since": lambda day: petitions.c.received_on >= day,
    "until": lambda day: petitions.c.received_on <= day,
    "withdrawn": lambda so: (
        petitions.c.withdrawn_on.is_not(None)
        if so
        else petitions.c.withdrawn_on.is_(None)
    ),
    "first": lambda so: (
        petitions.c.repeat_of.is_(None) if so else petitions.c.repeat_of.is_not(None)
    ),
}


def wait_for_twin(session: Connection, content: str) -> None:
    """
    Let two requests that enter the same at one moment follow each other.
    """
    send_later(session, "SELECT pg_advisory_xact_lock(hashtext(%s))", (content,))


def _identified(private: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """
    The keyed hashes of the matter and of the petitioner's name.
    """
    who = private["petitioner"] or {}
    person = person_of(who.get("id_no"), who.get("name"))
    return matter_of(person, private.get("original_case_no")), name_of(who.get("name"))


def _of_private(petition: Petition, private: Mapping[str, Any]) -> dict[str, Any]:
    """
    The columns that follow from what is sealed of a petition.
    """
    matter, name = _identified(private)
    return {
        "matter": matter,
        "name": name,
        "keys": match_keys(Item.of_petition(private), petition.office),
        "encrypted": encrypt_json(dict(private), _place(petition.number)),
    }


def _place(number: str) -> Place:
    return str(petitions), "encrypted", number
