"""
Petitions that repeat a case: counted, moved to another day, taken back and restored.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from sqlalchemy import Connection

from services.intake.casework.accused import is_kept_from
from services.intake.casework.matters import matter_of, require_among
from services.intake.casework.registered_repeats import StatedMatter, registered_repeats
from services.intake.domain.cases.cases import (
    Case,
    CountedRepeat,
    no_repeat,
    repeated,
)
from services.intake.domain.petitions.petitions import Petition
from services.intake.events.cases import CaseRepeated
from services.intake.store import (
    OUTBOX,
    Cases,
    CountedRepeats,
    MatterOf,
    Petitions,
)
from shared.policy.current import current_policy
from shared.policy.programme import Programme


def count_repeat(
    session: Connection, petition: Petition, today: date, *, since: date | None = None
) -> list[Case]:
    """
    Count a petition as a repeat of every other case of its matter, except those from
    which it is kept; return these cases. *since*: the day until which it counted as a
    repeat of others.
    """
    cases = _repeated_by(session, petition, today)
    for case in cases:
        count_in_case(session, case, (petition, since or petition.received_on))
    return cases


def count_anew(
    session: Connection, petition: Petition, today: date, *, decided_on: date
) -> None:
    """
    Count a petition as a repeat of the cases of the matter that a person has decided,
    and of no others; what it counts as already stays as it is.
    """
    lock_counting(session, petition)
    counted = {repeat.case_number for repeat in _repeats_of(session, petition)}
    cases = _repeated_by(session, petition, today) if petition.repeat_of else []
    if counted == {case.number for case in cases}:
        return
    taken_back = take_back_repeat(session, petition, decided_on)
    if cases:
        since = decided_on if taken_back else None
        count_repeat(session, petition, today, since=since)


def lock_counting(
    session: Connection, *petitions: Petition, also: Iterable[str] = ()
) -> None:
    """
    Lock the cases that came of these petitions, those as whose repeats they count,
    those of their matters, and others, in one order: that of their numbers.
    """
    counted, numbers = CountedRepeats(session), list(also)
    for each in petitions:
        repeats = (repeat.case_number for repeat in counted.of_petition(each.number))
        of_matter = matter_of(session, each).case_numbers()
        numbers += [each.number, *of_matter, *repeats]
    Cases(session).lock(*numbers)


def _repeated_by(session: Connection, petition: Petition, today: date) -> list[Case]:
    """
    Every other case of the matter of a petition, locked, but for those that it is kept
    from.
    """
    return [
        case
        for case in matter_of(session, petition).cases()
        if case.withdrawn_on is None
        and case.number != petition.number
        and not is_kept_from_case(petition, case, today)
    ]


def count_in_case(
    session: Connection, case: Case, *repeating: tuple[Petition, date]
) -> Case:
    """
    Count petitions as repeats of a case, each from a day on; return the case.
    """
    repeats, events = list[CountedRepeat](), list[CaseRepeated]()
    for petition, since in repeating:
        counted, also = counting(session, case, petition)
        on = max(since, case.opened_on) if _in_row(session, case, petition) else since
        case, event = repeated(
            case, on, counted=counted, also=also, received_on=petition.received_on
        )
        repeat = CountedRepeat(
            petition=petition.number,
            case_number=case.number,
            on=on,
            counted=counted,
            also=also,
        )
        repeats.append(repeat)
        if not _is_told_by_row(session, case, petition, repeat):
            events.append(event)
    if repeats:
        Cases(session).update(case)
        CountedRepeats(session).insert(*repeats)
        OUTBOX.announce(session, *events)
    return case


def counting(
    session: Connection, case: Case, petition: Petition
) -> tuple[bool, tuple[str, ...]]:
    """
    Whether the programme of a case counts a petition among the repeats, and the further
    programmes that do. One that stands in the row of a ledger counts only beyond the
    number that the row states.
    """
    numbers = {each.programme: each.repeats for each in case.further}
    numbers[case.programme] = case.repeats
    if _in_row(session, case, petition):
        numbers = _below_known(session, case, petition, numbers)
    programmes = current_policy().programmes
    counting = [
        code
        for code in numbers
        if programmes.get(code).scope.counts_repeat(petition.received_on)
    ]
    also = tuple(code for code in counting if code != case.programme)
    return case.programme in counting, also


def _in_row(session: Connection, case: Case, petition: Petition) -> bool:
    """
    Whether a petition came in before the ledger row of a case was filled in, which has
    it. The row of a case that came from a petition was counted from those that were
    registered.
    """
    if petition.received_on >= case.opened_on:
        return False
    return Petitions(session).get(case.number) is None


def _is_told_by_row(
    session: Connection, case: Case, petition: Petition, repeat: CountedRepeat
) -> bool:
    """
    Whether only the ledger row of a case tells of a repeat, for it stands in that: it
    is announced neither as a repeat nor as none.
    """
    counts = repeat.counted or bool(repeat.also)
    return not counts and _in_row(session, case, petition)


def _below_known(
    session: Connection, case: Case, petition: Petition, numbers: Mapping[str, int]
) -> dict[str, int]:
    """
    Those of the *numbers* of repeats of a case by programme that, without what counts
    beside its row, are lower than what the register knows with the petition.
    """
    counted = [
        repeat
        for repeat, day in CountedRepeats(session).of_case(case.number)
        if repeat.petition != petition.number
        and repeat.withdrawn_on is None
        and day >= case.opened_on
    ]
    matter, began = Cases(session).matters([case.number])[case.number]
    row = StatedMatter(case.office, matter, began, case.opened_on, case.number)

    def is_below(code: str, number: int) -> bool:
        scope = current_policy().programmes.get(code).scope
        (known,) = registered_repeats(session, scope, [row])
        beside = sum(each.counts_in(code, case.programme) for each in counted)
        return number - beside < known

    return {code: n for code, n in numbers.items() if is_below(code, n)}


def lock_repeating(session: Connection, case: Case) -> None:
    """
    Lock the matter of a case and the petitions that repeat it or may do so, before the
    case itself, as those do who register, withdraw or correct one: none comes in or
    changes while `repeats_there` reads them, or `count_missed_repeats`.

    Raises `Conflict` if somebody has just made it one of another matter.
    """
    locked = _matters_of(session, case)
    repeats = CountedRepeats(session).of_case(case.number)
    numbers = {repeat.petition for repeat, _ in repeats}
    Petitions(session).lock_matters(locked, numbers)
    require_among(_matters_of(session, case), locked)


def _matters_of(session: Connection, case: Case) -> set[str]:
    """
    The matter of a case, and that of the petition it came from.
    """
    petitions, matters = Petitions(session), {Cases(session).matter(case.number)}
    if petitions.get(case.number) is not None:
        matters.add(petitions.matter(case.number))
    return {each for each in matters if each}


def repeats_there(
    session: Connection, case: Case, matter: MatterOf | None, programme: Programme
) -> list[tuple[CountedRepeat, date]]:
    """
    The petitions known to repeat a case that a further programme counts, each as it
    counts once the case stands there, with the day on which it came in; also those that
    rest.

    Those that a case had before it was opened are known if it came from a petition, of
    which the *matter* is given; else its ledger row says how many they are.
    """
    by_petition = {
        each.petition: (each, day)
        for each, day in CountedRepeats(session).of_case(case.number)
    }
    if matter is not None:
        for number, day in matter.repeats(programme.scope.repeats_in):
            repeat = CountedRepeat(
                petition=number,
                case_number=case.number,
                on=max(day, case.opened_on),
                counted=False,
            )
            by_petition.setdefault(number, (repeat, day))
    return [
        (
            replace(repeat, also=tuple(dict.fromkeys((*repeat.also, programme.code)))),
            day,
        )
        for repeat, day in by_petition.values()
        if programme.scope.counts_repeat(day)
    ]


def move_repeat(
    session: Connection, before: Petition, after: Petition, on: date
) -> None:
    """
    Count a petition as a repeat from the day on which it was really received; of a case
    that has moved between offices, only from the day *on* of the correction.
    """
    counted = CountedRepeats(session)
    for stored in _repeats_of(session, before):
        case = _case_of(session, stored)
        repeat, received_on = _as_counted(session, case, stored, before)
        since = on if case.had_by else repeat.on
        without, gone = no_repeat(case, repeat, since, received_on=received_on)
        day = after.received_on
        if case.had_by or repeat.on != before.received_on:
            day = max(gone.occurred_on, day)
        if _in_row(session, case, after):
            day = max(case.opened_on, day)
        counts, also = counting(session, without, after)
        again, event = repeated(
            without, day, counted=counts, also=also, received_on=after.received_on
        )
        Cases(session).update(again)
        new = replace(repeat, on=day, counted=counts, also=also)
        counted.update(new)
        if not _is_told_by_row(session, case, before, repeat):
            OUTBOX.announce(session, gone)
        if not _is_told_by_row(session, case, after, new):
            OUTBOX.announce(session, event)


def take_back_repeat(
    session: Connection, petition: Petition, on: date, *, for_good: bool = True
) -> bool:
    """
    Count a petition no longer as a repeat of any case, as was decided *on* a day;
    whether it counted as one. Unless *for_good*, what it counted as rests until
    `restore_repeat`.
    """
    repeats = _repeats_of(session, petition)
    for repeat in repeats:
        _take_back(session, petition, repeat, on, for_good=for_good)
    return bool(repeats)


def take_back_from(
    session: Connection, case: Case, petition: Petition, on: date
) -> None:
    """
    Count a petition no longer as a repeat of one case, which is locked, as was decided
    *on* a day.
    """
    for repeat in CountedRepeats(session).of_petition(petition.number):
        if repeat.case_number == case.number:
            _take_back(session, petition, repeat, on, for_good=True)


def _take_back(
    session: Connection,
    petition: Petition,
    stored: CountedRepeat,
    on: date,
    *,
    for_good: bool,
) -> None:
    counted, case = CountedRepeats(session), _case_of(session, stored)
    repeat, received_on = _as_counted(session, case, stored, petition)
    after, event = no_repeat(case, repeat, on, received_on=received_on)
    Cases(session).update(after)
    if for_good:
        counted.take_back(repeat)
    else:
        counted.update(replace(repeat, withdrawn_on=event.occurred_on))
    if not _is_told_by_row(session, case, petition, repeat):
        OUTBOX.announce(session, event)


def restore_repeat(session: Connection, petition: Petition, on: date) -> None:
    """
    Count a petition that was restored *on* a day again as a repeat of the cases as
    whose repeat it counted when it was withdrawn.
    """
    counted = CountedRepeats(session)
    for repeat in _repeats_of(session, petition):
        since = max(on, repeat.withdrawn_on or on)
        case, counts, also = _case_of(session, repeat), repeat.counted, repeat.also
        if _in_row(session, case, petition):
            counts, also = counting(session, case, petition)
        day = petition.received_on
        after, event = repeated(case, since, counted=counts, also=also, received_on=day)
        Cases(session).update(after)
        restored = replace(repeat, on=since, counted=counts, also=also)
        counted.update(replace(restored, withdrawn_on=None))
        if not _is_told_by_row(session, case, petition, restored):
            OUTBOX.announce(session, event)


def _repeats_of(session: Connection, petition: Petition) -> list[CountedRepeat]:
    """
    As what a petition counts, read once its cases are locked, in order of number: an
    enrolment may have changed it just before.
    """
    counted = CountedRepeats(session)
    # Locking first and reading again: what was read before the lock may be of a moment
    # that has passed.
    repeats = counted.of_petition(petition.number)
    Cases(session).lock(*(repeat.case_number for repeat in repeats))
    return counted.of_petition(petition.number)


def _as_counted(
    session: Connection, case: Case, repeat: CountedRepeat, petition: Petition
) -> tuple[CountedRepeat, date]:
    """
    A repeat that is to be taken off, as it is counted, and the day on which what is
    counted so was received. If it stands in the row of a ledger, and others are counted
    beyond the row, one of these is in the row instead.
    """
    day, counted = petition.received_on, CountedRepeats(session)
    scope = current_policy().programmes.get(case.programme).scope
    if repeat.counted or day >= case.opened_on or not scope.counts_repeat(day):
        return repeat, day
    _, began = Cases(session).matters([case.number])[case.number]
    beyond = counted.beyond_rows([case.number])[case.number]
    if day <= began or not beyond:
        return repeat, day
    one = beyond[0]
    counted.update(replace(one, counted=repeat.counted, also=repeat.also))
    other = Petitions(session).get(one.petition)
    return (
        replace(repeat, on=one.on, counted=one.counted, also=one.also),
        other.received_on if other else day,
    )


def _case_of(session: Connection, repeat: CountedRepeat) -> Case:
    """
    The case that has a repeat, locked.
    """
    case = Cases(session).get(repeat.case_number, lock=True)
    if case is None:
        raise AssertionError
    return case


def is_kept_from_case(petition: Petition, case: Case, today: date) -> bool:
    number, accused = petition.number, petition.accused_office
    return is_kept_from(number, accused, case.office, today)
