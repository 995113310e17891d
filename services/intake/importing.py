"""
The job that reads a pushed ledger: a process reads the file, this follows it.

Rows are taken in batches, each committed with its progress, so a job that was
cut off goes on where it stood. Good rows become cases, bad rows come back.
"""

from __future__ import annotations

import io
import json
import os
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from subprocess import PIPE, Popen
from typing import IO, Any

import eventlet
from eventlet import tpool
from sqlalchemy import Connection

from services.intake.domain.cases import open_case
from services.intake.domain.ledgers import UNENDED, Import, ImportState, content_of
from services.intake.forms import form_file, form_of
from services.intake.ledger import RejectedRow, write_rejected
from services.intake.store import OUTBOX, Cases, Imports, NewCase
from shared import clock, telemetry
from shared.errors import Cell, Problem
from shared.messaging.consumer import hand_over_if_stopping
from shared.messaging.lanes import bulk_work
from shared.policy.current import current_policy
from shared.policy.programme import Programme
from shared.settings import settings
from shared.storage.database import transaction

BATCH = 200  # rows a transaction
_TURN_SECONDS = 60  # for which an office's turn goes on with its next ledgers
_CPU_SECONDS = 300  # the reading process may take for a file
_SILENT_SECONDS = 120  # it may be without a line: it needs no more for a row
_FEW = 20  # rows of a ledger that do not make it bulk work
_NAMED = 100  # cases of another number that are named
_MEMORY = 2048  # MiB the reading process may use


def read_imports(number: str, office: str) -> None:
    """
    Read the ledger of import *number*, then others that wait of the same office.

    Each of these has a message of its own, which finds it read, or reads it if this
    stops: after so many seconds, or at an error.
    """
    read_import(number)
    end = time.monotonic() + _TURN_SECONDS
    while time.monotonic() < end:
        with transaction("intake") as session:
            waiting = Imports(session).waiting(office)
        if waiting is None:
            return
        try:
            read_import(waiting)
        except Exception as error:  # noqa: BLE001 - its own message tries it again
            log = telemetry.log()
            log.warning("import_interrupted", number=waiting, error=repr(error)[:300])
            return


def read_import(number: str) -> None:
    """
    Read the ledger of import *number* to its end.

    A second run does nothing: the progress says how far the file was read.
    """
    with transaction("intake") as session:
        job = Imports(session).get(number)
        if job is None or job.state not in UNENDED:
            return
        content = Imports(session).content(number)
    programme = current_policy().programmes.get(job.programme)
    try:
        end = _follow(job, programme, content)
    except _Ended:
        return
    with transaction("intake") as session:
        Imports(session).finish(
            number,
            state=ImportState.FAILED if "unreadable" in end else ImportState.DONE,
            notices=[
                *(n["detail"] for n in end.get("end", {}).get("notices", ())),
                *(
                    f"案件编号“{case_no}”已有其他机关使用，本案登记为“{registered}”。"
                    for case_no, registered in Cases(session).renumbered(number, _NAMED)
                ),
            ],
            problems=end.get("unreadable", ()),
        )
    telemetry.add_log_fields(rows=end.get("end", {}).get("rows"))


def still_after() -> timedelta:
    """
    After how long without progress an import stands still.
    """
    return timedelta(seconds=settings.integer("STILL_SECONDS"))


def end_overdue_import(session: Connection) -> bool:
    """
    End one import whose file lies unread for longer than the setting allows; whether
    there was one.
    """
    imports, days = Imports(session), settings.integer("LEDGER_DAYS")
    number = imports.with_a_file_older_than(timedelta(days=days))
    if number is None:
        return False
    problem = Problem(
        "reading_given_up",
        f"这份文件 {days} 天内未能读完，文件已删除；已读的行已按正常处理。",
        "请重新报送；已登记的行再报不会重复登记。",
        Cell(),
    )
    return imports.finish(
        number, state=ImportState.FAILED, notices=(), problems=[asdict(problem)]
    )


class _Ended(Exception):  # noqa: N818 - not an error: there is no more to do
    """Somebody ended the import while it was being read; this batch is not taken."""


def _follow(job: Import, programme: Programme, content: bytes) -> dict[str, Any]:
    """
    Take in the rows the reading process finds; return its last line.
    """
    end: dict[str, Any] = {}
    lines = _read(job, programme, content)
    new = islice(_rows(lines, end), job.rows_read, None)
    position = job.rows_read
    while batch := list(islice(new, BATCH)):
        hand_over_if_stopping()
        many = position + len(batch) > _FEW
        with bulk_work(bulk=many), transaction("intake") as session:
            result = _take_batch(session, job, programme, batch, position)
            OUTBOX.announce(session, *result.events)
            if not Imports(session).progress(job.id, **result.counts):
                raise _Ended
            Imports(session).reject(job.id, result.rejected)
        position += len(batch)
    return end


def _read(
    job: Import, programme: Programme, content: bytes
) -> Iterator[dict[str, Any]]:
    """
    The lines of the reading process; it does not outlive this one.
    """
    command = [sys.executable, "-m", "services.intake.ledger"]
    # A file's name may name somebody, and all see the arguments: its kind is enough.
    command += [f"--filename=ledger{Path(job.filename).suffix}"]
    command += ["--form", str(form_file(programme.form))]
    command += ["--directory", str(settings.deploy / "directory")]
    command += ["--today", str(clock.today()), "--memory", str(_MEMORY)]
    command += ["--parent", str(os.getpid()), "--seconds", str(_CPU_SECONDS)]
    root = Path(__file__).resolve().parent.parent.parent
    with (
        _in_memory(content) as file,
        # Unbuffered, as is usual under eventlet, a pipe is read byte by byte.
        Popen(
            [*command, f"/dev/fd/{file}"],
            stdout=PIPE,
            cwd=root,
            bufsize=1 << 16,
            pass_fds=[file],
        ) as process,
    ):
        try:
            assert process.stdout is not None  # noqa: S101 - asked for above
            for line in _spoken(process.stdout):
                yield json.loads(line)
        finally:
            process.kill()


