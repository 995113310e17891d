"""
Figures, the entries behind them, and returns signed, frozen and mailed upward, under
puyang-2020.
"""

from __future__ import annotations

import io
import os
from datetime import date, timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from openpyxl import load_workbook

from tests.builders import COUNTY, NEIGHBOUR, case_opened
from tests.service.asking import LATE, PROGRAMME, all_items, at, refused

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
    body = {"programme": PROGRAMME, "as_of": as_of, "reason": "补报。", **more}
    answer = by.post("reporting", "/returns", body)
    assert answer.status_code == 202, answer.text
    return answer.json()


@pytest.fixture
def reported(desk, settled):
    """
    Reports new cases and waits until all that follows from them is in the ledger.
    """

    def made(count=1, **changes):
        numbers = desk.cases(count, **changes)
        settled()
        return numbers

    return made


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
    found = figures(as_office("410900", "auditor"), as_of="2020-04-30")

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

    def on_the_day_before():
        return row_of(figures(auditor, as_of="2020-11-01"))["base"]

    (first,) = desk.cases()
    eventually(lambda: desk.entries(first, "base"))
    before, day_before = figures(auditor), on_the_day_before()
    known, moment = row_of(before)["base"], before["known_at"]
    desk.cases()
    eventually(lambda: row_of(figures(auditor))["base"] == known + 1)

    assert row_of(figures(auditor, known_at=moment))["base"] == known
    assert figures(auditor, known_at=moment)["known_at"] == moment
    assert on_the_day_before() == day_before < known


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


@pytest.mark.requirement("PY-43")
def test_a_signed_return_is_frozen_and_mailed_to_the_office_above(
    stack, as_office, eventually, reported
):
    reported(2)
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
    as_office, eventually, reported
):
    reviewer = as_office("410900", "reviewer")
    reported()
    first = delivered(reviewer, signed(reviewer)["id"], eventually)
    reported()
    bare = {"programme": PROGRAMME, "as_of": AS_OF}
    refused(reviewer.post("reporting", "/returns", bare), 422, "reason_missing")
    second = signed(reviewer, reason="补报一件。")
    again = reviewer.get("reporting", f"/returns/{first['id']}").json()
    later = delivered(reviewer, second["id"], eventually)

    assert again["figures"] == first["figures"]
    assert again["checksum"] == first["checksum"]
    assert later["revision"] == first["revision"] + 1
    assert later["reason"] == "补报一件。"
    page = reviewer.get("reporting", f"/returns/{second['id']}/page")
    assert "本版说明：补报一件。" in page.text
    base = first["figures"]["total"]["base"]
    assert later["figures"]["total"]["base"] == base + 1


def test_only_the_mail_that_failed_is_sent_again(
    stack, as_office, eventually, reported
):
    reviewer = as_office("410900", "reviewer")
    reported()
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


def test_returns_are_listed_for_the_office_and_those_above(as_office, reported):
    reported()
    number = signed(as_office(COUNTY, "leader"))["id"]

    def listed(by):
        found = all_items(by, "reporting", "/returns")
        return number in {each["id"] for each in found}

    assert listed(as_office(COUNTY))
    assert listed(as_office("410000", "auditor"))
    assert not listed(as_office(NEIGHBOUR))
    neighbour = as_office(NEIGHBOUR).get("reporting", at("returns", number))
    refused(neighbour, 404, "not_found")


def test_signing_again_with_nothing_new_is_refused_and_not_mailed(as_office, reported):
    reviewer = as_office("410900", "reviewer")
    reported()
    first = signed(reviewer)
    again = reviewer.post(
        "reporting", "/returns", {"programme": PROGRAMME, "as_of": AS_OF}
    )
    listed = [
        each
        for each in all_items(reviewer, "reporting", "/returns")
        if each["as_of"] == AS_OF and each["office"] == "410900"
    ]

    refused(again, 409, "nothing_new_to_sign")
    assert max(each["revision"] for each in listed) == first["revision"]


PAPERS = int(os.environ.get("PAPERS", "8"))


@pytest.mark.parametrize("relay", [True, False], ids=["relay", "no-relay"])
def test_a_paper_is_reproduced_by_its_known_at_however_soon_it_was_signed(
    stack, as_office, announce, settled, reported, relay
):
    """
    Each time a fact is announced and the return of another day is signed at once;
    PAPERS says how often.
    """
    reviewer = as_office("410900", "reviewer")
    reported()
    papers, first = [], date(2020, 11, 18) - timedelta(days=0 if relay else PAPERS)
    if not relay:
        stack.stop("relay")
    try:
        for days in range(PAPERS):
            # A day of its own, for nobody signs the same figures twice.
            as_of = first - timedelta(days=days)
            announce(case_opened(occurred_on=as_of))
            papers.append(signed(reviewer, as_of=as_of.isoformat()))
    finally:
        if not relay:
            stack.start("relay")
            stack.wait_ready("relay")
    settled()

    for paper in papers:
        whole = reviewer.get("reporting", f"/returns/{paper['id']}").json()
        again = figures(reviewer, whole["as_of"], known_at=paper["known_at"])
        assert again == whole["figures"]


def test_the_signer_is_told_how_many_facts_are_under_way(
    stack, as_office, announce, settled, eventually, reported
):
    reviewer = as_office("410900", "reviewer")
    reported()
    stack.stop("relay")
    try:
        announce(case_opened(), case_opened())
        paper = signed(reviewer)
    finally:
        stack.start("relay")
        stack.wait_ready("relay")
    settled()
    delivered(reviewer, paper["id"], eventually)
    page = reviewer.get("reporting", f"/returns/{paper['id']}/page").text

    assert set(paper["under_way"]) == {"intake", "assignment", "hearing", "aid"}
    assert paper["under_way"]["intake"] == 2
    assert "未计入本表" in page
    assert "受理2项" in page


