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

from tests.builders import (
    a_pdf,
    a_petition,
    case_opened,
    new_number,
    petition_registered,
)
from tests.builders.programme_ledgers import a_line as a_row_of
from tests.builders.programme_ledgers import json_of
from tests.service.asking import (
    a_row,
    all_items,
    at,
    closing,
    files_of,
    refused,
    ticked,
    upload,
    verification,
)

COUNTED = ("acts", "amount", "missing")


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


# -- what an office sends


def act(name, *, office=None, files=(), **fields):
    """
    Record an act on the row's case, shown by *files* of these titles.
    """

    def send(work):
        body = {"act": name, "on": work.day, **fields}
        if files:
            clerk = work.as_office(office or work.office)
            filed = files_of(clerk, work.number, *files)
            body["document_ids"] = [each["document_id"] for each in filed]
        work.send(work.case("acts"), body, office=office)

    return send


def handed_on(*offices):
    """
    The hub hands the row's case to each of the offices, one after the other.
    """

    def send(work):
        for office in offices:
            body = {
                "programme": work.programme.code,
                "letter_no": new_number("交"),
                "source": "上级交办",
                "to_office": office,
                "handed_on": work.day,
                "case_numbers": [work.number],
            }
            work.send("/batches", body, by="reviewer", office=work.hub)

    return send


def act_refused(name, code, **fields):
    """
    An act on the row's case is refused.
    """

    def send(work):
        body = {"act": name, "on": work.day, **fields}
        work.refuse(work.case("acts"), body, code)

    return send


def office_act(name, *, office=None, **fields):
    """
    Record an act of the office itself.
    """

    def send(work):
        code = office or work.office
        body = {"act": name, "on": work.day, "programme": work.programme.code, **fields}
        work.send(at("offices", code, "acts"), body, office=code)

    return send


def office_act_refused(name, *codes, **fields):
    """
    An act of the office itself is refused, with every fault.
    """

    def send(work):
        body = {"act": name, "on": work.day, "programme": work.programme.code, **fields}
        work.refuse(at("offices", work.office, "acts"), body, *codes)

    return send


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


def unit_item(list_, *items, post):
    """
    Enter items of a list of the unit as done.
    """

    def send(work):
        of = {"programme": work.programme.code, "list": list_, "on": work.day}
        body = {**of, "post": post, "evidence": "会议纪要"}
        for each in items:
            path = at("offices", work.office, "responsibility")
            work.send(path, {**body, "item": each})

    return send


def answers_for_the_unit(**posts):
    """
    The page of the unit names these posts by role.
    """

    def look(work):
        path = at("offices", work.office, "responsibility")
        page = work.ask(path, programme=work.programme.code)
        shown = {
            r["role"]: [p["post"] for p in r["posts"]] for r in page["responsible"]
        }

        assert shown == posts

    return look


def done_by_the_unit(role, *items):
    """
    Of the items that a role answers for, these are done.
    """

    def look(work):
        path = at("offices", work.office, "responsibility")
        page = work.ask(path, programme=work.programme.code)
        [shown] = (r for r in page["responsible"] if r["role"] == role)

        assert [each["id"] for each in shown["items"] if each["done"]] == [*items]

    return look


def own_list(list_, *texts, **fields):
    """
    Write the items of a list that the programme leaves open.
    """

    def send(work):
        of = {"programme": work.programme.code, "list": list_, "since": work.day}
        body = {**of, "items": [{"text": text} for text in texts], **fields}
        work.send(at("offices", work.office, "duty-lists"), body, by="leader")

    return send


def in_drive(kind, start, **figures):
    """
    The hub takes the case into a drive, which shows these figures.
    """

    def send(work):
        of = {"programme": work.programme.code, "kind": kind, "start": start}
        body = {**of, "name": f"{work.number}活动", "case_numbers": [work.number]}
        work.drive = work.send("/drives", body, by="reviewer", office=work.hub)["id"]

    return send


