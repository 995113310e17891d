"""
Performs the actions of `story.yaml` as requests of its offices to a running system.

`make demo`, `make drill` and the journey tests all run the story from here.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial
from typing import Any, Protocol

import yaml

from deploy.demo.actions import ACTIONS
from deploy.demo.client import Client
from deploy.demo.places import NAMES
from deploy.demo.runner import HERE, Action, Outcome, Runner
from shared.settings import Settings

AT_ONCE = 4  # requests


class Clock(Protocol):
    """
    Sets the business day of all processes.
    """

    def __call__(self, day: date) -> None: ...


def load() -> dict[str, Any]:
    """
    The story as data.
    """
    text = (HERE / "story.yaml").read_text(encoding="utf-8")
    story: dict[str, Any] = yaml.load(text, Loader=yaml.CSafeLoader)
    return story


def run_story(
    client: Client,
    clock: Clock,
    *,
    until: date | None = None,
    on_action: Callable[[Mapping[str, Any]], None] | None = None,
) -> Outcome:
    """
    Perform the story up to *until*; *on_action* is called before each action.

    Each request has an idempotency key of its own, so it may be sent until it is
    answered.
    """
    story = load()
    runner = Runner(client, story["programme"])
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for day in story["days"]:
            if until is not None and day["day"] > until:
                break
            clock(day["day"])
            for step in day["steps"]:
                if any(action["do"] == "return" for action in step):
                    runner.wait_until_quiet(day["day"])
                act = partial(_act, runner, day["day"], on_action)
                list(pool.map(act, step))
    return runner.outcome


def _act(
    runner: Runner,
    on: date,
    on_action: Callable[[Action], None] | None,
    action: Action,
) -> None:
    if on_action is not None:
        on_action(action)
    ACTIONS[action["do"]](runner, action, on.isoformat())


def client_of(environment: Mapping[str, str]) -> Client:
    """
    A client of the system with these settings. It signs its own tokens: the system's
    signing key becomes the one of this process.
    """
    os.environ["SIGNING_KEY"] = environment["SIGNING_KEY"]
    return Client.of(Settings(environment), NAMES)
