"""
The job that reads a pushed ledger: a process reads the file, this follows it.

Rows are taken in stretches, each committed with its progress, so a job that was
cut off goes on where it stood. Good rows become cases, bad rows come back.
"""

from __future__ import annotations

import io
import json
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from itertools import islice
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any

from eventlet import tpool

from services.intake import domain
from services.intake.ledger import Form, RejectedRow, load_form, write_rejected
from services.intake.store import Cases, Imports, NewCase, original
from shared import telemetry
from shared.policy.current import policy
from shared.policy.programme import Programme
from shared.service import Service
from shared.settings import settings
from shared.storage.database import transaction

STRETCH = 200  # rows a transaction
_MEMORY = 2048  # MiB the reading process may use


@lru_cache
def form_of(name: str) -> Form:
    return load_form(form_file(name))


def form_file(name: str) -> Path:
    return settings.deploy / "forms" / f"{name}.yaml"


def read_import(service: Service, number: str) -> None:
    """
    Read the ledger of import *number* to its end.

    Done twice it does nothing: what was read is known by its progress.
    """
    with transaction(service.name) as session:
        job = Imports(session).get(number)
        if job is None or job.state in {"done", "failed"}:
            return
        content = Imports(session).content(number)
    programme = service.programmes.get(job.programme)
    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        end = _follow(service, job, programme, Path(file.name))
    with transaction(service.name) as session:
        Imports(session).finish(
            number,
            state="failed" if "unreadable" in end else "done",
            notices=[n["detail"] for n in end.get("end", {}).get("notices", ())],
            faults=[_shown(f) for f in end.get("unreadable", ())],
        )
    telemetry.add_log_fields(rows=end.get("end", {}).get("rows"))


def _follow(
    service: Service, job: Any, programme: Programme, file: Path
) -> dict[str, Any]:
    """
    Take in the rows the reading process finds; return its last line.
    """
    end: dict[str, Any] = {}
    lines = _read(service, job, programme, file)
    fresh = islice(_rows(lines, end), job.rows_read, None)
    position = job.rows_read
    while stretch := list(islice(fresh, STRETCH)):
        with transaction(service.name) as session:
            taken = _take(session, job, programme, stretch, position)
            service.announce(session, *taken.events)
            Imports(session).progress(job.id, state="reading", **taken.counts)
            Imports(session).reject(job.id, taken.rejected)
        position += len(stretch)
    return end


def _read(
    service: Service, job: Any, programme: Programme, file: Path
) -> Iterator[dict[str, Any]]:
    """
    The lines of the reading process; it does not outlive this.
    """
    command = [sys.executable, "-m", "services.intake.ledger", str(file)]
    command += ["--filename", job.filename, "--form", str(form_file(programme.form))]
    command += ["--directory", str(settings.deploy / "directory")]
    command += ["--today", str(service.today()), "--memory", str(_MEMORY)]
    root = Path(__file__).resolve().parent.parent.parent
    # Unbuffered, as is usual under eventlet, a pipe is read byte by byte.
    with Popen(command, stdout=PIPE, cwd=root, bufsize=1 << 16) as process:
        try:
            assert process.stdout is not None  # noqa: S101 - asked for above
            for line in process.stdout:
                yield json.loads(line)
        finally:
            process.kill()


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
    # The reading process died on it, most likely of hunger: no other would live.
    end["unreadable"] = [
        {
            "code": "reading_cut_off",
            "column_id": "",
            "column_title": "",
            "column_letter": "",
            "value": "",
            "reason": "读取这份文件时中断，未能读完；已读的行已按正常处理。",
            "remedy": "请把文件分成几份报送；已登记的行再报不会重复登记。",
        }
    ]


@dataclass
class Taken:
    """What became of a stretch of rows."""

    events: list[Any] = field(default_factory=list)
    rejected: list[dict[str, Any]] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)