def drive_shows(**figures):
    def look(work):
        shown = work.ask(at("drives", work.drive), asker=work.hub)["total"]
        assert {name: shown[name] for name in figures} == figures

    return look


def item(list_, *items, **fields):
    """
    Enter items of a list of duties as done.
    """

    def send(work):
        body = {"list": list_, "on": work.day, "evidence": "卷宗", **fields}
        for each in items:
            work.send(work.case("checklist"), {**body, "item": each})

    return send


def appraised(**traits):
    """
    Judge the case: how hard it is, or another trait.
    """

    def send(work):
        body = {"on": work.day, "reason": "多年未决。", **traits}
        work.send(work.case("appraisals"), body)

    return send


def petition(**fields):
    """
    Register a letter at the counter; what follows is about it.
    """

    def send(work):
        of = {"programme": work.programme.code, "office": work.office}
        of |= {"received_on": work.day, "case_kind": work.programme.case_kind}
        body = a_petition(**{**of, **fields})
        work.number = work.registered(body)

    return send


def petition_refused(code, **fields):
    """
    A petition is not registered so.
    """

    def look(work):
        of = {"programme": work.programme.code, "office": work.office}
        of |= {"received_on": work.day, "case_kind": work.programme.case_kind}
        body, caller = a_petition(**{**of, **fields}), work.as_office(work.office)
        refused(caller.post("intake", "/petitions", body), 422, code)

    return look


def repeat_rate_beside_the_year_before(work):
    """
    Two letters of one matter are two contacts and one repeat; one came a year before.
    """
    matter = {
        "petitioner": {"name": "甄再访", "id_no": "999999194605021872"},
        "original_case_no": new_number("刑"),
    }
    day = date.fromisoformat(work.day)
    days = (day.replace(year=day.year - 1), day, day)
    asked = {"programme": work.programme.code, "from": work.day, "to": work.day}

    def counted():
        found = work.ask(
            "/petition-counts", service="intake", counted_by="channel", **asked
        )
        numbers = {each["id"]: each["petitions"] for each in found["items"]}
        assert sum(numbers.values()) == found["petitions"]
        (online,) = (each for each in found["items"] if each["id"] == "online")
        share = percent(online["petitions"], found["petitions"])
        assert f"{online['share']}%".replace("—%", "—") == share
        return found, numbers["letter"]

    before, letters = counted()
    for place, on in enumerate(days):
        petition(received_on=str(on), demand=f"第{place}次。", **matter)(work)
    after, letters_after = counted()
    then, now = after["year_before"], (after["petitions"], after["repeats"])

    assert now == (before["petitions"] + 2, before["repeats"] + 2)
    assert letters_after == letters + 2
    assert after["repeat_rate"] == percent(after["repeats"], after["petitions"])
    assert (then["from"], then["to"]) == (str(days[0]), str(days[0]))
    assert then["petitions"] == before["year_before"]["petitions"] + 1
    assert then["repeat_rate"] == percent(then["repeats"], then["petitions"])
    assert after["petitions_change"].endswith("%")


def registered_as(**expected):
    """
    What the petition shows of itself.
    """

    def look(work):
        found = work.ask(at("petitions", work.number), service="intake")
        shown = {name: bool(found[name]) for name in expected}
        assert shown == expected

    return look


def suggested_to(rule, department):
    """
    The programme suggests where the petition goes; a person confirms it.
    """

    def look(work):
        office = work.number.split("-")[0]
        path = at("petitions", work.number)
        before = work.ask(path, service="intake", asker=office)["routing"]
        answer = work.send(
            f"{path}/routes", {"decided_on": work.day}, office=office, service="intake"
        )
        (decision,) = answer["decisions"]

        assert before["decisions"] == []
        assert before["suggested"]["rule"] == rule
        assert before["suggested"]["reason"]
        assert (decision["office"], decision["department"]) == (office, department)
        assert decision["as_suggested"]

    return look


