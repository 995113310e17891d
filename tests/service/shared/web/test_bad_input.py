"""
What offices, networks and programs get wrong: each is refused with everything that is
wrong with it, where and what to do, and nothing accepted before is lost by it.
"""

from __future__ import annotations

import io
import json
import re
import socket
import threading
import time
from urllib.parse import urlsplit

import pytest
from openpyxl import Workbook
from prometheus_client.parser import text_string_to_metric_families

from deploy.local.plain import http
from shared.settings import SERVICES
from tests.builders import COUNTY, NEIGHBOUR, a_petition, new_number
from tests.builders.hearings import a_plan
from tests.builders.ledger_files import xlsx
from tests.service.asking import (
    PROGRAMME,
    a_row,
    as_json,
    at,
    brought,
    closing,
    places,
    refused,
)

MIB = 1024 * 1024
TOMORROW = "2020-11-21"
JSON = {"Content-Type": "application/json"}


def pushed(caller, content, *, filename="台账.xlsx", **more):
    parameters = {"programme": PROGRAMME, "filename": filename}
    return caller.post("intake", "/imports", content=content, params=parameters, **more)


def one_fault_of(job):
    """
    The only fault for which a whole file came back.
    """
    assert job["state"] == "failed"
    assert job["rows_kept"] == 0
    (fault,) = job["problems"]
    assert fault["detail"]
    assert fault["remedy"]
    return fault


# -- files


def test_a_file_that_is_no_workbook_is_refused_and_the_next_one_read(desk):
    texts = {
        "这不是表格。".encode(): "not_a_spreadsheet",
        b"%PDF-1.7 \x00\x01": "not_a_spreadsheet",
        b"PK\x03\x04 but no zip": "file_damaged",
    }
    for content, code in texts.items():
        unique = content + new_number().encode()
        fault = one_fault_of(desk.push(unique, filename="台账.xlsx"))

        assert fault["code"] == code
        assert "xlsx" in fault["remedy"]
    assert desk.push(as_json(a_row()))["rows_kept"] == 1


def test_an_empty_file_is_refused(desk):
    for content in (b"", b"\n\n", b"\xef\xbb\xbf"):
        assert one_fault_of(desk.push(content))["code"] == "empty_file"


def test_a_workbook_without_cases_is_refused(desk):
    assert one_fault_of(desk.push(xlsx().getvalue()))["code"] == "no_rows"


def test_a_workbook_of_another_form_is_refused_naming_the_columns(desk):
    book = Workbook()
    book.active.append(["序号", "姓名", "身份证号", "补贴金额", "开户行"])
    book.active.append([1, "甄外人", "", 300, "农业银行"])
    stream = io.BytesIO()
    book.save(stream)
    fault = one_fault_of(desk.push(stream.getvalue()))

    assert fault["code"] == "other_form"
    assert "案件编号" in fault["detail"]


def test_a_ledger_that_lacks_a_column_is_refused_naming_it(desk):
    columns = [c for c in a_row() if c not in {"case_no", "case_kind"}]
    fault = one_fault_of(desk.push(xlsx(a_row(), columns=columns).getvalue()))

    assert fault["code"] == "columns_missing"
    assert "案件编号" in fault["detail"]
    assert "案件类别" in fault["detail"]


def memory_of(caller):
    text = caller.get("intake", "/metrics").text
    return next(
        sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == "process_resident_memory_bytes"
    )


@pytest.mark.parametrize("streamed", [False, True])
def test_fifty_megabytes_are_refused_without_being_taken_in(as_office, desk, streamed):
    clerk = as_office(COUNTY)
    desk.push(as_json(a_row()))
    before = memory_of(clerk)
    chunks = (b"x" * MIB for _ in range(50))
    answer = pushed(clerk, chunks if streamed else b"x" * 50 * MIB)

    said = refused(answer, 413, "body_too_large")["body_too_large"]
    assert "20 MB" in said["detail"]
    assert "分成几份" in said["remedy"]
    assert memory_of(clerk) - before < 50 * MIB
    assert desk.push(as_json(a_row()))["rows_kept"] == 1


def test_a_json_body_over_its_limit_is_refused(as_office):
    answer = as_office(COUNTY).post(
        "intake", "/petitions", a_petition(demand="求" * 3 * MIB)
    )

    refused(answer, 413, "body_too_large")


