"""
New petitions: numbered, recognised as repeats of their matter, and stored.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import (
    Connection,
    String,
    bindparam,
    exists,
    func,
    select,
    text,
    true,
)
from sqlalchemy import Sequence as Numbers
from uuid_utils import uuid7

from services.intake.domain.petitions.appeals import APPEAL
from services.intake.domain.petitions.petitions import Petition
from services.intake.store.cases.case_table import cases
from services.intake.store.petitions.personal import content_of, enquiry_hash
from services.intake.store.petitions.petition_table import (
    matter_in,
    of_private,
    petitions,
)
from services.intake.store.petitions.petitions import Petitions, earliest_of_matter
from services.intake.store.tables import metadata
from shared.policy.parts.words import TITLES as WORD_FACTS
from shared.policy.programme import Programme
from shared.records.tables import row_of
from shared.storage.database import insert_later, send_later
from shared.storage.prepared import Prepared
from shared.vocabulary import Appellant, Category, PetitionState

petition_numbers = Numbers("petition_numbers", metadata=metadata)

# What a petition has as its registration says it.
_PLAIN = (
    *(*WORD_FACTS, *APPEAL, "persons"),
    *("received_on", "handler_post", "accused_office"),
)
_TWICE = "60 seconds"  # within which the same entered again is a second click
_WAIT = "SELECT pg_advisory_xact_lock(hashtext(%s))"
_RECEIVED = "received"  # instead of a hash, for what nobody entered at the counter
_OF_PETITION = ("petitioner", "members", "demand", "original_case_no")

# At least seven digits; more after a restore has moved the counter.
_COUNT = "FM9999999999990000000"

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
        cases.c.withdrawn_on.is_(None),
    )
    .label("of_case"),
).subquery()
_FIRST = earliest_of_matter().subquery()
_NUMBER = Prepared(select(_DRAWN, _FIRST).select_from(_DRAWN.outerjoin(_FIRST, true())))


@dataclass(frozen=True)
class Registered:
    """
    A petition as it was registered, or the one that was entered just before
    (*is_new* is false); *of_case*: whether its matter is a case already; *begins*: its
    matter, if others of it that were registered before came in later.
    """

    petition: Petition
    is_new: bool
    of_case: bool
    begins: str | None = None


class NewPetitions(Petitions):
    """
    The petitions, to which new ones are added.
    """

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
        of its matter makes it a repeat, unless that came in later or accuses an office
        of the *lineage*: the registering one and those above it. The enquiry *code* is
        sealed with it and found by a keyed hash.

        What the office entered within the last minute is not stored again: that
        petition is returned, which is not new. *keyed*: an `Idempotency-Key` says
        whether that was so.
        """
        content = content_of(office, body)
        matter = matter_in(body)
        compared = None if keyed else content
        _wait_for_others(self.session, compared, matter)
        received_on = body["received_on"]
        number, twin, of_case, repeat_of, begun_on, *first = self._draw(
            office, received_on, same=matter, lineage=lineage, content=compared
        )
        if twin is not None and (stored := self.get(twin)):
            return Registered(stored, is_new=False, of_case=of_case)
        begins = repeat_of is not None and begun_on > received_on
        if repeat_of is None or begins:
            repeat_of = None
            first = [office, body.get("handler_post")]
        petition = Petition(
            number=number,
            office=office,
            programme=programme,
            repeat_of=repeat_of,
            first_office=first[0],
            first_post=first[1],
            received_by=received_by,
            group_visit=group_visit,
            **_as_entered(body),
        )
        private = {name: body.get(name) for name in _OF_PETITION}
        self._store(petition, private | {"enquiry_code": code}, content, matter, code)
        begun = matter if begins else None
        return Registered(petition, is_new=True, of_case=of_case, begins=begun)

    def receive(
        self,
        passed: Petition,
        *,
        received_on: date,
        programme: Programme,
        origin: str,
        handler_post: str | None,
        received_by: str | None = None,
        batch_ref: str | None = None,
    ) -> Petition:
        """
        Number and store what was passed on as a petition of its receiver, of an
        *origin* there; nobody came there. *batch_ref*: the number of the letter by
        which it was handed down.
        """
        number = self.next_number(passed.to_office or "", received_on)
        made_on = passed.appealed_on or passed.received_on
        received = replace(
            passed,
            number=number,
            first_office=passed.to_office,
            first_post=handler_post,
            handler_post=handler_post,
            office=passed.to_office or "",
            programme=programme.code,
            origin=origin,
            received_on=received_on,
            appealed_on=made_on if passed.appellant else None,
            state=PetitionState.REGISTERED,
            to_office=None,
            case_opened_on=None,
            passed_from=passed.number,
            split_from=None,
            split_into=None,
            received_by=received_by,
            group_visit=False,
        )
        private = self.private(passed.number)
        private |= {"enquiry_code": None, "batch_ref": batch_ref}
        same = select(petitions.c.matter).where(petitions.c.number == passed.number)
        matter = self.session.execute(same).scalar_one()
        self._store(received, private, _RECEIVED, matter)
        return received

    def split_off(self, part: Petition, private: Mapping[str, Any], code: str) -> None:
        """
        Store what was split from another petition, as a matter of its own.
        """
        self._store(part, private, _RECEIVED, uuid7().hex, code)

    def next_number(self, office: str, received_on: date) -> str:
        """
        Draw the number of a petition that no one entered.
        """
        number, *_ = self._draw(office, received_on)
        return str(number)

    def _draw(
        self,
        office: str,
        received_on: date,
        *,
        same: str | None = None,
        lineage: Sequence[str] = (),
        content: str | None = None,
    ) -> tuple[Any, ...]:
        """
        Draw a number, with what is known of the matter that is the *same*: the petition
        with this *content* that was entered just before, whether the matter is a case,
        and the earliest petition of it, if that accuses none of the *lineage*.
        """
        drawn = {
            "prefix": f"{office}-{received_on.year}-",
            "same": same,
            "lineage": list(lineage),
            "content": content,
        }
        return tuple(_NUMBER.one(self.session, drawn))

    def _store(
        self,
        petition: Petition,
        private: Mapping[str, Any],
        content: str,
        matter: str | None,
        code: str | None = None,
    ) -> None:
        hashed = enquiry_hash(code) if code else None
        found_by = {"content": content, "matter": matter, "enquiry": hashed}
        row = row_of(petition) | found_by | of_private(petition, private)
        insert_later(self.session, petitions, row)


def _as_entered(body: Mapping[str, Any]) -> dict[str, Any]:
    """
    What a petition has as its registration says it.
    """
    plain = {name: body.get(name) for name in _PLAIN}
    if plain["appellant"]:
        plain["appellant"] = Appellant(plain["appellant"])
    return {**plain, "category": Category(body["category"])}


def _wait_for_others(
    session: Connection, content: str | None, matter: str | None
) -> None:
    """
    Let requests that enter the same *content*, or petitions of one *matter*, at one
    moment follow each other.
    """
    # Before either is looked for: both would find nothing and enter the same twice, or
    # both be the first of their matter (as `lock_matters`).
    for name in filter(None, (content, matter)):
        send_later(session, _WAIT, (name,))
