"""
Figures, the entries behind them, and returns signed, frozen and mailed upward.
"""

from __future__ import annotations

import io
from email import message_from_bytes
from email.policy import default

from openpyxl import load_workbook

from tests.builders import COUNTY, NEIGHBOUR
from tests.service.asking import PROGRAMME, all_items, at, refused

# A day of its own: what other tests open counts from 2020-11-02 on.
AS_OF = "2020-11-19"
OFFICES = ["410900", "410902", COUNTY, NEIGHBOUR, "410926", "410927", "410928"]


def figures(by, as_of=AS_OF, **more):
    answer = by.get("reporting", "/figures", programme=PROGRAMME, as_of=as_of, **more)
    assert answer.status_code == 200, answer.text
    return answer.json()


def row_of(figures, office=COUNTY):
    return next(row for row in figures["rows"] if row["office"] == office)


def signed(by, as_of=AS_OF, **more):
    body = {"programme": PROGRAMME, "as_of": as_of, **more}
    answer = by.post("reporting", "/returns", body)
    assert answer.status_code == 202, answer.text
    return answer.json()


def delivered(by, number, eventually):
    def arrived():
        found = by.get("reporting", f"/returns/{number}").json()
        return found["state"] == "delivered" and found

    return eventually(arrived)


def test_a_city_has_a_row_for_itself_and_each_county_and_their_total(as_office):
    found = figures(as_office("410900", "auditor"))

    assert [row["office"] for row in found["rows"]] == OFFICES
    assert found["milestone"] == {"on": "2020-12-31", "target": 30}
    for measure in ("base", "resolved", "led", "hearings", "overdue", "repeats"):
        parts = sum(row[measure] for row in found["rows"])
        assert found["total"][measure] == parts


def test_offices_without_cases_keep_their_row(as_office):
    found = figures(as_office("410900", "auditor"), as_of="2020-09-30")

    assert [row["office"] for row in found["rows"]] == OFFICES
    assert {row["base"] for row in found["rows"]} == {0}
    assert {row["rate"] for row in found["rows"]} == {"—"}


def test_a_new_case_enters_the_figures_of_all_levels(as_office, desk, eventually):
    county, city, province = (
        as_office(code, "auditor") for code in (COUNTY, "410900", "410000")
    )

    def bases():
        return [
            figures(county)["total"]["base"],
            row_of(figures(city))["base"],
            row_of(figures(province), "410900")["base"],
        ]

    before = bases()
    desk.cases(3)

    eventually(lambda: bases() == [base + 3 for base in before])
    assert figures(county)["rows"][0]["office"] == COUNTY


def test_figures_are_of_the_day_asked_and_of_what_was_known_then(
    as_office, desk, eventually
):
    auditor = as_office("410900", "auditor")
    (first,) = desk.cases()
    eventually(lambda: desk.entries(first, "base"))
    before = figures(auditor)
    known, moment = row_of(before)["base"], before["known_at"]
    desk.cases()
    eventually(lambda: row_of(figures(auditor))["base"] == known + 1)

    assert row_of(figures(auditor, known_at=moment))["base"] == known
    assert figures(auditor, known_at=moment)["known_at"] == moment
    assert row_of(figures(auditor, as_of="2020-11-01"))["base"] == 0


def test_every_figure_opens_into_its_cases(as_office, desk, eventually):
    numbers = set(desk.cases(2))
    for number in numbers:
        eventually(lambda n=number: desk.entries(n, "base"))
    auditor = as_office("410900", "auditor")
    row = row_of(figures(auditor))
    for measure in ("base", "led", "resolved", "hearings", "overdue", "repeats"):
        listed = list(
            all_items(
                auditor,
                "reporting",
                "/entries",
                programme=PROGRAMME,
                office=COUNTY,
                measure=measure,
                as_of=AS_OF,
            )
        )
        assert sum(entry["amount"] for entry in listed) == row[measure]
        if measure == "base":
            assert numbers <= {entry["case_number"] for entry in listed}
            assert {entry["office"] for entry in listed} == {COUNTY}


def test_entries_are_read_page_by_page(as_office, desk, eventually):
    for number in desk.cases(3):
        eventually(lambda n=number: desk.entries(n, "base"))
    auditor, seen, after = as_office("410900", "auditor"), [], {}
    asked = {"programme": PROGRAMME, "measure": "base", "as_of": AS_OF}
    while after is not None:
        page = auditor.get("reporting", "/entries", limit=2, **asked, **after).json()
        seen += page["items"]
        after = {"after": page["next"]} if page["next"] else None
    whole = list(all_items(auditor, "reporting", "/entries", **asked))

    assert seen == whole


