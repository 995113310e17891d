"""
Performs the actions of `story.yaml` as requests of its offices to a running system.

`make demo`, `make drill` and the journey tests all run the story from here.
"""

from __future__ import annotations

import io
import json
import math
import os
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import yaml
from openpyxl import load_workbook

from deploy.demo import hearings
from deploy.demo.client import Client, Refused, path
from shared.settings import SERVICES, Settings

HERE = Path(__file__).parent
PROVINCE, CITY = "410000", "410900"
NAMES = {
    PROVINCE: "河南省人民检察院",
    CITY: "濮阳市人民检察院",
    "410902": "濮阳市华龙区人民检察院",
    "410922": "清丰县人民检察院",
    "410923": "南乐县人民检察院",
    "410926": "范县人民检察院",
    "410927": "台前县人民检察院",
    "410928": "濮阳县人民检察院",
}
AUDITOR = f"{PROVINCE} auditor"
AT_ONCE = 4  # requests
QUIET_WITHIN = 120.0  # seconds
_LOOK_EVERY = 0.15


class Clock(Protocol):
    """
    Sets the business day of all processes.
    """

    def __call__(self, day: date) -> None: ...


@dataclass
class Outcome:
    """
    What the system answered: the figures of each signed return by its day, the returns
    themselves, and the ids of what the story refers to.
    """

    returns: dict[str, dict[str, Any]] = field(default_factory=dict)
    provincial_returns: dict[str, dict[str, Any]] = field(default_factory=dict)
    signed: list[dict[str, Any]] = field(default_factory=list)
    ids: dict[str, str] = field(default_factory=dict)
    imports: dict[str, dict[str, Any]] = field(default_factory=dict)


def load() -> dict[str, Any]:
    """
    The story as data.
    """
    text = (HERE / "story.yaml").read_text(encoding="utf-8")
    story: dict[str, Any] = yaml.load(text, Loader=yaml.CSafeLoader)
    return story


def load_rule_set(name: str) -> dict[str, Any]:
    """
    A rule set as data.
    """
    file = HERE.parent / "rulesets" / f"{name}.yaml"
    read: dict[str, Any] = yaml.load(file.read_text("utf-8"), Loader=yaml.CSafeLoader)
    return read


def _answer(ground: str, *, holds: bool) -> dict[str, Any]:
    return {"ground": ground, "holds": holds, "evidence": "卷宗材料"}


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
                act = partial(runner.act, day["day"], on_action)
                list(pool.map(act, step))
    return runner.outcome


