"""
Ledgers pushed as offices have them, under puyang-2020: good rows become cases, bad rows
come back.
"""

from __future__ import annotations

import io
import signal

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook

from tests.builders import CITY, COUNTY, NEIGHBOUR, a_petition, new_number
from tests.builders.ledger_files import delimited, xlsx
from tests.service.asking import PROGRAMME, a_row, all_items, as_json, at, refused


def test_a_workbook_becomes_cases_that_all_services_hear_of(
    as_office, desk, announced, eventually
):
    numbers = [new_number(), new_number()]
    book = xlsx(*(a_row(number) for number in numbers), heading=2)
    job = desk.push(book.getvalue(), filename="排查台账.xlsx")
    clerk = as_office(COUNTY)
    case = clerk.get("intake", at("cases", numbers[0])).json()

    assert job["state"] == "done"
    assert (job["rows_read"], job["rows_kept"], job["rows_rejected"]) == (2, 2, 0)
    assert job["problems"] == []
    assert job["rejected_url"] is None
    assert case["office"] == COUNTY
    assert case["opened_on"] == "2020-11-02"
    assert case["in_scope"] is True
    assert case["row"]["case_kind"] == "complaint"
    assert announced("intake", numbers[0]) == ["intake.case_opened"]
    for number in numbers:
        eventually(lambda n=number: clerk.get("assignment", at("cases", n)).is_success)
        eventually(lambda n=number: desk.entries(n, "base") == [("2020-11-02", 1)])
        eventually(lambda n=number: desk.decide_on_hearing(n).status_code in {201, 409})


def test_what_is_personal_is_not_shown_with_the_case(as_office, desk):
    number = new_number()
    desk.push(as_json(a_row(number, petitioner_name="甄不显", phone="13800000001")))
    shown = as_office(COUNTY).get("intake", at("cases", number)).text

    assert "甄不显" not in shown
    assert "13800000001" not in shown
    assert "999999194605021872" not in shown


def test_a_text_ledger_is_read_in_utf8_and_in_gbk(desk):
    for encoding in ("utf-8", "gbk"):
        content = delimited(a_row(), encoding=encoding).getvalue()
        job = desk.push(content, filename="台账.csv")

        assert (job["state"], job["rows_kept"]) == ("done", 1), job


def test_a_dry_run_says_what_would_happen_and_keeps_nothing(as_office, desk, announced):
    number = new_number()
    content = as_json(a_row(number), a_row(case_kind="不知道"))
    tried = desk.push(content, dry_run="true")

    assert tried["dry_run"] is True
    assert (tried["rows_kept"], tried["rows_rejected"]) == (1, 1)
    assert as_office(COUNTY).get("intake", at("cases", number)).status_code == 404
    assert announced("intake", number) == []

    done = desk.push(content)

    assert (done["rows_kept"], done["rows_rejected"]) == (1, 1)


def test_good_rows_are_kept_and_bad_ones_come_back_to_be_corrected(as_office, desk):
    good, bad = new_number(), new_number()
    wrong = {
        "accepted_on": "2019年13月5日",
        "origin": "天上掉的",
        "repeats_in_window": None,
    }
    book = xlsx(a_row(good), a_row(bad, **wrong), heading=2)
    job = desk.push(book.getvalue(), filename="台账.xlsx")
    clerk = as_office(COUNTY)

    assert (job["rows_kept"], job["rows_rejected"]) == (1, 1)
    assert {(f["sheet"], f["row"], f["title"]) for f in job["problems"]} == {
        ("台账", 5, "登记受理日期"),
        ("台账", 5, "案件来源"),
        ("台账", 5, "重复信访次数"),
    }
    assert all(f["code"] and f["detail"] and f["remedy"] for f in job["problems"])
    assert clerk.get("intake", at("cases", good)).is_success

    returned = clerk.get("intake", job["rejected_url"], purpose="改正再报")
    refused(clerk.get("intake", job["rejected_url"]), 422, "required")
    above = as_office(CITY).get("intake", job["rejected_url"], purpose="查看")
    refused(above, 403, "not_handling_office")
    log = all_items(as_office(CITY, "auditor"), "intake", "/openings")
    read = [each["purpose"] for each in log if each["number"] == job["id"]]
    assert read == ["改正再报"]
    corrected = load_workbook(io.BytesIO(returned.content))
    sheet = corrected.active
    row = next(r for r in sheet.iter_rows() if bad in {c.value for c in r})
    place = {cell.value: cell.column for cell in sheet[3]}
    said = [sheet.cell(row[0].row, place[t]).value for t in ("原文件行号", "问题")]
    sheet.cell(row[0].row, place["登记受理日期"], "2019年12月5日")
    sheet.cell(row[0].row, place["案件来源"], "本院排查")
    sheet.cell(row[0].row, place["重复信访次数"], 2)
    again = io.BytesIO()
    corrected.save(again)
    second = desk.push(again.getvalue(), filename="更正.xlsx")

    assert returned.headers["content-type"].startswith("application/vnd.openxml")
    assert said[0] == "台账 第5行"
    assert all(title in said[1] for title in ("登记受理日期", "案件来源"))
    assert (second["rows_kept"], second["rows_rejected"]) == (1, 0), second
    assert clerk.get("intake", at("cases", bad)).json()["repeats"] == 2


