"""
Steps of the rows of Xingqing that need more than one look.
"""

from __future__ import annotations

from shared.settings import SERVICES
from tests.builders import a_pdf, new_number
from tests.journey import nothing_personal
from tests.service.asking import all_items, at, refused, upload
from tests.service.requirements.steps.cases import act, led_by
from tests.service.requirements.steps.closings import closed, reviewed
from tests.service.requirements.steps.duties import discharged, owes
from tests.service.requirements.steps.endings import inquired, signed
from tests.service.requirements.steps.petitions import petition

HUB, SECRETARY = "640104800", "党（工）委书记"


NEIGHBOUR = "640104003"


ENFORCEMENT = "640104901"


WHOLE_STANDARD = [
    "matter_ended",
    "petition_ceased",
    "content",
    "no_repeat",
    "substantive",
]


def three_answer_for_it(work):
    """
    The case names its leader, the unit that answers by place, and the department.
    """
    sheet = work.ask(at("cases", work.number, "leaders"))
    assert [each["post"] for each in sheet["leaders"]] == ["分管副职"]
    assert sheet["territorial_office"] == "640104002"
    assert sheet["department"] == "综治中心"


def the_hub_learns_how_far_it_is(work):
    """
    The hub reads in its list how far the petition is, counts it, and reads no more.
    """
    hub = work.as_office(HUB)
    refused(hub.get("intake", at("petitions", work.number)), 403, "progress_only")
    asked = {"office": work.office, "number": work.number}
    (listed,) = all_items(hub, "intake", "/petitions", **asked)
    assert (listed["state"], listed["accused_office"]) == ("registered", None)
    assert list(all_items(hub, "assignment", "/duties", **asked))


def nothing_it_is_shown_is_a_text_of_the_unit(work):
    """
    Whatever the hub asks for about the case that the petition became, by any address of
    any service: it reads days and states, and no word that the unit wrote of it.
    """
    case, words = at("cases", work.number), f"只有本单位知道的话{new_number('')}"
    work.send(
        at("petitions", work.number, "case"), {"opened_on": work.day}, service="intake"
    )
    unit, hub = work.as_office(work.office), work.as_office(HUB, "reviewer")
    for service in ("assignment", "hearing"):
        work.eventually(lambda of=service: upload_to(unit, of, case, words).is_success)
    post, until = {"post": "分管副职"}, {"until": "2020-12-20"}
    step = {"task": words, **post, **until}
    made = {"made_on": work.day, **post, "aim": words, **until, "steps": [step]}
    plan = work.send(work.case("plans"), made)["id"]
    held = {"act": "talk_held", "on": work.day, "kind": "当面", "text": words, **post}
    talk = work.send(work.case("acts"), held)
    decided = {"decision": "not_needed", "decided_on": work.day, "reason": words}
    decided |= {"approver_post": SECRETARY}
    path = f"{case}/hearing-decisions"
    work.send(path, decided, by="leader", service="hearing")

    read = dict(_every_answer(work, hub))
    (planned,) = read["assignment", f"{case}/plans"].json()["items"]
    texts = {address for address, answer in read.items() if words in answer.text}

    assert texts == set()
    assert (planned["id"], planned["until"]) == (plan, until["until"])
    assert planned["withheld"]["code"] == "progress_only"
    assert talk["id"] in read["assignment", f"{case}/acts"].text
    assert len([each for each in read.values() if each.is_success]) > 40


def upload_to(unit, service, case, words):
    """
    The answer to a file of these words, once the service has heard of the case.
    """
    return upload(unit, service, case, a_pdf(words), title=words[:60])


def _every_answer(work, hub):
    """
    What the hub is answered at each address of a list and of a record of the case.
    """
    for service in SERVICES:
        paths = hub.get(service, "/openapi.json").json()["paths"]
        for path, methods in paths.items():
            if "get" not in methods or path == "/openapi.json":
                continue
            of_case = path.replace("/{number}", at(work.number))
            if "{" in of_case:
                continue
            parameters = methods["get"].get("parameters", [])
            names = {each["name"] for each in parameters if each["in"] == "query"}
            needed = {each["name"] for each in parameters if each.get("required")}
            asked = {name: nothing_personal.VALUES.get(name, HUB) for name in needed}
            if "programme" in needed:
                asked["programme"] = work.programme.code
            if "number" in names:
                asked["number"] = work.number
            query = {n: v for n, v in asked.items() if n in names}
            yield (service, of_case), hub.get(service, of_case, **query)


