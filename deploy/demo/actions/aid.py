"""
What the story does at aid.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import yaml

from deploy.demo.client import path
from deploy.demo.runner import HERE, Act, Action, Runner


def load_rule_set(name: str) -> dict[str, Any]:
    """
    A rule set as data.
    """
    file = HERE.parent / "rulesets" / f"{name}.yaml"
    rule_set: dict[str, Any] = yaml.load(
        file.read_text("utf-8"), Loader=yaml.CSafeLoader
    )
    return rule_set


def grounds(holding: Collection[str]) -> dict[str, list[dict[str, Any]]]:
    """
    The answers to all grounds of aid and of its refusal, of which those in *holding*
    hold.
    """
    law = load_rule_set("judicial-aid-2014")["aid"]
    return {
        name: [
            {"ground": ground, "holds": ground in holding, "evidence": "卷宗材料"}
            for ground in (each["id"] for each in law[name])
        ]
        for name in ("grounds", "refusals")
    }


def apply_for_aid(run: Runner, action: Action, on: str) -> None:
    answer = run.post(
        "aid",
        path("cases", action["case"], "aid-applications"),
        action,
        on,
        {
            "person": action["person"],
            "origin": "on_application",
            "applied_on": on,
            "hardship": action["hardship"],
        },
    )
    run.outcome.ids[action["ref"]] = answer["id"]


def enter_wage(run: Runner, action: Action, on: str) -> None:
    body = {name: action[name] for name in ("year", "amount_yuan", "source")}
    answer = run.post("aid", "/wages", action, on, body)
    run.outcome.ids[action["ref"]] = answer["id"]


def confirm_wage(run: Runner, action: Action, on: str) -> None:
    wage = run.outcome.ids[action["wage"]]
    run.post("aid", path("wages", wage, "confirmations"), action, on, {})


def verify_aid(run: Runner, action: Action, on: str) -> None:
    body = {"verified_on": on, "post": "检察官", **grounds(["other_need"])}
    _of_aid(run, "verifications", action, on, body)


def receive_aid_funds(run: Runner, action: Action, on: str) -> None:
    body = {name: action[name] for name in ("amount_yuan", "document")}
    _of_aid(run, "funds", action, on, {"received_on": on, **body})


def tell_of_aid(run: Runner, action: Action, on: str) -> None:
    _of_aid(run, "notices", action, on, {"told_on": on, "mode": "phone"})


def _of_aid(
    run: Runner, part: str, action: Action, on: str, body: Mapping[str, Any]
) -> None:
    aid = run.outcome.ids[action["aid"]]
    run.post("aid", path("aid-applications", aid, part), action, on, body)


def decide_aid(run: Runner, action: Action, on: str) -> None:
    aid = run.outcome.ids[action["aid"]]
    run.post(
        "aid",
        f"/aid-applications/{aid}/decisions",
        action,
        on,
        {
            "decision": action["decision"],
            "amount_yuan": action["amount_yuan"],
            "decided_on": on,
            "approver_post": "检察长",
            "reason": action["reason"],
        },
    )


def pay_aid(run: Runner, action: Action, on: str) -> None:
    aid = run.outcome.ids[action["aid"]]
    run.post(
        "aid",
        f"/aid-applications/{aid}/payments",
        action,
        on,
        {
            "paid_on": on,
            "amount_yuan": action["amount_yuan"],
            "voucher_no": action["voucher_no"],
        },
    )


ACTIONS: Mapping[str, Act] = {
    "apply_for_aid": apply_for_aid,
    "enter_wage": enter_wage,
    "confirm_wage": confirm_wage,
    "verify_aid": verify_aid,
    "receive_aid_funds": receive_aid_funds,
    "tell_of_aid": tell_of_aid,
    "decide_aid": decide_aid,
    "pay_aid": pay_aid,
}