def test_a_row_pushed_again_in_another_file_is_a_repetition_not_a_second_case(desk):
    row = a_row()
    desk.push(as_json(row))
    written = row["case_no"].replace("〔", "[").replace("〕", "]")
    job = desk.push(as_json({**row, "case_no": written}, a_row()))

    assert (job["rows_kept"], job["rows_repeated"], job["rows_rejected"]) == (1, 1, 0)


@pytest.mark.requirement("PY-55")
def test_a_known_number_with_other_content_corrects_the_case(as_office, desk):
    number, clerk = new_number(), as_office(COUNTY)
    desk.push(as_json(a_row(number)))
    changed = as_json(a_row(number, repeats_in_window=9, main_demand="另有诉求"))
    tried = desk.push(changed, dry_run="true")
    before = clerk.get("intake", at("cases", number)).json()["repeats"]
    proposed = clerk.get("intake", f"/imports/{tried['id']}/corrections").json()
    job = desk.push(changed)
    history = clerk.get("intake", at("cases", number, "history")).json()

    assert (tried["rows_corrected"], job["rows_corrected"], before) == (1, 1, 3)
    assert (job["rows_kept"], job["rows_rejected"]) == (0, 0)
    assert job["created_at"] < job["ended_at"]
    assert clerk.get("intake", at("cases", number)).json()["repeats"] == 9
    (correction,) = history["corrections"]
    shown = {field["name"]: field for field in correction["fields"]}
    assert proposed["items"][0]["fields"] == correction["fields"]
    assert correction["import_id"] == job["id"]
    assert shown["repeats_in_window"] == {
        "name": "repeats_in_window",
        "title": "重复信访次数",
        "before": 3,
        "after": 9,
        "labels": {},
    }
    assert (shown["main_demand"]["before"], shown["main_demand"]["after"]) == (
        None,
        None,
    )


def test_single_cells_are_corrected_with_a_reason(as_office, desk):
    number, clerk = new_number(), as_office(COUNTY)
    desk.push(as_json(a_row(number)))

    def correct(**changes):
        body = {"changes": changes, "reason": "录入有误。"}
        return clerk.post("intake", at("cases", number, "corrections"), body)

    wrong = correct(难易程度="很难", 案件编号="x", 没有的列="x")
    same = correct(重复信访次数="3")
    done = correct(重复信访次数="4", 化解时限="2022/12/30")
    withdrawal = {"cause": "registered_by_mistake", "reason": "误登。"}
    above = as_office("410900", "reviewer").post(
        "intake", at("cases", number, "withdrawals"), withdrawal
    )
    withdrawn = clerk.post("intake", at("cases", number, "withdrawals"), withdrawal)
    found = clerk.get("intake", "/cases", case_no=number, state="withdrawn").json()
    path = at("cases", number, "reinstatements")
    reinstatement = {"reason": "撤错了。", "approver_post": "检察长"}
    unapproved = clerk.post("intake", path, {**reinstatement, "approver_post": "主任"})
    reinstated = clerk.post("intake", path, reinstatement)
    twice = clerk.post("intake", path, reinstatement)
    history = clerk.get("intake", at("cases", number, "history")).json()

    assert {fault["code"] for fault in wrong.json()["errors"]} >= {
        "not_correctable",
        "no_such_column",
    }
    refused(same, 422, "nothing_to_change")
    assert done.status_code == 201, done.text
    assert (done.json()["repeats"], done.json()["corrected"]) == (4, 1)
    assert done.json()["row"]["resolve_by"] == "2022-12-30"
    refused(above, 403, "not_handling_office")
    assert withdrawn.json()["withdrawn_on"] is not None
    assert [item["number"] for item in found["items"]] == [number]
    refused(unapproved, 422, "approver_not_a_leader")
    assert reinstated.json()["withdrawn_on"] is None, reinstated.text
    refused(twice, 409, "not_withdrawn")
    assert [each["kind"] for each in history["corrections"]] == [
        "case_corrected",
        "case_withdrawn",
        "case_reinstated",
    ]


