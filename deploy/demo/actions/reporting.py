"""
What the story does at reporting: it signs returns.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from deploy.demo.places import CITY, NAMES
from deploy.demo.runner import Act, Action, Runner


def sign(run: Runner, action: Action, on: str) -> None:
    """
    Sign the return, keep its figures, wait until it is mailed.
    """
    by, office = action["by"], action["office"]
    signed = run.post(
        "reporting",
        "/returns",
        action,
        on,
        {"programme": run.programme, "office": office, "as_of": on},
    )
    where = f"/returns/{signed['id']}"
    outcome = run.outcome
    returns = outcome.returns if office == CITY else outcome.provincial_returns
    returns[on] = run.client.get("reporting", where, by)["figures"]
    run.outcome.signed.append(
        run.until(
            lambda: run.client.get("reporting", where, by),
            is_delivered,
            f"{NAMES[office]} {on} 的报表送达",
        )
    )


def is_delivered(signed: Mapping[str, Any]) -> bool:
    deliveries = signed.get("deliveries") or []
    return bool(deliveries) and all(d["state"] == "sent" for d in deliveries)


ACTIONS: Mapping[str, Act] = {"return": sign}
