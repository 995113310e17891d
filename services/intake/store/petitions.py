"""
The petitions and their replies.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Identity,
    Index,
    String,
    bindparam,
    func,
    select,
)
from sqlalchemy import Sequence as Numbers

from services.intake.domain.petitions import Petition, Reply
from services.intake.store.personal import encrypted, matter_of, person_of
from services.intake.store.tables import metadata
from shared.records import Records, columns_of, row_of, table_of
from shared.web.paging import Page, PageRequest

petition_numbers = Numbers("petition_numbers", metadata=metadata)

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
    Column("position", BigInteger, Identity(always=True), primary_key=True),
    Column("petition", ForeignKey(petitions.c.number), nullable=False),
    Index("ix_replies_petition", "petition"),
)

# Made once: building a statement costs more than sending it. The petition's number is
# drawn in it; no matter, no earlier petition of it.
_REGISTER = (
    petitions.insert()
    .values(
        number=bindparam("prefix", type_=String).concat(
            func.lpad(func.cast(petition_numbers.next_value(), String), 7, "0")
        ),
        repeat_of=select(petitions.c.number)
        .where(petitions.c.matter == bindparam("same", type_=String))
        .order_by(petitions.c.received_on, petitions.c.number)
        .limit(1)
        .scalar_subquery(),
    )
    .returning(*columns_of(petitions, Petition))
)


class Petitions(Records[Petition]):
    """
    The petitions and their replies.
    """

    table = petitions
    record = Petition

    def register(
        self, body: Mapping[str, Any], *, office: str, programme: str
    ) -> Petition:
        """
        Number and store a petition; the earliest of its matter makes it a repeat.
        """
        petitioner = body["petitioner"] or {}
        person = person_of(petitioner.get("id_no"), petitioner.get("name"))
        matter = matter_of(person, body.get("original_case_no"))
        private = {"petitioner": petitioner, "demand": body["demand"]}
        public = ("received_on", "channel", "category", "case_kind")
        stored = self.session.execute(
            _REGISTER,
            {
                "prefix": f"{office}-{body['received_on'].year}-",
                "same": matter,
                "office": office,
                "programme": programme,
                **{name: body[name] for name in public},
                "matter": matter,
                "encrypted": encrypted("petitions", private),
            },
        )
        return Petition(**stored.one()._asdict())

    def of_offices(
        self, offices: Collection[str], request: PageRequest
    ) -> Page[Petition]:
        return self.page(self.query().where(petitions.c.office.in_(offices)), request)

    def kinds_replied(self, number: str) -> set[str]:
        query = select(replies.c.kind).where(replies.c.petition == number)
        return set(self.session.scalars(query))

    def add_reply(self, reply: Reply) -> None:
        self.session.execute(replies.insert().values(row_of(reply)))
