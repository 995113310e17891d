"""
Rows of a ledger whose case is registered already with other content: corrections.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import Connection

from services.intake.casework.accused import accused_by_petition
from services.intake.casework.forms import completed, form_of, with_accused
from services.intake.casework.history import history_line
from services.intake.casework.importing.accusations import (
    COLUMNS,
    accusation_faults,
    with_leaks_noted,
)
from services.intake.casework.importing.repeats import (
    REPEATS,
    known_repeats,
    no_fewer,
    stated_again,
)
from services.intake.casework.kept_kinds import KIND, kind_faults
from services.intake.casework.worked import shown_work, standing_rows
from services.intake.domain.cases.cases import Case, CountedRepeat
from services.intake.domain.cases.enrolling import Leaving, leave_outside
from services.intake.domain.cases.ledgers import Import
from services.intake.domain.cases.named import unknown_names
from services.intake.domain.cases.worked import (
    ACCUSED,
    Superseded,
    superseded,
    without_shown,
)
from services.intake.domain.corrections.case_corrections import (
    CorrectedCase,
    correct_case,
    day_of_row,
    faults_of,
    faults_of_person,
)
from services.intake.domain.corrections.corrections import Correction, CorrectionKind
from services.intake.store import Cases, CaseWork, CountedRepeats, NewCase
from shared import clock
from shared.errors import Cell, Problem
from shared.events import Event
from shared.person import is_masked
from shared.policy.current import current_policy
from shared.policy.programme import Programme
from shared.telemetry import trace_context

Row = Mapping[str, Any]
"""
What the reader says of a row: its place, its values but for those that are None, its
problems, and the office's own text.
"""


@dataclass(frozen=True)
class RowAgain:
    """
    A row of the registered case *number* that was pushed again with other *values*;
    *content* is their hash.
    """

    number: str
    row: Row
    position: int
    values: Mapping[str, Any]
    content: str


@dataclass
class CorrectedRows:
    """
    What became of such rows; *unchanged*: another push made the same correction at the
    same moment. *left*: the further programmes that their cases left with it.
    """

    corrections: list[Correction] = field(default_factory=list)
    left: list[Correction] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    rejected: list[dict[str, Any]] = field(default_factory=list)
    unchanged: int = 0


def correct_rows(
    session: Connection, job: Import, programme: Programme, rows: Sequence[RowAgain]
) -> CorrectedRows:
    """
    Correct the cases of *rows*, or in a dry run say what would be corrected.
    """
    result, stored = CorrectedRows(), list[NewCase]()
    in_row = list[CountedRepeat]()
    if not rows:
        return result
    cases, numbers = Cases(session), [again.number for again in rows]
    stated = cases.with_rows(numbers, lock=not job.dry_run)
    registered = standing_rows(session, stated)
    rows = _without_shown(session, programme, rows, registered)
    repeats = _repeats(session, programme, rows, registered)
    corrections = _corrections(session, programme, rows, registered)
    every = [corrected for _, corrected, _ in corrections]
    kinds = kind_faults(session, every, programme)
    contradicting = accused_by_petition(session, every)
    for again, corrected, on in corrections:
        case, before = registered[again.number]
        faults = [
            *_faults(case, before, corrected, again),
            *unknown_names_in(corrected, programme),
            *_accusations(session, job, corrected, on),
            *((ACCUSED, problem) for problem in contradicting.get(again.number, ())),
            *_repeats_faults(again, repeats.get(again.number, 0)),
            *((KIND, problem) for problem in kinds.get(again.number, ())),
        ]
        if faults:
            rejected = rejected_row(programme, again.row, again.position, faults)
            result.rejected.append(rejected)
        elif not corrected.fields:
            result.unchanged += 1
        else:
            stored.append(_take(result, job, corrected, again, on))
            in_row += corrected.in_row
    if job.dry_run:
        result.events.clear()
    else:
        cases.correct(stored)
        CountedRepeats(session).save(in_row)
        gone = _superseded(result.corrections, registered, programme)
        CaseWork(session).supersede(gone)
    return result


def _corrections(
    session: Connection,
    programme: Programme,
    rows: Sequence[RowAgain],
    registered: Mapping[str, tuple[Case, Row]],
) -> list[tuple[RowAgain, CorrectedCase, date]]:
    """
    Each row with its case as it would be corrected, and from which day on.
    """
    beyond = CountedRepeats(session).beyond_rows([again.number for again in rows])
    corrections = []
    for again in rows:
        case, before = registered[again.number]
        on = day_of_row(case, again.values, clock.today())
        corrected = correct_case(
            *(case, before, again.values, programme),
            on=on,
            completed=completed,
            beyond=beyond[case.number],
        )
        corrections.append((again, corrected, on))
    return corrections


def _take(
    result: CorrectedRows,
    job: Import,
    corrected: CorrectedCase,
    again: RowAgain,
    on: date,
) -> NewCase:
    """
    Add a correction to the *result*, with the further programmes that the case leaves
    by it; the case as it is to be stored.
    """
    programmes = current_policy().programmes
    after, leaving = leave_outside(
        corrected.case, again.values, programmes, on=on, completed=completed
    )
    result.corrections.append(_correction(job, corrected, again))
    result.left += [_left(job, each, again) for each in leaving]
    if corrected.event:
        result.events.append(corrected.event)
    result.events += [each.event for each in leaving]
    return NewCase(after, again.values, again.content, corrected.keeps_matter)


def _superseded(
    corrections: Iterable[Correction],
    registered: Mapping[str, tuple[Case, dict[str, Any]]],
    programme: Programme,
) -> list[Superseded]:
    """
    What the ledger shows of the work on cases and these *corrections* state anew.
    """
    return [
        gone
        for each in corrections
        for gone in superseded(
            registered[each.number][0], each.fields, each.on, hub=programme.hub
        )
    ]


def _repeats(
    session: Connection,
    programme: Programme,
    rows: Sequence[RowAgain],
    registered: Mapping[str, tuple[Case, dict[str, Any]]],
) -> dict[str, int]:
    """
    How many repeats are known of each case whose row names what they are found by.
    """
    matters = Cases(session).matters(registered)
    stated = [
        stated_again(*registered[each.number], each.values, matters[each.number][0])
        for each in rows
    ]
    compared = [each for each in stated if each]
    counts = known_repeats(session, programme, compared)
    return {each.number: n for each, n in zip(compared, counts, strict=True)}


def rejected_row(
    programme: Programme,
    row: Row,
    position: int,
    faults: Iterable[tuple[str, Problem]],
) -> dict[str, Any]:
    """
    A row of a *position* with what is wrong with it, by column.
    """
    problems = [
        asdict(replace(each, location=cell_of(programme, row, column)))
        for column, each in faults
    ]
    return {**row, "problems": problems, "position": position}


def _without_shown(
    session: Connection,
    programme: Programme,
    rows: Sequence[RowAgain],
    registered: Mapping[str, tuple[Case, dict[str, Any]]],
) -> list[RowAgain]:
    """
    The *rows* without what the exported ledger shows of the work on their cases, and
    with what was registered of these and their form does not ask.
    """
    form = form_of(programme.form)
    columns = {column.id for column in form.columns}
    cases = [case for case, _ in registered.values()]
    shown = shown_work(session, cases, form)

    def values(again: RowAgain) -> dict[str, Any]:
        before = registered[again.number][1]
        after = without_shown(before, dict(again.values), shown[again.number], columns)
        return with_accused(after, before)

    return [replace(each, values=values(each)) for each in rows]


def _faults(
    case: Case, before: Row, corrected: CorrectedCase, again: RowAgain
) -> Iterator[tuple[str, Problem]]:
    """
    What is wrong with a correction as a whole, in the column of the case's number.
    """
    yield from (("case_no", each) for each in faults_of(corrected))
    yield from (("case_no", each) for each in faults_of_person(before, again.values))
    if corrected.fields:
        yield from (("case_no", each) for each in moved_problems(case, again))


def _repeats_faults(again: RowAgain, known: int) -> Iterator[tuple[str, Problem]]:
    """
    That a row states fewer repeats than are *known* of its case.
    """
    yield from ((REPEATS, each) for each in no_fewer(again.values, known))


def unknown_in_row(
    row: Row, office: str, programme: Programme
) -> Iterator[tuple[str, Problem]]:
    """
    Whom a completed *row* of an office names that the directory does not have
    (`unknown_names`).
    """
    directory = current_policy().directory
    own, hub = directory.office(office), directory.office(programme.hub)
    yield from unknown_names(row, own, hub, programme)


def unknown_names_in(
    corrected: CorrectedCase, programme: Programme
) -> Iterator[tuple[str, Problem]]:
    """
    Likewise, whom a correction names anew: who stood in the row before stays.
    """
    row = completed(corrected.row, programme)
    anew = {name: row.get(name) for name in corrected.fields}
    yield from unknown_in_row(anew, corrected.case.office, programme)


def _accusations(
    session: Connection, job: Import, corrected: CorrectedCase, on: date
) -> Iterator[tuple[str, Problem]]:
    """
    Likewise, whom it accuses anew, or makes answer by place (XQ-51).
    """
    if not COLUMNS.isdisjoint(corrected.fields):
        case = corrected.case
        faults = accusation_faults(corrected.row, case.office, on)
        yield from with_leaks_noted(session, job, case.number, faults)


def moved_problems(case: Case, again: RowAgain) -> Iterator[Problem]:
    """
    A case that moved is corrected by the office that has it, not by its old ledger.
    """
    if case.office != again.row["values"].get("reporting_office"):
        name = current_policy().directory.office(case.office).name
        yield Problem(
            "case_moved_away",
            f"这件案件已移交{name}，不能再由原填报单位更正。",
            "请由接办单位更正；台账中请删去这一行。",
        )


def _correction(job: Import, corrected: CorrectedCase, again: RowAgain) -> Correction:
    event = corrected.event
    return _noted(
        job,
        again,
        CorrectionKind.CASE_CORRECTED,
        corrected.fields,
        on=event.occurred_on if event else clock.today(),
    )


def _left(job: Import, leaving: Leaving, again: RowAgain) -> Correction:
    event = leaving.event
    return _noted(
        job,
        again,
        CorrectionKind.CASE_ENROLMENT_WITHDRAWN,
        {"programme": (event.programme, None)},
        on=event.occurred_on,
        reason=leaving.reason,
    )


def _noted(
    job: Import,
    again: RowAgain,
    kind: CorrectionKind,
    fields: Mapping[str, tuple[Any, Any]],
    *,
    on: date,
    reason: str = "",
) -> Correction:
    return history_line(
        again.number,
        kind,
        fields,
        office=job.office,
        actor=trace_context().actor,
        on=on,
        reason=reason,
        import_id=job.id,
        position=again.position,
        proposed=job.dry_run,
    )


def masked_cells(programme: Programme, row: Row) -> Iterator[Problem]:
    """
    What was hidden when it was shown is not written back over the real one.
    """
    values = row["values"]
    for column in form_of(programme.form).columns:
        if not column.personal or column.writing == "plain":
            continue
        if is_masked(values.get(column.id) or ""):
            yield Problem(
                "masked_value",
                f"“{column.title}”含有遮蔽符号，像是从遮蔽后的内容抄来的。",
                "请填写真实内容。",
                Cell(row["sheet"], row["row"], column.id, column.title),
            )


def cell_of(programme: Programme, row: Row, column: str) -> Cell:
    """
    The cell of a row in a column of the form.
    """
    columns = form_of(programme.form).columns
    title = next(each.title for each in columns if each.id == column)
    value = row["values"].get(column)
    written = "" if value is None else str(value)
    return Cell(row["sheet"], row["row"], column, title, value=written)
