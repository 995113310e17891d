"""
What the story does at assignment: batches, baselines, leaders, lists, closings.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from deploy.demo.client import Refused, path
from deploy.demo.pages import page
from deploy.demo.runner import Act, Action, Runner

# What the programme asks to be checked before a closing is confirmed.
CHECKED = {
    "resolved": [
        "substantive",
        "matter_settled",
        "feelings_settled",
        "spp_standard",
        "in_time",
    ],
    "lawful_ending": ["in_time", "ended_by_law", "help_handed_over"],
    "procedural": ["in_time"],
}

REPORT = "办结报告"
# The documents that a closing brings, each a file of the case.
BROUGHT = {
    "resolved": [REPORT],
    "lawful_ending": [REPORT, "终结决定"],
    "procedural": [REPORT],
}

NARRATIVES = {
    "resolved": "经面谈、释法说理，信访人对处理意见表示理解，诉求合理部分已经落实。",
    "lawful_ending": "已穷尽法律程序，经逐级审批依法终结，后续帮扶移交住所地。",
    "procedural": "信访人撤回申请，程序性办结，未作实体处理。",
}


def batch(run: Runner, action: Action, on: str) -> None:
    answer = run.post(
        "assignment",
        "/batches",
        action,
        on,
        {
            "programme": run.programme,
            "letter_no": action["letter_no"],
            "source": action["source"],
            "handed_on": on,
            "case_numbers": action["cases"],
        },
    )
    run.outcome.ids[action["ref"]] = answer["id"]


def receipt(run: Runner, action: Action, on: str) -> None:
    batch = run.outcome.ids[action["batch"]]
    run.post(
        "assignment", f"/batches/{batch}/receipts", action, on, {"received_on": on}
    )


def freeze(run: Runner, action: Action, on: str) -> None:
    """
    Fix the list that the rate is measured on from this day (A-06).
    """
    body = {"programme": run.programme, "baseline": action["baseline"]}
    run.post("assignment", "/baselines", action, on, {**body, "frozen_on": on})


def name_leaders(run: Runner, action: Action, on: str) -> None:
    run.post(
        "assignment",
        path("cases", action["case"], "leaders"),
        action,
        on,
        {
            "named_on": on,
            "leaders": action["leaders"],
            "department": action["department"],
        },
    )


def file(run: Runner, action: Action, on: str) -> None:
    """
    File an office's list (PY-17); the story knows whose is refused.
    """
    body = {
        "programme": run.programme,
        "office": action["office"],
        "filed_on": on,
    }
    try:
        run.post("assignment", "/filings", action, on, body)
    except Refused as refused:
        if action.get("refused") and refused.status == 409:
            return
        raise
    if action.get("refused"):
        raise RuntimeError(f"{action['office']} 的备案本应退回")


def close(run: Runner, action: Action, on: str) -> None:
    """
    Report a case closed, with documents that are filed with it.
    """
    case = path("cases", action["case"])
    if "explanation" in action["measures"]:
        key = f"{on}:explained:{action['by']}:{action['case']}"
        explanation = {
            "act": "explained",
            "on": on,
            "post": "检察官",
            "text": "释法说理。",
        }
        run.client.post("assignment", f"{case}/acts", action["by"], key, explanation)
    closing = run.post(
        "assignment",
        f"{case}/closings",
        action,
        on,
        {
            "kind": action["kind"],
            "concluded_on": on,
            "dispositions": action["dispositions"],
            "measures": action["measures"],
            "narrative": NARRATIVES[action["kind"]],
            "documents": [
                _filed(run, case, action, on, name) for name in BROUGHT[action["kind"]]
            ],
            "head_evidence": [
                {"head": head, "documents": [REPORT]} for head in action["dispositions"]
            ],
        },
    )
    run.closings[action["case"]] = (
        closing["id"],
        action["kind"],
        bool(closing["to_sign"]),
    )


def _filed(
    run: Runner, case: str, action: Action, on: str, name: str
) -> dict[str, str]:
    """
    A document of a closing: a page with its title.
    """
    key = f"{on}:document:{action['by']}:{action['case']}:{name}"
    fields = {"kind": "closing_report", "title": name, "on": on}
    where, content = f"{case}/documents", page(name, on)
    by = action["by"]
    filed = run.client.upload("assignment", where, by, key, content, **fields)
    return {"name": name, "reference": "卷一", "document_id": filed["id"]}


def review(run: Runner, action: Action, on: str) -> None:
    closing, kind, is_examined = run.closings[action["case"]]
    confirmed = action["verdict"] == "confirmed"
    if confirmed and is_examined:
        _examine(run, action, on, closing)
    body: dict[str, Any] = {
        "verdict": action["verdict"],
        "reviewed_on": on,
        "checklist": [
            {"item": item, "documents": [REPORT]}
            for item in (CHECKED[kind] if confirmed else ())
        ],
    }
    if "reasons" in action:
        body["reasons"] = action["reasons"]
    run.post("assignment", f"/closings/{closing}/reviews", action, on, body)


def _examine(run: Runner, action: Action, on: str, closing: str) -> None:
    """
    The department of the case's line in the city examines a closing before the hub
    (PY-44): that of the name of the one responsible for the case.
    """
    by, address = action["by"], path("cases", action["case"], "leaders")
    department = run.client.get("assignment", address, by)["department"]
    post = f"{department}主任"
    run.post(
        "assignment",
        f"/closings/{closing}/signatures",
        {**action, "do": "examine", "by": f"{by.split()[0]} leader {post}"},
        on,
        {"signer": "line", "post": post, "on": on, "opinion": "同意报结。"},
    )


def reopen(run: Runner, action: Action, on: str) -> None:
    run.post(
        "assignment",
        path("cases", action["case"], "reopenings"),
        action,
        on,
        {"reopened_on": on, "cause": action["cause"], "reason": action["reason"]},
    )


ACTIONS: Mapping[str, Act] = {
    "batch": batch,
    "receipt": receipt,
    "freeze": freeze,
    "name_leaders": name_leaders,
    "file": file,
    "close": close,
    "review": review,
    "reopen": reopen,
}
