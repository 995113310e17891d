"""
The counts of hearings: their shares, and the order and titles of their rows.
"""

from __future__ import annotations

import pytest

from services.hearing.domain.counts import CountedBy, HearingCount, rows_of
from shared.policy.current import current_policy
from tests.builders import CITY, COUNTY


@pytest.mark.requirement("DY-22")
def test_shares_are_of_what_was_held_and_of_what_was_watched():
    count = HearingCount(held=3, leader_chaired=1, settled=2, watched=2, kept=1)
    nothing_watched = HearingCount(held=1)

    assert (count.settled_share, count.kept_share) == ("66.7%", "50.0%")
    assert (nothing_watched.settled_share, nothing_watched.kept_share) == ("0.0%", "—")


def test_rows_with_the_most_hearings_come_first_and_have_titles():
    directory = current_policy().directory
    one, two = HearingCount(1), HearingCount(2)
    counts = {
        (COUNTY, "副检察长", "B02"): one,
        (COUNTY, "副检察长", "B01"): one,
        (CITY, "检察长", ""): two,
    }

    city, county = (directory.office(code).name for code in (CITY, COUNTY))
    assert [row[1:] for row in rows_of(CountedBy.LEADER, counts, directory)] == [
        (f"{city}检察长", two),
        (f"{county}副检察长（B01）", one),
        (f"{county}副检察长（B02）", one),
    ]
    levels = rows_of(CountedBy.LEVEL, counts, directory)
    assert [title for _, title, _ in levels] == ["市级", "县级"]