def test_a_return_that_later_facts_would_change_says_which_cells_and_by_how_much(
    as_office, reported
):
    reviewer = as_office("410900", "reviewer")
    reported()
    number = signed(reviewer)["id"]

    def whole():
        return reviewer.get("reporting", f"/returns/{number}").json()

    def listed():
        found = all_items(reviewer, "reporting", "/returns")
        return {each["id"]: each["overtaken"] for each in found}

    at_first, first_listed = whole(), listed()
    reported(2)
    changed = whole()
    cells = {
        (cell["office"], cell["name"], cell["by"])
        for cell in changed["changes"]
        if cell["measure"] == "base"
    }

    assert (at_first["overtaken"], at_first["changes"]) == (False, [])
    assert not first_listed[number]
    assert changed["overtaken"]
    assert {(COUNTY, 2), ("410900", 2)} == {(office, by) for office, _, by in cells}
    assert listed()[number]
    assert changed["figures"] == at_first["figures"]


def test_a_return_says_where_a_line_is_not_what_the_office_signed_itself(
    as_office, eventually, reported
):
    reported()
    county = signed(as_office(COUNTY, "leader"))
    reported(3)
    reviewer = as_office("410900", "reviewer")
    paper = signed(reviewer)
    cells = {
        cell["measure"]: cell
        for cell in paper["differences"]
        if cell["return_id"] == county["id"]
    }
    delivered(reviewer, paper["id"], eventually)
    page = reviewer.get("reporting", f"/returns/{paper['id']}/page").text

    assert (cells["base"]["office"], cells["base"]["by"]) == (COUNTY, 3)
    assert f"已签发的{county['id']}与本表不同：治理基数" in page


def test_the_line_of_an_office_itself_can_be_asked_and_opened_alone(
    as_office, announce, settled
):
    announce(case_opened(office="410900", occurred_on=date(2020, 11, 2)))
    settled()
    auditor = as_office("410900", "auditor")
    own = figures(auditor, own="true")
    asked = {"programme": PROGRAMME, "measure": "base", "as_of": AS_OF, "own": "true"}
    cases = list(all_items(auditor, "reporting", "/cases", **asked))

    assert [row["office"] for row in own["rows"]] == ["410900"]
    assert own["total"]["base"] == own["rows"][0]["base"] == len(cases)
    assert {case["office"] for case in cases} == {"410900"}


def test_duties_overdue_are_opened_with_their_title_and_due_day(as_office, reported):
    (number,) = reported()
    auditor = as_office("410900", "auditor")
    asked = {"programme": PROGRAMME, "measure": "overdue", "as_of": LATE}
    duties = [
        each
        for each in all_items(auditor, "reporting", "/cases", **asked)
        if each["case_number"] == number
    ]

    assert duties
    for duty in duties:
        assert duty["duty"]
        assert duty["duty_title"]
        assert duty["unit"] == "项"
        assert duty["due_on"] < LATE
    assert len({duty["duty"] for duty in duties}) == len(duties)


def test_what_is_known_later_cannot_be_asked_yet(as_office):
    auditor = as_office("410900", "auditor")
    asked = {"programme": PROGRAMME, "as_of": AS_OF, "known_at": "2999-01-01T00:00:00Z"}

    answer = auditor.get("reporting", "/figures", **asked)

    refused(answer, 422, "known_at_in_future")


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
        in refused(no_programme, 422, "no_such_programme")["no_such_programme"][
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


# Offices and days of their own: nobody else signs for 范县 or reports there so early.
LATE_COUNTY = "410926"
FIRST_DAY, SECOND_DAY = "2020-11-04", "2020-11-08"


def test_what_arrives_after_a_signed_return_stands_in_the_next_one_as_late(
    as_office, eventually, desk, settled
):
    clerk, leader = as_office(LATE_COUNTY), as_office(LATE_COUNTY, "leader")

    def reported_on(day):
        desk.cases(by=clerk, reporting_office="范县人民检察院", reported_on=day)
        settled()

    reported_on("2020年11月3日")
    first = signed(leader, FIRST_DAY)
    before = figures(leader, SECOND_DAY)
    reported_on("2020年11月3日")
    reported_on("2020年11月6日")
    second = signed(leader, SECOND_DAY)
    whole = delivered(leader, second["id"], eventually)
    late = whole["figures"]["late"]
    (row,) = late["rows"]

    assert before["late"]["return_id"] == late["return_id"] == first["id"]
    assert before["late"]["rows"] == []
    assert (row["office"], row["base"]) == (LATE_COUNTY, 1)
    assert late["total"]["base"] == 1
    total = whole["figures"]["total"]["base"]
    assert total == before["total"]["base"] + 2
    assert figures(leader, SECOND_DAY, known_at=before["known_at"]) == before
    kept = leader.get("reporting", f"/returns/{first['id']}").json()
    assert kept["overtaken"]
    content = leader.get("reporting", f"/returns/{second['id']}/workbook").content
    lines = list(load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True))
    headings = next(line for line in lines if line[0] == "单位")
    shown = next(line for line in lines if line[0] == "其中：补录以往")
    assert dict(zip(headings, shown, strict=True))["治理基数（件）"] == 1
    page = leader.get("reporting", f"/returns/{second['id']}/page").text
    assert ">其中：补录以往<" in page
    assert f"{first['id']}签发以后才到达" in page
