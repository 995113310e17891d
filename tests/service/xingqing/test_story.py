"""
Xingqing's story and Puyang's (deploy/stories), on the system that runs every programme.

Their returns are signed: for a later day than those of Xingqing's rows, and for one
before the returns of Puyang that are signed on the system of the other tests.
"""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.last


@pytest.mark.requirement("XQ-11", "XQ-12", "XQ-14", "XQ-23", "XQ-26", "XQ-30")
@pytest.mark.requirement("XQ-32", "XQ-33", "XQ-44", "XQ-49", "XQ-60")
def test_a_matter_handed_down_is_taken_in_and_struck_off(live_story):
    live_story("xq-2020")


@pytest.mark.requirement("PY-06", "PY-08", "PY-18", "PY-24", "PY-25", "PY-26")
@pytest.mark.requirement("PY-27", "PY-28", "PY-29", "PY-33", "PY-44")
def test_a_repeated_letter_is_led_by_two_leaders_heard_and_settled(live_story):
    live_story("puyang-2020")
