"""
One ledger from the file to the end of its import, and what is printed of it.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from enum import IntEnum
from pathlib import Path
from typing import Any
from uuid import uuid4

import click
from rich.console import Console
from rich.progress import Progress

from shared.cli.pushing.line import (
    REFUSED,
    Ledger,
    Line,
    NotSent,
    NotTaken,
    PushRefused,
)
from shared.cli.pushing.spool import Spool

_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 2.0  # seconds between two looks at an import
_PURPOSE = "改正退回的行后再次报送"  # for the read log
_UNENDED = {"waiting", "reading"}


class ExitCode(IntEnum):
    """
    How a push ended, for scripts.
    """

    DONE = 0  # every row is registered
    ROWS_BACK = 1  # some came back
    REFUSED = REFUSED  # the request itself: file, token, programme, options
    UNREADABLE = 3  # the file, or the import was ended
    UNFINISHED = 4  # sent, but not read to its end: it goes on without us, or stands
    NOT_SENT = 5  # the line is down; the file lies in the spool if there is one


def push(
    line: Line,
    file: Path,
    programme: str,
    *,
    dry_run: bool,
    rejected: Path | None,
    wait: float,
    spool: Spool | None,
) -> ExitCode:
    """
    Send *file*, wait for its import and say what became of it; pushed again, it is
    followed from where it stands.

    Raises `PushRefused` with every reason.
    """
    ledger = Ledger(file.read_bytes(), file.name, programme, dry_run, str(uuid4()))
    target = rejected or file.with_name(f"{file.stem}-退回.xlsx")
    try:
        job = _sent(line, ledger)
    except NotSent as error:
        click.echo(f"没有送达：{error}。", err=True)
        if spool is not None:
            spool.add(ledger)
            click.echo(
                f"已存入 {spool.folder}；线路恢复后运行 jianjian push --spool"
                f" {spool.folder} 补送。",
                err=True,
            )
        return ExitCode.NOT_SENT
    return _followed(line, job, target, wait)


def send_spooled(line: Line, spool: Spool, *, wait: float) -> ExitCode:
    """
    Send what lies in *spool*, the oldest first, until the line is down; the worst end
    of all. What was read leaves it, what cannot be read is set aside, and the rest is
    sent again the next time; one that is not let through holds up no other.
    """
    worst = ExitCode.DONE
    for name, ledger in spool.ledgers():
        click.echo(f"{ledger.filename}：")
        try:
            job = _sent(line, ledger)
        except NotSent as error:
            click.echo(f"没有送达：{error}。", err=True)
            worst = ExitCode.NOT_SENT
            if isinstance(error, NotTaken):
                continue
            break
        except PushRefused as refused:
            click.echo(refused.message, err=True)
            worst = max(worst, ExitCode.REFUSED)
            continue
        target = spool.folder / f"{Path(ledger.filename).stem}-{job['id']}-退回.xlsx"
        end = _followed(line, job, target, wait)
        worst = max(worst, end)
        if end in {ExitCode.DONE, ExitCode.ROWS_BACK}:
            spool.remove(name)
        elif end is ExitCode.UNREADABLE:
            spool.set_aside(name)
    return worst


def _sent(line: Line, ledger: Ledger) -> dict[str, Any]:
    """
    The import of a ledger, sent with its progress. Raises `NotSent`, also when somebody
    breaks it off: then it may have arrived, and the same key says so the next time.
    """
    with _progress() as progress:
        task = progress.add_task(f"正在发送 {ledger.filename}", total=1)
        try:
            return line.send(ledger, lambda part: progress.update(task, completed=part))
        except KeyboardInterrupt as error:
            raise NotSent("发送已中断") from error


def _progress() -> Progress:
    return Progress(transient=True, console=Console(stderr=True))


def _followed(line: Line, job: dict[str, Any], rejected: Path, wait: float) -> ExitCode:
    try:
        job = _until_ended(line, job, wait)
        return _print(line, job, rejected)
    except (NotSent, KeyboardInterrupt):
        click.echo(
            f"线路或者等候中断，报送 {job['id']} 已送达，由系统继续读取；"
            "再次运行可查看结果。",
            err=True,
        )
        return ExitCode.UNFINISHED


def _until_ended(line: Line, job: dict[str, Any], wait: float) -> dict[str, Any]:
    """
    The import at its end, or when it stands still or *wait* seconds have passed.
    """
    end, pause = time.monotonic() + wait, _FIRST_PAUSE
    with _progress() as progress:
        task = progress.add_task("等待读取", total=None)
        while job["state"] in _UNENDED and not job["stands_still"]:
            if time.monotonic() >= end:
                break
            time.sleep(pause)
            pause = min(1.5 * pause, _LONGEST_PAUSE)
            job = line.read(f"/imports/{job['id']}")
            if job["rows_read"]:
                progress.update(task, description=f"已读 {job['rows_read']} 行")
    return job


def _print(line: Line, job: Mapping[str, Any], rejected: Path) -> ExitCode:
    """
    Print what became of an import; store the rows that came back.
    """
    trial = "试读，什么也没有登记；正式报送时" if job["dry_run"] else ""
    click.echo(
        f"读取 {job['rows_read']} 行：{trial}登记 {job['rows_kept']}，"
        f"更正 {job['rows_corrected']}，已登记过 {job['rows_repeated']}，"
        f"退回 {job['rows_rejected']}，"
        f"不在治理范围 {job['out_of_scope']}。报送编号 {job['id']}。"
    )
    if job["rows_corrected"]:
        for each in line.corrections(job["id"]):
            columns = "、".join(field["title"] for field in each["fields"])
            click.echo(f"更正 {each['number']}：{columns}")
    for notice in job["notices"]:
        click.echo(f"注意：{notice}")
    for problem in job["problems"]:
        click.echo(_line_of(problem))
    if job["rejected_url"]:
        rejected.write_bytes(line.download(job["rejected_url"], _PURPOSE))
        click.echo(f"退回的行已存入 {rejected}，改正后请再次报送。")
    if job["state"] == "done":
        return ExitCode.ROWS_BACK if job["rows_rejected"] else ExitCode.DONE
    if job["state"] == "failed":
        return ExitCode.UNREADABLE
    click.echo(_unfinished(job), err=True)
    return ExitCode.UNFINISHED


def _line_of(problem: Mapping[str, Any]) -> str:
    """
    A problem in one line, however long: place, what is wrong, what to do.
    """
    row = f"第{problem['row']}行" if problem["row"] else ""
    column = f"{problem['column']}列" if problem["column"] else ""
    title = f"【{problem['title']}】" if problem["title"] else ""
    place = " ".join(filter(None, (problem["sheet"], f"{row}{column}{title}")))
    return f"{place}：{problem['detail']}{problem['remedy']}".lstrip("：")


def _unfinished(job: Mapping[str, Any]) -> str:
    number = job["id"]
    if job["state"] == "given_up" or job["stands_still"]:
        return (
            f"报送 {number} 停滞：可请求继续读取（POST /imports/{number}/resumptions）"
            f"或者终止（POST /imports/{number}/ending），并告知系统管理员。"
        )
    return f"报送 {number} 还在读取，不再等待；再次运行可查看结果。"