def replied(kind, mode="phone", *, on=None, **fields):
    """
    Answer the petition.
    """

    def send(work):
        path = at("petitions", work.number, "replies")
        body = _reply(work, kind, mode, on=on, **fields)
        answer = work.send(path, body, service="intake")
        assert {name: answer[name] for name in fields} == fields

    return send


def reply_refused(kind, code, mode="phone", **fields):
    """
    The petition cannot be answered so.
    """

    def look(work):
        path = at("petitions", work.number, "replies")
        body = _reply(work, kind, mode, **fields)
        refused(work.as_office(work.office).post("intake", path, body), 422, code)

    return look


def _reply(work, kind, mode, *, on=None, **fields):
    said = {"kind": kind, "mode": mode, "summary": "已答复。"}
    return {"replied_on": on or work.day, **said, **fields}


def step_refused(name, code, **fields):
    """
    The petition cannot take that step.
    """

    def look(work):
        body = {"step": name, "on": work.day, "to_office": None, **fields}
        if name.endswith("_asked") and not fields:
            body["to_office"] = work.office
        stated = {key: value for key, value in body.items() if value is not None}
        path = at("petitions", work.number, "steps")
        refused(work.as_office(work.office).post("intake", path, stated), 422, code)

    return look


def review_open(step_, until):
    """
    The petition says which review may be asked for until when, or that none may.
    """

    def look(work):
        path = at("petitions", work.number, "steps")
        shown = work.as_office(work.office).get("intake", path).json()["review"]
        assert shown == (step_ and {"step": step_, "until": until})

    return look


def step(name, *, on=None, filed=False, by=None, **fields):
    """
    Let the petition take a step; its paper is that of `delivered`. *filed*: with a file
    that shows it. *by*: the office whose step it is, if it is another.
    """

    def send(work):
        body = {"step": name, "on": on or work.day, **fields}
        path = at("petitions", work.number, "steps")
        if filed:
            clerk, petition = work.as_office(work.office), at("petitions", work.number)
            answer = upload(clerk, "intake", petition, a_pdf(name))
            body["document_ids"] = [answer.json()["id"]]
        work.step = work.send(path, body, service="intake", office=by)["id"]

    return send


def last_step(name, *, asker):
    """
    The last step that the office *asker* reads of the petition.
    """

    def look(work):
        path = at("petitions", work.number, "steps")
        shown = work.ask(path, asker=asker, service="intake")
        assert shown["steps"][-1]["step"] == name

    return look


def corrected_step(name, *, by, **right):
    """
    Let the office *by* correct its step of that name.
    """

    def send(work):
        path = at("petitions", work.number, "steps")
        steps = work.as_office(work.office).get("intake", path).json()["steps"]
        wrong = next(each["id"] for each in steps if each["step"] == name)
        body = {"right": {"step": name, "on": work.day, **right}, "reason": "录错。"}
        work.send(f"{path}/{wrong}/corrections", body, service="intake", office=by)

    return send


def delivered(*, outcome="signed", by=None, **fields):
    """
    Bring the paper of the last step to the petitioner; *by*: as in `step`.
    """

    def send(work):
        body = {"step": work.step, "on": work.day, "mode": "letter", **fields}
        path = at("petitions", work.number, "deliveries")
        work.send(path, {**body, "outcome": outcome}, service="intake", office=by)

    return send


def aid_granted(amount="12000.00", *, decision=None, jointly=False, **changes):
    """
    Aid is applied for, verified, and granted by the chief: *jointly*, by that of the
    office above, whose budget has a share.
    """

    def send(work):
        person = {"name": "甄虚构", "id_no": "999999194605021872"}
        body = {
            "person": person,
            "origin": "on_application",
            "applied_on": work.day,
            "hardship": "因案致病，家庭生活困难。",
            **changes,
        }
        path = work.case("aid-applications")
        work.aid = work.send_once_known("aid", path, body)["id"]
        _of_aid(
            work,
            "verifications",
            verification(work.programme.code, work.day, post=work.programme.chief),
        )
        wage_confirmed(work)
        granted = {
            "decision": "granted",
            "amount_yuan": amount,
            "decided_on": work.day,
            "approver_post": work.programme.chief,
            "reason": "符合救助条件。",
            **(decision or {}),
        }
        above = work.hub if jointly else None
        _of_aid(work, "decisions", granted, by="leader", office=above)

    return send