def test_a_signed_return_is_frozen_and_mailed_to_the_office_above(
    stack, as_office, desk, eventually
):
    desk.cases(2)
    reviewer = as_office("410900", "reviewer")
    number = signed(reviewer)["id"]
    whole = delivered(reviewer, number, eventually)
    workbook = reviewer.get("reporting", f"/returns/{number}/workbook")
    page = reviewer.get("reporting", f"/returns/{number}/page")
    recipients = {mail["recipient"] for mail in whole["deliveries"]}
    mails = [
        mail
        for mail in (
            message_from_bytes(path.read_bytes(), policy=default)
            for path in stack.mails()
        )
        if number in mail["Message-ID"]
    ]

    assert recipients == {
        "xinfang@henan.jcy.invalid",
        "dijiubu@puyang.jcy.invalid",
    }
    assert {mail["state"] for mail in whole["deliveries"]} == {"sent"}
    assert {mail["To"] for mail in mails} == recipients
    for mail in mails:
        (attached,) = mail.iter_attachments()
        assert attached.get_content() == workbook.content
    sheet = load_workbook(io.BytesIO(workbook.content)).active
    cells = {str(cell.value) for line in sheet.iter_rows() for cell in line}
    assert {"合计", str(whole["figures"]["total"]["base"])} <= cells
    assert page.headers["content-type"].startswith("text/html")
    assert str(whole["figures"]["total"]["base"]) in page.text


def test_a_return_keeps_its_figures_and_a_later_one_is_another_revision(
    as_office, desk, eventually
):
    reviewer = as_office("410900", "reviewer")
    first = delivered(reviewer, signed(reviewer)["id"], eventually)
    (number,) = desk.cases()
    eventually(lambda: desk.entries(number, "base"))
    second = signed(reviewer, reason="补报一件。")
    again = reviewer.get("reporting", f"/returns/{first['id']}").json()
    later = delivered(reviewer, second["id"], eventually)

    assert again["figures"] == first["figures"]
    assert again["checksum"] == first["checksum"]
    assert later["revision"] == first["revision"] + 1
    assert later["reason"] == "补报一件。"
    base = first["figures"]["total"]["base"]
    assert later["figures"]["total"]["base"] == base + 1


def test_only_the_mail_that_failed_is_sent_again(stack, as_office, eventually):
    reviewer = as_office("410900", "reviewer")
    stack.refuse_mail("xinfang@henan.jcy.invalid", code=550)
    number = signed(reviewer)["id"]

    def states():
        found = reviewer.get("reporting", f"/returns/{number}").json()
        return {mail["recipient"]: mail for mail in found["deliveries"]}

    eventually(
        lambda: {mail["state"] for mail in states().values()} == {"sent", "refused"}
    )
    before = states()
    stack.refuse_mail()
    again = reviewer.post("reporting", f"/returns/{number}/deliveries", {})
    whole = delivered(reviewer, number, eventually)

    assert before["xinfang@henan.jcy.invalid"]["state"] == "refused"
    assert again.status_code == 202
    attempts = {m["recipient"]: m["attempts"] for m in whole["deliveries"]}
    assert attempts["dijiubu@puyang.jcy.invalid"] == 1
    assert attempts["xinfang@henan.jcy.invalid"] == 2


def test_returns_are_listed_for_the_office_and_those_above(as_office):
    number = signed(as_office(COUNTY, "leader"))["id"]

    def listed(by):
        found = all_items(by, "reporting", "/returns")
        return number in {each["id"] for each in found}

    assert listed(as_office(COUNTY))
    assert listed(as_office("410000", "auditor"))
    assert not listed(as_office(NEIGHBOUR))
    neighbour = as_office(NEIGHBOUR).get("reporting", at("returns", number))
    refused(neighbour, 403, "outside_your_offices")


def test_what_cannot_be_asked_is_refused_with_the_reason(as_office):
    auditor = as_office("410900", "auditor")
    asked = {"programme": PROGRAMME, "as_of": AS_OF}
    no_programme = auditor.get("reporting", "/figures", programme="没有", as_of=AS_OF)
    computed = auditor.get("reporting", "/entries", measure="rate", **asked)
    ahead = as_office("410900", "reviewer").post(
        "reporting", "/returns", {"programme": PROGRAMME, "as_of": "2020-12-31"}
    )

    assert (
        PROGRAMME
        in refused(no_programme, 422, "unknown_programme")["unknown_programme"][
            "remedy"
        ]
    )
    assert "base" in refused(computed, 422, "not_in_list")["not_in_list"]["remedy"]
    refused(ahead, 422, "as_of_in_future")
    refused(
        as_office("410900").post("reporting", "/returns", asked),
        403,
        "role_not_allowed",
    )