def test_the_same_file_twice_is_refused_naming_the_first_push(as_office, desk):
    number = new_number()
    content = as_json(a_row(number))
    first = desk.push(content)
    said = refused(pushed(as_office(COUNTY), content), 409, "ledger_already_pushed")
    job = as_office(COUNTY).get("intake", f"/imports/{first['id']}").json()

    assert first["id"] in said["ledger_already_pushed"]["detail"]
    assert first["id"] in said["ledger_already_pushed"]["remedy"]
    assert job == first
    assert as_office(COUNTY).get("intake", at("cases", number)).is_success


def test_a_file_that_failed_may_be_pushed_again(desk):
    content = b"%PDF-1.4 " + new_number().encode()
    first = desk.push(content)
    second = desk.push(content)

    assert {first["state"], second["state"]} == {"failed"}
    assert first["id"] != second["id"]


def test_an_import_that_has_ended_cannot_be_ended_again(as_office, desk):
    path = f"/imports/{desk.push(as_json(a_row()))['id']}/ending"
    answer = as_office(COUNTY).post("intake", path, {"reason": "不再需要。"})

    refused(answer, 409, "import_ended")


def test_a_ledger_row_is_told_all_its_faults_at_once_with_their_places(desk):
    bad = a_row(
        reporting_office="某县人民检察院",
        reported_on="2020年11月21日",
        case_kind="不知道",
        repeats_in_window="多次",
        id_no="999999194605021871",
        main_demand=None,
    )
    job = desk.push(xlsx(a_row(), bad).getvalue(), filename="台账.xlsx")
    found = {fault["title"]: fault for fault in job["problems"]}

    assert (job["rows_kept"], job["rows_rejected"]) == (1, 1)
    assert {title: fault["code"] for title, fault in found.items()} == {
        "填报单位": "office_unknown",
        "填报日期": "date_in_future",
        "案件类别": "code_unknown",
        "重复信访次数": "integer_invalid",
        "证件号码": "id_number_checksum",
        "主要诉求": "cell_missing",
    }
    for fault in found.values():
        assert (fault["sheet"], fault["row"]) == ("台账", 4)
        assert re.fullmatch("[A-Z]{1,2}", fault["column"])
        assert fault["detail"]
        assert fault["remedy"]


def test_half_a_file_is_not_taken_for_a_whole_one(stack, as_office):
    clerk = as_office(COUNTY)
    content = as_json(a_row())
    with connection(stack, "intake") as wire:
        wire.sendall(head("/imports?programme=puyang-2020&filename=a.json", clerk))
        wire.sendall(b"Content-Length: %d\r\n\r\n" % (len(content) + 1) + content)
        wire.shutdown(socket.SHUT_WR)
        status, problem = answer_on(wire)

    assert status == 400
    assert problem["code"] == "body_incomplete"


# -- offices and persons


def test_an_office_that_does_not_exist_is_refused(as_office):
    city = as_office("410900", "reviewer")
    asked = {"programme": PROGRAMME, "as_of": "2020-11-19", "office": "419999"}
    for answer in (
        city.post("intake", "/petitions", a_petition(office="419999")),
        city.get("intake", "/cases", office="419999"),
        city.get("assignment", "/duties", office="419999"),
        city.get("reporting", "/figures", **asked),
        city.post("reporting", "/returns", asked),
    ):
        said = refused(answer, 403, "outside_your_offices")
        assert "419999" in said["outside_your_offices"]["detail"]


def test_leaders_of_offices_and_posts_that_do_not_exist_are_all_named(as_office, desk):
    (number,) = desk.cases()
    path = at("cases", number, "leaders")
    body = {
        "named_on": TOMORROW,
        "leaders": [
            {"office": "419999", "post": "检察长"},
            {"office": COUNTY, "post": "院长"},
            {"office": COUNTY, "post": "检察官"},
        ],
        "department": "后勤处",
    }
    leader = as_office(COUNTY, "leader")
    answer = leader.post("assignment", path, body)

    refused(answer, 422)
    assert places(answer) == {
        ("/named_on", "date_in_future"),
        ("/leaders/0/office", "no_such_office"),
        ("/leaders/1/post", "no_such_post"),
        ("/leaders/2/post", "post_not_eligible"),
        ("/department", "no_such_department"),
    }
    shown = leader.get("assignment", at("cases", number)).json()
    assert (shown["led"], shown["leaders"]) == (False, [])


