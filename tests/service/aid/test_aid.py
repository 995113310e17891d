"""
Judicial aid from the application to the one payment, over HTTP.
"""

from __future__ import annotations

import io

import pytest
from pypdf import PdfReader

from services.aid.casework.payment_tables import table_of
from tests.builders import CITY, COUNTY, NEIGHBOUR, new_number, new_person
from tests.domain.aid.payments.test_confirmations import sheet_of
from tests.service.asking import PROGRAMME, all_items, at, refused, verification

GRANTED = {
    "decision": "granted",
    "amount_yuan": "12000.00",
    "decided_on": "2020-11-06",
    "approver_post": "检察长",
    "reason": "符合救助条件。",
}
PAID = {
    "paid_on": "2020-11-16",
    "amount_yuan": "12000.00",
    "voucher_no": "清检财〔2020〕18号",
}
ACCOUNT = "6228480000000000001"
CONFIRMED = [("2020-11-12", "12000.00")]


def decided(as_office, identity, *, by=COUNTY, actor=None, **changes):
    body = {k: v for k, v in {**GRANTED, **changes}.items() if v is not None}
    leader = as_office(by, "leader", actor)
    return leader.post("aid", f"/aid-applications/{identity}/decisions", body)


def paid(as_office, identity, **changes):
    path = f"/aid-applications/{identity}/payments"
    return as_office(COUNTY).post("aid", path, {**PAID, **changes})


def test_aid_is_applied_for_granted_and_paid_and_counts_when_paid(
    as_office, desk, announced, eventually
):
    (number,) = desk.cases()
    identity = desk.funded_aid(number)
    path = f"/aid-applications/{identity}"
    clerk = as_office(COUNTY)
    told = clerk.post(
        "aid", f"{path}/notices", {"told_on": "2020-11-10", "mode": "phone"}
    )
    done = paid(as_office, identity)
    body = {"on": "2020-11-20", "mode": "当面", "post": "检察官", "use": "用于治疗"}
    followed = clerk.post("aid", f"{path}/follow-ups", body)
    shown = clerk.get("aid", path)
    opened = clerk.post("aid", f"{path}/openings", {"purpose": "归档"})

    assert [a.status_code for a in (told, done, followed)] == [201] * 3
    assert [a.json()["state"] for a in (told, done)] == ["funded", "paid"]
    assert shown.json() == done.json()
    assert shown.json()["amount_yuan"] == "12000.00"
    assert opened.json()["id_last_four"] == "1872"
    assert "相当于濮阳市" in opened.json()["decision"]["explanation"]
    assert "999999194605021872" not in opened.text
    assert clerk.get("aid", f"{path}/follow-ups").json()["items"] == [followed.json()]
    assert "用于治疗" not in followed.text
    assert [each["use"] for each in opened.json()["follow_ups"]] == ["用于治疗"]
    assert announced("aid", number) == [
        "aid.aid_opened",
        "aid.aid_granted",
        "aid.aid_funds_received",
        "aid.aid_told",
        "aid.aid_paid",
    ]
    eventually(lambda: desk.entries(number, "aid_yuan") == [("2020-11-16", "12000.00")])
    eventually(lambda: desk.entries(number, "aid_persons") == [("2020-11-16", 1)])


