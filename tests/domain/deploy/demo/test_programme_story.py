"""
What a story of a programme expects of what a place shows.
"""

from __future__ import annotations

from datetime import date

import pytest

from deploy.demo import programme_story
from deploy.demo.programme_story import NotAsToldError, ProgrammeStory

SHOWN = {
    "population": 1,
    "sample": [{"closing": "first", "verdict": "flawed", "office": "610326"}],
}


class Showing:
    """
    A client to which every place shows the same.
    """

    def get(self, *_request, **_parameters):
        return SHOWN


def tell(monkeypatch, fields):
    monkeypatch.setattr(programme_story, "_WITHIN", 0.0)
    step = {"says": "抽查", "by": "610326 reviewer", "shows": "assignment/audits/1"}
    day = {"day": date(2023, 2, 8), "steps": [{**step, "fields": fields}]}
    ProgrammeStory(Showing(), {"days": [day]}).run(lambda _day: None)


@pytest.mark.parametrize(
    "fields", [{"population": 1}, {"sample": [{"verdict": "flawed"}]}]
)
def test_a_story_names_some_of_what_is_shown(monkeypatch, fields):
    tell(monkeypatch, fields)


@pytest.mark.parametrize(
    "fields",
    [
        {"population": 2},
        {"sample": [{"verdict": "sound"}]},
        {"sample": []},
        {"sample": [{"verdict": "flawed"}, {"verdict": "flawed"}]},
    ],
)
def test_what_is_shown_otherwise_is_not_as_told(monkeypatch, fields):
    with pytest.raises(NotAsToldError, match="抽查"):
        tell(monkeypatch, fields)
