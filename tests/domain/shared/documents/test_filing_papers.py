"""
A paper is filed only while what it says is still true.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import pytest

from shared.documents import printing
from shared.documents.filing import Desk
from shared.documents.printing import PaperContent
from shared.errors import Conflict
from tests.builders import CITY, COUNTY

NUMBER = "信〔2021〕001号"
SAID = PaperContent(
    values={"state": "confirmed"},
    office=COUNTY,
    day=date(2021, 5, 28),
    record="c1",
    number=NUMBER,
    matter=SimpleNamespace(number=NUMBER, office=COUNTY),
)
OTHERS = {
    "another state": {"values": {"state": "returned"}},
    "another office": {"office": CITY},
    "another record": {"record": "c2"},
    "another day": {"day": date(2021, 5, 29)},
    "moved": {"matter": SimpleNamespace(number=NUMBER, office=CITY)},
    "filed with nothing": {"matter": None},
}


def file(now, monkeypatch):
    """
    With which matter the paper is filed if it would say *now*, and which was locked.
    """
    locked, filed = [], []

    def matter_of(_session, number, *, lock=False):
        assert lock
        locked.append(number)
        return SAID.matter

    def find(_call, template):
        assert (locked, template) == ([NUMBER], "conclusion")
        return now

    def file_document(_call, _desk, matter, new):
        filed.append((matter, new))

    monkeypatch.setattr(printing, "file_document", file_document)
    matters = {"cases": ("案件", matter_of), "others": ("其他", matter_of)}
    desk = Desk(None, None, None, None, None, matters, None)
    made = printing._LaidOut(new="paper", template="conclusion", content=SAID)
    printing._filed(desk, find)(SimpleNamespace(session=None, vetted=made))
    return filed


def test_a_paper_that_still_says_the_same_is_filed_with_its_matter(monkeypatch):
    assert file(replace(SAID), monkeypatch) == [(SAID.matter, "paper")]


@pytest.mark.parametrize("other", OTHERS)
def test_a_paper_that_would_say_something_else_by_now_is_not_filed(other, monkeypatch):
    with pytest.raises(Conflict, match="changed_meanwhile"):
        file(replace(SAID, **OTHERS[other]), monkeypatch)


def test_a_paper_of_what_is_no_more_is_not_filed(monkeypatch):
    with pytest.raises(Conflict, match="changed_meanwhile"):
        file(None, monkeypatch)