def aid_funded(amount="12000.00"):
    """
    The finance office appropriates what was granted.
    """
    body = {"amount_yuan": amount, "document": "财〔2020〕9号"}
    return lambda work: _of_aid(work, "funds", {"received_on": work.day, **body})


def aid_told(work):
    """
    The person is told to collect the aid.
    """
    _of_aid(work, "notices", {"told_on": work.day, "mode": "phone"})


def aid_paid(amount="12000.00"):
    """
    What was appropriated is paid by a voucher.
    """
    body = {"amount_yuan": amount, "voucher_no": "财〔2020〕18号"}
    return lambda work: _of_aid(work, "payments", {"paid_on": work.day, **body})


def _of_aid(work, what, body, *, by="clerk", office=None):
    path = at("aid-applications", work.aid, what)
    return work.send(path, body, by=by, office=office, service="aid")


def wage_confirmed(work):
    """
    One person enters the wage of the year before, another confirms it.
    """
    year = int(work.day[:4]) - 1
    body = {"year": year, "amount_yuan": "5000.00", "source": "统计公报"}
    wage = work.send("/wages", body, service="aid")["id"]
    work.send(f"/wages/{wage}/confirmations", {}, by="leader", service="aid")


def social_aid_referred(work):
    """
    The person in need is referred to the civil affairs office.
    """
    body = {"to": "县民政局", "help": "最低生活保障", "referred_on": work.day}
    path = work.case("social-aid-referrals")
    work.referral = work.send_once_known("aid", path, {**body, **_LETTER})["id"]


def social_aid_answered(work):
    body = {"answered_on": work.day, "outcome": "已予救助", **_LETTER}
    work.send(at("social-aid-referrals", work.referral, "answers"), body, service="aid")


_LETTER = {"document": "民〔2020〕7号"}


def further(measure, by=1):
    """
    A figure beside the columns of a return, for the office's own line.
    """
    return _Further(measure, by)


@dataclass(frozen=True)
class _Further(Shows):
    measure: str
    by: int

    def _now(self, work):
        asked = {"programme": work.programme.code, "as_of": work.day, "own": "true"}
        found = work.ask("/further-figures", service="reporting", **asked)
        return found["rows"][0][self.measure]

    def before(self, work):
        return self._now(work)

    def take(self, work, before):
        work.eventually(lambda: self._now(work) == before + self.by)


@dataclass(frozen=True)
class _Told(Shows):
    office: str | None

    def before(self, work):
        """
        The urgent mails that have reached the office.
        """
        office = self.office or work.office
        listed = all_items(work.as_office(office), "reporting", "/mailings")
        return {
            each["id"]
            for each in listed
            if each["urgent"] and each["office"] == office
            if {"sent"} == {mail["state"] for mail in each["deliveries"]}
        }

    def take(self, work, before):
        work.eventually(lambda: self.before(work) - before)


def told_at_once(office=None):
    """
    An urgent mail reaches the office of the row, or another.
    """
    return _Told(office)


@dataclass(frozen=True)
class _Stock(Shows):
    since: str
    change: dict

    def before(self, work):
        asked = {"programme": work.programme.code, "as_of": work.day, "own": "true"}
        asked["since"] = self.since
        found = work.ask("/further-figures", service="reporting", **asked)
        return found["stock"]["rows"][0]

    def take(self, work, before):
        def changed():
            now = self.before(work)
            came_in = now["open_before"] + now["came_in"] + now["flowed_back"]
            assert came_in - now["closed"] - now["struck_off"] == now["open_after"]
            return {name: now[name] - before[name] for name in self.change}

        work.eventually(lambda: changed() == self.change)