def test_the_same_number_twice_in_one_ledger_comes_back_once(desk):
    number = new_number()
    job = desk.push(as_json(a_row(number), a_row(number, repeats_in_window=9)))

    assert (job["rows_kept"], job["rows_rejected"]) == (1, 1)
    assert [fault["code"] for fault in job["problems"]] == ["case_number_twice"]


def test_no_ledger_takes_over_what_is_of_another_office(as_office, desk, eventually):
    neighbour, city = as_office(NEIGHBOUR), as_office("410900", "reviewer")
    petition = neighbour.post("intake", "/petitions", a_petition()).json()["number"]
    office, year, count = petition.split("-")
    period = f"puyang-2020/{NEIGHBOUR}/milestone/2022-12-31"
    taken = [petition, f"{office}-{year}-{int(count) + 1:07}", period]
    job = desk.push(as_json(*map(a_row, taken)))
    acts = at("cases", petition, "acts")
    eventually(lambda: neighbour.get("assignment", acts).is_success)

    assert (job["rows_kept"], job["rows_rejected"]) == (0, 3)
    assert [fault["code"] for fault in job["problems"]] == [
        "number_reserved",
        "number_reserved",
        "number_form",
    ]
    assert as_office(COUNTY).get("assignment", acts).status_code == 404
    assert city.get("intake", at("cases", petition)).status_code == 404


def test_two_offices_may_use_one_number_and_each_reaches_its_own_case(
    as_office, desk, eventually
):
    number, theirs = new_number("南检信"), as_office(NEIGHBOUR, "leader")
    first = desk.push(as_json(a_row(number)))
    row = a_row(number, reporting_office="南乐县人民检察院")
    second = desk.push(as_json(row), by=theirs)
    again = desk.push(
        as_json(row, a_row(reporting_office="南乐县人民检察院")), by=theirs
    )
    known = f"{NEIGHBOUR}:{number}"
    act = {"decision": "not_needed", "decided_on": "2020-11-20", "reason": "不需要。"}
    act["approver_post"] = "检察长"
    path = at("cases", known)

    assert (first["rows_kept"], second["rows_kept"]) == (1, 1), second
    assert first["notices"] == []
    assert second["notices"] == [
        f"案件编号“{number}”已有其他机关使用，本案登记为“{known}”。"
    ]
    assert (again["rows_kept"], again["rows_repeated"]) == (1, 1)
    shown = theirs.get("intake", path).json()
    assert (shown["number"], shown["row"]["case_no"]) == (known, number)
    eventually(lambda: theirs.get("assignment", path).is_success)
    decide = f"{path}/hearing-decisions"
    eventually(lambda: theirs.post("hearing", decide, act).status_code == 201)
    counted = [("2020-11-02", 1)]
    eventually(lambda: desk.entries(known, "base", office=NEIGHBOUR) == counted)
    ours = at("cases", number)
    assert as_office(COUNTY).get("intake", ours).json()["office"] == COUNTY
    for caller, foreign in ((theirs, ours), (as_office(COUNTY), path)):
        for service in ("intake", "assignment"):
            assert caller.get(service, foreign).status_code == 404


