"""
Rows of a ledger that are stored together: which become cases, which come back.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any

import eventlet
import orjson
from sqlalchemy import Connection

from services.intake.domain.cases.cases import open_case
from services.intake.domain.cases.ledgers import Import
from services.intake.domain.corrections.case_corrections import ABOUT_THE_FORM
from services.intake.domain.corrections.corrections import Correction
from services.intake.events.cases import CaseOpened
from services.intake.forms import completed, form_of
from services.intake.importing.correcting import (
    Row,
    RowAgain,
    cell_of,
    correct_rows,
    masked_cells,
    unknown_in_row,
)
from services.intake.importing.repeats import REPEATS, Typed, known_repeats, no_fewer
from services.intake.store import Cases, NewCase
from shared.errors import Problem
from shared.events import Event
from shared.numbers import canonical_number
from shared.policy.current import current_policy
from shared.policy.programme import Programme

_AT_ONCE = 50  # rows that are judged before others have their turn


@dataclass
class BatchResult:
    """
    What became of a batch of rows.
    """

    events: list[Event] = field(default_factory=list)
    rejected: list[dict[str, Any]] = field(default_factory=list)
    corrections: list[Correction] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)


def take_batch(
    session: Connection,
    job: Import,
    programme: Programme,
    batch: Sequence[Row],
    position: int,
) -> BatchResult:
    """
    Store the cases of a *batch* whose first row stands at *position* of the ledger.
    """
    result, fresh = BatchResult(), list[tuple[Row, int, str]]()
    numbers = {_named(row)[1] for row in batch if not row["problems"]}
    registered = Cases(session).registered(numbers)
    changed = list[RowAgain]()
    repeated = 0
    for index, row in enumerate(batch):
        if index % _AT_ONCE == _AT_ONCE - 1:
            eventlet.sleep(0)
        content = content_of(row["values"])
        before = registered.get(_named(row))
        problems = row["problems"] or [
            asdict(problem) for problem in _problems(job, programme, row, before)
        ]
        if problems:
            result.rejected.append(
                {**row, "problems": problems, "position": position + index}
            )
        elif row["repeated"] or (before and before.content == content):
            repeated += 1
        elif before is None:
            fresh.append((row, position + index, content))
        else:
            values = _filled(row["values"])
            again = RowAgain(before.number, row, position + index, values, content)
            changed.append(again)
    new = list[tuple[NewCase, CaseOpened]]()
    known = known_repeats(
        session, programme, [_typed(programme, row) for row, _, _ in fresh]
    )
    for (row, place, content), repeats in zip(fresh, known, strict=True):
        if below := [*no_fewer(row["values"], repeats)]:
            cell = cell_of(programme, row, REPEATS)
            problems = [asdict(replace(each, location=cell)) for each in below]
            result.rejected.append({**row, "problems": problems, "position": place})
        else:
            new.append(_new(programme, row["values"], content))
    corrected = correct_rows(session, job, programme, changed)
    result.rejected += corrected.rejected
    result.corrections = [*corrected.corrections, *corrected.left]
    result.events += corrected.events
    cases = [case for case, _ in new]
    added = {case.named: case.case.number for case in cases}
    if not job.dry_run:
        added = Cases(session).open(cases, job.id)
        result.events += _announced(new, added)
    outside = sum(c.named in added and not c.case.in_scope for c in cases)
    result.counts = {
        "rows_read": len(batch),
        "rows_kept": len(added),
        # A number that another push registered at the same moment counts as repeated.
        "rows_repeated": repeated + corrected.unchanged + len(cases) - len(added),
        "rows_corrected": len(corrected.corrections),
        "rows_rejected": len(result.rejected),
        "out_of_scope": outside,
    }
    return result


def content_of(values: Mapping[str, Any]) -> str:
    """
    A hash of the values of a row; a repeated row has the same, a changed row another.

    The running number, the brackets of the case number and the day on which the form
    was filled in may differ.
    """
    filled = {k: v for k, v in _filled(values).items() if k not in ABOUT_THE_FORM}
    if number := filled.get("case_no"):
        filled["case_no"] = canonical_number(number)
    return hashlib.sha256(orjson.dumps(filled, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _announced(
    new: Sequence[tuple[NewCase, CaseOpened]], added: Mapping[tuple[str, str], str]
) -> Iterator[CaseOpened]:
    """
    The events of the cases that were added, with the numbers they are registered under.
    """
    for case, event in new:
        number = added.get(case.named)
        if number == event.case_number:
            yield event
        elif number is not None:
            yield replace(event, case_number=number)


def _named(row: Row) -> tuple[Any, Any]:
    """
    The office of a row, and the number that it gives the case.
    """
    values = row["values"]
    number = values.get("case_no")
    return values.get("reporting_office"), number and canonical_number(number)


def _new(
    programme: Programme, values: Mapping[str, Any], content: str
) -> tuple[NewCase, CaseOpened]:
    row = completed(values, programme)
    case, opened = open_case(row, office=row["reporting_office"], programme=programme)
    return NewCase(case, _filled(values), content), opened


def _typed(programme: Programme, row: Row) -> Typed:
    """
    A new row, which has what came in until the day on which the form was filled in.
    """
    said = form_of(programme.form).completed(row["values"])
    return Typed(said, said["reported_on"])


def _filled(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


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


def _problems(
    job: Import, programme: Programme, row: Row, before: Any
) -> Iterator[Problem]:
    """
    What only the register can know is wrong with a row.
    """
    values = row["values"]
    said = completed(values, programme)
    office, on = said["reporting_office"], date.fromisoformat(said["reported_on"])
    directory = current_policy().directory
    if not directory.is_within(office, job.office, on):
        names = (directory.office(code).name for code in (office, job.office))
        named, pushing = names
        yield Problem(
            "office_outside_yours",
            f"填报单位{named}（{office}）不是报送机关{pushing}（{job.office}）本身，"
            "也不在它之下。",
            "请由该单位或其上级机关报送，或改正填报单位。",
            cell_of(programme, row, "reporting_office"),
        )
    yield from masked_cells(programme, row)
    if before is None:
        for column, problem in unknown_in_row(said, office, programme):
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
