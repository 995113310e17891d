"""
New petitions: numbered, recognised as repeats of their matter, and stored.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Connection, String, bindparam, exists, func, select, text, true
from sqlalchemy import Sequence as Numbers
from uuid_utils import uuid7

from services.intake.domain.petitions.appeals import APPEAL
from services.intake.domain.petitions.petitions import Petition
from services.intake.store.case_table import cases
from services.intake.store.personal import content_of, enquiry_hash
from services.intake.store.petition_table import identified, of_private, petitions
from services.intake.store.petitions import Petitions, earliest_of_matter
from services.intake.store.tables import metadata
from shared.policy.parts.words import TITLES as WORD_FACTS
from shared.policy.programme import Programme
from shared.records.tables import row_of
from shared.storage.database import insert_later, send_later
from shared.storage.prepared import prepared
from shared.vocabulary import Appellant, Category, PetitionState

petition_numbers = Numbers("petition_numbers", metadata=metadata)

# What a petition has as its registration says it.
_PLAIN = (*WORD_FACTS, *APPEAL, "persons")
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
        cases.c.merged_into.is_(None),
        cases.c.withdrawn_on.is_(None),
    )
    .label("of_case"),
).subquery()
_FIRST = earliest_of_matter().subquery()
_NUMBER = prepared(select(_DRAWN, _FIRST).select_from(_DRAWN.outerjoin(_FIRST, true())))


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
        matter, _ = identified(body)
        drawn = {
            "prefix": f"{office}-{body['received_on'].year}-",
            "same": matter,
            "lineage": list(lineage),
            "content": None if keyed else content,
        }
        if not keyed:
            _wait_for_twin(self.session, content)
        if matter:
            # As `lock_matters`: two registered at once would both be the first.
            send_later(self.session, _WAIT, (matter,))
        row = self.session.execute(_NUMBER, drawn).one()
        number, twin, of_case, repeat_of, begun_on, *first = row
        if twin is not None and (stored := self.get(twin)):
            return Registered(stored, is_new=False, of_case=of_case)
        begins = repeat_of is not None and begun_on > body["received_on"]
        if repeat_of is None or begins:
            repeat_of = None
            first = [office, body.get("handler_post")]
        plain: dict[str, Any] = {name: body.get(name) for name in _PLAIN}
        if plain["appellant"]:
            plain["appellant"] = Appellant(plain["appellant"])
        petition = Petition(
            number=number,
            office=office,
            programme=programme,
            received_on=body["received_on"],
            category=Category(body["category"]),
            repeat_of=repeat_of,
            first_office=first[0],
            first_post=first[1],
            handler_post=body.get("handler_post"),
            accused_office=body.get("accused_office"),
            received_by=received_by,
            group_visit=group_visit,
            **plain,
        )
        private = {name: body.get(name) for name in _OF_PETITION}
        private["enquiry_code"] = code
        self._store(petition, private, content, code)
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
    ) -> Petition:
        """
        Number and store what was passed on as a petition of its receiver, of an
        *origin* there; nobody came there.
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
        private = {**self.private(passed.number), "enquiry_code": None}
        same = select(petitions.c.matter).where(petitions.c.number == passed.number)
        matter = self.session.execute(same).scalar_one()
        self._store(received, private, _RECEIVED, matter=matter)
        return received

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
        row |= of_private(petition, private) | given
        insert_later(self.session, petitions, row)


def _wait_for_twin(session: Connection, content: str) -> None:
    """
    Let two requests that enter the same at one moment follow each other.
    """
    # By the content, before it is looked for: both would find nothing and enter the
    # same twice.
    send_later(session, _WAIT, (content,))
