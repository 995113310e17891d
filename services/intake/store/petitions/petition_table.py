"""
The table of petitions, and the columns that follow from what is sealed of one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import BigInteger, Column, Date, Index, LargeBinary, String, text
from sqlalchemy.dialects.postgresql import ARRAY

from services.intake.domain.matching import Item
from services.intake.domain.petitions.petitions import Petition
from services.intake.store.petitions.personal import (
    match_keys,
    matter_of,
    name_keys,
    person_of,
)
from services.intake.store.tables import entered_at, metadata
from shared.records.sealed import encrypt_json
from shared.records.tables import table_of
from shared.storage.encryption import Place

_UNDECIDED = (
    "undecided_since IS NOT NULL AND repeat_of IS NULL AND withdrawn_on IS NULL"
)

petitions = table_of(
    Petition,
    "petitions",
    metadata,
    Column("matter", String),
    Column("keys", ARRAY(BigInteger), nullable=False),
    Column("enquiry", String),
    Index("ix_petitions_enquiry", "enquiry", unique=True),
    Column("names", ARRAY(BigInteger), nullable=False),
    Column("content", String, nullable=False),
    Column("encrypted", LargeBinary, nullable=False),
    # What it very likely repeats, and since when a clerk knows; without a decision.
    Column("undecided", ARRAY(String)),
    Column("undecided_since", Date),
    entered_at(),
    # With the state, by which the lists of a city are most often narrowed down.
    Index(
        "ix_petitions_office_received_on",
        *("office", "received_on", "number", "state"),
    ),
    Index("ix_petitions_office_number", "office", "number"),
    Index("ix_petitions_received_on", "received_on", "number"),
    # As of `ix_cases_listed`.
    Index(
        "ix_petitions_listed",
        *("office", "programme", "state", "withdrawn_on", "channel"),
        *("case_kind", "category", "topic", "handler_post"),
        *("registration_level", "persons", "group_visit"),
    ),
    Index("ix_petitions_matter", "matter", "received_on"),
    Index("ix_petitions_names", "names", postgresql_using="gin"),
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
    Index(
        "ix_petitions_undecided",
        *("undecided_since", "number"),
        postgresql_where=text(_UNDECIDED),
    ),
    Index(
        "ix_petitions_undecided_by_office",
        *("office", "undecided_since", "number"),
        postgresql_where=text(_UNDECIDED),
    ),
    key="number",
)


def matter_in(private: Mapping[str, Any]) -> str | None:
    """
    The keyed hash of the matter.
    """
    who = private["petitioner"] or {}
    person = person_of(who.get("id_no"), who.get("name"))
    return matter_of(person, private.get("original_case_no"))


def _named(private: Mapping[str, Any]) -> Iterator[str]:
    """
    The names, also the former ones, of all who petition together.
    """
    for who in (private["petitioner"], *(private.get("members") or ())):
        if who:
            yield who["name"]
            yield from who.get("former_names") or ()


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
    old, new = matter_in(before), matter_in(after)
    return was if petition.matter_decided_on or old == new else new


def of_private(petition: Petition, private: Mapping[str, Any]) -> dict[str, Any]:
    """
    The columns that follow from what is sealed of a petition, but for its matter.
    """
    return {
        "names": name_keys(_named(private)),
        "keys": match_keys(Item.of_petition(private), petition.office),
        "encrypted": encrypt_json(dict(private), place_of(petition.number)),
    }


def place_of(number: str) -> Place:
    return str(petitions), "encrypted", number