def territory_is_not_the_accused(work):
    """
    Neither is the unit that answers by place written into the row of a case that
    accuses it, nor is a case said to accuse the unit that stands there.
    """
    office, petition = work.as_office(work.office), at("petitions", work.number)
    work.send(f"{petition}/case", {"opened_on": work.day}, service="intake")

    def corrected(path, **changes):
        body = {"changes": changes, "reason": "补填。"}
        return office.post("intake", f"{path}/corrections", body)

    case = at("cases", work.number)
    refused(corrected(case, territorial_office=NEIGHBOUR), 422, "accused_office")
    other = corrected(case, territorial_office="640104004")
    refused(corrected(petition, accused_office="640104004"), 422, "accused_office")

    assert other.status_code == 201, other.text


def the_rates_of_both_lists(work):
    """
    95件 have 65% as the next target, all other cases 100% in 2022.
    """
    asked = {"programme": work.programme.code, "office": HUB, "as_of": work.day}
    shown = work.ask("/baseline-rates", service="reporting", asker=HUB, **asked)
    targets = {
        each["baseline"]: (each["stated"], each["target_on"], each["target_percent"])
        for each in shown["items"]
    }

    assert targets == {
        "handed95": (95, "2020-12-31", 65),
        "others": (None, "2022-12-31", 100),
    }
    assert all(each["live"]["short_by"] is not None for each in shown["items"])


def units_by_topic_and_place(work):
    """
    Housing is in charge of unfinished buildings; the unit of another area cooperates,
    owes its report and gives it. Nothing of the places is kept.
    """
    other, housing = "640105800", "640104801"
    places = {"on": work.day, "event": work.office, "registration": "640105"}
    path = work.case("unit-suggestions")
    shown = work.send(path, places)
    suggested = [(each["office"], each["role"]) for each in shown["suggested"]]
    unknown = work.send(path, {"on": work.day, "registration": "110101"})
    parts = [{"office": office, "role": role} for office, role in suggested]
    work.send(work.case("units"), {"on": work.day, "units": parts}, office=HUB)
    (owed,) = work.duties("cooperating", office=other)
    said = {"on": work.day, "text": "已协助核实情况。"}
    work.send(work.case("unit-reports"), said, office=other)
    (done,) = work.duties("cooperating", office=other)

    assert suggested == [
        (housing, "lead"),
        (work.office, "co_handling"),
        (other, "cooperating"),
    ]
    assert "谁主管、谁负责" in shown["suggested"][0]["reason"]
    assert [each["title"] for each in unknown["without"]] == ["户籍地"]
    assert (owed["office"], owed["due_on"]) == (other, "2020-12-20")
    assert (owed["state"], done["state"]) == ("open", "discharged")
    assert work.ask(work.case(), asker=housing)["office"] == housing


def the_conference_decides_who_leads(work):
    """
    The lead unit disagrees and asks; the conference has fifteen days to decide.
    """
    body = {"on": work.day, "disagreement": "事发地在相邻街道。"}
    asked = work.send(work.case("coordination-requests"), body)
    owes("coordination", "2020-12-05", office=HUB, post="信联办")(work)
    decision = {"on": work.day, "lead": "640104003", "opinion": "由事发地主办。"}
    path = at("coordination-requests", asked["id"], "decisions")
    work.send(path, decision, by="reviewer", office=HUB)
    discharged("coordination")(work)


def progress_is_told_each_month(work):
    """
    The first of the months is owed from the beginning; the others follow by the clock.
    """
    first, *_ = work.duties("progress_notice")
    act("progress_told", text="告知进展。")(work)
    told, *_ = work.duties("progress_notice")

    assert (first["office"], first["due_on"]) == (work.office, "2020-12-16")
    assert (first["state"], told["state"]) == ("open", "discharged")


def from_the_counter_to_the_flow_back(work):
    """
    A petition becomes a case under its number, is led and closed; the next petition of
    the same matter is followed up by the hub.
    """
    same = {"original_case_no": new_number("银兴初")}
    same["petitioner"] = {"name": "甄再来", "id_no": "999999194605021872"}
    petition(received_on="2020-11-16", **same)(work)
    path = at("petitions", work.number)
    shown = work.ask(path + "/proposals", service="intake")["proposals"][0]
    stated = {"opened_on": "2020-11-16", "difficulty": "hard"}
    case = work.send(path + "/case", stated, service="intake")
    work.eventually(lambda: work.ask(work.case())["standing"] == "open")
    fields = {"team": "化解专班", "resolve_by": "2021-12-31"}
    chief = work.programme.chief
    led_by(chief, department="综治中心", named_on="2020-11-17", **fields)(work)
    closed("procedural", on="2020-11-18")(work)
    for signer in ("unit", "leader"):
        body = {
            "signer": signer,
            "post": chief,
            "on": "2020-11-19",
            "opinion": "同意。",
        }
        work.send(at("closings", work.closing, "signatures"), body, by="leader")
    reviewed(reviewed_on="2020-11-19")(work)
    number = work.number
    petition(received_on="2020-11-20", **same)(work)
    again = work.ask(at("petitions", work.number), service="intake")
    work.number = number

    assert {each["id"] for each in shown["failing"]} == {
        "XQ-12.registered",
        "XQ-12.repeated",
    }
    assert (case["number"], case["in_scope"], case["track"]) == (
        number,
        False,
        "everyday",
    )
    assert case["failing_clauses"] == shown["failing"]
    assert (again["first"], again["repeat_of"]) == (False, number)
    owes("follow_up", "2020-11-27", office=HUB, post="信联办")(work)
    assert work.ask(work.case())["repeats_after_closing"] == ["2020-11-20"]
    act("followed_up", text="已回访。")(work)
    discharged("follow_up")(work)