def _take(
    session: Any, job: Any, programme: Programme, stretch: list[Any], position: int
) -> Taken:
    taken, fresh = Taken(), list[tuple[NewCase, Any]]()
    numbers = {row["values"].get("case_no") for row in stretch if not row["faults"]}
    known = Cases(session).contents(numbers)
    repeated = 0
    for index, row in enumerate(stretch):
        content = domain.content_of(row["values"])
        before = known.get(row["values"].get("case_no"))
        faults = row["faults"] or _faults(
            job, programme, row["values"], before, content
        )
        if faults:
            shown = [_shown(f, row) for f in faults]
            taken.rejected.append(
                {**row, "faults": shown, "position": position + index}
            )
        elif before:
            repeated += 1
        else:
            fresh.append(_new(programme, row["values"], content))
    cases = [case for case, _ in fresh]
    added = {c.case.number for c in cases}
    if not job.dry_run:
        added = Cases(session).add(cases, job.id)
        taken.events = [e for c, e in fresh if c.case.number in added]
    outside = sum(1 for c in cases if c.case.number in added and not c.case.in_scope)
    taken.counts = {
        "rows_read": len(stretch),
        "rows_kept": len(added),
        # A number another push took in this very moment counts as known.
        "rows_repeated": repeated + len(cases) - len(added),
        "rows_rejected": len(taken.rejected),
        "out_of_scope": outside,
    }
    return taken


def _new(
    programme: Programme, values: Mapping[str, Any], content: str
) -> tuple[NewCase, Any]:
    personal = {c.id for c in form_of(programme.form).columns if c.personal}
    case, opened = domain.open_case(
        values, office=values["reporting_office"], programme=programme
    )
    row = {k: v for k, v in values.items() if k not in personal and v is not None}
    private = {k: v for k, v in values.items() if k in personal and v is not None}
    return NewCase(case, row, private, content), opened


def _faults(
    job: Any,
    programme: Programme,
    values: Mapping[str, Any],
    before: tuple[str, str] | None,
    content: str,
) -> list[dict[str, str]]:
    """
    What only the register can know is wrong with a row.
    """
    form, faults = form_of(programme.form), []
    titles = {column.id: column.title for column in form.columns}

    def fault(code: str, column: str, reason: str, remedy: str) -> dict[str, str]:
        return {
            "code": code,
            "column_id": column,
            "column_title": titles[column],
            "column_letter": "",
            "value": str(values[column]),
            "reason": reason,
            "remedy": remedy,
        }

    office = values["reporting_office"]
    if not policy().directory.is_within(
        office, job.office, date.fromisoformat(values["reported_on"])
    ):
        faults.append(
            fault(
                "office_outside_yours",
                "reporting_office",
                f"填报单位 {office} 不是报送机关 {job.office} 本身，也不在它之下。",
                "请由该单位或其上级机关报送，或改正填报单位。",
            )
        )
    if before and before != (office, content):
        faults.append(
            fault(
                "case_number_taken",
                "case_no",
                f"案件编号“{values['case_no']}”已登记，内容与本行不同。",
                "如为另一案件请改用新编号；如为更正请按案件更正办理。",
            )
        )
    return faults


def _shown(fault: Mapping[str, Any], row: Mapping[str, Any] | None = None) -> Any:
    place = {"sheet": row["sheet"], "row": row["row"]} if row else {}
    return {"sheet": "", "row": 0, **fault, **place}


def rejected_workbook(form: str, rejected: list[Any]) -> bytes:
    """
    The rejected rows as a workbook in the same form, made off the event loop.
    """
    rows = [
        RejectedRow(sheet=row.sheet, row=row.row, raw=original(row), faults=row.faults)
        for row in rejected
    ]

    def write() -> bytes:
        target = io.BytesIO()
        write_rejected(target, form_of(form), rows)
        return target.getvalue()

    return tpool.execute(write)  # type: ignore[no-any-return]