@pytest.mark.requirement("F-12")
def test_its_papers_are_documents_of_the_case_read_for_a_purpose(as_office, desk):
    (number,) = desk.cases()
    identity = desk.funded_aid(number)
    path, clerk = at("aid-applications", identity, "papers"), as_office(COUNTY)
    where = [{"asked": "where", "text": "本院控告申诉检察部。"}]
    early = clerk.post("aid", path, {"paper": "payment_slip", "form": "pdf"})
    bare = clerk.post("aid", path, {"paper": "collection_notice", "form": "pdf"})
    above = as_office(CITY).post("aid", path, {"paper": "approval", "form": "pdf"})
    letter = {"paper": "collection_notice", "form": "docx", "words": where}
    filed = [
        clerk.post("aid", path, body)
        for body in ({"paper": "approval", "form": "pdf"}, letter)
    ]
    documents = [*all_items(clerk, "aid", at("cases", number, "documents"))]
    read, unread = (at("documents", each["id"], "content") for each in documents)
    sheet = clerk.get("aid", read, purpose="归档")
    refused(clerk.get("aid", unread), 422, "required")
    log = all_items(as_office(CITY, "auditor"), "aid", "/document-openings")

    refused(early, 409, "nothing_to_state")
    refused(bare, 422, "words_missing")
    refused(above, 403, "not_handling_office")
    assert [each.status_code for each in filed] == [201, 201], filed[0].text
    assert {each.json()["kind"] for each in filed} == {"aid_record"}
    pages = PdfReader(io.BytesIO(sheet.content)).pages
    text = "".join("".join(page.extract_text().split()) for page in pages)
    for said in ("12000.00元（人民币壹万贰仟元整）", "已确认", "36个月"):
        assert said in text
    assert [each["document"] for each in log if each["number"] == number] == [
        documents[0]["id"]
    ]


@pytest.mark.requirement("TL-35")
def test_an_application_opens_the_duty_to_decide_in_ten_working_days(
    as_office, desk, eventually
):
    (number,) = desk.cases()
    identity = desk.verified_aid(number)

    def duty():
        owed = all_items(as_office(COUNTY), "assignment", "/duties", number=number)
        mine = [each for each in owed if each["kind"] == "aid_decision"]
        return mine and mine[0]

    assert eventually(duty)["due_on"] == "2020-11-17"
    decided(as_office, identity)
    eventually(lambda: duty()["state"] == "discharged")


def test_a_refused_person_may_apply_again_and_counts_nothing(
    as_office, desk, announced
):
    (number,) = desk.cases()
    first = desk.applied_for_aid(number).json()["id"]
    body = verification(PROGRAMME, "2020-11-04", refusal="otherwise_helped")
    as_office(COUNTY).post("aid", f"/aid-applications/{first}/verifications", body)
    granted = decided(as_office, first)
    refusal = decided(
        as_office, first, decision="refused", amount_yuan=None, reason="已获其他救助。"
    )
    told = as_office(COUNTY).post(
        "aid",
        f"/aid-applications/{first}/notices",
        {"told_on": "2020-11-10", "mode": "书面"},
    )
    again = desk.applied_for_aid(number)

    refused(granted, 422, "refusal_ground")
    assert told.status_code == 201, told.text
    assert told.json()["notice"]["mode"] == "letter"
    assert refusal.status_code == 201, refusal.text
    assert refusal.json()["state"] == "refused"
    assert refusal.json()["amount_yuan"] is None
    assert "社会救助" in refusal.json()["decision"]["explanation"]
    assert again.status_code == 201
    assert announced("aid", number) == [
        "aid.aid_opened",
        "aid.aid_refused",
        "aid.aid_refusal_told",
        "aid.aid_opened",
    ]
    refused(paid(as_office, first), 409, "not_granted")


def test_a_person_is_aided_once_in_a_case_at_whatever_office(as_office, desk):
    ours, theirs = (
        desk.cases(),
        desk.cases(by=as_office(NEIGHBOUR), reporting_office="南乐县人民检察院"),
    )
    original, person = new_number("豫刑终"), new_person()
    first = desk.applied_for_aid(
        ours[0], person=person, original_case_no=original
    ).json()["id"]
    again = desk.applied_for_aid(ours[0], person=person)
    said = refused(again, 409, "already_aided")
    body = {
        "person": person,
        "origin": "依申请",
        "applied_on": "2020-11-03",
        "hardship": "生活困难。",
        "original_case_no": original,
    }
    path = at("cases", theirs[0], "aid-applications")
    clerk = as_office(NEIGHBOUR)
    elsewhere = desk.once_known(lambda: clerk.post("aid", path, body))

    assert first in said["already_aided"]["detail"]
    assert said["already_aided"]["pointer"] == "/person/id_no"
    hidden = refused(elsewhere, 409, "already_aided")["already_aided"]["detail"]
    assert first not in hidden
    del body["original_case_no"]
    unknown = clerk.post("aid", path, body)
    refused(unknown, 409, "applied_elsewhere")
    log = as_office(NEIGHBOUR, "auditor").get("aid", "/openings", limit=500).json()
    assert [each["office"] for each in log["items"] if each["number"] == theirs[0]] == [
        NEIGHBOUR
    ]
    body["another_case"] = {
        "office": "410900",
        "on": "2020-11-03",
        "document": "濮检核〔2020〕1号",
    }
    assert clerk.post("aid", path, body).status_code == 201
    assert desk.applied_for_aid(ours[0], person=new_person()).status_code == 201