def stock(since, **change):
    """
    The stock of open cases and its flow since a day, of the office itself, change so.
    """
    return _Stock(since, change)


def named_for_inspection(threshold):
    """
    The hub sees the office among the candidates that a threshold names.
    """

    def look(work):
        asked = {"programme": work.programme.code, "as_of": work.day}

        def named():
            found = work.ask(
                "/inspection-candidates", service="reporting", asker=work.hub, **asked
            )
            offices = [
                each["office"]
                for each in found["items"]
                if each["threshold"] == threshold
            ]
            return work.office in offices

        work.eventually(named)

    return look


def a_year_earlier(since, **expected):
    """
    The figures since a day come with those of the same days a year before.
    """

    def look(work):
        asked = {"programme": work.programme.code, "as_of": work.day, "own": "true"}

        def shown():
            found = work.ask(
                "/further-figures", service="reporting", since=since, **asked
            )
            (row,) = found["year_before"]["rows"]
            return {name: row[name] for name in expected} == expected

        work.eventually(shown)

    return look


def shown_further(work, **asked):
    """
    The figures beside the columns of a return, of the office itself.
    """
    asked = {
        "programme": work.programme.code,
        "as_of": work.day,
        "own": "true",
        **asked,
    }
    return work.ask("/further-figures", service="reporting", **asked)["rows"][0]


def in_time_of_due(work, before, name, part, whole, **asked):
    """
    So many more of a duty were due and done in time than *before*, and the share.
    """
    names = f"{name}_in_time", f"{name}_due"

    def added():
        now = shown_further(work, **asked)
        return tuple(now[each] - before[each] for each in names)

    work.eventually(lambda: added() == (part, whole))
    found = shown_further(work, **asked)
    assert found[f"{name}_rate"] == percent(*(found[each] for each in names))


def percent(part, whole):
    if whole == 0:
        return "—"
    tenths = (2000 * part + whole) // (2 * whole)
    return f"{tenths // 10}.{tenths % 10}%"


def led_by(*leaders, of=None, **fields):
    """
    Name who leads the case: posts of its office, or (office, post); *of*: whose leader
    names them.
    """

    def send(work):
        named = (
            (work.office, each) if isinstance(each, str) else each for each in leaders
        )
        body = {
            "named_on": work.day,
            "leaders": [{"office": code, "post": post} for code, post in named],
            **fields,
        }
        work.send(work.case("leaders"), body, by="leader", office=of)

    return send


def handed_down(kind, **fields):
    """
    The hub hands the case down under a letter of its own.
    """

    def send(work):
        body = {
            "programme": work.programme.code,
            "letter_no": f"{work.number}交办函",
            "source": "上级",
            "kind": kind,
            "handed_on": work.day,
            "case_numbers": [work.number],
            **fields,
        }
        work.send("/batches", body, by="reviewer", office=work.hub)

    return send


def hearing_decided(decision="not_needed"):
    """
    The chief decides whether the case is heard; assignment has heard of it afterwards.
    """

    def send(work):
        body = {
            "decision": decision,
            "decided_on": work.day,
            "reason": "事实清楚，双方意见明确。",
            "approver_post": work.programme.chief,
        }
        path = work.case("hearing-decisions")
        work.send_once_known("hearing", path, body, by="leader")
        work.eventually(lambda: work.ask(work.case())["hearing_decided"])

    return send


def closed(kind="resolved", *, on=None, filed=(), **fields):
    """
    Report the case closed, with documents of these names that are *filed* with it; the
    report's id is kept for its review.
    """

    def send(work):
        if filed:
            clerk = work.as_office(work.office)
            fields["documents"] = files_of(clerk, work.number, *filed)
        body = closing(kind=kind, concluded_on=on or work.day, **fields)
        work.brought = [document["name"] for document in body["documents"]]
        work.closing = work.send(work.case("closings"), body)["id"]

    return send


