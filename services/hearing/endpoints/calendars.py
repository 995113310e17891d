"""
The hearings to come of an office, as a calendar that its programs subscribe to: by an
address with a key, since they cannot send a token (decision 0079).
"""

from __future__ import annotations

import secrets
from datetime import UTC, date, datetime, time
from typing import Any

from icalendar import Calendar, Event

from services.hearing.domain.feeds import FeedKey, digest_of
from services.hearing.domain.hearing import Hearing, State
from services.hearing.endpoints.lookup import REGISTER
from services.hearing.schemas.calendars import FeedKeyRevokedView, FeedKeyView
from services.hearing.store import FeedKeys, Hearings
from shared import clock
from shared.errors import NotFound
from shared.web.auth import require_own_office
from shared.web.call import LEADERS, PUBLIC, Call, Download
from shared.web.endpoint import api

ICS = "text/calendar"
_KEY_BYTES = 32


@api("GET", "/offices/<office>/hearings.ics", gives=ICS)
def calendar_of_hearings(call: Call) -> Download:
    """
    The hearings to come of an office as iCalendar: place, time and chair; no people.
    """
    return _calendar(call, call.office(call.path["office"]))


@api(
    "POST",
    "/offices/<office>/calendar-keys",
    roles=LEADERS,
    answer=FeedKeyView,
    status=201,
    repeatable=False,  # no answer with a key is stored
)
def make_calendar_key(call: Call) -> dict[str, Any]:
    """
    Make the key of the office's calendar: a calendar program that has its address needs
    no token. A key made before is no longer valid.
    """
    office = call.office(call.path["office"])
    require_own_office(call.who, office)
    key = secrets.token_urlsafe(_KEY_BYTES)
    feed_key = FeedKey(
        office=office,
        digest=digest_of(key),
        made_on=call.today,
        made_by=call.who.account,
    )
    FeedKeys(call.session).replace(feed_key)
    address = f"/calendars/{key}/hearings.ics"
    return {"office": office, "key": key, "address": address, "made_on": call.today}


@api(
    "POST",
    "/offices/<office>/calendar-keys/revocations",
    roles=LEADERS,
    answer=FeedKeyRevokedView,
)
def revoke_calendar_key(call: Call) -> dict[str, Any]:
    """
    Revoke the key of the office's calendar, for example when its address was passed on.
    """
    office = call.office(call.path["office"])
    require_own_office(call.who, office)
    if not FeedKeys(call.session).revoke(office):
        raise NotFound.because("not_found", "本单位没有日历订阅地址。")
    return {"office": office}


@api("GET", "/calendars/<key>/hearings.ics", roles=PUBLIC, gives=ICS)
def calendar_by_key(call: Call) -> Download:
    """
    The hearings to come of the office that has this key, for its calendar programs.
    """
    feed = FeedKeys(call.session).of_digest(digest_of(call.path["key"]))
    if feed is None:
        raise NotFound.because(
            "not_found", "没有这个日历订阅地址。", "请向本单位索取新的地址。"
        )
    return _calendar(call, feed.office)


def _calendar(call: Call, office: str) -> Download:
    hearings = Hearings(call.session).to_come(
        office, call.today, date.max, most=REGISTER
    )
    content = calendar_of(hearings).to_ical()
    return Download(content, ICS, f"听证-{office}.ics")


def calendar_of(hearings: list[Hearing]) -> Calendar:
    """
    Each hearing keeps its identity when it is put off.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Jianjian//hearings//ZH")
    calendar.add("version", "2.0")
    for hearing in hearings:
        calendar.add_component(_event(hearing))
    return calendar


def _event(hearing: Hearing) -> Event:
    event = Event()
    is_certain = hearing.state is State.SCHEDULED
    kind = hearing.kind.chinese if hearing.kind else "听证"
    event.add("uid", f"{hearing.id}@hearing.jianjian")
    event.add("sequence", len(hearing.adjournments))
    event.add("dtstamp", _instant(hearing.planned_on, "00:00"))
    event.add("dtstart", _instant(hearing.scheduled_on, hearing.starts))
    event.add("dtend", _instant(hearing.scheduled_on, hearing.ends))
    event.add("summary", f"{kind} {hearing.case_number}")
    event.add("location", hearing.place or "")
    event.add("description", f"主持：{hearing.chair_post}")
    event.add("status", "CONFIRMED" if is_certain else "TENTATIVE")
    return event


def _instant(day: date | None, at: str | None) -> datetime:
    """
    A time of the day at the office, in UTC.
    """
    local = datetime.combine(day or date.min, time.fromisoformat(at or "00:00"))
    return local.replace(tzinfo=clock.SHANGHAI).astimezone(UTC)
