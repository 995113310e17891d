"""
Rows of a ledger that are stored together: which become cases, which come back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any

import eventlet
from sqlalchemy import Connection

from services.intake.casework.importing.accusations import (
    accusation_faults,
    with_leaks_noted,
)
from services.intake.casework.importing.correcting import (
    RowAgain,
    cell_of,
    correct_rows,
    masked_cells,
    rejected_row,
    unknown_in_row,
)
from services.intake.casework.importing.line import Line
from services.intake.casework.importing.repeats import (
    REPEATS,
    known_repeats,
    lock_known,
    no_fewer,
    states_repeats,
)
from services.intake.casework.registered_repeats import (
    StatedMatter,
    note_repeats_in_rows,
)
from services.intake.domain.cases.ledgers import Import
from services.intake.domain.corrections.corrections import Correction
from services.intake.events.cases import CaseOpened
from services.intake.store import Cases
from shared import clock
from shared.errors import Problem
from shared.events import Event
from shared.policy.current import current_policy
from shared.policy.programme import Programme

AT_ONCE = 20  # rows that are looked at before others have their turn


@dataclass
class BatchResult:
    """
    What became of a batch of rows.
    """

    events: list[Event] = field(default_factory=list)
    rejected: list[dict[str, Any]] = field(default_factory=list)
    corrections: list[Correction] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)


@dataclass
class _SortedRows:
    """
    Rows by what is to become of them: *fresh* ones, each with its place, are new;
    *changed* ones say otherwise than what is registered; so many were *repeated*. The
    *matters* are those of the new and the changed rows, as they are and as they were.
    """

    fresh: list[tuple[Line, int]] = field(default_factory=list)
    changed: list[RowAgain] = field(default_factory=list)
    matters: list[str | None] = field(default_factory=list)
    rejected: list[dict[str, Any]] = field(default_factory=list)
    repeated: int = 0


def take_batch(
    session: Connection,
    job: Import,
    programme: Programme,
    batch: Sequence[Line],
    position: int,
) -> BatchResult:
    """
    Store the cases of a *batch* whose first row stands at *position* of the ledger.
    """
    sorted_rows = _sorted(session, job, batch, position)
    if not job.dry_run:
        lock_known(session, programme, sorted_rows.matters)
    new, too_few = _with_known_repeats(session, programme, sorted_rows.fresh)
    corrected = correct_rows(session, job, programme, sorted_rows.changed)
    result = BatchResult(
        events=corrected.events,
        rejected=[*sorted_rows.rejected, *too_few, *corrected.rejected],
        corrections=[*corrected.corrections, *corrected.left],
    )
    cases = [line.new for line in new]
    added = {case.named: case.case.number for case in cases}
    if not job.dry_run:
        added = Cases(session).open(cases, job.id)
        if states_repeats(programme):
            stated = (
                replace(_stated(e), number=added[e.new.named])
                for e in new
                if e.new.named in added
            )
            note_repeats_in_rows(session, [*stated])
        result.events += _announced(new, added)
    outside = sum(c.named in added and not c.case.in_scope for c in cases)
    result.counts = {
        "rows_read": len(batch),
        "rows_kept": len(added),
        # A number that another push registered at the same moment counts as repeated.
        "rows_repeated": (
            sorted_rows.repeated + corrected.unchanged + len(cases) - len(added)
        ),
        "rows_corrected": len(corrected.corrections),
        "rows_rejected": len(result.rejected),
        "out_of_scope": outside,
    }
    return result


def _sorted(
    session: Connection, job: Import, batch: Sequence[Line], position: int
) -> _SortedRows:
    """
    The rows of a *batch* as the register sorts them; others have their turn between.
    """
    result = _SortedRows()
    numbers = {line.named[1] for line in batch if all(line.named)}
    registered = Cases(session).registered(numbers)
    for index, line in enumerate(batch):
        if index % AT_ONCE == AT_ONCE - 1:
            eventlet.sleep(0)
        row, place = line.row, position + index
        before = registered.get(line.named)
        further = _further_problems(session, job, line, before)
        problems = [*row["problems"], *further]
        if problems:
            result.rejected.append({**row, "problems": problems, "position": place})
        elif row["repeated"] or (before and before.content == line.content):
            result.repeated += 1
        elif before is None:
            result.fresh.append((line, place))
            result.matters.append(line.new.matter)
        else:
            again = RowAgain(before.number, row, place, line.values, line.content)
            result.changed.append(again)
            result.matters += [line.new.matter, before.matter]
    return result


def _with_known_repeats(
    session: Connection, programme: Programme, fresh: Sequence[tuple[Line, int]]
) -> tuple[list[Line], list[dict[str, Any]]]:
    """
    The new rows, each with its place, that state at least the repeats that are known;
    and those that state fewer, with what is wrong.
    """
    new, rejected = list[Line](), list[dict[str, Any]]()
    counts = known_repeats(session, programme, [_stated(line) for line, _ in fresh])
    for (line, place), repeats in zip(fresh, counts, strict=True):
        if below := [*no_fewer(line.row["values"], repeats)]:
            faults = [(REPEATS, each) for each in below]
            rejected.append(rejected_row(programme, line.row, place, faults))
        else:
            new.append(line)
    return new, rejected


def _announced(
    new: Sequence[Line], added: Mapping[tuple[str, str], str]
) -> Iterator[CaseOpened]:
    """
    The events of the cases that were added, with the numbers they are registered under.
    """
    for line in new:
        number, event = added.get(line.new.named), line.opened
        if number == event.case_number:
            yield event
        elif number is not None:
            yield replace(event, case_number=number)


def _stated(line: Line) -> StatedMatter:
    new = line.new
    return StatedMatter(new.case.office, new.matter, new.began_on, new.case.opened_on)


def _of_other_programme(before: Any, programme: Programme, number: str) -> Problem:
    standing = (e.programme for e in before.enrolments if e.withdrawn_on is None)
    if programme.code not in standing:
        return Problem(
            "case_number_taken",
            f"案件编号“{number}”已登记在另一专项里。",
            "另一案件请用新的案件编号。",
        )
    home = current_policy().programmes.get(before.programme).title
    return Problem(
        "case_of_other_ledger",
        f"案件编号“{number}”登记在专项“{home}”的台账中，另列入本专项。",
        "请在该专项的台账中更正；本台账中请删去这一行。",
    )


def _further_problems(
    session: Connection, job: Import, line: Line, before: Any
) -> list[dict[str, Any]]:
    """
    What is wrong in the cells that could be read, if it is known of which office the
    row is and its cells stand in their columns.
    """
    if line.named[0] is None or line.row.get("shifted"):
        return []
    bad = {problem["location"]["column"] for problem in line.row["problems"]}
    faults = [asdict(problem) for problem in _problems(session, job, line, before)]
    return [each for each in faults if each["location"]["column"] not in bad]


def _problems(
    session: Connection, job: Import, line: Line, before: Any
) -> Iterator[Problem]:
    """
    What only the register can know is wrong with a row.
    """
    programme, row, full = line.programme, line.row, line.full_values
    values, reported_on = row["values"], full.get("reported_on")
    office = full["reporting_office"]
    on = date.fromisoformat(reported_on) if reported_on else clock.today()
    directory = current_policy().directory
    if not directory.is_within(office, job.office, on):
        names = (directory.office(code).name for code in (office, job.office))
        named, pushing = names
        yield Problem(
            "outside_your_offices",
            f"填报单位{named}（{office}）不是报送机关{pushing}（{job.office}）本身，"
            "也不在它之下。",
            "请由该单位或其上级机关报送，或改正填报单位。",
            cell_of(programme, row, "reporting_office"),
        )
    yield from masked_cells(programme, row)
    if before is None:
        accusing = accusation_faults(full, office, on)
        faults = with_leaks_noted(session, job, "", accusing)
        for column, problem in (*unknown_in_row(full, office, programme), *faults):
            yield replace(problem, location=cell_of(programme, row, column))
    if before and before.programme != programme.code:
        yield replace(
            _of_other_programme(before, programme, values["case_no"]),
            location=cell_of(programme, row, "case_no"),
        )
    if before and before.withdrawn_on:
        yield Problem(
            "case_withdrawn",
            f"案件编号“{values['case_no']}”已于 {before.withdrawn_on} 撤销登记。",
            "请删去这一行；撤销有误的，请先恢复登记，再报送。",
            cell_of(programme, row, "case_no"),
        )
