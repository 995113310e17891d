"""
What a row of requirements is made of: steps that send something through the endpoints,
and steps that look at what the endpoints show.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import partial

import httpx
import pytest

from tests.builders import case_opened, new_number, petition_registered
from tests.builders.programme_ledgers import a_line as a_row_of
from tests.builders.programme_ledgers import json_of
from tests.service.asking import a_row, all_items, at, refused


@dataclass(frozen=True)
class Row:
    """
    One requirement, or several that the same steps show.

    *steps* are taken in their order; *case* are the cells in which the row's own case
    differs from an ordinary one, None where the row needs no case. *day*: another day
    than that of the programme.
    """

    ids: tuple[str, ...]
    sentence: str
    steps: tuple
    case: dict | None
    day: str | None = None


def requirement(ids, sentence, *steps, case=None):
    """
    A row. *ids*: separated by blanks; the table of requirements reads them from here.
    """
    return Row(tuple(ids.split()), sentence, steps, case or {})


def of_the_office(ids, sentence, *steps, day=None):
    """
    A row about the office itself, without a case.
    """
    return Row(tuple(ids.split()), sentence, steps, None, day)


@dataclass(frozen=True)
class Programme:
    """
    One programme at work: the offices that act, the day, and how its cases come in.

    *cells* are what its ledger rows differ in from the shortest one of the *form*,
    *case_kind* is what its petitions are. With *by_event* a case is announced as intake
    would, *opened_on* a day of the cells.
    """

    code: str
    office: str
    hub: str
    day: str
    word: str
    rows: list
    chief: str = "检察长"
    cells: dict = field(default_factory=dict)
    by_event: bool = False
    form: str = "annex2"
    case_kind: str = "控告"


def every_row(*programmes):
    """
    The rows of these programmes as parameters of a test: the programme and the row.
    """
    for programme in programmes:
        for row in programme.rows:
            marks = [pytest.mark.requirement(*row.ids)]
            if row.day is not None:
                marks.append(pytest.mark.last)  # all reports until then will be owed
            name = f"{'-'.join(row.ids)} {row.sentence}"
            yield pytest.param(programme, row, id=name, marks=marks)


class AtWork:
    """
    What the steps of a row act with: the programme, the row's case, and who asks.
    """

    def __init__(self, programme, number, day, counter):
        self.programme, self.number, self.counter = programme, number, counter
        self.office, self.hub, self.day = programme.office, programme.hub, day
        self.as_office, self.eventually = counter.as_office, counter.eventually

    def take(self, steps):
        """
        Take the steps in their order; a look is compared with how it was before them.
        """
        before = {id(step): step.before(self) for step in steps if _looks(step)}
        for step in steps:
            if _looks(step):
                step.take(self, before[id(step)])
            else:
                step(self)

    def imported(self, *cells):
        """
        Intake's view of each case of a ledger with these rows.
        """
        numbers = self.counter.open(self.programme, cells)
        return [self.ask(at("cases", each), service="intake") for each in numbers]

    def registered(self, body):
        """
        The number of a new petition, once assignment has heard of it.
        """
        return self.counter.register(self.programme, body)

    def ask(self, path, *, asker=None, service="assignment", **parameters):
        """
        What is shown to the office, or to the *asker*.
        """
        caller = self.as_office(asker or self.office)
        answer = caller.get(service, path, **parameters)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def send(
        self, path, body, *, by="clerk", office=None, post=None, service="assignment"
    ):
        """
        The answer, which must be a success; *post*: who of the office sends it.
        """
        caller = self.as_office(office or self.office, by, post)
        answer = caller.post(service, path, body)
        assert answer.is_success, answer.text
        return answer.json()

    def send_once_known(self, service, path, body, *, by="clerk"):
        """
        Likewise, once the service has heard of the case.
        """
        caller = self.as_office(self.office, by)

        def known():
            answer = caller.post(service, path, body)
            return answer.status_code != httpx.codes.NOT_FOUND and answer

        answer = self.eventually(known)
        assert answer.is_success, answer.text
        return answer.json()

    def refuse(self, path, body, *codes, by="clerk", office=None, status=422):
        caller = self.as_office(office or self.office, by)
        return refused(caller.post("assignment", path, body), status, *codes)

    def case(self, *parts):
        """
        A path below the row's case.
        """
        return at("cases", self.number, *parts)

    def duties(self, kind, *, number=None, office=None):
        """
        The duties of a kind in the row's case, or of the office's own acts, in the
        order of their opening.
        """
        own = f"{self.programme.code}/{self.office}/acts"
        asked = {"kind": kind, "number": number or self.number or own}
        caller = self.as_office(office or self.hub)
        found = all_items(caller, "assignment", "/duties", **asked)
        return sorted(found, key=lambda each: (each["opened_on"], each["id"]))


class Counter:
    """
    How cases and petitions of a programme come in: through intake's endpoints, or by
    its events where the system's day lies before the programme's first.
    """

    def __init__(self, desk, announce, settled):
        self.as_office, self.eventually = desk.as_office, desk.eventually
        self.desk, self.announce, self.settled = desk, announce, settled

    def open(self, programme, cells):
        """
        The numbers of new cases, once assignment has heard of all.
        """
        numbers = [new_number(programme.word) for _ in cells]
        if programme.by_event:
            self._announce(programme, numbers, cells)
        else:
            self._push(programme, numbers, cells)
        auditor = self.as_office(programme.hub, "auditor")
        for number in numbers:
            path = at("cases", number)
            self.eventually(lambda p=path: auditor.get("assignment", p).is_success)
        return numbers

    def _push(self, programme, numbers, cells):
        a_line = (
            a_row if programme.form == "annex2" else partial(a_row_of, programme.form)
        )
        rows = [
            a_line(case_no=number, **{**programme.cells, **each})
            for number, each in zip(numbers, cells, strict=True)
        ]
        clerk = self.as_office(programme.office)
        file = json_of(programme.form, *rows)
        job = self.desk.push(file, by=clerk, programme=programme.code)
        assert job["rows_kept"] == len(numbers), job

    def _announce(self, programme, numbers, cells):
        of = {"office": programme.office, "programme": programme.code}
        on = date.fromisoformat(programme.cells["opened_on"])
        self.announce(
            *(
                case_opened(number, **of, occurred_on=on, resolve_by=None, **each)
                for number, each in zip(numbers, cells, strict=True)
            )
        )
        self.settled()

    def register(self, programme, body):
        if programme.by_event:
            on = date.fromisoformat(body["received_on"])
            event = petition_registered(
                office=body.get("office", programme.office),
                programme=programme.code,
                occurred_on=on,
                channel=body["channel"],
            )
            self.announce(event)
            number = event.case_number
        else:
            clerk = self.as_office(body.get("office", programme.office))
            answer = clerk.post("intake", "/petitions", body)
            assert answer.status_code == httpx.codes.CREATED, answer.text
            number = answer.json()["number"]
        hub, path = self.as_office(programme.hub), at("cases", number, "acts")
        self.eventually(lambda: hub.get("assignment", path).is_success)
        return number


class Shows:
    """
    A step that compares what is shown before the row and where it stands.
    """

    def before(self, work):
        return None

    def take(self, work, before):
        raise NotImplementedError


def body(kind, *members, **fields):
    """
    Register a body of the office; *members* are (role, post).
    """

    def send(work):
        named = [{"role": role, "post": post} for role, post in members]
        of = {"programme": work.programme.code, "kind": kind, "since": work.day}
        work.send(
            at("offices", work.office, "bodies"), {**of, "members": named, **fields}
        )

    return send


def _looks(step):
    return isinstance(step, Shows)
