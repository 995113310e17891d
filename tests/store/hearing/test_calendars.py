"""
The calendar of an office by its key, which is all that a calendar program can send.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa

from services.hearing.endpoints.calendars import (
    calendar_by_key,
    make_calendar_key,
    revoke_calendar_key,
)
from services.hearing.store import Cases, Hearings
from shared.errors import Forbidden, NotFound
from shared.vocabulary import Role
from shared.web.auth import Identity
from shared.web.call import Call
from tests.builders import COUNTY, new_number
from tests.builders.hearing_states import SCHEDULED

pytestmark = pytest.mark.stack

NOBODY = Identity("", "", Role.AUDITOR, "", 0)
LEADER = Identity("副检察长", COUNTY, Role.LEADER, "t", 0)
TODAY = date(2021, 3, 8)


@pytest.fixture
def ask(session):
    def ask(endpoint, who=LEADER, **path):
        call = Call(who, {}, {}, path, TODAY)
        call.session = session
        return endpoint.__wrapped__(call)

    return ask


@pytest.fixture
def read(ask):
    """
    The calendar that a program without a token gets for a key.
    """

    def read(key):
        return ask(calendar_by_key, NOBODY, key=key).content.decode()

    return read


def test_who_has_the_key_reads_when_and_where_hearings_are_and_no_more(
    session, ask, read
):
    number, of_office = new_number(), {"office": COUNTY, "programme": "puyang-2020"}
    case = {"number": number, "in_scope": True, "sequence": 1, **of_office}
    session.execute(Cases.table.insert(), case)
    planned = replace(SCHEDULED, id=number, case_number=number, reason="甄某不服。")
    Hearings(session).insert(planned)

    made = ask(make_calendar_key, office=COUNTY)
    shown = read(made["key"]).replace("\r\n ", "")
    assert made["address"] == f"/calendars/{made['key']}/hearings.ics"
    (event,) = [e for e in shown.split("BEGIN:VEVENT") if f"UID:{number}@" in e]
    assert {line.partition(":")[0] for line in event.split("\r\n")} == {
        *("UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "LOCATION"),
        *("DESCRIPTION", "STATUS", "END", ""),
    }
    assert f"主持：{planned.chair_post}" in event
    assert "甄某" not in shown


def test_a_key_is_stored_as_its_digest_and_is_good_until_another_is_made(
    session, ask, read
):
    first, second = (ask(make_calendar_key, office=COUNTY)["key"] for _ in range(2))
    stored = session.execute(
        sa.text("SELECT * FROM hearing.feed_keys WHERE office = :office"),
        {"office": COUNTY},
    ).one()

    assert len(second) > 40
    assert not {first, second} & {*map(str, stored)}
    assert stored.made_by == f"{COUNTY}/副检察长"
    assert read(second).startswith("BEGIN:VCALENDAR")
    with pytest.raises(NotFound):
        read(first)


def test_a_key_is_taken_back_at_once(ask, read):
    key = ask(make_calendar_key, office=COUNTY)["key"]
    ask(revoke_calendar_key, office=COUNTY)

    with pytest.raises(NotFound):
        read(key)
    with pytest.raises(NotFound):
        ask(revoke_calendar_key, office=COUNTY)


@pytest.mark.parametrize("endpoint", [make_calendar_key, revoke_calendar_key])
def test_only_the_office_itself_has_a_key_of_its_calendar(ask, endpoint):
    above = replace(LEADER, office="410900")

    with pytest.raises(Forbidden):
        ask(endpoint, above, office=COUNTY)
