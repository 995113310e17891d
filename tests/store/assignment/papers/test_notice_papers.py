"""
The paper of a supervision notice, printed for its mail: once, whole or not at all.
"""

from __future__ import annotations

import json
from contextlib import nullcontext
from datetime import date
from uuid import uuid4

import pytest
import sqlalchemy as sa

from services.assignment.casework.notice_papers import print_for_mail
from services.assignment.casework.record import record_facts
from services.assignment.domain.escalation.notices import Notice
from services.assignment.store import Notices
from shared.errors import NotFound
from shared.papers import Paper
from shared.records.tables import CONVERTER
from tests.builders import CITY, COUNTY, new_number
from tests.builders.facts import opened, registered
from tests.store.assignment.papers.conftest import DAY


def issued(session, beginning=opened, **changes):
    """
    A notice about a matter that begins today.
    """
    number = new_number()
    record_facts(session, {number: {str(uuid4()): beginning(DAY)}})
    known = {"programme": "puyang-2020", "office": COUNTY, "by_office": CITY}
    notice = Notice(
        id=str(uuid4()),
        number=number,
        **{**known, **changes},
        duty=None,
        step="by_hand",
        issued_on=DAY,
        reply_by=date(2021, 3, 8),
        urgent=True,
        text="请说明情况并反馈进展。",
        by_post="检察长",
        state_on=DAY,
    )
    Notices(session).insert(notice)
    return notice


def announced(session, number, kind):
    query = sa.text(
        "SELECT body FROM assignment.outbox WHERE case_number = :number"
        " AND type = 'assignment.' || :kind"
    )
    found = session.execute(query, {"number": number, "kind": kind}).scalars()
    return [json.loads(b) if isinstance(b, str | bytes) else b for b in found]


def printed(session, identity):
    print_for_mail(lambda: nullcontext(session), identity)


@pytest.mark.parametrize("beginning", [opened, registered])
def test_a_paper_is_printed_filed_and_announced_once(session, beginning):
    notice = issued(session, beginning)
    printed(session, notice.id)
    printed(session, notice.id)

    (filed,) = announced(session, notice.number, "document_filed")
    (said,) = announced(session, notice.number, "notice_printed")
    document = filed["payload"]["document"]
    assert Notices(session).get(notice.id).paper == document
    assert filed["payload"]["by_office"] == CITY
    said = said["payload"]
    assert (said["document"], said["form"]) == (document, "pdf")
    paper = CONVERTER.structure(said["paper"], Paper)
    assert (paper.office, paper.issued_by) == ("濮阳市人民检察院", "检察长")
    assert "请说明情况并反馈进展。" in [each.text for each in paper.body]


def test_a_process_that_dies_at_it_leaves_nothing_and_another_prints(session):
    notice = issued(session)
    whole = session.begin_nested()
    printed(session, notice.id)
    whole.rollback()

    assert announced(session, notice.number, "notice_printed") == []
    assert Notices(session).get(notice.id).paper is None
    printed(session, notice.id)
    assert len(announced(session, notice.number, "notice_printed")) == 1


def test_a_programme_without_papers_in_its_mails_prints_none(session):
    notice = issued(session, programme="meixian", office="610326")
    printed(session, notice.id)

    assert announced(session, notice.number, "document_filed") == []
    assert Notices(session).get(notice.id).paper is None


def test_a_number_drawn_by_a_process_that_died_is_that_of_the_next_one(
    session, monkeypatch
):
    def die(*_):
        raise OSError

    notice = issued(session)
    with monkeypatch.context() as dying:
        dying.setattr(
            "services.assignment.casework.notice_papers.content_for_mail", die
        )
        with pytest.raises(OSError):
            printed(session, notice.id)
    printed(session, notice.id)

    (said,) = announced(session, notice.number, "notice_printed")
    numbers = sa.text("SELECT count(*) FROM assignment.paper_numbers WHERE record = :n")
    assert said["payload"]["paper"]["number"].startswith("濮检控督〔2021〕")
    assert session.scalar(numbers, {"n": notice.id}) == 1


def test_no_notice_no_paper(session):
    with pytest.raises(NotFound):
        printed(session, "none")