def closing_refused(kind, code, **fields):
    """
    A report that the case is closed is refused.
    """

    def send(work):
        body = closing(kind=kind, concluded_on=work.day, **fields)
        work.refuse(work.case("closings"), body, code)

    return send


def review_refused(code, *checked):
    """
    The hub's review of the last report is refused with no more than this checked.
    """

    def send(work):
        body = {"verdict": "confirmed", "reviewed_on": work.day}
        body["checklist"] = ticked(checked, *work.brought)
        path = at("closings", work.closing, "reviews")
        work.refuse(path, body, code, by="reviewer", office=work.hub)

    return send


def reviewed(*checked, verdict="confirmed", **fields):
    """
    The hub reviews the last report.
    """

    def send(work):
        body = {
            "verdict": verdict,
            "reviewed_on": work.day,
            "checklist": ticked(checked, *work.brought),
            **fields,
        }
        path = at("closings", work.closing, "reviews")
        work.send(path, body, by="reviewer", office=work.hub)

    return send


def reopened(*, on=None):
    """
    The case flows back.
    """

    def send(work):
        body = {"reopened_on": on or work.day, "cause": "越级访"}
        body["reason"] = "同一事项再次来件。"
        work.send(work.case("reopenings"), body)

    return send


# -- what the system must show


@dataclass(frozen=True)
class Tallied(Shows):
    """
    By how much the office's line of a tally changes from the row's beginning to here.
    """

    tally: str
    change: dict
    office: str | None = None

    def line(self, work):
        code = self.office or work.office
        days = {"from": work.day, "to": work.day}
        asked = {"programme": work.programme.code, **days}
        shown = work.ask("/tallies", asker=code, **asked)
        found = next(each for each in shown["items"] if each["id"] == self.tally)
        lines = (line for line in found["offices"] if line["office"] == code)
        return {**dict.fromkeys(COUNTED, 0), "numbers": [], **next(lines, {})}

    def before(self, work):
        return self.line(work)

    def take(self, work, before):
        after = self.line(work)
        changed = {key: after[key] - before[key] for key in COUNTED}
        expected = {**dict.fromkeys(COUNTED, 0), **self.change}
        assert changed == expected


@dataclass(frozen=True)
class TalliedByKind(Shows):
    """
    How many more acts of one kind a tally of the office counts from the beginning on.
    """

    tally: str
    kind: str
    more: int

    def before(self, work):
        days = {"from": work.day, "to": work.day}
        shown = work.ask("/tallies", programme=work.programme.code, **days)
        found = next(each for each in shown["items"] if each["id"] == self.tally)
        counted = {part["value"]: part["acts"] for part in found["parts"]}
        return counted.get(self.kind, 0)

    def take(self, work, before):
        assert self.before(work) - before == self.more


def counts(tally, acts=1, *, office=None, **change):
    """
    The tally counts so many acts more.
    """
    return Tallied(tally, {"acts": acts, **change}, office)


def counts_of_kind(tally, kind, acts=1):
    """
    The tally counts so many acts more of a kind, or of a post.
    """
    return TalliedByKind(tally, kind, acts)


def no_longer_missing(tally, *, office=None, **change):
    """
    The tally had missed the act, and counts it now.
    """
    return Tallied(tally, {"acts": 1, "missing": -1, **change}, office)


def owes(kind, due, *, times=1, office=None, post=None, asker=None):
    """
    So many duties of the kind are open, due on that day, owed by the office; as the
    hub, or the *asker*, sees it.
    """

    def look(work):
        def owed():
            duties = work.duties(kind, office=asker)
            found = [each for each in duties if each["state"] == "open"]
            whose = [(each["office"], each["due_on"]) for each in found]
            return whose == [(office or work.office, due)] * times and found

        found = work.eventually(owed)
        assert post is None or {each["post"] for each in found} == {post}

    return look


