"""
The petitions and their replies.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    String,
    bindparam,
    func,
    select,
)
from sqlalchemy import Sequence as Numbers
from uuid_utils import uuid7

from services.intake.domain.petitions import Petition, Reply
from services.intake.store.personal import matter_of, person_of
from services.intake.store.tables import metadata
from shared.records import Records, row_of, table_of
from shared.sealed_records import encrypt_json
from shared.storage.database import insert_later
from shared.vocabulary import Category
from shared.web.paging import Page, PageRequest

petition_numbers = Numbers("petition_numbers", metadata=metadata)

_OF_REPLY = ("outcome", "summary")

petitions = table_of(
    Petition,
    "petitions",
    metadata,
    Column("matter", String),
    Column("encrypted", String, nullable=False),
    Index("ix_petitions_office_number", "office", "number"),
    Index("ix_petitions_matter", "matter", "received_on"),
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
_NUMBER = select(
    bindparam("prefix", type_=String)
    .concat(func.to_char(petition_numbers.next_value(), _COUNT))
    .label("number"),
    select(petitions.c.number)
    .where(petitions.c.matter == bindparam("same", type_=String))
    .order_by(petitions.c.received_on, petitions.c.number)
    .limit(1)
    .scalar_subquery()
    .label("repeat_of"),
)


class Petitions(Records[Petition]):
    """
    The petitions and their replies.
    """

    table = petitions
    record = Petition

    def register(
        self,
        body: Mapping[str, Any],
        words: Mapping[str, Any],
        *,
        office: str,
        programme: str,
    ) -> Petition:
        """
        Number and store a petition; the earliest of its matter makes it a repeat.
        *words*: what of the body are words of the programme.
        """
        petitioner = body["petitioner"] or {}
        person = person_of(petitioner.get("id_no"), petitioner.get("name"))
        matter = matter_of(person, body.get("original_case_no"))
        drawn = {"prefix": f"{office}-{body['received_on'].year}-", "same": matter}
        number, repeat_of = self.session.execute(_NUMBER, drawn).one()
        petition = Petition(
            number=number,
            office=office,
            programme=programme,
            received_on=body["received_on"],
            category=Category(body["category"]),
            repeat_of=repeat_of,
            persons=body["persons"],
            **words,
        )
        private = {"petitioner": petitioner, "demand": body["demand"]}
        encrypted = encrypt_json(private, (str(petitions), "encrypted", number))
        stored = {**row_of(petition), "matter": matter, "encrypted": encrypted}
        insert_later(self.session, petitions, stored)
        return petition

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
