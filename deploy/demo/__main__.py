"""
Runs the story against a running system and shows its returns: `python -m deploy.demo`.

Without SIGNING_KEY in the environment it is the system that `make up` started under
`--var`, else the one that the environment describes.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from deploy.demo.client import Client, Refused
from deploy.demo.compare import COLUMNS, all_differences
from deploy.demo.places import CITY, NAMES, PROVINCE
from deploy.demo.programme_story import NotAsToldError, ProgrammeStory, load_story
from deploy.demo.runner import Outcome
from deploy.demo.story import Clock, client_of, load, run_story
from deploy.local.clock import FileClock
from deploy.local.stack import Stack
from shared.settings import SERVICES

PUYANG = "puyang-2020"
FIRST_DAY = "2020-11-01"  # of Puyang's story: before its first ledger
WIDTH = 120  # characters of a line where there is no terminal


def table(title: str, figures: Mapping[str, Any]) -> Table:
    """
    A return as an office reads it.
    """
    grid = Table(title=title, box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    grid.add_column("单位")
    for column in COLUMNS.values():
        grid.add_column(column, justify="right")
    for row in figures["rows"]:
        grid.add_row(row["name"], *(str(row[key]) for key in COLUMNS))
    grid.add_section()
    grid.add_row("合计", *(str(figures["total"][key]) for key in COLUMNS))
    return grid


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--var", type=Path, default=Path("var"))
    parser.add_argument("--programme", default=PUYANG, help="whose story")
    parser.add_argument("--first-day", action="store_true", help="print it, no more")
    options = parser.parse_args()
    var: Path = options.var
    story = None if options.programme == PUYANG else load_story(options.programme)
    if options.first_day:
        sys.stdout.write(f"{story['days'][0]['day'] if story else FIRST_DAY}\n")
        return 0
    console = Console()
    if not console.is_terminal:
        console = Console(width=WIDTH)
    environment: Mapping[str, str] = os.environ
    if "SIGNING_KEY" not in environment:
        environment = Stack.at(var).environment()
    client = client_of(environment)
    clock = FileClock(Path(environment["BUSINESS_CLOCK_FILE"]))
    if story:
        return _tell(story, client, clock, console)
    auditor = var / "auditor.token"
    auditor.touch(mode=0o600)
    auditor.write_text(client.token(PROVINCE, "auditor"), encoding="ascii")
    outcome = _run_with_progress(client, clock, console)
    wrong = _show(outcome, console)
    mails = sorted(str(mail) for mail in (var / "mail").glob("*.eml"))
    services = {name: client.urls[name] for name in SERVICES}
    results = {
        "services": services,
        "auditor_token_file": str(auditor),
        "returns": outcome.returns,
        "provincial_returns": outcome.provincial_returns,
        "mails": mails,
    }
    text = json.dumps(results, ensure_ascii=False, indent=1)
    (var / "demo.json").write_text(text + "\n", encoding="utf-8")
    console.print("邮件：", *mails, sep="\n  ")
    console.print("服务：", *(f"{n} {url}" for n, url in services.items()), sep="\n  ")
    console.print(f"稽核令牌 {auditor}；全部结果 {var / 'demo.json'}")
    return 1 if wrong else 0


def _tell(
    story: Mapping[str, Any], client: Client, clock: Clock, console: Console
) -> int:
    """
    Run the story of another programme, a line for each step with its source.
    """
    console.print(story["title"])

    def day_begins(day: date) -> None:
        clock(day)
        console.print(f"{day:%Y年%m月%d日}")

    def print_step(step: Mapping[str, Any]) -> None:
        console.print(f"  {step['says']}〔{step['source']}〕")

    try:
        ProgrammeStory(client, story, print_step).run(day_begins)
    except (NotAsToldError, Refused) as wrong:
        console.print(f"[red]不一致：[/]{escape(str(wrong))}")
        return 1
    console.print("与手工推算：[green]一致")
    return 0


def _run_with_progress(client: Client, clock: Clock, console: Console) -> Outcome:
    days = load()["days"]
    count = sum(len(step) for day in days for step in day["steps"])
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as progress:
        line = progress.add_task("", total=count)

        def show(day: date) -> None:
            clock(day)
            progress.update(line, description=f"{day:%Y年%m月%d日}")

        return run_story(client, show, on_action=lambda _action: progress.advance(line))


def _show(outcome: Outcome, console: Console) -> list[str]:
    """
    Print both returns of each year end and whether they are the expected ones.
    """
    for on, figures in outcome.returns.items():
        console.print(table(f"{NAMES[CITY]}　截至 {on}", figures))
        provincial = outcome.provincial_returns[on]
        console.print(table(f"{NAMES[PROVINCE]}　截至 {on}", provincial))
    wrong = all_differences(outcome.returns, outcome.provincial_returns)
    console.print("与独立核算：", "[red]不一致" if wrong else "[green]一致")
    for line in wrong:
        console.print(f"  {line}")
    return wrong


if __name__ == "__main__":
    sys.exit(main())
