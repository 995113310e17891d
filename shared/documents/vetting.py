"""
Whether an uploaded file may be taken: by its type, its size and the virus scanner.

It is found out before the transaction begins, off the event loop.
"""

from __future__ import annotations

import shlex
import subprocess
from typing import Any

from eventlet import tpool
from eventlet.patcher import original
from eventlet.semaphore import Semaphore

from shared.documents.filing import NewDocument
from shared.documents.rules import FileType, document_rules
from shared.errors import Problem, Rejected, Unavailable, reject_if
from shared.settings import settings
from shared.vocabulary import ScanState
from shared.web.call import Call

_AT_ONCE = 4  # files that are looked into; each is held as a whole
_INFECTED = 1  # the exit code of clamdscan, and of what stands in for it
_turns = Semaphore(_AT_ONCE)
_processes: Any = original("subprocess")


def vet(call: Call) -> NewDocument:
    """
    The file of a request, found fit to be filed.

    Raises `Rejected` with the reasons; `Unavailable` if the scanner cannot answer.
    """
    rules, form, content = document_rules(), call.body, call.raw
    kind = rules.kind_of(form["kind"])
    problems = [] if kind else [_no_such_kind()]
    if form["on"] > call.today:
        problems.append(
            Problem("date_in_future", "材料的日期晚于今天。", "请改正日期。", "/on")
        )
    with _turns:
        # In a thread of the system: reading bytes for seconds would stop every green
        # thread of the process.
        file_type: FileType | None = tpool.execute(rules.type_of, content)
        problems += rules.problems_of(file_type, content)
        reject_if(problems)
        scan = tpool.execute(scanned, content)
    if file_type is None or kind is None:
        raise TypeError(form)
    return NewDocument(
        content=content,
        media_type=file_type.media_type,
        filename=call.filename or f"{form['title']}.{file_type.id}",
        kind=kind,
        title=form["title"],
        dated=form["on"],
        scan=scan,
    )


def scanned(content: bytes) -> ScanState:
    """
    What the virus scanner says of a content that it reads from its standard input.

    Raises `Rejected` for one in which it finds something; `Unavailable` for any other
    exit code than 0 and 1: nothing is taken unseen where a scanner is set.
    """
    command = settings.get("DOCUMENT_SCANNER")
    if not command:
        return ScanState.NOT_SCANNED
    try:
        scan = _processes.run(
            shlex.split(command),
            input=content,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=settings.integer("DOCUMENT_SCANNER_SECONDS"),
            check=False,
        )
    except (OSError, _processes.TimeoutExpired):
        raise _no_scanner() from None
    if scan.returncode == _INFECTED:
        raise Rejected.because(
            "infected_file",
            "病毒扫描发现文件有问题，未收存。",
            "请在安全的电脑上清除后重新上传。",
            "/file",
        )
    if scan.returncode:
        raise _no_scanner()
    return ScanState.CLEAN


def _no_scanner() -> Unavailable:
    return Unavailable.because(
        "scanner_away", "病毒扫描程序没有应答，文件未收存。", "请稍后重试。"
    )


def _no_such_kind() -> Problem:
    kinds = "、".join(f"{k}（{title}）" for k, title in document_rules().titles.items())
    return Problem("not_in_list", "没有这种材料。", f"可选：{kinds}。", "/kind")