def test_a_neighbouring_county_sees_and_does_nothing_here(as_office, desk):
    petition = as_office(COUNTY).post("intake", "/petitions", a_petition()).json()
    (number,) = desk.cases()
    hearing = desk.decide_on_hearing(number, "hold").json()["id"]
    aid = desk.applied_for_aid(number).json()["id"]
    reply = {
        "replied_on": "2020-11-20",
        "kind": "procedural",
        "mode": "sms",
        "summary": "已收到。",
    }
    merge = {"into": number, "merged_on": "2020-11-05", "reason": "同一事项。"}
    decided = {
        "decision": "hold",
        "decided_on": "2020-11-03",
        "reason": "争议较大。",
        "approver_post": "检察长",
    }
    paid = {"paid_on": "2020-11-16", "amount_yuan": "1.00", "voucher_no": "1"}
    named = {"named_on": "2020-11-10", "leaders": [], "department": "第一检察部"}
    reopened = {"reopened_on": "2020-11-18", "cause": "再访", "reason": "再访。"}
    case, them = at("cases", number), as_office(NEIGHBOUR, "leader")
    asked = {"programme": PROGRAMME, "as_of": "2020-11-19", "office": COUNTY}
    elsewhere = [
        them.get("intake", at("petitions", petition["number"])),
        them.post("intake", at("petitions", petition["number"], "replies"), reply),
        them.get("intake", case),
        them.post("intake", f"{case}/merge", merge),
        them.get("assignment", case),
        them.post("assignment", f"{case}/leaders", named),
        them.post("assignment", f"{case}/closings", closing()),
        them.post("assignment", f"{case}/reopenings", reopened),
        them.post("hearing", f"{case}/hearing-decisions", decided),
        them.get("hearing", f"/hearings/{hearing}"),
        them.get("aid", f"/aid-applications/{aid}"),
        them.post("aid", f"/aid-applications/{aid}/payments", paid),
    ]
    of_county = [
        them.get("reporting", "/figures", **asked),
        them.post("reporting", "/returns", asked),
        *(them.get(s, "/cases", office=COUNTY) for s in ("intake", "assignment")),
    ]

    for answer in elsewhere:
        refused(answer, 404, "not_found")
    # In the same words as of a case that nobody has.
    nobodys = new_number()
    (ours,) = elsewhere[2].json()["errors"]
    (none,) = them.get("intake", at("cases", nobodys)).json()["errors"]
    assert {**ours, "detail": ours["detail"].replace(number, nobodys)} == none
    for answer in of_county:
        said = refused(answer, 403, "outside_your_offices")["outside_your_offices"]
        assert NEIGHBOUR in said["detail"]
        assert COUNTY in said["detail"]
        assert "令牌" in said["remedy"]


def test_a_neighbours_rows_come_back_from_a_ledger_and_ours_stay(as_office, desk):
    ours, theirs = new_number(), new_number()
    row = a_row(theirs, reporting_office="南乐县人民检察院")
    job = desk.push(as_json(a_row(ours), row))
    (fault,) = job["problems"]

    assert (job["rows_kept"], job["rows_rejected"]) == (1, 1)
    assert fault["code"] == "outside_your_offices"
    assert fault["title"] == "填报单位"
    assert as_office(COUNTY).get("intake", at("cases", ours)).is_success
    assert as_office("410900").get("intake", at("cases", theirs)).status_code == 404


def test_a_token_that_is_missing_broken_or_not_ours_is_refused(stack, as_office):
    token = as_office(COUNTY).token
    head_, body, signature = token.split(".")
    foreign = "eyJhbGciOiJub25lIn0." + body + "."
    for header, code in {
        "": "token_missing",
        "Basic YTpi": "token_missing",
        "Bearer": "token_missing",
        "Bearer x": "token_invalid",
        f"Bearer {head_}.{body}.{signature[::-1]}": "token_invalid",
        f"Bearer {foreign}": "token_invalid",
    }.items():
        for service in SERVICES:
            answer = http.get(
                f"{stack.url(service)}{LISTS[service]}",
                headers={"Authorization": header} if header else {},
            )
            refused(answer, 401, code)
            assert answer.headers["www-authenticate"] == "Bearer"


