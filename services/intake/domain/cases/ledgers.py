"""
Ledgers that an office pushed, and what became of their rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from shared.vocabulary import Term


class ImportState(Term):
    """How far a pushed ledger was read."""

    WAITING = "waiting", "等待读取"
    READING = "reading", "正在读取"
    GIVEN_UP = "given_up", "多次读取出错，已搁置"
    DONE = "done", "已读完"
    FAILED = "failed", "无法读取"


UNENDED = frozenset({ImportState.WAITING, ImportState.READING, ImportState.GIVEN_UP})


@dataclass(frozen=True, kw_only=True)
class Import:
    """
    A ledger that an office pushed, and how far it was read.

    *notices* are sentences about what was left unread, *problems* what is wrong with
    the file as a whole; *moved_at*: when it was pushed, taken up again or last went on.
    """

    id: str
    office: str
    programme: str
    filename: str
    dry_run: bool
    state: ImportState = ImportState.WAITING
    rows_read: int = 0
    rows_kept: int = 0
    rows_repeated: int = 0
    rows_corrected: int = 0
    rows_rejected: int = 0
    out_of_scope: int = 0
    created_at: datetime | None = None
    moved_at: datetime
    ended_at: datetime | None = None
    notices: tuple[str, ...] = ()
    problems: tuple[Mapping[str, Any], ...] = ()

    def stands_still(self, now: datetime, after: timedelta) -> bool:
        """
        Whether nobody has read on for so long that it is to be taken up or ended.
        """
        return self.state in UNENDED and now - self.moved_at > after


@dataclass(frozen=True)
class RejectedRow:
    """
    A row of a pushed ledger that did not become a case, and what is wrong with it;
    *raw* is what the office wrote, by the columns of the form.
    """

    import_id: str
    position: int
    sheet: str
    row: int
    problems: tuple[Mapping[str, Any], ...]
    raw: Mapping[str, str]
