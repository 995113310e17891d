"""
The hearings to come of an office, as a calendar that its programs subscribe to.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from icalendar import Calendar, Event

from services.hearing.domain.hearing import Hearing, State
from services.hearing.endpoints.lookup import REGISTER
from services.hearing.store import Hearings
from shared import clock
from shared.web.call import Call, Download
from shared.web.endpoint import api

ICS = "text/calendar"


@api("GET", "/offices/<office>/hearings.ics", gives=ICS)
def calendar_of_hearings(call: Call) -> Download:
    """
    The hearings to come of an office as iCalendar: place, time and chair; no people.
    """
    office = call.office(call.path["office"])
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