def test_a_decision_names_everything_that_is_wrong_with_it(as_office, desk):
    (number,) = desk.cases()
    identity = desk.verified_aid(number)
    answer = decided(
        as_office,
        identity,
        amount_yuan="180000.01",
        decided_on="2020-11-02",
        approver_post="检察官",
    )

    said = refused(
        answer,
        422,
        "amount_over_cap",
        "date_before_start",
        "approver_not_a_leader",
    )
    assert "180000.00" in said["amount_over_cap"]["remedy"]
    assert decided(as_office, identity, amount_yuan="180000.00").status_code == 201


def test_who_applied_does_not_decide_and_who_decided_does_not_pay(as_office, desk):
    (number,) = desk.cases()
    identity = desk.verified_aid(number)
    clerk, leader = f"{COUNTY} 经办人", as_office(COUNTY, "leader")
    own = decided(as_office, identity, actor=clerk)

    refused(own, 409, "applicant_decides")
    assert decided(as_office, identity).status_code == 201
    body = {"received_on": "2020-11-09", "amount_yuan": "12000.00", "document": "财1"}
    path = f"/aid-applications/{identity}/funds"
    refused(leader.post("aid", path, body), 409, "granter_pays")
    as_office(COUNTY).post("aid", path, body)
    again = leader.post("aid", f"/aid-applications/{identity}/payments", PAID)
    refused(again, 409, "granter_pays")


def test_a_wage_is_entered_by_one_and_confirmed_by_another(as_office, desk):

    desk.confirmed_wage(2018, "4900.00")
    clerk, leader = as_office("410928"), as_office("410928", "leader")
    body = {"year": 2018, "amount_yuan": "4800.00", "source": "统计公报"}
    entered = clerk.post("aid", "/wages", body).json()
    path = f"/wages/{entered['id']}/confirmations"
    own = clerk.post("aid", path, {})
    of_neighbour = as_office(NEIGHBOUR, "leader").post("aid", path, {})
    confirmed = leader.post("aid", path, {})
    listed = clerk.get("aid", "/wages").json()["items"]
    examples = clerk.get("aid", "/example-wages").json()["items"]

    refused(own, 409, "confirms_own_entry")
    refused(of_neighbour, 404, "not_found")
    assert confirmed.json()["state"] == "confirmed"
    amounts = {(each["place"], each["year"]): each["amount_yuan"] for each in listed}
    assert amounts["410928", 2018] == "4800.00"
    assert amounts[CITY, 2018] == "4900.00"
    assert {each["state"] for each in examples} == {"example"}


def test_nothing_is_granted_beyond_the_budget(as_office, desk):
    (number,) = desk.cases(by=as_office(NEIGHBOUR), reporting_office="南乐县人民检察院")
    desk.confirmed_wage()
    leader, clerk = as_office(NEIGHBOUR, "leader"), as_office(NEIGHBOUR)
    budget = {"year": 2020, "amount_yuan": "5000.00", "document": "财〔2020〕1号"}
    entered = leader.post("aid", "/aid-budgets", budget)
    body = {
        "person": new_person(),
        "origin": "on_application",
        "applied_on": "2020-11-03",
        "hardship": "生活困难。",
    }
    path = at("cases", number, "aid-applications")
    applied = desk.once_known(lambda: clerk.post("aid", path, body))
    identity = applied.json()["id"]
    record = verification(PROGRAMME, "2020-11-04")
    clerk.post("aid", f"/aid-applications/{identity}/verifications", record)
    beyond = decided(as_office, identity, by=NEIGHBOUR)
    within = decided(as_office, identity, by=NEIGHBOUR, amount_yuan="4000.00")
    (shown,) = clerk.get("aid", "/aid-budgets").json()["items"]

    assert entered.status_code == 201, entered.text
    assert (
        "5000.00"
        in refused(beyond, 422, "budget_exceeded")["budget_exceeded"]["detail"]
    )
    assert within.status_code == 201, within.text
    assert (shown["granted_yuan"], shown["left_yuan"]) == ("4000.00", "1000.00")