LISTS = {
    "intake": "/petitions",
    "assignment": "/cases",
    "hearing": "/hearings",
    "aid": "/aid-applications",
    "reporting": "/returns",
}


def test_an_auditor_reads_and_never_writes(as_office, desk):
    (number,) = desk.cases()
    auditor = as_office("410900", "auditor")

    assert auditor.get("intake", at("cases", number)).is_success
    for answer in (
        auditor.post("intake", "/petitions", a_petition()),
        auditor.post("assignment", at("cases", number, "closings"), closing()),
        auditor.post("reporting", "/returns", {}),
    ):
        said = refused(answer, 403, "role_not_allowed")["role_not_allowed"]
        assert "稽核" in said["detail"]


# -- days


def test_what_is_dated_in_the_future_is_refused_everywhere(as_office, desk):
    clerk, leader = as_office(COUNTY), as_office(COUNTY, "leader")
    number = desk.led_case()
    desk.decide_on_hearing(number, "hold")
    aid = desk.funded_aid(number)
    petition = clerk.post("intake", "/petitions", a_petition()).json()["number"]
    case = at("cases", number)
    reply = {"kind": "result", "mode": "letter", "summary": "不予支持。"}
    batch = {
        "programme": PROGRAMME,
        "letter_no": new_number("濮检办"),
        "source": "省院",
        "handed_on": TOMORROW,
        "case_numbers": [number],
    }
    plan = a_plan(planned_on=TOMORROW, scheduled_on="2020-12-01")
    paid = {"paid_on": TOMORROW, "amount_yuan": "12000.00", "voucher_no": "1"}
    named = {"named_on": TOMORROW, "leaders": []}
    asked = [
        clerk.post("intake", "/petitions", a_petition(received_on=TOMORROW)),
        clerk.post(
            "intake",
            at("petitions", petition, "replies"),
            {**reply, "replied_on": TOMORROW},
        ),
        leader.post("assignment", f"{case}/leaders", named),
        clerk.post("assignment", f"{case}/closings", closing(concluded_on=TOMORROW)),
        as_office("410900", "reviewer").post("assignment", "/batches", batch),
        clerk.post("hearing", f"{case}/hearings", plan),
        clerk.post("aid", f"/aid-applications/{aid}/payments", paid),
    ]

    for answer in asked:
        said = refused(answer, 422, "date_in_future")["date_in_future"]
        assert said["pointer"].endswith("_on")
        assert TOMORROW in said["detail"]
        assert "2020-11-20" in said["detail"]
    signing = {"programme": PROGRAMME, "as_of": TOMORROW}
    refused(leader.post("reporting", "/returns", signing), 422, "as_of_in_future")
    assert desk.entries(number, "aid_yuan") == []
    assert clerk.get("intake", at("petitions", petition)).is_success


# -- once only


def test_the_same_key_and_body_give_the_same_answer_and_one_effect(
    as_office, desk, announced
):
    clerk, key = as_office(COUNTY), new_number("钥").encode().hex()
    body = a_petition(petitioner={"name": "甄同键"})
    first = clerk.post("intake", "/petitions", body, key=key)
    again = clerk.post("intake", "/petitions", body, key=key)

    assert first.status_code == 201
    assert again.status_code == 201
    assert again.json() == first.json()
    assert announced("intake", first.json()["number"]) == ["intake.petition_registered"]


def test_the_same_key_with_another_body_is_refused_and_the_first_stays(as_office):
    clerk, key = as_office(COUNTY), new_number("钥").encode().hex()
    first = clerk.post("intake", "/petitions", a_petition(), key=key)
    other = clerk.post("intake", "/petitions", a_petition(channel="visit"), key=key)
    elsewhere = as_office(NEIGHBOUR).post("intake", "/petitions", a_petition(), key=key)

    said = refused(other, 409, "idempotency_key_reused")["idempotency_key_reused"]
    assert said["pointer"] == "Idempotency-Key"
    number = first.json()["number"]
    assert clerk.get("intake", at("petitions", number)).json()["channel"] == "letter"
    # Another office's key is another key.
    assert elsewhere.status_code == 201
    assert elsewhere.json()["number"] != number


