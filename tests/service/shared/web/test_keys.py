"""
What is sent twice has one effect.
"""

from __future__ import annotations

import threading

from tests.builders import COUNTY, NEIGHBOUR, a_petition, new_number
from tests.service.asking import a_row, as_json, at, refused
from tests.service.shared.web.sending import TOMORROW, pushed

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
