"""
补录以往: what belongs to a period already signed and arrived after it was signed.
"""

from __future__ import annotations

import io
from datetime import UTC, date, datetime

import pytest
from openpyxl import load_workbook

from services.reporting.domain.figures import (
    FiguresRequest,
    Goal,
    Line,
    checksum,
    compute,
)
from services.reporting.domain.late import TITLE, EarlierReturn, late_lines
from services.reporting.domain.measures import registry
from services.reporting.papers import render
from services.reporting.papers.render import Document
from services.reporting.schemas.figures import FiguresView

EARLIER = EarlierReturn(
    "puyang-2020-410900-2020-12-31-1",
    date(2020, 12, 31),
    datetime(2021, 1, 5, tzinfo=UTC),
)
LINES = (
    Line("410900", "濮阳市院本级", ("410900",)),
    Line("410922", "清丰县院", ("410922",)),
    Line("410923", "南乐县院", ("410923", "410929")),
)
LATE_SUMS = {
    ("410922", "resolved"): 2,
    ("410922", "aid_yuan"): 1_200_050,
    ("410922", "base"): 0,
    ("410922", "concluded"): 1,
    ("410922", "aid_persons"): 1,
    ("410923", "overdue"): 1,
    ("410929", "overdue"): -2,
}


def late():
    return late_lines(EARLIER, LINES, LATE_SUMS, registry())


def figures(late):
    return compute(
        FiguresRequest(
            "puyang-2020",
            "410900",
            date(2021, 12, 31),
            datetime(2022, 1, 5, tzinfo=UTC),
        ),
        LINES,
        sums={("410922", "base"): 31, ("410922", "resolved"): 9},
        persons={},
        goal=Goal(date(2021, 12, 31), 50),
        registry=registry(),
        late=late,
    )


def document(late):
    found = figures(late)
    return Document(
        number="puyang-2020-410900-2021-12-31-1",
        revision=1,
        title="专项工作",
        office_name="濮阳市人民检察院",
        as_of=date(2021, 12, 31),
        known_at=datetime(2022, 1, 5, tzinfo=UTC),
        signed_by="审核人",
        reason=None,
        ended_counts=False,
        figures=found,
        figures_checksum=checksum(found),
    )


def test_a_line_has_the_late_amounts_of_its_whole_subtree_and_no_cells_of_zero():
    rows = {row["office"]: row for row in late()["rows"]}

    assert rows == {
        "410922": {
            "office": "410922",
            "name": "清丰县院",
            "resolved": 2,
            "aid_yuan": "12000.50",
        },
        "410923": {"office": "410923", "name": "南乐县院", "overdue": -1},
    }


def test_the_total_is_the_sum_of_the_lines():
    assert late()["total"] == {"resolved": 2, "aid_yuan": "12000.50", "overdue": -1}


def test_it_names_the_return_that_it_adds_to():
    assert late()["return_id"] == EARLIER.number
    assert late()["as_of"] == "2020-12-31"


def test_the_checksum_seals_the_late_line():
    sums = {("410922", "resolved"): 3}
    other = late_lines(EARLIER, LINES, sums, registry())

    assert len({checksum(figures(each)) for each in (None, late(), other)}) == 3


@pytest.mark.parametrize("of", [None, late()])
def test_it_fits_the_answer_that_the_interface_promises(of):
    found = figures(of)
    answer = FiguresView().dump(found)

    assert answer.pop("labels")["programme"]
    assert answer == found


def test_the_workbook_has_a_late_line_below_each_line_that_has_any():
    sheet = load_workbook(io.BytesIO(render.workbook(document(late())))).active
    headings = [cell.value for cell in sheet[4]]
    lines = [[cell.value for cell in sheet[at]] for at in range(5, 11)]

    assert [line[0] for line in lines] == [
        "濮阳市院本级",
        "清丰县院",
        TITLE,
        "南乐县院",
        TITLE,
        "合计",
    ]
    county = dict(zip(headings, lines[2], strict=True))
    shown = {title: cell for title, cell in county.items() if cell is not None}
    assert shown == {"单位": TITLE, "已化解（件）": 2, "救助金额（元）": 12000.5}
    assert sheet["A11"].value == TITLE


def test_the_page_and_the_text_have_the_line_and_say_what_it_belongs_to():
    of = document(late())
    text = render.text(of)

    assert render.page(of).count(f">{TITLE}<") == 3
    assert f"{TITLE}：已化解2件，救助金额12000.50元。" in text
    for words in (render.page(of), text):
        assert f"{EARLIER.number}签发以后才到达、属于2020年12月31日以前的事实" in words


@pytest.mark.parametrize("of", [None, late_lines(EARLIER, LINES, {}, registry())])
def test_a_return_without_late_facts_has_no_such_line(of):
    for words in (render.page(document(of)), render.text(document(of))):
        assert TITLE not in words
