"""
The job that reads a pushed ledger, batch by batch.

Each batch is committed with its progress, so a job that was cut off goes on where it
stood. Good rows become cases, bad rows come back.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from datetime import timedelta
from itertools import islice
from typing import Any

import eventlet
from eventlet.semaphore import Semaphore
from sqlalchemy import Connection

from services.intake.casework.importing.ahead import made_ahead
from services.intake.casework.importing.batch import AT_ONCE, take_batch
from services.intake.casework.importing.line import Line
from services.intake.casework.importing.reader import (
    READERS,
    read_lines,
    sentence_of,
)
from services.intake.casework.importing.remarks import Remarks
from services.intake.domain.cases.ledgers import UNENDED, Import, ImportState
from services.intake.store import OUTBOX, Cases, History, Imports
from shared import telemetry
from shared.errors import Cell, Problem
from shared.messaging.consumer import TASKS, hand_over_if_stopping
from shared.messaging.deliveries import LockedElsewhere
from shared.messaging.lanes import bulk_work
from shared.policy.current import current_policy
from shared.policy.programme import Programme
from shared.settings import settings
from shared.storage.database import transaction

BATCH = 250  # rows a transaction
_TURN_SECONDS = 60  # for which an office's turn goes on with its next ledgers
_FEW = 20  # rows of a ledger that do not make it bulk work
_LARGE = 512 * 1024  # bytes of a file that may take minutes
_SLOTS = Semaphore(TASKS - 1)
_NAMED = 100  # cases of another number that are named


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
        except LockedElsewhere:  # it is large; its own message comes back
            return
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
    remarks = Remarks(programme)
    try:
        with slot_for(large=len(content) > _LARGE):
            end = _follow(job, programme, content, remarks)
    except _Ended:
        READERS.replace()
        return
    with transaction("intake") as session:
        Imports(session).finish(
            number,
            state=ImportState.FAILED if "unreadable" in end else ImportState.DONE,
            notices=[
                *map(sentence_of, end.get("end", {}).get("notices", ())),
                *remarks.notices(),
                *(
                    f"案件编号“{case_no}”已有其他机关使用，本案登记为“{registered}”。"
                    for case_no, registered in Cases(session).renumbered(number, _NAMED)
                ),
            ],
            problems=end.get("unreadable", ()),
        )
    telemetry.add_log_fields(rows=end.get("end", {}).get("rows"))
    # Only now: to begin one takes as long as to store some hundred rows. Not after an
    # error: this process may be about to end.
    READERS.replace()


@contextmanager
def slot_for(*, large: bool) -> Iterator[None]:
    """
    Hold one of the slots for large ledgers, of which there are fewer than tasks that a
    process has in hand: small ones always find room.

    Raises `LockedElsewhere` when none is free: the task is tried again later.
    """
    if large and not _SLOTS.acquire(blocking=False):
        raise LockedElsewhere("large ledgers are being read")
    try:
        yield
    finally:
        if large:
            _SLOTS.release()


def give_up_import(number: str) -> None:
    """
    Record that nothing reads import *number* on until somebody has it taken up again:
    reading it failed too often.
    """
    with transaction("intake") as session:
        Imports(session).move(number, ImportState.GIVEN_UP)


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


def clear_rejected_rows(session: Connection) -> bool:
    """
    Delete the rows that came back of one import, some days after its end: they name
    people, and the office has them. Whether there was one.
    """
    days = settings.integer("REJECTED_DAYS")
    return Imports(session).clear_rejected(timedelta(days=days))


class _Ended(Exception):  # noqa: N818 - not an error: there is no more to do
    """Somebody ended the import while it was being read; this batch is not taken."""


def _follow(
    job: Import, programme: Programme, content: bytes, remarks: Remarks
) -> dict[str, Any]:
    """
    Take in the rows the reading process finds; return its last line.
    """
    end: dict[str, Any] = {}
    position = job.rows_read
    # Closed here and now: what an error holds on to would be closed when the process
    # ends, in which nothing can wait for the reader.
    with (
        closing(_judged(job, programme, content, remarks, end)) as lines,
        closing(made_ahead(_batches(job, islice(lines, position, None)))) as batches,
    ):
        for batch in batches:
            hand_over_if_stopping()
            many = position + len(batch) > _FEW
            with bulk_work(bulk=many), transaction("intake") as session:
                result = take_batch(session, job, programme, batch, position)
                OUTBOX.announce(session, *result.events)
                if not Imports(session).progress(job.id, **result.counts):
                    raise _Ended
                Imports(session).reject(job.id, result.rejected)
                History(session).add(*result.corrections)
            position += len(batch)
    return end


def _batches(job: Import, lines: Iterator[Line]) -> Generator[list[Line], None, None]:
    """
    The *lines* batch by batch, made ready: what has to be stored of a row that becomes
    a case takes longer to work out than to store.

    Whether there is a case of it is found out again when it is stored.
    """
    while batch := list(islice(lines, BATCH)):
        fresh = [
            line
            for line in batch
            if not (job.dry_run or line.row["problems"] or line.row["repeated"])
        ]
        with transaction("intake") as session:
            registered = Cases(session).registered({line.named[1] for line in fresh})
        for index, line in enumerate(fresh):
            # Work without input or output gives no other green thread a turn by itself:
            # requests and heartbeats would wait for the whole batch.
            if index % AT_ONCE == 0:
                eventlet.sleep(0)
            if line.named not in registered:
                line.make_ready()
        yield batch


def _judged(
    job: Import,
    programme: Programme,
    content: bytes,
    remarks: Remarks,
    end: dict[str, Any],
) -> Generator[Line, None, None]:
    """
    The rows of the file, also judged by *remarks*; its last line goes into *end*.
    """
    printed = read_lines(job.filename, programme.form, content)
    for index, record in enumerate(printed):
        if "end" in record or "unreadable" in record:
            # The last line; reading on to the end lets the reader end here, and not
            # where it is forgotten, in which a killed green thread would live on.
            end.update(record)
            continue
        if index % AT_ONCE == 0:
            eventlet.sleep(0)
        line = Line(record, programme)
        remarks.judge(line)
        yield line
    if end:
        return
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