@pytest.mark.requirement("PY-06", "PY-07", "PY-47")
def test_a_case_outside_the_scope_is_kept_with_the_clauses_it_misses(as_office, desk):
    late, single = new_number(), new_number()
    job = desk.push(
        as_json(
            a_row(late, accepted_on="2020-7-1", last_petition_on="2020-7-3"),
            a_row(single, repeats_in_window=0, scope_class="第一类"),
        )
    )
    clerk = as_office(COUNTY)
    first = clerk.get("intake", at("cases", late)).json()
    second = clerk.get("intake", at("cases", single)).json()

    assert (job["rows_kept"], job["out_of_scope"]) == (2, 2)
    assert [n.partition("不在")[0] for n in job["notices"]] == [
        "第1行",
        "第2行",
        "第2行",
    ]
    assert (first["in_scope"], first["track"]) == (False, "everyday")
    assert first["failing"] == ["PY-06.accepted"]
    (why,) = first["failing_clauses"]
    assert (why["id"], "2015年6月30日" in why["text"]) == ("PY-06.accepted", True)
    assert (second["in_scope"], second["track"]) == (False, "campaign")
    assert set(second["failing"]) == {"PY-06.repeated", "PY-07"}


def test_the_city_may_push_the_rows_of_its_counties(as_office, desk):
    number = new_number("濮检交")
    city = as_office("410900")
    row = a_row(number, reporting_office="南乐县人民检察院")
    job = desk.push(as_json(row), by=city)

    assert job["rows_kept"] == 1
    assert job["office"] == "410900"
    assert city.get("intake", at("cases", number)).json()["office"] == NEIGHBOUR


def test_pushed_ledgers_are_listed_for_the_office_and_those_above(as_office, desk):
    identity = desk.push(as_json(a_row()))["id"]

    def listed(by):
        return identity in {job["id"] for job in all_items(by, "intake", "/imports")}

    assert listed(as_office(COUNTY))
    assert listed(as_office("410000", "auditor"))
    assert not listed(as_office(NEIGHBOUR))


@pytest.fixture
def stopped_import(as_office, desk, owner_session):
    """
    An import whose task was lost: it is in hand of nobody.
    """
    clerk = as_office(COUNTY)

    def given():
        job = desk.push(as_json(a_row()), dry_run="true")
        owner_session.execute(
            sa.text(
                "UPDATE intake.imports SET state = 'reading', rows_read = 0,"
                " moved_at = now() - interval '11 min' WHERE id = :id"
            ),
            {"id": job["id"]},
        )
        return clerk, f"/imports/{job['id']}"

    return given


def test_an_import_that_stands_still_says_so_until_it_is_ended(stopped_import):
    clerk, address = stopped_import()
    still = clerk.get("intake", address).json()
    ended = clerk.post("intake", f"{address}/ending", {"reason": "重报"})
    resumed = clerk.post("intake", f"{address}/resumptions")

    assert still["stands_still"]
    assert not ended.json()["stands_still"]
    assert resumed.json()["code"] == "import_ended"


def test_an_import_taken_up_again_is_read_once_and_one_that_was_cancelled_never(
    stack, as_office, desk
):
    clerk, query = as_office(COUNTY), {"programme": PROGRAMME, "filename": "台账.json"}

    def push():
        content = as_json(a_row(), a_row())
        pushed = clerk.post("intake", "/imports", content=content, params=query)
        return pushed.json()["id"]

    stack.processes.signal("relay", signal.SIGSTOP)
    try:
        cancelled, number = push(), push()
        address = f"/imports/{cancelled}/ending"
        ended = clerk.post("intake", address, {"reason": "报错了文件"}).json()
        resumed = clerk.post("intake", f"/imports/{number}/resumptions")
    finally:
        stack.processes.signal("relay", signal.SIGCONT)
    job = desk.job(number)

    assert ended["state"] == "failed"
    assert [each["code"] for each in ended["problems"]] == ["ended_by_office"]
    assert "报错了文件" in ended["problems"][0]["detail"]
    assert desk.job(cancelled)["rows_read"] == 0
    assert resumed.status_code == 202
    assert (job["state"], job["rows_read"], job["rows_kept"]) == ("done", 2, 2)
