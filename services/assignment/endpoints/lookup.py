"""
What several endpoints look up first: the case, its leaders, its programme, a duty.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence, Sized
from contextlib import contextmanager
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection
from uuid_utils import uuid7

from services.assignment.domain.case_offices import CaseMove
from services.assignment.domain.duties.duty import Duty
from services.assignment.domain.facts.base import Fact
from services.assignment.domain.facts.documents import filed_documents
from services.assignment.domain.leaders import leadership
from services.assignment.domain.leaders.leading import Leadership
from services.assignment.domain.leaders.required_fields import missing_fields
from services.assignment.domain.leaders.units import Unit, accused_in, units_of
from services.assignment.domain.matter import BegunMatter, MatterState
from services.assignment.store import CaseMoves, Duties, Matters
from shared.errors import KeptSecret, Refusal, reject_if
from shared.policy.current import current_policy
from shared.policy.programme import Programme
from shared.rules import programme_exists
from shared.web.call import Call
from shared.web.lookup import (
    content_kept,
    in_sight,
    is_content_kept,
    moved_away,
    or_not_found,
)


def case_of(call: Call, *, lock: bool = False) -> BegunMatter:
    """
    The case whose number is in the path.

    Raises `NotFound`, also outside the caller's offices, and `Conflict` for an office
    that had the case and has it no more.
    """
    number = call.path["number"]
    row = Matters(call.session).get(number, lock=lock)
    with noting_a_leak(call, row):
        # Before `in_sight`: an office that had the case is told where it went, others
        # are told nothing.
        _refuse_if_moved(call, row)
        return in_sight(call, row, "案件", number)


def lock_cases_seen(call: Call, numbers: Collection[str]) -> dict[str, BegunMatter]:
    """
    Lock those of the cases that the caller may see, and return them. Other cases are
    neither locked nor read.
    """
    ours = current_policy().directory.subtree(call.who.office, call.today)
    return Matters(call.session).lock_cases(numbers, at=ours)


def next_version(call: Call, row: BegunMatter, before: Sized) -> dict[str, Any]:
    """
    Return the fields with which every version of a plan or demand of a case begins;
    *before*: the earlier versions.
    """
    return {
        "id": str(uuid7()),
        "number": row.number,
        "programme": row.programme,
        "office": row.office,
        "version": len(before) + 1,
        "recorded_by": call.who.account,
    }


def case_had_by(call: Call) -> BegunMatter:
    """
    The case whose number is in the path, also for the offices that had it. Raises
    `NotFound`.
    """
    number = call.path["number"]
    row = Matters(call.session).get(number)
    if row and not call.may_see(row.office) and moves_from(call, number):
        return row
    return matter_in_sight(call, row, "案件", number)


def moves_from(call: Call, number: str) -> list[CaseMove]:
    """
    The moves of a case from an office of the caller's, the first one first.
    """
    moves = CaseMoves(call.session).of_case(number)
    return [move for move in moves if call.may_see(move.from_office)]


def require_content(call: Call, row: BegunMatter) -> None:
    """
    Raise `Forbidden` for the hub where it learns only how far a case is (XQ-56).
    """
    if is_content_kept(call, row):
        raise content_kept(row.programme)


class _OfMatter(Protocol):
    """
    A matter, or a record of one.
    """

    @property
    def number(self) -> str: ...


M = TypeVar("M", bound=_OfMatter)


def matter_in_sight(call: Call, row: M | None, what: str, number: str) -> M:
    """
    *row*, a matter or a record of one, which was looked up by *number*, if its office
    is the caller's own or below. Raises as `in_sight`, with the refusal noted.
    """
    with noting_a_leak(call, row):
        return in_sight(call, row, what, number)


def record_in_sight(call: Call, record: M | None, what: str, *offices: str | None) -> M:
    """
    *record*, which was looked up by the number in the path, if the caller may see one
    of the *offices* that it concerns. Raises `NotFound`, noted as by `noting_a_leak`.
    """
    is_seen = any(office and call.may_see(office) for office in offices)
    with noting_a_leak(call, record):
        return or_not_found(record if is_seen else None, what, call.path["number"])


@contextmanager
def noting_a_leak(call: Call, row: _OfMatter | None) -> Iterator[None]:
    """
    Have a refusal stand in the leak log where the matter, or that of the record,
    accuses the caller's office or one above it; the caller reads the same as of any
    other.
    """
    try:
        yield
    except Refusal as refusal:
        accused = accused_of(call.session, row) if row else None
        directory, office = current_policy().directory, call.who.office
        if accused is None or not directory.is_within(office, accused, call.today):
            raise
        problems = (KeptSecret(**vars(p), accused=accused) for p in refusal.problems)
        raise type(refusal)(*problems) from None


def _refuse_if_moved(call: Call, row: BegunMatter | None) -> None:
    if row is None or call.may_see(row.office):
        return
    if moves := moves_from(call, row.number):
        raise moved_away(moves[-1].to_office, moves[-1].moved_on)


def matter_of(call: Call, number: str, *, lock: bool = False) -> BegunMatter:
    """
    The matter of that number: a case, a petition or a period of an office's report.

    Raises `NotFound`, also outside the caller's offices.
    """
    row = Matters(call.session).begun(number, lock=lock)
    with noting_a_leak(call, row):
        _refuse_if_moved(call, row)
        return in_sight(call, row, "案件或事项", number)


def programme_of(code: str) -> Programme:
    """
    The programme of that code. Raises `Rejected` when there is none.
    """
    programmes = current_policy().programmes
    reject_if(programme_exists(code, programmes.codes, "/programme"))
    return programmes.get(code)


def duty_of(call: Call) -> Duty:
    """
    The duty whose id is in the path. Raises `NotFound`.
    """
    identity = call.path["duty"]
    return matter_in_sight(call, Duties(call.session).get(identity), "职责", identity)


def accused_of(session: Connection, row: _OfMatter) -> str | None:
    """
    The office that the petition of the case of *row* accuses, which must not handle it.
    """
    return accused_in(Matters(session).facts(row.number))


def units_of_case(session: Connection, row: BegunMatter) -> tuple[Unit, ...]:
    """
    The units that have a part in the case of *row*, its own office among them.
    """
    return units_after(row, Matters(session).facts(row.number))


def units_after(row: BegunMatter, facts: Sequence[Fact]) -> tuple[Unit, ...]:
    """
    Likewise from its *facts*, where these are at hand.
    """
    return units_of(row.office, row.opened_on, facts)


def leaders_at(office: str) -> list[str]:
    """
    The posts of an office that are leaders'.
    """
    return current_policy().directory.office(office).leaders


def leading_of(session: Connection, row: BegunMatter) -> Leadership:
    """
    Who leads the case of *row*, computed from its facts.
    """
    return leading_after(row, Matters(session).facts(row.number))


def leading_after(row: MatterState, facts: Sequence[Fact]) -> Leadership:
    """
    Likewise from its *facts*, where these are at hand.
    """
    rules = current_policy()
    programme = rules.programmes.get(row.programme)
    return leadership.compute(row.office, facts, programme, rules.directory)


def led_case(call: Call) -> tuple[BegunMatter, Leadership, Programme]:
    """
    The case whose number is in the path, who leads it, and its programme.
    """
    row = case_of(call)
    programme = current_policy().programmes.get(row.programme)
    return row, leading_of(call.session, row), programme


def unnamed_fields(session: Connection, row: BegunMatter) -> dict[str, str]:
    """
    The mandatory fields that a case does not name yet: their titles by id.
    """
    if not row.is_case:
        return {}
    programme = current_policy().programmes.get(row.programme)
    missing = missing_fields(leading_of(session, row), programme)
    return {field.id: field.title for field in missing}


def filed_with(call: Call, row: BegunMatter) -> frozenset[str]:
    """
    The ids of the documents that were filed with the matter of *row*, by any service.
    """
    return filed_documents(Matters(call.session).facts(row.number))
