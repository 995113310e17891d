"""
Cases in further programmes: judged there, and enrolled where a rule says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection

from services.intake.casework.forms import completed
from services.intake.casework.history import history_line
from services.intake.casework.matters import accepted_in, matter_of
from services.intake.casework.repeats import repeats_there
from services.intake.domain.cases import enrolling, judging
from services.intake.domain.cases.cases import Case, CountedRepeat
from services.intake.domain.cases.judging import Judged
from services.intake.domain.corrections.corrections import CorrectionKind
from services.intake.store import OUTBOX, Cases, CountedRepeats, History, Petitions
from shared import clock
from shared.policy.current import current_policy
from shared.policy.parts.petitions import AutomaticCase
from shared.policy.programme import Programme


def judged_in(
    session: Connection,
    case: Case,
    programme: Programme,
    stated: Mapping[str, Any],
    on: date,
) -> tuple[Judged, list[CountedRepeat]]:
    """
    A case as a further programme judges it, by what a person *stated* of it, and the
    petitions known to repeat it that the programme counts.
    """
    home = current_policy().programmes.get(case.programme)
    row = completed(Cases(session).ledger_row(case.number), home)
    petition = Petitions(session).get(case.number)
    matter = matter_of(session, petition) if petition else None
    repeats = repeats_there(session, case, matter, programme)
    days = [day for repeat, day in repeats if repeat.withdrawn_on is None]
    repeated = len(days)
    if matter is None:
        in_row = sum(day < case.opened_on for day in days)
        repeated += max(0, (row.get("repeats_in_window") or 0) - in_row)
    accepted = accepted_in(programme, matter.accepted()) if matter else {}
    given = {**accepted, **stated}
    given["repeats_in_window"] = given.pop("repeats", repeated)
    judged = judging.judge(case, row, given, home=home, programme=programme, on=on)
    return judged, [repeat for repeat, _ in repeats]


def origin_there(origin: str, programme: Programme) -> dict[str, str]:
    """
    Where a case comes from that a further programme takes in of itself: as in its own
    programme, or, if that is no word there, from the office itself.
    """
    known = any(word.id == origin for word in programme.origins)
    return {} if known else {"origin": programme.own_origin.id}


def enrol(
    session: Connection,
    case: Case,
    programme: Programme,
    stated: Mapping[str, Any],
    *,
    on: date,
    today: date,
    reason: str,
    by: str,
    office: str,
) -> Case:
    """
    Let a case that is locked stand also in a further programme from a day on, by what a
    person *stated* of it; announce it. The history gives the *reason*, and *by* whom of
    which *office*.

    Raises `Rejected` with every reason.
    """
    judged, repeats = judged_in(session, case, programme, stated, on)
    enrolled, event = enrolling.enrol(
        case,
        judged,
        programme,
        current_policy().directory,
        on=on,
        today=today,
        repeats=[each for each in repeats if each.withdrawn_on is None],
    )
    CountedRepeats(session).save(repeats)
    Cases(session).update(enrolled)
    OUTBOX.announce(session, event)
    line = history_line(
        case.number,
        CorrectionKind.CASE_ENROLLED,
        {"programme": (None, programme.code)},
        office=office,
        actor=by,
        on=today,
        reason=reason,
    )
    History(session).add(line)
    return enrolled


def enrol_of_itself(
    session: Connection,
    case: Case,
    programme: Programme,
    rule: AutomaticCase,
    *,
    on: date,
    by: str,
) -> Case:
    """
    As `enrol`, of a case of today from the day on which it was opened, by a *rule* of
    the programme; the history names that, and *by* whom the petition was registered.
    """
    reason = f"登记时自动列入：{rule.title}（{rule.source}）"
    return enrol(
        session,
        case,
        programme,
        origin_there(case.origin, programme),
        on=on,
        today=clock.today(),
        reason=reason,
        by=by,
        office=case.office,
    )