def test_applications_are_listed_by_state_for_the_office_and_those_above(
    as_office, desk
):
    (number,) = desk.cases()
    identity = desk.applied_for_aid(number).json()["id"]

    def listed(by, **parameters):
        found = all_items(by, "aid", "/aid-applications", **parameters)
        return identity in {application["id"] for application in found}

    assert listed(as_office(COUNTY))
    assert listed(as_office(COUNTY), state="applied")
    assert not listed(as_office(COUNTY), state="paid")
    assert not listed(as_office(COUNTY), origin="own_motion")
    assert listed(as_office("410000", "auditor"), office=COUNTY)
    assert not listed(as_office(NEIGHBOUR))


@pytest.mark.requirement("S3")
def test_what_is_written_of_the_person_is_opened_for_a_purpose(as_office, desk):
    (number,) = desk.cases()
    identity = desk.granted_aid(number)
    path = f"/aid-applications/{identity}"
    texts = ("家庭生活困难", "卷宗材料", "符合救助条件", "相当于", "id_last_four")
    listed = as_office(CITY, "auditor").get(
        "aid", "/aid-applications", office=COUNTY, limit=500
    )
    shown = as_office(COUNTY).get("aid", path)

    def opened(by, role="clerk", **body):
        return as_office(by, role).post("aid", f"{path}/openings", body)

    read = [opened(COUNTY, purpose="核实"), opened(CITY, "reviewer", purpose="审核")]

    assert identity in listed.text
    assert not [text for text in texts if text in listed.text + shown.text]
    for answer in read:
        assert answer.status_code == 201, answer.text
        assert not [text for text in texts if text not in answer.text]
    refused(opened(COUNTY), 422, "required")
    refused(opened(CITY, purpose="查看"), 403, "not_handling_office")
    assert opened(CITY, "auditor", purpose="查看").status_code == 403
    refused(opened(NEIGHBOUR, purpose="查看"), 404, "not_found")
    log = all_items(as_office(CITY, "auditor"), "aid", "/openings")
    assert [e["purpose"] for e in log if e["number"] == identity] == ["审核", "核实"]


def test_the_same_person_is_one_person_over_two_cases(as_office, desk, eventually):
    person = {"name": "甄两案", "id_no": "11010119900307803X"}
    city = as_office("410900")
    ours, theirs = desk.cases(2)

    def persons():
        asked = {"programme": "puyang-2020", "as_of": "2020-11-19"}
        figures = city.get("reporting", "/figures", **asked).json()
        row = next(r for r in figures["rows"] if r["office"] == COUNTY)
        return row["aid_persons"]

    before = persons()
    for number in (ours, theirs):
        identity = desk.funded_aid(number, person=person)
        assert paid(as_office, identity).status_code == 201
    for number in (ours, theirs):
        eventually(lambda n=number: desk.entries(n, "aid_persons"))

    assert persons() == before + 1


# -- the payment drill


TITLES = ["付款编号", "金额（元）", "支付日期", "凭证号", "结果"]


def confirmation(*lines):
    rows = [",".join(TITLES), *lines]
    return "\r\n".join(rows).encode("gb18030")


TAKEN_BACK = {
    "on": "2020-11-18",
    "amount_yuan": "12000.00",
    "voucher_no": "R1",
    "reason": "银行重复支付，已追回。",
}


