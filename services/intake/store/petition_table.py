"""
The table of petitions, and the columns that follow from what is sealed of one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import BigInteger, Column, Index, String, text
from sqlalchemy.dialects.postgresql import ARRAY

from services.intake.domain.matching import Item
from services.intake.domain.petitions.petitions import Petition
from services.intake.store.personal import match_keys, matter_of, name_of, person_of
from services.intake.store.tables import entered_at, metadata
from shared.records.sealed import encrypt_json
from shared.records.tables import table_of
from shared.storage.encryption import Place

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
    Index("ix_petitions_office_number", "office", "number"),
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
    Index(
        "ix_petitions_to_office",
        "to_office",
        "number",
        postgresql_where=text("to_office IS NOT NULL AND received_as IS NULL"),
    ),
    key="number",
)


def identified(private: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """
    The keyed hashes of the matter and of the petitioner's name.
    """
    who = private["petitioner"] or {}
    person = person_of(who.get("id_no"), who.get("name"))
    return matter_of(person, private.get("original_case_no")), name_of(who.get("name"))


def corrected_matter(
    petition: Petition,
    was: str | None,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> str | None:
    """
    The matter of a petition that *was* of one, and of which *after* is sealed instead
    of what was *before*: another one only if that names somebody else or another
    original case, and no person has decided.
    """
    (old, _), (new, _) = identified(before), identified(after)
    return was if petition.matter_decided_on or old == new else new


def of_private(petition: Petition, private: Mapping[str, Any]) -> dict[str, Any]:
    """
    The columns that follow from what is sealed of a petition.
    """
    matter, name = identified(private)
    return {
        "matter": matter,
        "name": name,
        "keys": match_keys(Item.of_petition(private), petition.office),
        "encrypted": encrypt_json(dict(private), place_of(petition.number)),
    }


def place_of(number: str) -> Place:
    return str(petitions), "encrypted", number
