"""
Steps of the rows of Puyang that need more than one look.
"""

from __future__ import annotations

from tests.service.asking import all_items
from tests.service.requirements.steps.cases import act
from tests.service.requirements.steps.duties import discharged, owes, states
from tests.service.requirements.steps.hearing_and_aid import (
    aid_funded,
    aid_granted,
    aid_paid,
)
from tests.service.requirements.steps.petitions import petition, step

DOCUMENT = {"document": "范检〔2020〕7号"}


# -- what takes more than a line


def scope_is_judged(work):
    """
    Each case names the clauses it fails, by its class (PY-06 .. PY-10).
    """
    court = "濮阳市中级人民法院，2016-01-29，（2016）豫09民终3号，驳回"
    own = "范县人民检察院，2016-01-29，范检刑申〔2016〕3号，不支持"
    cases = [
        ({"last_petition_on": "2018-3-1"}, ["PY-06.repeated"]),
        ({"case_kind": "举报"}, ["PY-06.kind"]),
        (
            {"accepted_on": "2015-6-29", "first_petition_on": "2015-6-1"},
            ["PY-06.accepted"],
        ),
        ({"scope_class": "第一类"}, ["PY-07"]),
        (
            {
                "scope_class": "第一类",
                "origin": "联席办交办",
                "batch_ref": "濮联〔2020〕1号",
            },
            [],
        ),
        ({"scope_class": "第二类"}, ["PY-08"]),
        ({"scope_class": "第二类", "case_kind": "不服不起诉决定"}, []),
        ({"scope_class": "第三类", "case_kind": "民事监督"}, ["PY-09"]),
        (
            {
                "scope_class": "第三类",
                "case_kind": "民事监督",
                "prior_opinions": f"{court}；{own}",
            },
            [],
        ),
        ({"prior_is_final": "否"}, ["PY-10"]),
        ({}, []),
    ]
    shown = work.imported(*(cells for cells, _ in cases))

    assert [each["failing"] for each in shown] == [failing for _, failing in cases]
    assert [each["in_scope"] for each in shown] == [not failing for _, failing in cases]


def aid_is_told_or_paid(work):
    """
    Funds received are told within two working days; paying them is telling too.
    """
    aid_granted()(work)
    aid_funded()(work)
    owes("aid_notice", "2020-11-24")(work)
    aid_paid()(work)
    discharged("aid_notice")(work)


def materials_stop_the_three_months(work):
    """
    Ten days of waiting for materials are ten days more; the reply's seven days run on.
    """
    petition(received_on="2020-11-02")(work)
    asked = {"document": "补〔2020〕1号", "materials": ["裁判文书"]}
    step("materials_asked", on="2020-11-10", **asked)(work)
    step("materials_complete", on="2020-11-20")(work)

    owes("acceptance", "2020-11-27")(work)
    owes("three_month_answer", "2021-02-18")(work)
    states("procedural_reply", "overdue")(work)


def acceptance_starts_the_three_months(work):
    """
    The three months run from the day of acceptance, once there is one.
    """
    petition(received_on="2020-11-02")(work)
    owes("three_month_answer", "2021-02-02")(work)
    step("accepted", on="2020-11-09", **DOCUMENT)(work)

    owes("three_month_answer", "2021-02-09")(work)


def inquiries_elsewhere_stop_the_review(work):
    """
    The days of an expert opinion do not count towards the three months (TL-33).
    """
    petition(received_on="2020-11-10", case_kind="civil_supervision")(work)
    step("accepted", on="2020-11-10", **DOCUMENT)(work)
    owes("supervision_review", "2021-02-10")(work)
    act("outside_inquiry_begun", on="2020-11-12")(work)
    states("supervision_review", "paused")(work)
    act("outside_inquiry_done", on="2020-11-20")(work)
    owes("supervision_review", "2021-02-18")(work)


def the_targets_of_three_years(work):
    """
    30% by the end of 2020, 50% by 2021, all by 2022; how many are short, by office.
    """
    asked = {"programme": work.programme.code, "office": work.hub}
    found = [
        work.ask("/figures", asker=work.hub, service="reporting", **asked, as_of=day)
        for day in ("2020-11-20", "2021-06-30", "2022-06-30")
    ]
    lines = [line for each in found for line in (*each["rows"], each["total"])]

    assert [each["milestone"] for each in found] == [
        {"on": "2020-12-31", "target": 30},
        {"on": "2021-12-31", "target": 50},
        {"on": "2022-12-31", "target": 100},
    ]
    assert all(line["short_by"] >= 0 for line in lines)
    assert {line["target"] for line in lines} == {30, 50, 100}


def listed_by_origin(mine, other):
    """
    The register lists the case under its own origin and under no other.
    """

    def look(work):
        caller = work.as_office(work.office)

        def listed(origin):
            asked = {"programme": work.programme.code, "origin": origin}
            found = all_items(caller, "intake", "/cases", **asked)
            return {each["number"] for each in found}

        assert work.number in listed(mine)
        assert work.number not in listed(other)

    return look


def a_ledger_is_brought_up_to_date(work):
    """
    The case is among those whose row nobody has changed, until somebody does.
    """
    asked = {"programme": work.programme.code, "not_updated_since": work.day}

    def stale():
        found = all_items(
            work.as_office(work.office), "intake", "/cases", state="open", **asked
        )
        return {each["number"] for each in found}

    before = stale()
    change = {"changes": {"note": "已约谈，待复核。"}, "reason": "更新台账。"}
    work.send(work.case("corrections"), change, service="intake")

    assert before - stale() == {work.number}
