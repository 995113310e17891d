"""
Runs the story of one programme, `deploy/stories/CODE.yaml`, against a running system:
what its offices send through the public endpoints, and what must be shown each time.

A story is a list of days, a day a list of steps; what a step may say stands at the head
of jiaozuo-2021.yaml. Numbers are kept by name (`keep`) and stand for `{name}`.
"""

from __future__ import annotations

import csv
import io
import json
import time
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from pypdf import PdfReader

from deploy.demo import hearings
from deploy.demo.actions.aid import grounds
from deploy.demo.client import Client, Refused, path
from deploy.demo.pages import page

STORIES = Path(__file__).parents[1] / "stories"
_VERBS = (
    *("push", "send", "plan", "adjourn", "sit", "result", "file", "verify", "pay"),
    *("owes", "shows", "bind", "line"),
)
_WITHIN = 60.0  # seconds
_PAUSE = 0.1


class NotAsToldError(AssertionError):
    """
    The system shows something else than the story expects.
    """


def load_story(code: str) -> dict[str, Any]:
    """
    The story of a programme as data.
    """
    text = (STORIES / f"{code}.yaml").read_text(encoding="utf-8")
    story: dict[str, Any] = yaml.load(text, Loader=yaml.CSafeLoader)
    return story


class ProgrammeStory:
    """
    A story at work; *on_step* is called with each step before it is taken.
    """

    def __init__(
        self,
        client: Client,
        story: Mapping[str, Any],
        on_step: Callable[[Mapping[str, Any]], None] = lambda _step: None,
    ) -> None:
        self.client, self.story, self.on_step = client, story, on_step
        self.kept: dict[str, str] = {}
        self.today = ""
        self.count = 0

    def run(self, clock: Callable[[date], None]) -> None:
        """
        Raises `Refused` where a request is refused, `NotAsToldError` where the system
        does not show what the story expects.
        """
        for day in self.story["days"]:
            clock(day["day"])
            self.today = day["day"].isoformat()
            for step in day["steps"]:
                self.count += 1
                self.on_step(step)
                for verb in _VERBS:
                    if verb in step:
                        getattr(self, f"_{verb}")(step)

    def _push(self, step: Mapping[str, Any]) -> None:
        """
        Push rows of the programme's own form; all of them become cases in scope.
        """
        content = json.dumps(step["push"], ensure_ascii=False, default=str).encode()
        query = {"programme": self.story["programme"], "filename": "台账.json"}
        job = self._post(step, "intake", "/imports", content, **query)

        def outcome() -> tuple[Any, ...]:
            where = f"/imports/{job['id']}"
            answer = self.client.get("intake", where, step["by"])
            names = ("state", "rows_kept", "out_of_scope", "problems")
            return tuple(answer[name] for name in names)

        self._wait(step, outcome, ("done", len(step["push"]), 0, []))

    def _send(self, step: Mapping[str, Any]) -> None:
        service, where = self._place(step["send"])
        answer = self._post(step, service, where, self._named(step["body"]))
        if "keep" in step:
            self.kept[step["keep"]] = answer.get("id") or answer["number"]

    def _plan(self, step: Mapping[str, Any]) -> None:
        """
        Plan a hearing: members accept, everybody is told and the public, all today.
        """
        case = path("cases", self._named(step["plan"]))
        action = {"ref": step["keep"], **step["body"]}
        hearing = hearings.schedule(self._to_hearing(step), case, action, self.today)
        self.kept[step["keep"]] = hearing["id"]

    def _adjourn(self, step: Mapping[str, Any]) -> None:
        """
        Put a hearing off; the members accept the new day, and everybody is told again.
        """
        hearing, body = self._hearing(step, step["adjourn"]), step["body"]
        hearings.adjourn(self._to_hearing(step), hearing, body, self.today)

    def _sit(self, step: Mapping[str, Any]) -> None:
        hearing = self._hearing(step, step["sit"])
        hearings.sit(self._to_hearing(step), hearing, step["body"], self.today)

    def _result(self, step: Mapping[str, Any]) -> None:
        hearing = self._hearing(step, step["result"])
        hearings.end(self._to_hearing(step), hearing, step["body"], self.today)

    def _hearing(self, step: Mapping[str, Any], written: str) -> dict[str, Any]:
        where = path("hearings", self._named(written))
        return self.client.get("hearing", where, step["by"])

    def _to_hearing(self, step: Mapping[str, Any]) -> hearings.Send:
        """
        Posts one part of a step to hearing, by the office of the step.
        """
        office = step["by"].split()[0]

        def send(
            where: str, part: str, body: Mapping[str, Any], role: str = "clerk"
        ) -> dict[str, Any]:
            by, key = f"{office} {role}", f"{self._key}:{part}"
            return self.client.post("hearing", where, by, key, body)

        return send

    def _file(self, step: Mapping[str, Any]) -> None:
        """
        File a document with a matter: a page with its title and day.
        """
        service, where = self._place(step["file"])
        fields = self._named(step["body"])
        content = page(fields["title"], fields["on"])
        by, key = step["by"], self._key
        answer = self.client.upload(service, where, by, key, content, **fields)
        self.kept[step["keep"]] = answer["id"]

    def _verify(self, step: Mapping[str, Any]) -> None:
        """
        Verify an application for aid, ground by ground: those that the body names hold,
        of aid or of its refusal.
        """
        where = path("aid-applications", self._named(step["verify"]), "verifications")
        answers = grounds(step["body"]["holds"])
        body = {"verified_on": self.today, "post": step["body"]["post"], **answers}
        self._post(step, "aid", where, body)

    def _pay(self, step: Mapping[str, Any]) -> None:
        """
        The finance office gets a payment file, once more for each confirmation that was
        lost, and confirms each line as paid by each of the vouchers of the body; fields
        of the reconciliation.
        """
        where = path("payment-files", self._named(step["pay"]))
        by, key, body = step["by"], self._key, self._named(step["body"])
        contents = {
            self.client.fetch(
                "aid", f"{where}/sendings", by, f"{key}:sent{sending}", {}
            )
            for sending in range(1 + body.get("lost", 0))
        }
        if len(contents) != 1:
            raise NotAsToldError(f"{step['says']}: sent again, the file is another")
        _, *lines, _ = csv.reader(io.StringIO(contents.pop().decode("utf-8-sig")))
        paid = "".join(
            f"{reference},{amount},{body['paid_on']},{voucher},成功\r\n"
            for reference, _, _, _, amount, _ in lines
            for voucher in body["vouchers"]
        )
        content = f"付款编号,金额（元）,支付日期,凭证号,结果\r\n{paid}".encode()
        confirmed = self._post(step, "aid", f"{where}/confirmations", content)
        self._wait(
            step,
            lambda: {name: confirmed[name] for name in step["fields"]},
            step["fields"],
        )

    def _bind(self, step: Mapping[str, Any]) -> None:
        """
        What is bound in the dossier of a case, by its outline, and how many pages of
        documents that has.
        """
        case = self._named(step["bind"])
        where, purpose = path("cases", case, "dossier", "pdf"), {"purpose": "归档"}

        def bound() -> tuple[list[str], int]:
            content = self.client.fetch("assignment", where, step["by"], "", purpose)
            book = PdfReader(io.BytesIO(content))
            begins = [
                (str(each.title), book.get_destination_page_number(each) or 0)
                for each in book.outline
                if not isinstance(each, list)
            ]
            first, after = begins[2][1], begins[-1][1]
            return [title for title, _ in begins[2:-1]], after - first

        self._wait(step, bound, (step["documents"], step["document_pages"]))

    def _owes(self, step: Mapping[str, Any]) -> None:
        """
        All duties of a matter that are open, each with the day on which it is due.
        """
        query = {"number": self._named(step["matter"]), "state": "open"}

        def owed() -> dict[str, str]:
            duties = self.client.items("assignment", "/duties", step["by"], **query)
            return {duty["kind"]: duty["due_on"] for duty in duties}

        expected = {kind: str(day) for kind, day in step["owes"].items()}
        self._wait(step, owed, expected)

    def _shows(self, step: Mapping[str, Any]) -> None:
        """
        Fields of what a place shows; of what stands in a field, those that are named.
        """
        service, where = self._place(step["shows"])
        expected = self._named(step["fields"])
        query = self._named(step.get("query", {}))

        def shown() -> Any:
            try:
                answer = self.client.get(service, where, step["by"], **query)
            except Refused as refused:
                if not refused.is_early:
                    raise
                return {}
            return _as_named_in(expected, answer)

        self._wait(step, shown, expected)

    def _line(self, step: Mapping[str, Any]) -> None:
        """
        The line of an office in the return that its upper office signs for a day.
        """
        on, office = str(step["as_of"]), step["office"]
        query = {"programme": self.story["programme"], "as_of": on}

        def line(figures: Mapping[str, Any]) -> dict[str, Any]:
            rows = (row for row in figures["rows"] if row["office"] == office)
            return {
                name: value
                for name, value in next(rows).items()
                if name in expected_line
            }

        expected_line: dict[str, Any] = step["line"]
        get, by = self.client.get, step["by"]
        self._wait(
            step, lambda: line(get("reporting", "/figures", by, **query)), expected_line
        )
        signed = self._post(step, "reporting", "/returns", query)
        signed_return = get("reporting", f"/returns/{signed['id']}", by)
        self._wait(step, lambda: line(signed_return["figures"]), expected_line)

    def _post(
        self,
        step: Mapping[str, Any],
        service: str,
        where: str,
        body: Mapping[str, Any] | bytes,
        **parameters: str,
    ) -> dict[str, Any]:
        by, key = step["by"], self._key
        return self.client.post(service, where, by, key, body, **parameters)

    @property
    def _key(self) -> str:
        """
        Return the idempotency key of the current step: taken again, it is the same
        request.
        """
        return f"{self.story['programme']}:{self.count}"

    def _place(self, written: str) -> tuple[str, str]:
        """
        The service and the path of `service/part/part`.
        """
        service, *parts = self._named(written).split("/")
        return service, path(*parts)

    def _named(self, written: Any) -> Any:
        """
        Days as text, and the numbers that were kept in the places of their names.
        """
        if isinstance(written, Mapping):
            return {name: self._named(value) for name, value in written.items()}
        if isinstance(written, list):
            return [self._named(value) for value in written]
        if isinstance(written, str):
            return written.format_map(self.kept)
        return written.isoformat() if isinstance(written, date) else written

    def _wait(
        self, step: Mapping[str, Any], look: Callable[[], Any], expected: Any
    ) -> None:
        deadline = time.monotonic() + _WITHIN
        while (actual := look()) != expected:
            if time.monotonic() > deadline:
                raise NotAsToldError(f"{step['says']}：应为 {expected}，现为 {actual}")
            time.sleep(_PAUSE)


def _as_named_in(expected: Any, actual: Any) -> Any:
    """
    The fields of *actual* that *expected* names, also within lists of the same length.
    """
    if isinstance(expected, Mapping) and isinstance(actual, Mapping):
        return {
            name: _as_named_in(each, actual[name]) for name, each in expected.items()
        }
    if isinstance(expected, list) and len(expected) == len(actual):
        return [*map(_as_named_in, expected, actual)]
    return actual
