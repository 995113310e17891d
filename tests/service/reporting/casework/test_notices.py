"""
Notices by mail, by the running system: urgent ones at once, waiting ones by day.
"""

from __future__ import annotations

import io
from email import message_from_bytes
from email.policy import default

import pytest
import sqlalchemy as sa
from pypdf import PdfReader

from services.reporting.store import NoticeMails
from shared.policy.current import current_policy
from tests.builders import CITY, COUNTY
from tests.service.asking import all_items, at, handed
from tests.service.assignment.escalation.test_escalation import a_notice


def text_of(mail):
    return mail.get_body(("plain",)).get_content()


def test_a_process_that_dies_before_the_mail_is_taken_loses_none_and_sends_none_twice(
    a_case, as_office, stack, eventually, reporting_session
):
    number = a_case()
    address = current_policy().directory.office(COUNTY).mail[0]
    mailing = sa.text("SELECT mailing FROM notices WHERE case_number = :number")

    def tried():
        found = reporting_session.execute(mailing, {"number": number}).scalar()
        (each,) = NoticeMails(reporting_session, found).all() if found else [None]
        return each and each.attempts and found

    stack.refuse_mail(address)
    try:
        city = as_office(CITY, "leader")
        issued = city.post("assignment", "/notices", a_notice(number))
        assert issued.status_code == 201, issued.text
        found = eventually(tried)
        stack.kill("reporting")
    finally:
        stack.refuse_mail()
        stack.start("reporting")
        stack.wait_ready("reporting")
    county = as_office(COUNTY)

    def delivered():
        listed = all_items(county, "reporting", "/mailings")
        (shown,) = [each for each in listed if each["id"] == found]
        return [each["state"] for each in shown["deliveries"]] == ["sent"] and shown

    shown = eventually(delivered)
    mails = [message_from_bytes(m.read_bytes(), policy=default) for m in stack.mails()]

    assert shown["urgent"] is True
    assert shown["deliveries"][0]["recipient"] == address
    assert [mail["X-Mailing"] for mail in mails].count(found) == 1


@pytest.mark.requirement("F-02")
def test_a_batch_is_mailed_with_its_letter_to_the_office_that_receives_it(
    a_case, as_office, stack, eventually
):
    number = a_case()
    batch = handed(as_office, number)

    def arrived():
        for file in stack.mails():
            mail = message_from_bytes(file.read_bytes(), policy=default)
            if mail["X-Mailing"] and batch["letter_no"] in text_of(mail):
                return mail
        return None

    mail = eventually(arrived)

    assert mail["To"] == current_policy().directory.office(COUNTY).mail[0]
    assert "信访事项交办函：" in text_of(mail)
    assert "交办信访事项1件" in text_of(mail)
    (attached,) = mail.iter_attachments()
    assert attached.get_filename() == "1-信访事项交办函.pdf"
    pages = PdfReader(io.BytesIO(attached.get_content())).pages
    assert number in pages[0].extract_text().replace("\n", "")


@pytest.mark.requirement("F-05")
def test_an_urgent_notice_is_mailed_at_once_with_its_paper_and_its_state_kept(
    a_case, as_office, stack, eventually, reporting_session
):
    number = a_case()
    city = as_office(CITY, "leader")
    issued = city.post("assignment", "/notices", a_notice(number))
    assert issued.status_code == 201, issued.text

    def arrived():
        for file in stack.mails():
            mail = message_from_bytes(file.read_bytes(), policy=default)
            if mail["X-Mailing"] and number in text_of(mail):
                return mail
        return None

    mail = eventually(arrived)

    def state():
        (each,) = NoticeMails(reporting_session, mail["X-Mailing"]).all()
        return each.state == "sent" and each

    sent = eventually(state)
    assert mail["Subject"].startswith("【加急】清丰县人民检察院督办通知")
    assert mail["To"] == sent.recipient
    assert mail["Message-ID"] == sent.message_id
    city = as_office(CITY, "leader")
    path = at("notices", issued.json()["id"])
    (paper,) = all_items(city, "assignment", at("cases", number, "documents"))
    (attached,) = mail.iter_attachments()
    assert city.get("assignment", path).json()["paper"] == paper["id"]
    assert (paper["office"], paper["kind"]) == (CITY, "handing_letter")
    assert attached.get_filename() == "1-信访事项督办函.pdf"
    content = at("documents", paper["id"], "content")
    filed = city.get("assignment", content, purpose="核对")
    assert attached.get_content() == filed.content
    assert filed.content.startswith(b"%PDF")
    assert current_policy().directory.office(COUNTY).mail[0] == sent.recipient