def test_the_same_key_at_the_same_moment_has_one_effect(as_office, announced):
    clerk, key = as_office(COUNTY), new_number("钥").encode().hex()
    body, answers = a_petition(), []

    def ask():
        answers.append(clerk.post("intake", "/petitions", body, key=key))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {answer.status_code for answer in answers} == {201}
    (number,) = {answer.json()["number"] for answer in answers}
    assert announced("intake", number) == ["intake.petition_registered"]


def test_a_ledger_pushed_again_with_its_key_is_answered_as_before(as_office, desk):
    clerk, key = as_office(COUNTY), new_number("钥").encode().hex()
    content = as_json(a_row())
    first = pushed(clerk, content, key=key)
    again = pushed(clerk, content, key=key)
    other = pushed(clerk, as_json(a_row()), key=key)

    assert (first.status_code, again.status_code) == (202, 202)
    assert again.json()["id"] == first.json()["id"]
    refused(other, 409, "idempotency_key_reused")
    assert desk.job(first.json()["id"])["rows_kept"] == 1


def test_what_was_refused_leaves_its_key_free(as_office):
    clerk, key = as_office(COUNTY), new_number("钥").encode().hex()
    wrong = a_petition(received_on=TOMORROW)

    refused(clerk.post("intake", "/petitions", wrong, key=key), 422, "date_in_future")
    right = clerk.post("intake", "/petitions", a_petition(), key=key)
    assert right.status_code == 201


def test_a_key_that_is_too_long_is_refused(as_office):
    answer = as_office(COUNTY).post("intake", "/petitions", a_petition(), key="k" * 201)

    refused(answer, 400, "idempotency_key_form")


def test_aid_is_paid_once(as_office, desk, eventually):
    (number,) = desk.cases()
    path = f"/aid-applications/{desk.funded_aid(number)}/payments"
    body = {
        "paid_on": "2020-11-16",
        "amount_yuan": "12000.00",
        "voucher_no": "清检财〔2020〕18号",
    }
    clerk = as_office(COUNTY)
    wrong = clerk.post("aid", path, {**body, "amount_yuan": "12000.01"})
    first = clerk.post("aid", path, body)
    again = clerk.post("aid", path, {**body, "voucher_no": "清检财〔2020〕19号"})

    refused(wrong, 422, "amount_not_as_granted")
    assert first.status_code == 201
    refused(again, 409, "already_paid")
    eventually(lambda: desk.entries(number, "aid_yuan") == [("2020-11-16", "12000.00")])
    shown = clerk.get("aid", path.removesuffix("/payments")).json()
    assert shown["payment"]["voucher_no"] == "清检财〔2020〕18号"


# -- closing and review


def test_nothing_is_resolved_without_the_review_of_the_hub(as_office, desk, eventually):
    number = desk.led_case()
    identity = desk.submitted_closing(number)
    case, clerk = at("cases", number), as_office(COUNTY)
    reopened = {"reopened_on": "2020-11-18", "cause": "再访", "reason": "再访。"}

    def reopen():
        return clerk.post("assignment", f"{case}/reopenings", reopened)

    again = clerk.post("assignment", f"{case}/closings", closing())
    refused(again, 409, "not_in_this_state")
    refused(reopen(), 409, "not_in_this_state")
    refused(desk.review(identity, by=clerk), 403, "role_not_allowed")
    county = as_office(COUNTY, "reviewer")
    refused(desk.review(identity, by=county), 403, "outside_your_offices")
    assert clerk.get("assignment", case).json()["standing"] == "submitted"
    assert desk.entries(number, "resolved") == []

    assert desk.review(identity).status_code == 201
    refused(desk.review(identity), 409, "already_reviewed")
    assert reopen().status_code == 201
    eventually(
        lambda: (
            desk.entries(number, "resolved") == [("2020-11-10", 1), ("2020-11-18", -1)]
        )
    )


