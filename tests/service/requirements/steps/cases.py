"""
Steps with cases: acts, lists, leaders and batches, sent and shown.
"""

from __future__ import annotations

from tests.builders import new_number
from tests.service.asking import at, files_of


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


def item(list_, *items, files=(), **fields):
    """
    Enter items of a list of duties as done, shown by *files* of these titles.
    """

    def send(work):
        body = {"list": list_, "on": work.day, "evidence": "卷宗", **fields}
        if files:
            filed = files_of(work.as_office(work.office), work.number, *files)
            body["document_ids"] = [each["document_id"] for each in filed]
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
