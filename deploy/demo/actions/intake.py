"""
What the story does at intake: ledgers, merges, petitions and replies.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from openpyxl import load_workbook

from deploy.demo.client import path
from deploy.demo.runner import HERE, Act, Action, Runner


def push(run: Runner, action: Action, on: str) -> None:
    content = (HERE / "ledgers" / action["file"]).read_bytes()
    _push(run, action, on, action["file"], content)


def push_corrected(run: Runner, action: Action, on: str) -> None:
    """
    Fetch the rows that came back, correct the cells, push them again.
    """
    where = f"/imports/{run.outcome.ids[action['file']]}/rejected"
    rejected = run.client.content("intake", where, action["by"], "改正再报")
    _push(
        run,
        action,
        on,
        "更正.xlsx",
        corrected(rejected, action["case"], action["cells"]),
    )


def _push(run: Runner, action: Action, on: str, name: str, content: bytes) -> None:
    job = run.post(
        "intake",
        "/imports",
        action,
        on,
        content,
        programme=run.programme,
        filename=name,
    )
    run.outcome.ids.setdefault(action["file"], job["id"])
    where = f"/imports/{job['id']}"
    job_done = run.until(
        lambda: run.client.get("intake", where, action["by"]),
        lambda job: job["state"] in {"done", "failed"},
        f"台账 {name} 读取完毕",
    )
    if job_done["state"] == "failed":
        raise RuntimeError(f"{name}: {job_done['problems']}")
    run.outcome.imports[name] = job_done
    _until_arrived(run, action["by"])


def _until_arrived(run: Runner, by: str) -> None:
    """
    Wait until assignment has every case that intake has.
    """

    def missing() -> set[str]:
        opened, arrived = (
            {case["number"] for case in run.client.items(service, "/cases", by)}
            for service in ("intake", "assignment")
        )
        return opened - arrived

    run.until(missing, lambda numbers: not numbers, "各案件已到包案服务")


def merge(run: Runner, action: Action, on: str) -> None:
    by = action["by"]
    pairs = run.client.items("intake", "/duplicates", by)
    pair = {action["case"], action["into"]}
    if not any(pair == set(item["numbers"]) for item in pairs):
        raise RuntimeError(f"筛重没有发现 {' 与 '.join(sorted(pair))}")
    run.post(
        "intake",
        path("cases", action["case"], "merge"),
        action,
        on,
        {"into": action["into"], "merged_on": on, "reason": action["reason"]},
    )


def unmerge(run: Runner, action: Action, on: str) -> None:
    run.post(
        "intake",
        path("cases", action["case"], "unmerge"),
        action,
        on,
        {"unmerged_on": on, "reason": action["reason"]},
    )


def petition(run: Runner, action: Action, on: str) -> None:
    facts = ("channel", "category", "case_kind", "petitioner", "demand")
    body = {name: action[name] for name in (*facts, "original_case_no")}
    body |= {"programme": run.programme, "received_on": on}
    petition = run.post("intake", "/petitions", action, on, body)
    run.outcome.ids[action["ref"]] = petition["number"]


def reply(run: Runner, action: Action, on: str) -> None:
    number = run.outcome.ids[action["petition"]]
    body = {name: action[name] for name in ("kind", "mode", "summary")}
    run.post(
        "intake",
        path("petitions", number, "replies"),
        action,
        on,
        {**body, "replied_on": str(action.get("given_on", on))},
    )


def corrected(rejected: bytes, number: str, cells: Mapping[str, Any]) -> bytes:
    """
    The workbook of rejected rows with the *cells* (by title) of one case put right.
    """
    book = load_workbook(io.BytesIO(rejected))
    sheet: Any = book.active
    titles: dict[str, int] = {}
    for line in sheet.iter_rows():
        texts = {str(cell.value).strip(): cell.column for cell in line if cell.value}
        if number in texts:
            for title, value in cells.items():
                sheet.cell(line[0].row, titles[title], value)
            break
        titles |= texts  # what stands above the rows: the titles, in one row or two
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


ACTIONS: Mapping[str, Act] = {
    "push": push,
    "push_corrected": push_corrected,
    "merge": merge,
    "unmerge": unmerge,
    "petition": petition,
    "reply": reply,
}
