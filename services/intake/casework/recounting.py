"""
What a case counts follows from its matter: once the petitions of that have changed,
what is counted is compared with what should be, and the differences are taken back or
counted.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import Connection

from services.intake.casework.repeats import (
    count_in_case,
    counting,
    is_kept_from_case,
    lock_counting,
    lock_repeating,
    take_back_from,
)
from services.intake.domain.cases.cases import Case, CountedRepeat
from services.intake.domain.petitions.petitions import Petition
from services.intake.store import (
    Cases,
    CountedRepeats,
    Petitions,
    missed_by,
    of_other_matters,
)


def recount(session: Connection, numbers: Iterable[str], on: date, today: date) -> None:
    """
    Recount cases, whose matters changed *on* a day.
    """
    for case in filter(None, Cases(session).lock(*numbers)):
        recount_case(session, case, on, today)


def recount_case(session: Connection, case: Case, on: date, today: date) -> Case:
    """
    Have a case count, from a day *on*, the petitions of its matter after the first, and
    none of another; return the case. One that was withdrawn or merged counts no more of
    them.
    """
    for petition in of_other_matters(session, case.number):
        take_back_from(session, case, petition, on)
    (after,) = Cases(session).lock(case.number)
    if after is None or after.withdrawn_on or after.merged_into:
        return case
    if Petitions(session).get(case.number) is not None:
        after = _recount_of_petition(session, after, on, today)
    return count_missed_repeats(session, after, on, today)


def _recount_of_petition(
    session: Connection, case: Case, on: date, today: date
) -> Case:
    """
    Likewise of one that came from a petition. Where an earlier one was registered
    later, that counts instead of the petition itself (0030).
    """
    first, later = _first_and_later(session, case, today)
    if first is None:
        return case
    stored = {
        each.petition: each for each, _ in CountedRepeats(session).of_case(case.number)
    }
    missing = [
        each
        for each in later
        if each.number not in stored and any(counting(session, case, each))
    ]
    counted = stored.get(first.number)
    if counted and (counted.counted or counted.also):
        itself = [each for each in missing if each.number == case.number]
        missing = [each for each in missing if each.number != case.number]
        if not itself:
            take_back_from(session, case, first, on)
            (after,) = Cases(session).lock(case.number)
            case = after or case
    repeating = [(e, max(e.received_on, on, case.opened_on)) for e in missing]
    return count_in_case(session, case, *repeating)


def _first_and_later(
    session: Connection, case: Case, today: date
) -> tuple[Petition | None, list[Petition]]:
    """
    The first petition of the matter of a case and the others, without those that are
    kept from its office.
    """
    matter = Cases(session).matter(case.number)
    of_matter = Petitions(session).of_matter(matter) if matter else []
    seen = [p for p in of_matter if not is_kept_from_case(p, case, today)]
    return (seen[0], seen[1:]) if seen else (None, [])


def count_missed_repeats(
    session: Connection, case: Case, since: date, today: date
) -> Case:
    """
    Count as repeats of a case that was withdrawn by mistake, and counts again *since* a
    day, the petitions that came meanwhile; return the case. Those that its ledger row
    has stand in it.
    """

    def is_counted(petition: Petition) -> bool:
        return any(counting(session, case, petition))

    missed, in_row = list[tuple[Petition, date]](), list[CountedRepeat]()
    for petition in missed_by(session, case):
        if is_kept_from_case(petition, case, today):
            continue
        if petition.received_on >= case.opened_on or is_counted(petition):
            missed.append((petition, max(petition.received_on, since)))
        else:
            repeat = CountedRepeat(
                petition=petition.number,
                case_number=case.number,
                on=case.opened_on,
                counted=False,
            )
            in_row.append(repeat)
    CountedRepeats(session).save(in_row)
    return count_in_case(session, case, *missed)


def lock_parting(session: Connection, case: Case) -> None:
    """
    Lock what `count_parted` changes: the matter of a merged case and its petitions, as
    `lock_repeating`, then the cases as whose repeats they count.
    """
    lock_repeating(session, case)
    lock_counting(session, *missed_by(session, case), also=(case.number,))


def count_parted(session: Connection, case: Case, on: date, today: date) -> None:
    """
    Recount a case that was merged until a day, and those as whose repeats the petitions
    of its matter counted meanwhile.
    """
    counted = CountedRepeats(session)
    repeats = (counted.of_petition(each.number) for each in missed_by(session, case))
    others = {repeat.case_number for each in repeats for repeat in each}
    recount(session, {case.number, *others}, on, today)