def test_who_reported_a_closing_does_not_review_it(as_office, desk):
    number = desk.led_case()
    desk.decide_on_hearing(number)
    both = as_office("410900", "reviewer", "濮阳市院 同一人")
    body = closing(documents=brought(as_office(COUNTY), number))

    def submitted():
        path = at("cases", number, "closings")
        answer = both.post("assignment", path, body)
        return answer.status_code == 201 and answer

    identity = desk.eventually(submitted).json()["id"]

    refused(desk.review(identity, by=both), 403, "own_closing")
    assert desk.review(identity).status_code == 201


# -- requests


def test_every_wrong_field_is_named_at_once(as_office):
    body = a_petition(
        channel=["letter"],
        received_on="2020-13-45",
        petitioner={"name": "", "phone": 13800000000, "wechat": "x"},
        case_kind=7,
        demand="求\u0000情",
        alert_level="red",
    )
    del body["category"]
    answer = as_office(COUNTY).post("intake", "/petitions", body)

    refused(answer, 422, "invalid_request")
    assert places(answer) == {
        ("/channel", "wrong_type"),
        ("/received_on", "invalid_date"),
        ("/petitioner/name", "length"),
        ("/petitioner/phone", "wrong_type"),
        ("/petitioner/wechat", "unknown_field"),
        ("/case_kind", "wrong_type"),
        ("/demand", "control_character"),
        ("/alert_level", "unknown_field"),
        ("/category", "required"),
    }


def test_what_is_no_word_of_the_programme_is_refused_with_its_words(as_office):
    body = a_petition(channel="飞鸽", case_kind="涉执", topic="烂尾楼")
    answer = as_office(COUNTY).post("intake", "/petitions", body)

    faults = refused(answer, 422, "not_in_list")
    assert places(answer) == {
        ("/channel", "not_in_list"),
        ("/case_kind", "not_in_list"),
        ("/topic", "not_in_list"),
    }
    remedies = [fault["remedy"] for fault in answer.json()["errors"]]
    assert any("visit（来访）" in remedy for remedy in remedies), faults
    also = as_office(COUNTY).post("intake", "/petitions", body | {"received_on": "3号"})
    assert places(also) == places(answer) | {("/received_on", "invalid_date")}


def test_every_wrong_parameter_is_named_at_once(as_office):
    answer = as_office(COUNTY).get(
        "reporting",
        "/entries",
        office="清丰",
        measure="base",
        as_of="昨天",
        known_at="2021-01-05",
        limit="all",
        alert_level="red",
    )

    refused(answer, 422, "invalid_request")
    assert places(answer) == {
        ("?programme", "required"),
        ("?office", "office_form"),
        ("?as_of", "invalid_date"),
        ("?known_at", "invalid_instant"),
        ("?limit", "wrong_type"),
        ("?alert_level", "unknown_field"),
    }


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b'{"channel":',
        b"{'channel': 'letter'}",
        b'{"channel": NaN}',
        b'{"repeats": ' + b"9" * 10_000 + b"}",
        '{"demand": "求情"}'.encode("gbk"),
        b"[" * 2_000,
        b'{"a":' * 2_000 + b"1" + b"}" * 2_000,
    ],
    ids=["empty", "cut", "quotes", "nan", "long", "gbk", "deep", "deeper"],
)
def test_what_is_no_json_is_refused(as_office, content):
    clerk = as_office(COUNTY)
    answer = clerk.post("intake", "/petitions", content=content, headers=JSON)

    assert "JSON" in refused(answer, 400, "not_json")["not_json"]["detail"]


def test_what_calls_itself_something_else_is_refused(as_office):
    answer = as_office(COUNTY).post(
        "intake",
        "/petitions",
        content=json.dumps(a_petition()).encode(),
        headers={"Content-Type": "text/xml"},
    )

    refused(answer, 400, "not_json")


def test_a_json_that_is_no_object_is_refused(as_office):
    for content in (b"[]", b"null", b"1", b'"letter"'):
        clerk = as_office(COUNTY)
        answer = clerk.post("intake", "/petitions", content=content, headers=JSON)

        refused(answer, 422, "wrong_type")