def flows_back_twice(work):
    """
    Settled and confirmed, it comes again within the watch: it is open, and an inquiry
    is owed; settled anew and come again, another inquiry is owed.
    """
    same = {"original_case_no": new_number("银兴初")}
    same["petitioner"] = {"name": "甄又来", "id_no": "999999194605021856"}
    petition(received_on="2020-11-16", **same)(work)
    number, day = work.number, work.day
    stated = {"opened_on": "2020-11-16", "difficulty": "hard"}
    work.send(at("petitions", number, "case"), stated, service="intake")
    work.eventually(lambda: work.ask(work.case())["standing"] == "open")
    fields = {"team": "化解专班", "resolve_by": "2021-12-31"}
    led_by(SECRETARY, department="综治中心", named_on="2020-11-16", **fields)(work)
    for settled_on, came_again in (
        ("2020-11-16", "2020-11-18"),
        ("2020-11-19", "2020-11-20"),
    ):
        closed("resolved", on=settled_on)(work)
        signers = (("unit", SECRETARY, None), ("leader", SECRETARY, None))
        signed(*signers, on=settled_on)(work)
        reviewed(*WHOLE_STANDARD, reviewed_on=settled_on)(work)
        petition(received_on=came_again, **same)(work)
        work.number, work.day = number, came_again
        work.eventually(lambda: work.ask(work.case())["standing"] == "open")
        *before, owed = work.duties("traceback")
        inquired("shirking", "综治中心", failed=True)(work)
        done = work.duties("traceback")

        assert (owed["state"], owed["opened_on"]) == ("open", came_again)
        assert {each["state"] for each in [*before, *done]} <= {"discharged"}
        assert done[-1]["id"] == owed["id"]
        assert owed["id"] not in {each["id"] for each in before}
    work.day = day
    inquiries = work.ask(work.case("inquiries"))["items"]

    assert [each["on"] for each in inquiries] == ["2020-11-18", "2020-11-20"]


def the_courts_department_helps(work):
    """
    The executive department of a court co-handles, reports what it did, and receives
    the help in the case when it has ended.
    """
    parts = [
        {"office": work.office, "role": "lead"},
        {"office": ENFORCEMENT, "role": "co_handling"},
    ]
    work.send(work.case("units"), {"on": work.day, "units": parts}, office=HUB)
    (owed,) = work.duties("co_handling", office=ENFORCEMENT)
    said = {"on": work.day, "text": "已查控被执行人财产。"}
    work.send(work.case("unit-reports"), said, office=ENFORCEMENT)
    (done,) = work.duties("co_handling", office=ENFORCEMENT)

    assert (owed["office"], owed["state"]) == (ENFORCEMENT, "open")
    assert done["state"] == "discharged"


def three_notices_without_progress(work):
    """
    Three notices answered without progress name the unit's chief to the discipline
    organ; a person decides.
    """
    for day in ("2020-11-18", "2020-11-19", "2020-11-20"):
        body = {"number": work.number, "issued_on": day, "by_post": "区委书记"}
        body["text"] = "请报告办理情况。"
        notice = work.send("/notices", body, by="leader", office=HUB)
        answer = {"on": day, "post": "党（工）委书记", "text": "正在研究。"}
        path = at("notices", notice["id"], "answers")
        work.send(path, {**answer, "progress": False})
    hub = work.as_office(HUB, "leader")

    def candidate():
        asked = {"kind": "interview_candidate"}
        crossed = all_items(hub, "assignment", "/supervision", **asked)
        return next((e for e in crossed if e["number"] == work.number), None)

    assert work.eventually(candidate)["on"] == "2020-11-20"


def scope_and_what_the_ledger_says(work):
    """
    The registered item is itself a repeat, registered in the window; the ledger says at
    which level, and what it is about.
    """
    cases = [
        ({}, []),
        ({"registered_repeat": "否", "repeats_in_window": 3}, ["XQ-12.repeated"]),
        ({"accepted_on": "2018年12月31日"}, ["XQ-12.registered"]),
    ]
    shown = work.imported(*(cells for cells, _ in cases))

    assert [each["failing"] for each in shown] == [failing for _, failing in cases]
    assert {each["topic"] for each in shown} == {"unfinished_buildings"}
    assert {each["registration_level"] for each in shown} == {"region"}