class Runner:
    """
    One method for each kind of action.
    """

    def __init__(self, client: Client, programme: str) -> None:
        self.client = client
        self.programme = programme
        self.outcome = Outcome()
        self.closings: dict[str, tuple[str, str]] = {}  # the last one of each case

    def act(
        self,
        on: date,
        on_action: Callable[[Mapping[str, Any]], None] | None,
        action: Mapping[str, Any],
    ) -> None:
        if on_action is not None:
            on_action(action)
        verb = "sign" if action["do"] == "return" else action["do"]
        getattr(self, verb)(action, on.isoformat())

    def post(
        self,
        service: str,
        where: str,
        action: Mapping[str, Any],
        on: str,
        body: Mapping[str, Any] | bytes,
        **parameters: str,
    ) -> dict[str, Any]:
        what = ("ref", "case", "petition", "batch", "file", "office", "aid", "hearing")
        about = ":".join(str(action[name]) for name in what if name in action)
        key = f"{on}:{action['do']}:{action['by']}:{about}"
        return self.client.post(service, where, action["by"], key, body, **parameters)

    # -- intake

    def push(self, action: Mapping[str, Any], on: str) -> None:
        content = (HERE / "ledgers" / action["file"]).read_bytes()
        self._push(action, on, action["file"], content)

    def push_corrected(self, action: Mapping[str, Any], on: str) -> None:
        """
        Fetch the rows that came back, correct the cells, push them again.
        """
        where = f"/imports/{self.outcome.ids[action['file']]}/rejected"
        rejected = self.client.content("intake", where, action["by"], "改正再报")
        self._push(
            action,
            on,
            "更正.xlsx",
            corrected(rejected, action["case"], action["cells"]),
        )

    def _push(
        self, action: Mapping[str, Any], on: str, name: str, content: bytes
    ) -> None:
        job = self.post(
            "intake",
            "/imports",
            action,
            on,
            content,
            programme=self.programme,
            filename=name,
        )
        self.outcome.ids.setdefault(action["file"], job["id"])
        where = f"/imports/{job['id']}"
        done = self._until(
            lambda: self.client.get("intake", where, action["by"]),
            lambda job: job["state"] in {"done", "failed"},
            f"台账 {name} 读取完毕",
        )
        if done["state"] == "failed":
            raise RuntimeError(f"{name}: {done['problems']}")
        self.outcome.imports[name] = done
        self._until_arrived(action["by"])

    def _until_arrived(self, by: str) -> None:
        """
        Wait until assignment has every case that intake has.
        """

        def missing() -> set[str]:
            sent, arrived = (
                {case["number"] for case in self.client.items(service, "/cases", by)}
                for service in ("intake", "assignment")
            )
            return sent - arrived

        self._until(missing, lambda numbers: not numbers, "各案件已到包案服务")

    def merge(self, action: Mapping[str, Any], on: str) -> None:
        by = action["by"]
        pairs = self.client.items("intake", "/duplicates", by)
        pair = {action["case"], action["into"]}
        if not any(pair == set(item["numbers"]) for item in pairs):
            raise RuntimeError(f"筛重没有发现 {' 与 '.join(sorted(pair))}")
        self.post(
            "intake",
            path("cases", action["case"], "merge"),
            action,
            on,
            {"into": action["into"], "merged_on": on, "reason": action["reason"]},
        )

    def unmerge(self, action: Mapping[str, Any], on: str) -> None:
        self.post(
            "intake",
            path("cases", action["case"], "unmerge"),
            action,
            on,
            {"unmerged_on": on, "reason": action["reason"]},
        )

    def petition(self, action: Mapping[str, Any], on: str) -> None:
        facts = ("channel", "category", "case_kind", "petitioner", "demand")
        body = {name: action[name] for name in (*facts, "original_case_no")}
        body |= {"programme": self.programme, "received_on": on}
        petition = self.post("intake", "/petitions", action, on, body)
        self.outcome.ids[action["ref"]] = petition["number"]

    def reply(self, action: Mapping[str, Any], on: str) -> None:
        number = self.outcome.ids[action["petition"]]
        body = {name: action[name] for name in ("kind", "mode", "summary")}
        self.post(
            "intake",
            path("petitions", number, "replies"),
            action,
            on,
            {**body, "replied_on": str(action.get("given_on", on))},
        )

    # -- assignment

    def batch(self, action: Mapping[str, Any], on: str) -> None:
        answer = self.post(
            "assignment",
            "/batches",
            action,
            on,
            {
                "programme": self.programme,
                "letter_no": action["letter_no"],
                "source": action["source"],
                "handed_on": on,
                "case_numbers": action["cases"],
            },
        )
        self.outcome.ids[action["ref"]] = answer["id"]

    def receipt(self, action: Mapping[str, Any], on: str) -> None:
        batch = self.outcome.ids[action["batch"]]
        self.post(
            "assignment", f"/batches/{batch}/receipts", action, on, {"received_on": on}
        )

    def freeze(self, action: Mapping[str, Any], on: str) -> None:
        """
        Fix the list that the rate is measured on from this day (A-06).
        """
        body = {"programme": self.programme, "baseline": action["baseline"]}
        self.post("assignment", "/baselines", action, on, {**body, "frozen_on": on})

    def name_leaders(self, action: Mapping[str, Any], on: str) -> None:
        self.post(
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

    def file(self, action: Mapping[str, Any], on: str) -> None:
        """
        File an office's list (PY-17); the story knows whose is refused.
        """
        body = {
            "programme": self.programme,
            "office": action["office"],
            "filed_on": on,
        }
        try:
            self.post("assignment", "/filings", action, on, body)
        except Refused as refused:
            if action.get("refused") and refused.status == 409:
                return
            raise
        if action.get("refused"):
            raise RuntimeError(f"{action['office']} 的备案本应退回")

    def close(self, action: Mapping[str, Any], on: str) -> None:
        closing = self.post(
            "assignment",
            path("cases", action["case"], "closings"),
            action,
            on,
            {
                "kind": action["kind"],
                "concluded_on": on,
                "dispositions": action["dispositions"],
                "measures": action["measures"],
                "narrative": NARRATIVES[action["kind"]],
                "documents": [{"name": name, "reference": "卷一"} for name in BROUGHT],
                "head_evidence": [
                    {"head": head, "documents": BROUGHT[:1]}
                    for head in action["dispositions"]
                ],
            },
        )
        self.closings[action["case"]] = (closing["id"], action["kind"])

    def review(self, action: Mapping[str, Any], on: str) -> None:
        closing, kind = self.closings[action["case"]]
        confirmed = action["verdict"] == "confirmed"
        body: dict[str, Any] = {
            "verdict": action["verdict"],
            "reviewed_on": on,
            "checklist": [
                {"item": item, "documents": BROUGHT[:1]}
                for item in (CHECKED[kind] if confirmed else ())
            ],
        }
        if "reasons" in action:
            body["reasons"] = action["reasons"]
        self.post("assignment", f"/closings/{closing}/reviews", action, on, body)

    def reopen(self, action: Mapping[str, Any], on: str) -> None:
        self.post(
            "assignment",
            path("cases", action["case"], "reopenings"),
            action,
            on,
            {"reopened_on": on, "cause": action["cause"], "reason": action["reason"]},
        )

    # -- hearing

    def decide_hearing(self, action: Mapping[str, Any], on: str) -> None:
        self.post(
            "hearing",
            path("cases", action["case"], "hearing-decisions"),
            action,
            on,
            {
                "decision": action["decision"],
                "decided_on": on,
                "reason": action["reason"],
                "approver_post": "检察长",
            },
        )

    def schedule_hearing(self, action: Mapping[str, Any], on: str) -> None:
        send = self._to_hearing(action, on)
        case = path("cases", action["case"])
        hearing = hearings.schedule(send, case, action, on)
        self.outcome.ids[action["ref"]] = hearing["id"]

    def sit(self, action: Mapping[str, Any], on: str) -> None:
        hearings.sit(self._to_hearing(action, on), self._hearing(action), action, on)

    def hearing_result(self, action: Mapping[str, Any], on: str) -> None:
        hearings.end(self._to_hearing(action, on), self._hearing(action), action, on)

    def _hearing(self, action: Mapping[str, Any]) -> dict[str, Any]:
        where = f"/hearings/{self.outcome.ids[action['hearing']]}"
        return self.client.get("hearing", where, action["by"])

    def _to_hearing(self, action: Mapping[str, Any], on: str) -> hearings.Send:
        """
        Posts one part of an action to hearing, by the office of the action.
        """
        office = action["by"].split()[0]
        ref = action.get("ref") or action["hearing"]

        def send(
            where: str, part: str, body: dict[str, Any], role: str = "clerk"
        ) -> dict[str, Any]:
            of_part = {**action, "ref": f"{ref} {part}", "by": f"{office} {role}"}
            return self.post("hearing", where, of_part, on, body)

        return send

    # -- aid

    def apply_for_aid(self, action: Mapping[str, Any], on: str) -> None:
        answer = self.post(
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
        self.outcome.ids[action["ref"]] = answer["id"]

    def enter_wage(self, action: Mapping[str, Any], on: str) -> None:
        body = {name: action[name] for name in ("year", "amount_yuan", "source")}
        answer = self.post("aid", "/wages", action, on, body)
        self.outcome.ids[action["ref"]] = answer["id"]

    def confirm_wage(self, action: Mapping[str, Any], on: str) -> None:
        wage = self.outcome.ids[action["wage"]]
        self.post("aid", path("wages", wage, "confirmations"), action, on, {})

    def verify_aid(self, action: Mapping[str, Any], on: str) -> None:
        """
        The last ground of aid holds, no ground of refusal does.
        """
        law = load_rule_set("judicial-aid-2014")["aid"]
        *others, last = (ground["id"] for ground in law["grounds"])
        body = {
            "verified_on": on,
            "post": "检察官",
            "grounds": [
                *(_answer(ground, holds=False) for ground in others),
                _answer(last, holds=True),
            ],
            "refusals": [_answer(each["id"], holds=False) for each in law["refusals"]],
        }
        self._of_aid("verifications", action, on, body)

    def receive_aid_funds(self, action: Mapping[str, Any], on: str) -> None:
        body = {name: action[name] for name in ("amount_yuan", "document")}
        self._of_aid("funds", action, on, {"received_on": on, **body})

    def tell_of_aid(self, action: Mapping[str, Any], on: str) -> None:
        self._of_aid("notices", action, on, {"told_on": on, "mode": "phone"})

    def _of_aid(
        self, what: str, action: Mapping[str, Any], on: str, body: Mapping[str, Any]
    ) -> None:
        aid = self.outcome.ids[action["aid"]]
        self.post("aid", path("aid-applications", aid, what), action, on, body)

    def decide_aid(self, action: Mapping[str, Any], on: str) -> None:
        aid = self.outcome.ids[action["aid"]]
        self.post(
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

    def pay_aid(self, action: Mapping[str, Any], on: str) -> None:
        aid = self.outcome.ids[action["aid"]]
        self.post(
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

    # -- reporting

    def sign(self, action: Mapping[str, Any], on: str) -> None:
        """
        Sign the return, keep its figures, wait until it is mailed.
        """
        by, office = action["by"], action["office"]
        signed = self.post(
            "reporting",
            "/returns",
            action,
            on,
            {"programme": self.programme, "office": office, "as_of": on},
        )
        where = f"/returns/{signed['id']}"
        outcome = self.outcome
        returns = outcome.returns if office == CITY else outcome.provincial_returns
        returns[on] = self.client.get("reporting", where, by)["figures"]
        self.outcome.signed.append(
            self._until(
                lambda: self.client.get("reporting", where, by),
                is_delivered,
                f"{NAMES[office]} {on} 的报表送达",
            )
        )

    def figures(self, office: str, on: str) -> dict[str, Any]:
        return self.client.get(
            "reporting",
            "/figures",
            AUDITOR,
            programme=self.programme,
            office=office,
            as_of=on,
        )

    def wait_until_quiet(self, on: date) -> None:
        """
        Wait until nothing is on its way: outboxes and queues empty, figures still.

        Three looks in a row must see the same, with nothing waiting.
        """
        seen: list[tuple[float, float, str]] = []

        def look() -> bool:
            figures = self.figures(CITY, on.isoformat())
            figures.pop("known_at", None)
            seen.append((self._waiting(), self._handled(), json.dumps(figures)))
            last = seen[-3:]
            return len(last) == 3 and last[0][0] == 0 and len(set(last)) == 1

        self._until(look, bool, "各服务处理完毕")

    def _waiting(self) -> float:
        """
        Events not yet published or still in a queue; endless while nobody knows.

        Raises `RuntimeError` if an event was given up as dead letters.
        """
        samples = self.client.samples("relay")
        gauges = {s.name for s in samples if s.value == 1}
        if not {"jianjian_broker_scrape_ok", "jianjian_backlog_scrape_ok"} <= gauges:
            return math.inf
        queued = [s for s in samples if s.name == "jianjian_queue_messages"]
        dead_letters = [
            s.labels["service"]
            for s in queued
            if s.labels["queue"] == "dead" and s.value
        ]
        if dead_letters:
            raise RuntimeError(f"有事件被搁置：{'、'.join(dead_letters)}")
        unsent = [s for s in samples if s.name == "jianjian_outbox_pending"]
        if len(unsent) < len(SERVICES):
            return math.inf
        return sum(sample.value for sample in (*queued, *unsent))

    def _handled(self) -> float:
        return sum(
            sample.value
            for service in SERVICES
            for sample in self.client.samples(service)
            if sample.name == "jianjian_event_handler_seconds_count"
        )

    def _until(
        self, look: Callable[[], Any], enough: Callable[[Any], bool], what: str
    ) -> Any:
        """
        Look until it is enough. Raises `TimeoutError`.
        """
        deadline = time.monotonic() + QUIET_WITHIN
        while not enough(state := look()):
            if time.monotonic() > deadline:
                raise TimeoutError(f"{what}：等候超过 {QUIET_WITHIN:.0f} 秒；{state}")
            time.sleep(_LOOK_EVERY)
        return state


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
# The documents that every closing brings.
BROUGHT = ["办结报告", "终结决定"]
NARRATIVES = {
    "resolved": "经面谈、释法说理，信访人对处理意见表示理解，诉求合理部分已经落实。",
    "lawful_ending": "已穷尽法律程序，经逐级审批依法终结，后续帮扶移交住所地。",
    "procedural": "信访人撤回申请，程序性办结，未作实体处理。",
}


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


def is_delivered(signed: Mapping[str, Any]) -> bool:
    deliveries = signed.get("deliveries") or []
    return bool(deliveries) and all(d["state"] == "sent" for d in deliveries)


def client_of(environment: Mapping[str, str]) -> Client:
    """
    A client of the system with these settings. It signs its own tokens: the system's
    signing key becomes the one of this process.
    """
    os.environ["SIGNING_KEY"] = environment["SIGNING_KEY"]
    return Client.of(Settings(environment), NAMES)