def test_a_payment_drill(as_office, desk, announced, eventually):
    """
    The file is sent, the confirmation is lost, the file is sent again; the bank pays
    one line twice and leaves one out: each is paid once, and the difference is shown.
    """
    numbers = desk.cases(3)
    clerk, file = as_office(COUNTY), desk.payment_file(*numbers)
    path = f"/payment-files/{file}"
    granter = as_office(COUNTY, "leader").post("aid", f"{path}/sendings", {})
    first, again = (clerk.post("aid", f"{path}/sendings", {}) for _ in range(2))
    workbook = clerk.post("aid", f"{path}/sendings/xlsx", {})
    one, two, three = (f"{file}-00{line}" for line in (1, 2, 3))
    content = confirmation(
        f'{one},"12,000.00",2020-11-12,B1,成功',
        f"{two},12000.00,2020-11-12,B2,成功",
        f"{two},12000.00,2020-11-12,B3,成功",
        f"{file}-009,5.00,2020-11-12,B4,成功",
    )
    confirmed, repeated = (
        clerk.post("aid", f"{path}/confirmations", content=content) for _ in range(2)
    )

    refused(granter, 409, "granter_pays")
    assert first.content == again.content
    assert first.content.decode().count(ACCOUNT) == 3
    assert str(table_of(workbook.content)).count(ACCOUNT) == 3
    assert confirmed.status_code == 201, confirmed.text
    assert repeated.json() == confirmed.json()
    found = {each["reference"]: each for each in confirmed.json()["findings"]}
    assert {key: each["outcome"] for key, each in found.items()} == {
        one: "paid",
        two: "doubled",
        three: "missing",
        f"{file}-009": "unknown",
    }
    assert found[two]["difference_yuan"] == "12000.00"
    assert found[three]["difference_yuan"] == "-12000.00"
    assert all(each["remedy"] for each in found.values() if not each["settled"])
    assert (confirmed.json()["sent"], confirmed.json()["settled"]) == (3, False)
    for number in numbers[:2]:
        assert announced("aid", number).count("aid.aid_paid") == 1
        eventually(lambda n=number: desk.entries(n, "aid_yuan") == CONFIRMED)
    assert "aid.aid_paid" not in announced("aid", numbers[2])

    # What was paid twice comes back; the line left out turns out to have failed.
    entry = {**TAKEN_BACK, "reference": two}
    corrected = clerk.post("aid", f"{path}/counter-entries", entry)
    twice = clerk.post(
        "aid", f"{path}/counter-entries", {**entry, "amount_yuan": "1.00"}
    )
    failed = clerk.post(
        "aid",
        f"{path}/confirmations",
        content=sheet_of([TITLES, [three, None, None, None, "失败"]]),
    )
    application = clerk.get("aid", "/payment-files").json()["items"]
    (lines,) = (each["lines"] for each in application if each["id"] == file)
    left = clerk.get("aid", f"/aid-applications/{lines[2]['application']}").json()
    assert corrected.status_code == 201, corrected.text
    refused(twice, 422, "counter_entry_amount")
    outcomes = {e["reference"]: e["outcome"] for e in failed.json()["findings"]}
    assert (outcomes[two], outcomes[three]) == ("corrected", "failed")
    assert left["state"] == "funded"
    assert announced("aid", numbers[1]).count("aid.aid_taken_back") == 0
    refused(as_office(NEIGHBOUR).post("aid", f"{path}/sendings", {}), 404, "not_found")
    refused(as_office(CITY).post("aid", f"{path}/sendings", {}), 404, "not_found")


def test_a_payment_that_came_back_counts_no_more_and_may_be_paid_anew(
    as_office, desk, eventually
):
    (number,) = desk.cases()
    identity = desk.funded_aid(number)
    paid(as_office, identity)
    entry = {"on": "2020-11-18", "voucher_no": "R2", "reason": "账号有误，退回。"}
    path = f"/aid-applications/{identity}/counter-entries"
    back = as_office(COUNTY).post("aid", path, entry)
    anew = paid(as_office, identity, paid_on="2020-11-19", voucher_no="再付")

    assert back.json()["state"] == "funded", back.text
    assert anew.json()["state"] == "paid"
    wanted = [
        ("2020-11-16", "12000.00"),
        ("2020-11-18", "-12000.00"),
        ("2020-11-19", "12000.00"),
    ]
    eventually(lambda: sorted(desk.entries(number, "aid_yuan")) == wanted)
