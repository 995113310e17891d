"""
The petitions: found, listed, locked, corrected, and moved with their cases.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    Update,
    all_,
    any_,
    bindparam,
    false,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY

from services.intake.domain.petitions.petitions import Petition
from services.intake.domain.petitions.steps import WAITING
from services.intake.store.petitions.personal import enquiry_hash, name_keys
from services.intake.store.petitions.petition_table import (
    of_private,
    petitions,
    place_of,
)
from shared.records.by_office import read_by_office
from shared.records.rows import Records
from shared.records.sealed import decrypt_json
from shared.records.tables import row_of
from shared.storage.name_locks import lock_names
from shared.storage.row_sets import as_rows, given_rows
from shared.web.paging import Page, PageRequest


def kept_from_nobody() -> ColumnElement[bool]:
    """
    Whether a petition accuses nobody, or who registered it before it did: that office
    knows it, and would learn from its absence whom it accuses (decision 0077).
    """
    accused = petitions.c.accused_office
    registered_by = func.split_part(petitions.c.number, "-", 1)
    return accused.is_(None) | (accused == registered_by)


def earliest_of_matter() -> Select[Any]:
    """
    The earliest petition of a matter, with who handled it first.
    """
    return (
        select(
            petitions.c.number.label("repeat_of"),
            petitions.c.received_on.label("begun_on"),
            petitions.c.first_office,
            petitions.c.first_post,
        )
        .where(
            petitions.c.matter == bindparam("same", type_=String),
            petitions.c.withdrawn_on.is_(None),
            petitions.c.passed_from.is_(None),
            # What accuses the registering office, or one above it, is kept from it.
            kept_from_nobody()
            | (
                petitions.c.accused_office
                != all_(bindparam("lineage", type_=ARRAY(String)))
            ),
        )
        .order_by(petitions.c.received_on, petitions.c.number)
        .limit(1)
    )


_LOCK = (
    select(petitions.c.number)
    .where(petitions.c.number == any_(bindparam("numbers", type_=ARRAY(String))))
    .order_by(petitions.c.number)
    .with_for_update()
)


_LOCK_MATTERS = (
    select(petitions.c.number)
    .where(
        (petitions.c.matter == any_(bindparam("matters", type_=ARRAY(String))))
        | (petitions.c.number == any_(bindparam("numbers", type_=ARRAY(String))))
    )
    .order_by(petitions.c.number)
    .with_for_update()
)


def _follow_statement() -> Update:
    given = given_rows((petitions.c.number, petitions.c.office))
    this = petitions.c.number == given.c.number
    return petitions.update().where(this).values(office=given.c.office)


_FOLLOW = _follow_statement()
_ARRANGED = ("repeat_of", "first_office", "first_post", "corrected")


def _arrange_statement() -> Update:
    given = given_rows(petitions.c[name] for name in ("number", *_ARRANGED))
    this = petitions.c.number == given.c.number
    return petitions.update().where(this).values({n: given.c[n] for n in _ARRANGED})


_ARRANGE = _arrange_statement()


class Petitions(Records[Petition]):
    """
    The petitions.
    """

    table = petitions
    record = Petition

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

    def private(self, number: str) -> dict[str, Any]:
        """
        What is sealed of a petition: the petitioner, the demand and the number of the
        original case. Raises `CannotDecryptError`.
        """
        query = select(petitions.c.encrypted).where(petitions.c.number == number)
        encrypted = self.session.execute(query).scalar_one()
        return dict(decrypt_json(encrypted, place_of(number)))

    def of_enquiry(self, code: str) -> Petition | None:
        """
        The petition whose receipt carries this enquiry code.
        """
        hashed = enquiry_hash(code)
        return self.one(self.query().where(petitions.c.enquiry == hashed))

    def matter(self, number: str) -> str | None:
        """
        The keyed hash of the matter of a petition, as it is stored.
        """
        query = select(petitions.c.matter).where(petitions.c.number == number)
        matter: str | None = self.session.execute(query).scalar_one()
        return matter

    def of_matter(self, matter: str) -> list[Petition]:
        """
        The petitions of a *matter* that came in and were not withdrawn, in order.
        """
        query = self.query().where(
            petitions.c.matter == matter,
            petitions.c.withdrawn_on.is_(None),
            petitions.c.passed_from.is_(None),
        )
        return self.all(query.order_by(petitions.c.received_on, petitions.c.number))

    def arrange(self, arranged: Iterable[Petition]) -> None:
        """
        Write which petitions these repeat, and how often they were corrected.
        """
        rows = [{n: getattr(p, n) for n in ("number", *_ARRANGED)} for p in arranged]
        if rows:
            self.session.execute(_ARRANGE, as_rows(rows))

    def repeating_numbers(self, number: str) -> list[str]:
        """
        The numbers of the petitions that repeat one.
        """
        these = petitions.c.repeat_of == number
        return list(self.session.scalars(select(petitions.c.number).where(these)))

    def follow_first(self, first: Petition) -> None:
        """
        Let those that repeat a petition have the same first handler as it.
        """
        these = (
            petitions.c.repeat_of == first.number,
            petitions.c.passed_from.is_(None),
        )
        named = {n: getattr(first, n) for n in ("first_office", "first_post")}
        self.session.execute(petitions.update().where(*these).values(named))

    def correct(
        self, petition: Petition, private: Mapping[str, Any], matter: str | None
    ) -> None:
        """
        Write a corrected petition of a *matter* with what is sealed of it.
        """
        sealed = of_private(petition, private) | {"matter": matter}
        this = petitions.c.number == petition.number
        changed = {**row_of(petition), **sealed}
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

    def lock_matters(
        self, matters: Collection[str], numbers: Collection[str] = ()
    ) -> None:
        """
        Lock some *matters* for this transaction, so that nobody registers or corrects
        another petition of them meanwhile; with their petitions, and those of the
        *numbers*, in the order of their numbers.

        Whoever locks matters does so before petitions, and petitions before cases: two
        transactions never wait for each other (decision 0078).
        """
        lock_names(self.session, matters)
        locked = {"matters": list(matters), "numbers": list(numbers)}
        self.session.execute(_LOCK_MATTERS, locked)

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
        sort: str = "newest",
        **filters: Any,
    ) -> Page[Petition]:
        """
        The petitions of *offices* to which all *filters* apply, the newest first, the
        oldest, or office by office by number.
        """
        query = self.query().where(*(_FILTERS[f](v) for f, v in filters.items()))
        if name:
            keys = name_keys([name])
            # A name of dots alone has no key, and every row contains an empty list.
            query = query.where(petitions.c.names.contains(keys) if keys else false())
        number = petitions.c.number
        if sort == "number":
            page = read_by_office(
                *(self.session, query, request, [number]),
                office=petitions.c.office,
                offices=offices,
            )
            return page.map(self.of_row)
        by = petitions.c.received_on, number
        newest = sort == "newest"
        return self.page_of_offices(offices, query, request, *by, newest=newest)


_FILTERS: Mapping[str, Callable[[Any], ColumnElement[bool]]] = {
    "number": lambda begin: petitions.c.number.startswith(begin, autoescape=True),
    "programme": lambda code: petitions.c.programme == code,
    "channel": lambda channel: petitions.c.channel == channel,
    "category": lambda category: petitions.c.category == category,
    "state": lambda state: petitions.c.state == state,
    "case_kind": lambda kind: petitions.c.case_kind == kind,
    "topic": lambda topic: petitions.c.topic == topic,
    "registration_level": lambda level: petitions.c.registration_level == level,
    "handler_post": lambda post: petitions.c.handler_post == post,
    "persons_from": lambda least: petitions.c.persons >= least,
    "group_visit": petitions.c.group_visit.is_,
    "read_by": lambda reader: reader.is_told(petitions),
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
