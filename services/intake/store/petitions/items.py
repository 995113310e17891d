"""
The petitions of one matter, and the cases that stand for it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import (
    Connection,
    ScalarSelect,
    Select,
    String,
    any_,
    bindparam,
    exists,
    func,
    select,
    union,
)
from sqlalchemy.dialects.postgresql import ARRAY

from services.intake.domain.cases.cases import Case
from services.intake.domain.cases.proposals import Items
from services.intake.domain.petitions.petitions import Petition
from services.intake.store.cases.case_table import cases
from services.intake.store.cases.cases import Cases
from services.intake.store.matching.repeats import counted_repeats
from services.intake.store.petitions.lifecycle import petition_steps
from services.intake.store.petitions.petition_table import petitions
from services.intake.store.petitions.petitions import Petitions, kept_from_nobody
from services.intake.store.petitions.replies import replies
from shared.policy.parts.general import Span
from shared.vocabulary import PetitionStep, ReplyKind


class MatterOf:
    """
    The matter of a *petition*, within one transaction.

    What accuses an office of the *lineage*, that of the petition and those above it, is
    kept from it and none of the matter (`kept_from_nobody`).
    """

    def __init__(
        self, session: Connection, petition: Petition, lineage: Sequence[str]
    ) -> None:
        self.session, self.petition = session, petition
        of_it = petitions.c.number == petition.number
        self.matter = select(petitions.c.matter).where(of_it).scalar_subquery()
        accused = petitions.c.accused_office
        self._of_matter = (
            petitions.c.matter == self.matter,
            petitions.c.withdrawn_on.is_(None),
            kept_from_nobody() | accused.not_in(lineage),
        )
        standing = cases.c.number.in_(_with_merged(self.matter))
        self._its_cases = (standing, cases.c.merged_into.is_(None))
        self._items = (*self._of_matter, petitions.c.passed_from.is_(None))

    def items(self, window: Span | None, until: date = date.max) -> Items:
        """
        Its petitions, without those that one office passed on to another: their first
        day, the last one *until* a day, and how many after the first lie in the
        *window*.
        """
        on = petitions.c.received_on
        last_on = func.max(on).filter(on <= until)
        query = select(func.min(on), last_on, func.count()).where(*self._items)
        first, last, many = self.session.execute(query).one()
        if not many:
            return Items(self.petition.received_on, self.petition.received_on, 0)
        last = last or self.petition.received_on
        return Items(first, last, self._repeats(window, first, many))

    def _repeats(self, window: Span | None, first: date, many: int) -> int:
        if window is None or many == 1:
            return int(many) - 1
        on = petitions.c.received_on
        query = select(func.count()).where(
            *self._items,
            on.between(window.from_, window.to),
        )
        inside = int(self.session.execute(query).scalar_one())
        return inside - (first in window)

    def repeats(self, window: Span | None) -> list[tuple[str, date]]:
        """
        Its petitions after the first that lie in the *window*, each with its day.
        """
        on, number = petitions.c.received_on, petitions.c.number
        query = select(number, on).where(*self._items).order_by(on, number)
        later = self.session.execute(query).all()[1:]
        return [(each, day) for each, day in later if window is None or day in window]

    def accepted(self) -> list[date]:
        """
        The days on which its petitions, or this one, were accepted, at whatever office.
        One that was answered with its result and has no step of acceptance, as before
        steps were recorded, was accepted when it was received (PY-06: 登记受理).
        """
        acceptances = petition_steps.alias("accepted")
        accepted = (
            acceptances.c.kind == PetitionStep.ACCEPTED,
            acceptances.c.withdrawn_on.is_(None),
        )
        of_it = select(acceptances.c.on).where(
            acceptances.c.petition == self.petition.number
        )
        of_others = (
            select(acceptances.c.on)
            .join(petitions, petitions.c.number == acceptances.c.petition)
            .where(*self._of_matter)
        )
        answered = (
            select(petitions.c.received_on)
            .join(replies, replies.c.petition == petitions.c.number)
            .where(
                *self._of_matter,
                replies.c.kind == ReplyKind.RESULT,
                replies.c.withdrawn_on.is_(None),
                ~exists().where(
                    acceptances.c.petition == petitions.c.number, *accepted
                ),
            )
        )
        days = union(of_it.where(*accepted), of_others.where(*accepted), answered)
        return list(self.session.scalars(days))

    def take_over(self, case: Case) -> None:
        """
        Give a *case* the matter that a person decided for the petition it comes from.
        """
        this = cases.c.number == case.number
        self.session.execute(cases.update().where(this).values(matter=self.matter))

    def case_numbers(self) -> list[str]:
        """
        The numbers of its cases; for one that was merged, that of the case it is one
        matter with (PY-19).
        """
        query = select(cases.c.number).where(*self._its_cases)
        return list(self.session.scalars(query))

    def cases(self) -> list[Case]:
        """
        The cases of `case_numbers`, in order of number, locked; also the withdrawn.
        """
        of_cases = Cases(self.session)
        query = of_cases.query().where(*self._its_cases)
        return of_cases.all(query.order_by(cases.c.number).with_for_update())


def _with_merged(matter: ScalarSelect[str]) -> Select[tuple[str]]:
    """
    The numbers of the cases of a matter, and of those into which they were merged, one
    after the other.
    """
    chain = (
        select(cases.c.number, cases.c.merged_into)
        .where(cases.c.matter == matter)
        .cte("chain", recursive=True)
    )
    into = cases.alias("into")
    further = select(into.c.number, into.c.merged_into).join(
        chain, into.c.number == chain.c.merged_into
    )
    chain = chain.union(further)
    return select(chain.c.number)


class PetitionOfMatter(NamedTuple):
    """
    A petition that came in *on* a day, and is kept from the *accused* office.
    """

    number: str
    on: date
    accused: str | None


def petitioned_on(
    session: Connection, matters: Collection[str]
) -> dict[str, list[PetitionOfMatter]]:
    """
    The petitions of some *matters* at whatever office, in order of their days, without
    those that one office passed on to another.
    """
    came = defaultdict[str, list[PetitionOfMatter]](list)
    if matters:
        given = {"matters": list(matters)}
        for matter, *petition in session.execute(_PETITIONED, given):
            came[matter].append(PetitionOfMatter(*petition))
    return came


_PETITIONED = (
    select(
        *(petitions.c.matter, petitions.c.number, petitions.c.received_on),
        petitions.c.accused_office,
    )
    .where(
        petitions.c.matter == any_(bindparam("matters", type_=ARRAY(String))),
        petitions.c.passed_from.is_(None),
        petitions.c.withdrawn_on.is_(None),
    )
    .order_by(petitions.c.matter, petitions.c.received_on)
)


def missed_by(session: Connection, case: Case) -> list[Petition]:
    """
    The petitions of a case's matter that came in since it was opened and do not count
    as its repeats, in order; of a case of a ledger also those that came in before. What
    was registered while the case was withdrawn may have come in before that.
    """
    itself = petitions.alias("itself")
    of_ledger = ~exists().where(itself.c.number == case.number)
    of_case = select(cases.c.matter).where(cases.c.number == case.number)
    counted = exists().where(
        counted_repeats.c.petition == petitions.c.number,
        counted_repeats.c.case_number == case.number,
    )
    stored = Petitions(session)
    query = stored.query().where(
        petitions.c.matter == of_case.scalar_subquery(),
        petitions.c.number != case.number,
        (petitions.c.received_on >= case.opened_on) | of_ledger,
        petitions.c.passed_from.is_(None),
        petitions.c.withdrawn_on.is_(None),
        ~counted,
    )
    return stored.all(query.order_by(petitions.c.received_on, petitions.c.number))


def of_other_matters(session: Connection, number: str) -> list[Petition]:
    """
    The petitions that count as repeats of a case and are of another matter than it, the
    petition it came from, and the cases that were merged into it.
    """
    counted = (counted_repeats.c.case_number == number) & (
        counted_repeats.c.withdrawn_on.is_(None)
    )
    theirs = (
        select(petitions.c.matter)
        .join(counted_repeats, counted_repeats.c.petition == petitions.c.number)
        .where(counted)
    )
    into = (
        select(cases.c.matter, cases.c.number, cases.c.merged_into)
        .where(cases.c.matter.in_(theirs))
        .cte("into", recursive=True)
    )
    further = select(into.c.matter, cases.c.number, cases.c.merged_into).join(
        into, cases.c.number == into.c.merged_into
    )
    into = into.union(further)
    itself = petitions.alias("itself")
    own = select(itself.c.matter).where(itself.c.number == number)
    of_case = select(cases.c.matter).where(cases.c.number == number)
    matter = petitions.c.matter
    same = (
        matter.is_not_distinct_from(of_case.scalar_subquery())
        | matter.is_not_distinct_from(own.scalar_subquery())
        | exists().where(into.c.number == number, into.c.matter == matter)
    )
    stored = Petitions(session)
    counting = select(counted_repeats.c.petition).where(counted)
    query = stored.query().where(petitions.c.number.in_(counting), ~same)
    return stored.all(query.order_by(petitions.c.number))