def _spoken(pipe: IO[bytes]) -> Iterator[bytes]:
    """
    The lines that come through a pipe, to its end or until none has come for too long.
    """
    while True:
        line = b""
        with eventlet.Timeout(_SILENT_SECONDS, exception=False):
            line = pipe.readline()
        if not line:
            return
        yield line


@contextmanager
def _in_memory(content: bytes) -> Iterator[int]:
    """
    The descriptor of a file that has no name and is on no disk.
    """
    descriptor = os.memfd_create("ledger")
    try:
        with open(descriptor, "wb", closefd=False) as file:
            file.write(content)
        yield descriptor
    finally:
        os.close(descriptor)


def _rows(
    lines: Iterator[dict[str, Any]], end: dict[str, Any]
) -> Iterator[dict[str, Any]]:
    """
    The rows among *lines*; the last line goes into *end*.
    """
    for line in lines:
        if "end" in line or "unreadable" in line:
            end.update(line)
            return
        yield line
    # The reader was killed, most likely by the memory limit; retrying would fail too.
    end["unreadable"] = [
        asdict(
            Problem(
                "reading_cut_off",
                "读取这份文件时中断，未能读完；已读的行已按正常处理。",
                "请把文件分成几份报送；已登记的行再报不会重复登记。",
                Cell(),
            )
        )
    ]


@dataclass
class BatchResult:
    """What became of a batch of rows."""

    events: list[Any] = field(default_factory=list)
    rejected: list[dict[str, Any]] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)


def _take_batch(
    session: Any, job: Import, programme: Programme, batch: list[Any], position: int
) -> BatchResult:
    result, new = BatchResult(), list[tuple[NewCase, Any]]()
    numbers = {row["values"].get("case_no") for row in batch if not row["problems"]}
    registered = Cases(session).contents(numbers)
    repeated = 0
    for index, row in enumerate(batch):
        content = content_of(row["values"])
        before = registered.get(_named(row))
        problems = row["problems"] or [
            asdict(problem)
            for problem in _problems(job, programme, row, before, content)
        ]
        if problems:
            result.rejected.append(
                {**row, "problems": problems, "position": position + index}
            )
        elif before:
            repeated += 1
        else:
            new.append(_new(programme, row["values"], content))
    cases = [case for case, _ in new]
    added = {(c.case.office, c.case.number): c.case.number for c in cases}
    if not job.dry_run:
        added = Cases(session).open(cases, job.id)
        result.events = [
            replace(event, case_number=added[event.office, event.case_number])
            for _, event in new
            if (event.office, event.case_number) in added
        ]
    outside = sum(
        (c.case.office, c.case.number) in added and not c.case.in_scope for c in cases
    )
    result.counts = {
        "rows_read": len(batch),
        "rows_kept": len(added),
        # A number that another push registered at the same moment counts as repeated.
        "rows_repeated": repeated + len(cases) - len(added),
        "rows_rejected": len(result.rejected),
        "out_of_scope": outside,
    }
    return result


def _named(row: Mapping[str, Any]) -> tuple[Any, Any]:
    """
    The office of a row, and the number that it gives the case.
    """
    return row["values"].get("reporting_office"), row["values"].get("case_no")


def _new(
    programme: Programme, values: Mapping[str, Any], content: str
) -> tuple[NewCase, Any]:
    case, opened = open_case(
        values, office=values["reporting_office"], programme=programme
    )
    row = {name: value for name, value in values.items() if value is not None}
    return NewCase(case, row, content), opened


def _problems(
    job: Import,
    programme: Programme,
    row: Mapping[str, Any],
    before: str | None,
    content: str,
) -> Iterator[Problem]:
    """
    What only the register can know is wrong with a row.
    """
    values = row["values"]
    titles = {column.id: column.title for column in form_of(programme.form).columns}

    def cell(column: str) -> Cell:
        value = str(values[column])
        return Cell(row["sheet"], row["row"], column, titles[column], value=value)

    office, on = values["reporting_office"], date.fromisoformat(values["reported_on"])
    if not current_policy().directory.is_within(office, job.office, on):
        yield Problem(
            "office_outside_yours",
            f"填报单位 {office} 不是报送机关 {job.office} 本身，也不在它之下。",
            "请由该单位或其上级机关报送，或改正填报单位。",
            cell("reporting_office"),
        )
    if before and before != content:
        yield Problem(
            "case_number_taken",
            f"案件编号“{values['case_no']}”已登记，内容与本行不同。",
            "如为另一案件请改用新编号；如为更正请按案件更正办理。",
            cell("case_no"),
        )


def rejected_workbook(form: str, rejected: list[Any]) -> bytes:
    """
    The rejected rows as a workbook in the same form, made off the event loop.
    """
    rows = [
        RejectedRow(sheet=row.sheet, row=row.row, raw=row.raw, problems=row.problems)
        for row in rejected
    ]

    def write() -> bytes:
        target = io.BytesIO()
        write_rejected(target, form_of(form), rows)
        return target.getvalue()

    return tpool.execute(write)  # type: ignore[no-any-return]
