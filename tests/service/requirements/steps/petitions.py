"""
Steps with petitions: registered, replied to, passed through their steps, shown.
"""

from __future__ import annotations

import io
from datetime import date, timedelta

from docx import Document

from tests.builders import a_pdf, a_petition, new_number
from tests.service.asking import at, refused, upload
from tests.service.requirements.steps.figures import percent


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
    Two letters of one matter are two contacts and one repeat; one came a year before,
    and one on the day before.
    """
    matter = {
        "petitioner": {"name": "甄再访", "id_no": "999999194605021872"},
        "original_case_no": new_number("刑"),
    }
    day = date.fromisoformat(work.day)
    days = (day.replace(year=day.year - 1), day - timedelta(days=1), day, day)
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
    last = after["period_before"]

    assert now == (before["petitions"] + 2, before["repeats"] + 2)
    assert letters_after == letters + 2
    assert after["repeat_rate"] == percent(after["repeats"], after["petitions"])
    assert (then["from"], then["to"]) == (str(days[0]), str(days[0]))
    assert (last["from"], last["to"]) == (str(days[1]), str(days[1]))
    assert last["petitions"] == before["period_before"]["petitions"] + 1
    assert last["petitions_change"].endswith("%")
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


def suggested_to(rule, department, of=None):
    """
    The programme suggests where the petition goes, to an office *of* which it is a
    department; a person confirms it.
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
        assert (decision["office"], decision["department"]) == (
            of or office,
            department,
        )
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
        found = shown and (shown["step"], shown["until"])
        assert found == (step_ and (step_, until))

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


def petition_printed(wanted, *said, by=None, kept_from=None):
    """
    A paper of the petition, printed by the office *by*, has these words; *kept_from*:
    an office that does not print it.
    """

    def look(work):
        path = f"{at('petitions', work.number, 'papers')}/docx"
        answer = work.as_office(by or work.office).post(
            "intake", path, {"paper": wanted}
        )
        assert answer.status_code == 200, answer.text
        lines = [line.text for line in Document(io.BytesIO(answer.content)).paragraphs]
        for words in said:
            assert words in "".join(lines)
        if kept_from:
            other = work.as_office(kept_from)
            answer = other.post("intake", path, {"paper": wanted})
            refused(answer, 403, "not_handling_office")

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