def test_a_number_nobody_has_is_not_found(as_office):
    clerk = as_office(COUNTY)
    for service, path in {
        "intake": "/petitions/",
        "assignment": "/cases/",
        "hearing": "/hearings/",
        "aid": "/aid-applications/",
        "reporting": "/returns/",
    }.items():
        for number in ("没有这号", "a%00b", "%ff%fe", "x" * 2000, "1%27%20OR%201=1"):
            refused(clerk.get(service, path + number), 404, "not_found")


def test_a_cursor_that_is_not_ours_is_refused(as_office):
    clerk = as_office(COUNTY)
    for service, path in LISTS.items():
        for cursor in ("x", "MTIz", "eyJhIjoxfQ", "bnVsbA", "W10"):
            answer = clerk.get(service, path, after=cursor)

            refused(answer, 422, "bad_cursor")
            assert places(answer) == {("/after", "bad_cursor")}
    entries = {"programme": PROGRAMME, "measure": "base", "as_of": "2020-11-19"}
    for cursor in ("MTIz", "W10", "WzEsMiwzLDRd", "WyI0MTA5MjIiLCJ4IiwieSIsMV0"):
        answer = clerk.get("reporting", "/entries", after=cursor, **entries)
        refused(answer, 422, "bad_cursor")


def test_an_address_or_method_that_is_none_is_answered_as_a_problem(as_office):
    clerk = as_office(COUNTY)
    for service in SERVICES:
        refused(clerk.get(service, "/nowhere"), 404, "no_such_address")
        refused(clerk.get(service, LISTS[service] + "/"), 404, "no_such_address")
        for method in ("OPTIONS", "DELETE", "PUT", "PATCH", "TRACE"):
            answer = clerk.request(method, service, LISTS[service])

            refused(answer, 405, "method_not_allowed")
            assert {"GET", "HEAD"} <= set(answer.headers["allow"].split(", "))
        head_only = clerk.request("HEAD", service, LISTS[service])
        assert (head_only.status_code, head_only.content) == (200, b"")


# -- the wire


def connection(stack, service):
    place = urlsplit(stack.url(service))
    wire = socket.create_connection((place.hostname, place.port), timeout=60)
    wire.settimeout(60)
    return wire


def head(path, caller):
    return (
        f"POST {path} HTTP/1.1\r\nHost: jianjian\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {caller.token}\r\n"
    ).encode()


def answer_on(wire):
    """
    Status and problem of the answer that stands on a connection.
    """
    received = b""
    while not (
        (found := re.search(rb"content-length: (\d+)", received, re.IGNORECASE))
        and len(received) - received.index(b"\r\n\r\n") - 4 >= int(found[1])
    ):
        more = wire.recv(65_536)
        assert more, received
        received += more
    top, _, body = received.partition(b"\r\n\r\n")
    return int(top.split()[1]), json.loads(body)


@pytest.fixture(scope="session", autouse=True)
def slow_client(stack, as_office):
    """
    A client that says half and falls silent, from the beginning of these tests on; and
    how long another one waited meanwhile.
    """
    with connection(stack, "intake") as wire:
        wire.sendall(head("/petitions", as_office(COUNTY)))
        wire.sendall(b'Content-Length: 1000\r\n\r\n{"channel"')
        began = time.monotonic()
        other = as_office(COUNTY).get("intake", "/petitions", limit=1)
        assert other.is_success
        yield wire, time.monotonic() - began


def test_headers_that_never_end_are_refused_and_the_service_goes_on(stack, as_office):
    clerk = as_office(COUNTY)
    for headers in (
        {"X-Long": "x" * 200_000},
        {f"X-{n}": "x" * 500 for n in range(300)},
    ):
        answer = clerk.request("GET", "intake", "/petitions", headers=headers)
        assert 400 <= answer.status_code < 500
    with connection(stack, "intake") as wire:
        wire.sendall(b"GET /petitions?after=" + b"x" * 100_000 + b" HTTP/1.1\r\n\r\n")
        assert wire.recv(12).split()[1] == b"414"

    assert clerk.get("intake", "/petitions", limit=1).is_success


@pytest.mark.last  # so that nobody waits for the answer
def test_a_client_that_falls_silent_is_answered_and_keeps_nobody_waiting(slow_client):
    wire, waited = slow_client
    status, problem = answer_on(wire)

    assert waited < 5
    assert status == 400
    assert problem["code"] == "body_incomplete"
    assert problem["errors"][0]["remedy"]
