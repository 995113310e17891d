"""
`jianjian push`: sends a ledger, follows the job, and brings the bad rows back.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import click
import httpx
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

_POLL_SECONDS = 0.3


def push(
    file: Path,
    programme: str,
    url: str,
    bearer: str,
    *,
    dry_run: bool,
    rejected: Path | None,
) -> dict[str, Any]:
    """
    Push *file* and wait until it is read; print what became of it.

    Raises `click.ClickException` with every fault when it was refused.
    """
    headers = {"Authorization": f"Bearer {bearer}"}
    query = {
        "programme": programme,
        "filename": file.name,
        "dry_run": str(dry_run).lower(),
    }
    with httpx.Client(base_url=url, headers=headers, timeout=60) as client:
        answer = client.post("/imports", params=query, content=file.read_bytes())
        if answer.is_error:
            raise click.ClickException(_refusal(answer))
        job = _follow(client, answer.json())
        _print(job)
        if job["rejected_url"]:
            target = rejected or file.with_name(f"{file.stem}-退回.xlsx")
            target.write_bytes(client.get(job["rejected_url"]).content)
            click.echo(f"退回的行已存入 {target}，改正后请再次报送。")
    return job


def _follow(client: httpx.Client, job: dict[str, Any]) -> dict[str, Any]:
    with Progress(transient=True, console=Console(stderr=True)) as progress:
        task = progress.add_task("正在读取台账", total=None)
        while job["state"] in {"waiting", "reading"}:
            time.sleep(_POLL_SECONDS)
            job = client.get(f"/imports/{job['id']}").raise_for_status().json()
            progress.update(task, completed=job["rows_read"])
    return job


def _print(job: dict[str, Any]) -> None:
    click.echo(
        f"读取 {job['rows_read']} 行：登记 {job['rows_kept']}，"
        f"更正 {job['rows_corrected']}，已登记过 {job['rows_repeated']}，"
        f"退回 {job['rows_rejected']}，不在治理范围 {job['out_of_scope']}。"
    )
    if not job["problems"]:
        return
    table = Table("表", "行", "列", "栏目", "问题", "处理办法")
    for problem in job["problems"]:
        place = (problem["sheet"], str(problem["row"] or ""), problem["column"])
        table.add_row(*place, problem["title"], problem["detail"], problem["remedy"])
    Console().print(table)


def _refusal(answer: httpx.Response) -> str:
    try:
        problems = answer.json()["errors"]
    except (ValueError, KeyError):
        return f"{answer.status_code} {answer.reason_phrase}"
    return "\n".join(f"{problem['detail']}{problem['remedy']}" for problem in problems)