def states(kind, *expected, asker=None):
    """
    The states of the duties of a kind in the row's case, in order; as in `owes`.
    """

    def look(work):
        def found():
            return [each["state"] for each in work.duties(kind, office=asker)]

        work.eventually(lambda: found() == list(expected))

    return look


def discharged(kind, *, asker=None):
    return states(kind, "discharged", asker=asker)


def done(list_, *items):
    """
    These items of the list are done.
    """

    def look(work):
        lists = work.ask(work.case("checklist"))["lists"]
        found = next(each for each in lists if each["id"] == list_)["items"]
        assert {*items} <= {each["id"] for each in found if each["done"]}

    return look


def must_be_led_by(*offices, posts=None, advice=False):
    """
    Leaders of these offices are still missing by rule, or by advice; *posts*: who of
    the row's own office could lead.
    """

    def look(work):
        shown = work.ask(work.case("leader-suggestions"))["suggestions"]
        found = [each for each in shown if each["advice"] is advice]
        assert {each["office"] for each in found} == {*offices}
        if posts is not None:
            own = next(each for each in found if each["office"] == work.office)
            assert {each["post"] for each in own["candidates"]} == {*posts}

    return look


def fully_led():
    """
    Nothing is missing that the programme asks of who leads the case.
    """

    def look(work):
        sheet = work.ask(work.case("leaders"))
        assert sheet["complete"], sheet["missing"]
        assert sheet["missing_fields"] == []

    return look


def shown_of_the_case(**expected):
    """
    What the case itself shows.
    """

    def look(work):
        found = work.ask(work.case())
        assert {name: found[name] for name in expected} == expected

    return look


def resolved_in_the_figures():
    """
    The case is among those that the figures count as resolved.
    """

    def look(work):
        auditor = work.as_office(work.hub, "auditor")
        asked = {"programme": work.programme.code, "measure": "resolved"}
        asked |= {"office": work.office, "as_of": work.day}

        def counted():
            listed = all_items(auditor, "reporting", "/cases", **asked)
            return work.number in {each["case_number"] for each in listed}

        work.eventually(counted)

    return look


def counted_in(by, value, title, **filters):
    """
    The case is among those that are listed and counted under a value of its origin,
    kind, class or difficulty.
    """

    def look(work):
        of = {"programme": work.programme.code, "office": work.office}
        counts = work.ask("/case-counts", counted_by=by, **of)
        [line] = (each for each in counts["items"] if each["id"] == value)
        caller = work.as_office(work.office)
        asked = {**of, by: value, **filters}
        listed = all_items(caller, "assignment", "/cases", **asked)

        assert work.number in {each["number"] for each in listed}
        assert line["title"] == title
        assert 1 <= line["open"] <= line["cases"] <= counts["cases"]
        assert f"{line['share']}%" == percent(line["cases"], counts["cases"])

    return look


def calculated(rule, start, due):
    """
    The calculator gives this last day for a limit of the programme's law.
    """

    def look(work):
        asked = {"from": start, "rule": rule, "programme": work.programme.code}
        found = work.ask("/deadlines", **asked)
        assert (found["due_on"], found["in_force"]) == (due, True)

    return look


def report_owed(schedule, period, due, act_, *, office=None, department=None, **fields):
    """
    A report of that period is owed by its day, and handing it in discharges it.
    """

    def look(work):
        code = office or work.office
        number = f"{work.programme.code}/{code}/{schedule}/{period}"
        number += f"/{department}" if department else ""

        def owed():
            return work.duties(schedule, number=number, office=code)

        (duty,) = work.eventually(owed)
        assert duty["due_on"] == due
        sent = {"period": period, "department": department, **fields}
        office_act(act_, office=code, **sent)(work)
        assert [each["state"] for each in owed()] == ["discharged"]

    return look


def _looks(step):
    return isinstance(step, Shows)
