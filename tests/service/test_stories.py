"""
The stories of programmes (deploy/stories), on the system that all tests share.

Xingqing's and Puyang's run in `xingqing/`. Meixian's begins in 2023, when this system
would owe the reports of two years: it runs in tests/journey, which comes to that year.
"""

from __future__ import annotations

import pytest


@pytest.mark.requirement("JZ-16", "JZ-18", "JZ-21", "JZ-22", "JZ-24", "JZ-29")
@pytest.mark.requirement("JZ-31", "JZ-35", "JZ-40", "JZ-52")
def test_the_courts_take_a_case_in_and_close_it(live_story):
    live_story("jiaozuo-2021")


@pytest.mark.requirement("DY-07", "DY-08", "DY-12", "DY-14", "DY-15", "DY-17")
@pytest.mark.requirement("DY-24", "DY-26")
def test_leaders_lead_a_first_petition(live_story):
    live_story("dy-leaders")
