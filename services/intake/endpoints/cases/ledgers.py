"""
Ledgers that offices push: read as jobs with progress, faulty rows given back.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from uuid_utils import uuid7

from services.intake.casework.forms import columns_of
from services.intake.casework.importing import rejected_workbook, still_after
from services.intake.domain.cases.ledgers import (
    UNENDED,
    Import,
    ImportState,
    RejectedRow,
)
from services.intake.endpoints.corrections.changed import as_shown
from services.intake.endpoints.lookup import programme_of
from services.intake.endpoints.openings import opened
from services.intake.events.ledgers import ImportRequested
from services.intake.schemas import (
    EndingBody,
    ImportQuery,
    ImportView,
    RejectedQuery,
)
from services.intake.schemas.history import CorrectionView
from services.intake.schemas.lists import ImportsQuery, filters_of
from services.intake.store import OUTBOX, History, Imports
from shared.errors import Cell, Conflict, Problem
from shared.media_types import XLSX
from shared.policy.current import current_policy
from shared.web.call import CLERKS, Call, Download
from shared.web.endpoint import api
from shared.web.lookup import in_sight
from shared.web.paging import Page
from shared.web.schema.queries import PageQuery

_PROBLEMS_SHOWN = 100


@api(
    "POST",
    "/imports",
    roles=CLERKS,
    query=ImportQuery,
    accepts="application/octet-stream",
    answer=ImportView,
    status=202,
    refusals=(413,),
)
def push_ledger(call: Call) -> dict[str, Any]:
    """
    Push a ledger (xlsx, csv or json); it is read as a job with progress.
    """
    office, query = call.office(), call.query
    programme = programme_of(call, query["programme"], office, running=True)
    imports, checksum = Imports(call.session), hashlib.sha256(call.raw).hexdigest()
    if not query["dry_run"]:
        _require_new(imports.same(office, programme.code, checksum))
    pushed = Import(
        id=str(uuid7()),
        office=office,
        programme=programme.code,
        filename=query["filename"],
        dry_run=query["dry_run"],
        moved_at=datetime.now(UTC),
    )
    imports.push(pushed, call.raw, checksum)
    OUTBOX.announce(
        call.session,
        ImportRequested(office=office, case_number=pushed.id, occurred_on=call.today),
    )
    return _with_problems(pushed)


@api("GET", "/imports", query=ImportsQuery, answer=ImportView, many=True)
def list_imports(call: Call) -> Page[dict[str, Any]]:
    """
    List the ledgers pushed by an office and by those below it, the newest first unless
    it is asked otherwise.
    """
    asked = filters_of(call.query)
    page = Imports(call.session).of_offices(
        call.offices(), call.page, sort=call.query["sort"], **asked
    )
    return page.map(_with_problems)


@api("GET", "/imports/<number>", answer=ImportView)
def show_import(call: Call) -> dict[str, Any]:
    """
    Show how far a pushed ledger was read, and its first hundred problems; without
    those of rows to who learns only the progress of some of them.
    """
    pushed = _import_of(call)
    if _tells_progress_only(call, pushed):
        return _with_problems(pushed)
    rows = Imports(call.session).rejected(pushed.id, _PROBLEMS_SHOWN)
    return _with_problems(pushed, rows)


@api(
    "GET",
    "/imports/<number>/corrections",
    query=PageQuery,
    answer=CorrectionView,
    many=True,
)
def list_corrected_rows(call: Call) -> Page[dict[str, Any]]:
    """
    List the rows that corrected a registered case, or in a dry run would, with what
    they changed.
    """
    pushed = _import_of(call)
    columns = columns_of(pushed.programme)
    page = History(call.session).of_import(pushed.id, call.page)
    return page.map(lambda one: as_shown(one, pushed.programme, columns))


@api(
    "GET",
    "/imports/<number>/rejected",
    roles=CLERKS,
    query=RejectedQuery,
    gives=XLSX,
    refusals=(409,),
)
def rejected_rows(call: Call) -> Download:
    """
    The rows that did not become cases, as a workbook to correct and push again, for the
    office whose ledger it is and for a purpose; they are kept for some days.
    """
    pushed = _import_of(call)
    opened(call, pushed.id, pushed.office, call.query["purpose"])
    rows = Imports(call.session).rejected(pushed.id)
    if pushed.rows_rejected and not rows:
        raise Conflict.because(
            "rejected_rows_cleared",
            "退回的行已过保存期限，已经删除。",
            "请由原来的台账改正后再次报送；已登记的行再报不会重复登记。",
        )
    form = current_policy().programmes.get(pushed.programme).form
    content = rejected_workbook(form, rows)
    return Download(content, XLSX, f"rejected-{pushed.id}.xlsx")


@api(
    "POST",
    "/imports/<number>/resumptions",
    roles=CLERKS,
    answer=ImportView,
    status=202,
    refusals=(409,),
)
def resume_import(call: Call) -> dict[str, Any]:
    """
    Have an import that stands still or was given up read on from where it stands.
    """
    pushed = _import_of(call, lock=True)
    if pushed.state not in UNENDED:
        raise _already_ended()
    Imports(call.session).move(pushed.id, ImportState.WAITING)
    OUTBOX.announce(
        call.session,
        ImportRequested(
            office=pushed.office, case_number=pushed.id, occurred_on=call.today
        ),
    )
    return _with_problems(_import_of(call))


@api(
    "POST",
    "/imports/<number>/ending",
    roles=CLERKS,
    body=EndingBody,
    answer=ImportView,
    refusals=(409,),
)
def end_import(call: Call) -> dict[str, Any]:
    """
    End an import that waits, is being read or stands still.

    Its file is deleted; rows already read stay.
    """
    pushed, imports = _import_of(call), Imports(call.session)
    ended = Problem(
        "ended_by_office",
        f"报送单位已终止读取：{call.body['reason'].rstrip('。')}。",
        "已读的行已按正常处理；需要时请重新报送。",
        Cell(),
    )
    if not imports.finish(
        pushed.id, state=ImportState.FAILED, notices=(), problems=[asdict(ended)]
    ):
        raise _already_ended()
    return _with_problems(_import_of(call))


def _already_ended() -> Conflict:
    return Conflict.because(
        "import_ended", "这份文件已读完或已终止。", "请查看办理情况。"
    )


def _require_new(before: str | None) -> None:
    if before:
        raise Conflict.because(
            "ledger_already_pushed",
            f"同一份文件已经报送过（{before}），没有重复登记。",
            f"查看办理情况：GET /imports/{before}；有改动时请报送改动后的文件。",
            f"/imports/{before}",
        )


def _import_of(call: Call, *, lock: bool = False) -> Import:
    """
    The import whose id is in the path.
    """
    number = call.path["number"]
    row = Imports(call.session).get(number, lock=lock)
    return in_sight(call, row, "报送", number)


def _tells_progress_only(call: Call, pushed: Import) -> bool:
    """
    Whether the problems of rows may quote to the caller what is kept from it (XQ-56).
    """
    policy = current_policy()
    return policy.programmes.get(pushed.programme).tells_progress_only(
        call.who.office, pushed.office, policy.directory, call.today
    )


def _with_problems(
    pushed: Import, rejected: Iterable[RejectedRow] = ()
) -> dict[str, Any]:
    """
    An import with its first problems: of the file as a whole, then row by row.
    """
    of_rows = (problem for row in rejected for problem in row.problems)
    problems = [*pushed.problems, *of_rows]
    address = f"/imports/{pushed.id}/rejected" if pushed.rows_rejected else None
    return {
        **vars(pushed),
        "problems": problems[:_PROBLEMS_SHOWN],
        "rejected_url": address,
        "stands_still": pushed.stands_still(datetime.now(UTC), still_after()),
    }
