"""
The petitions and their replies.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    String,
    all_,
    bindparam,
    func,
    select,
    text,
    true,
)
from sqlalchemy import Sequence as Numbers
from sqlalchemy.dialects.postgresql import ARRAY
from uuid_utils import uuid7

from services.intake.domain.lifecycle import WAITING
from services.intake.domain.matching import Item
from services.intake.domain.petitions import Petition, Reply
from services.intake.store.personal import (
    enquiry_hash,
    match_keys,
    matter_of,
    person_of,
)
from services.intake.store.tables import metadata
from shared.policy.programme import Programme
from shared.policy.words import TITLES as WORD_FACTS
from shared.records import Records, row_of, table_of
from shared.sealed_records import decrypt_json, encrypt_json
from shared.storage.database import insert_later
from shared.storage.encryption import Place
from shared.vocabulary import Category, PetitionState
from shared.web.paging import Page, PageRequest

petition_numbers = Numbers("petition_numbers", metadata=metadata)

_OF_REPLY = ("outcome", "summary")
_PLAIN = (*WORD_FACTS, "persons")  # what a petition has as its registration says it

petitions = table_of(
    Petition,
    "petitions",
    metadata,
    Column("matter", String),
    Column("keys", ARRAY(BigInteger), nullable=False),
    Column("enquiry", String),
    Column("encrypted", String, nullable=False),
    Index("ix_petitions_office_number", "office", "number"),
    Index("ix_petitions_enquiry", "enquiry", unique=True),
    Index("ix_petitions_matter", "matter", "received_on"),
    Index(
        "ix_petitions_repeat_of",
        "repeat_of",
        postgresql_where=text("repeat_of IS NOT NULL"),
    ),
    Index("ix_petitions_keys", "keys", postgresql_using="gin"),
    Index(
        "ix_petitions_to_office",
        "to_office",
        "number",
        postgresql_where=text("to_office IS NOT NULL AND received_as IS NULL"),
    ),
    key="number",
)

replies = table_of(
    Reply,
    "replies",
    metadata,
    Column("id", String, primary_key=True),
    Column("petition", ForeignKey(petitions.c.number), nullable=False),
    Index("ix_replies_petition", "petition"),
    sealed=_OF_REPLY,
)

# At least seven digits; more after a restore has moved the counter.
_COUNT = "FM9999999999990000000"

# Made once: building a statement costs more than sending it. The number comes before
# the row, for what is encrypted is bound to it; no matter, no earlier petition of it.
_DRAWN = select(
    bindparam("prefix", type_=String)
    .concat(func.to_char(petition_numbers.next_value(), _COUNT))
    .label("number")
).subquery()
_FIRST = (
    select(
        petitions.c.number.label("repeat_of"),
        petitions.c.first_office,
        petitions.c.first_post,
    )
    .where(
        petitions.c.matter == bindparam("same", type_=String),
        # What accuses the registering office, or one above it, is kept from it.
        petitions.c.accused_office.is_(None)
        | (
            petitions.c.accused_office
            != all_(bindparam("lineage", type_=ARRAY(String)))
        ),
    )
    .order_by(petitions.c.received_on, petitions.c.number)
    .limit(1)
    .subquery()
)
_NUMBER = select(_DRAWN, _FIRST).select_from(_DRAWN.outerjoin(_FIRST, true()))


def _place(number: str) -> Place:
    return str(petitions), "encrypted", number


class Petitions(Records[Petition]):
    """
    The petitions and their replies.
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
    ) -> Petition:
        """
        Number and store a petition, *body* in the words of its programme; the earliest
        of its matter makes it a repeat, unless it accuses an office of the *lineage*:
        the registering one and those above it. Of the enquiry *code* a keyed hash is
        stored.
        """
        petitioner = body["petitioner"] or {}
        person = person_of(petitioner.get("id_no"), petitioner.get("name"))
        matter = matter_of(person, body.get("original_case_no"))
        drawn = {
            "prefix": f"{office}-{body['received_on'].year}-",
            "same": matter,
            "lineage": list(lineage),
        }
        number, repeat_of, *first = self.session.execute(_NUMBER, drawn).one()
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
            **plain,
        )
        private = {
            "petitioner": petitioner,
            "members": body.get("members"),
            "demand": body["demand"],
            "original_case_no": body.get("original_case_no"),
        }
        self._store(petition, matter, private, code)
        return petition

    def receive(
        self,
        passed: Petition,
        *,
        received_on: date,
        programme: Programme,
        handler_post: str | None,
    ) -> Petition:
        """
        Number and store what was passed on as a petition of its receiver.
        """
        drawn: dict[str, Any] = {
            "prefix": f"{passed.to_office}-{received_on.year}-",
            "same": None,
            "lineage": [],
        }
        known = passed.programme == programme.code
        number, *_ = self.session.execute(_NUMBER, drawn).one()
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
        )
        same = select(petitions.c.matter).where(petitions.c.number == passed.number)
        matter = self.session.execute(same).scalar_one()
        self._store(received, matter, self.private(passed.number))
        return received

    def private(self, number: str) -> dict[str, Any]:
        """
        What a petition says and who says it. Raises `CannotDecryptError`.
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

    def replies_of(self, number: str) -> list[Reply]:
        """
        The replies to a petition by day, without what they say.
        """
        columns = replies.c.replied_on, replies.c.kind, replies.c.mode
        query = select(*columns).where(replies.c.petition == number)
        found = self.session.execute(query.order_by(replies.c.replied_on))
        return [Reply(number, on, kind, mode, None, "") for on, kind, mode in found]

    def _store(
        self,
        petition: Petition,
        matter: str | None,
        private: Mapping[str, Any],
        code: str | None = None,
    ) -> None:
        encrypted = encrypt_json(private, _place(petition.number))
        stored = {
            **row_of(petition),
            "matter": matter,
            "keys": match_keys(Item.of_petition(private), petition.office),
            "enquiry": enquiry_hash(code) if code else None,
            "encrypted": encrypted,
        }
        insert_later(self.session, petitions, stored)

    def passed_to(
        self, offices: Collection[str], request: PageRequest
    ) -> Page[Petition]:
        """
        What was passed on to *offices* and waits for them to register it.
        """
        waiting = petitions.c.state.in_(WAITING), petitions.c.received_as.is_(None)
        query = self.query().where(petitions.c.to_office.in_(offices), *waiting)
        return self.page(query, request)

    def of_offices(
        self, offices: Collection[str], request: PageRequest
    ) -> Page[Petition]:
        return self.page(self.query().where(petitions.c.office.in_(offices)), request)

    def kinds_replied(self, number: str) -> set[str]:
        query = select(replies.c.kind).where(replies.c.petition == number)
        return set(self.session.scalars(query))

    def add_reply(self, reply: Reply) -> None:
        values, identity = row_of(reply), str(uuid7())
        private = {name: values.pop(name) for name in _OF_REPLY}
        encrypted = encrypt_json(private, (str(replies), "encrypted", identity))
        stored = {**values, "id": identity, "encrypted": encrypted}
        self.session.execute(replies.insert().values(stored))
