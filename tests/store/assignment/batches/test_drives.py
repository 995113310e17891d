"""
Drives on the real database: the cases that count in them (DY-07).
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from services.assignment.casework.record import record_facts
from services.assignment.domain.batches.drives import Drive, DriveCase
from services.assignment.domain.facts.received import (
    CaseEnrolled,
    CaseEnrolmentWithdrawn,
)
from services.assignment.store import DriveCases, Drives, Enrolments
from tests.builders import COUNTY, case_opened, new_number
from tests.builders.facts import by_id, opened

pytestmark = pytest.mark.stack

HOME, FURTHER = "puyang-2020", "xq-2020"
OPENED, SINCE, AGAIN = date(2021, 3, 1), date(2021, 4, 12), date(2021, 5, 3)


def test_a_case_whose_enrolment_is_withdrawn_counts_in_no_drive_of_that_programme(
    database,
):
    with database.engine("owner").connect() as session:
        number, left, own, back = (new_number() for _ in range(4))
        fields = {**vars(case_opened(number, programme=FURTHER)), "corrections": 0}
        further = CaseEnrolled.from_fields(SINCE, fields)
        again = CaseEnrolled.from_fields(AGAIN, {**fields, "period": 2})
        over = CaseEnrolmentWithdrawn(on=SINCE + timedelta(days=3), programme=FURTHER)
        for case, facts in (
            (number, (opened(OPENED, programme=HOME), further)),
            (left, (opened(OPENED, programme=HOME), further, over)),
            (own, (opened(OPENED, programme=FURTHER),)),
            (back, (opened(OPENED, programme=HOME), further, over, again)),
        ):
            record_facts(session, {case: by_id(*facts)})
        drive = Drive(
            new_number("d"), FURTHER, "k", "攻坚", COUNTY, SINCE, SINCE, None, "省院"
        )
        Drives(session).insert(drive)
        DriveCases(session).insert(
            *(
                DriveCase(drive.id, each, COUNTY, SINCE)
                for each in (number, left, own, back)
            )
        )

        counted = {each.number for each in DriveCases(session).counted(drive.id)}
        standing = Enrolments(session).standing_in(FURTHER, [number, left, own, back])
        session.rollback()

    assert counted == {number, own, back}
    assert standing == {number: SINCE, back: AGAIN}
