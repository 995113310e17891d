"""
The series of paper numbers: how one is printed and read, and what a file may say.
"""

from __future__ import annotations

import pytest

from services.assignment.papers import PAPERS as OF_CASES
from services.hearing.papers import PAPERS as OF_HEARINGS
from shared.papers.number_series import check_numbering, read_numbering
from shared.policy.current import current_policy
from shared.settings import settings

FOLDER = settings.deploy / "papers"
OFFICES = {office.code for office in current_policy().directory.offices()}
KNOWN = {
    "assignment": {*OF_CASES.in_force()},
    "hearing": {*OF_HEARINGS.in_force()},
}
SERIES = (
    '{id: a, office: "410900", service: assignment, papers: [supervision],'
    ' text: "督〔{year}〕{number}号", ahead: 100, source: 例}'
)


def faults(tmp_path, *series):
    text = "series:\n" + "".join(f"  - {each}\n" for each in series)
    (tmp_path / "numbers.yaml").write_text(text, "utf-8")
    found = check_numbering(tmp_path, OFFICES, KNOWN)
    return [problem.code for problem in found]


def test_the_series_that_are_shipped_are_of_offices_and_papers_that_there_are():
    assert check_numbering(FOLDER, OFFICES, KNOWN) == []


def test_a_number_is_read_as_it_is_printed(tmp_path):
    assert faults(tmp_path, SERIES) == []
    series = read_numbering(tmp_path)[0].of("410900", "assignment", "supervision")

    assert series.printed(2021, 7) == "督〔2021〕7号"
    assert series.read("督〔2021〕7号") == series.read(" 督〔2021〕007号") == (2021, 7)
    for other in ("督〔2021〕7", "督〔21〕7号", "另督〔2021〕7号", ""):
        assert series.read(other) is None
    assert read_numbering(tmp_path)[0].of("410922", "assignment", "supervision") is None


def test_without_a_file_nothing_is_numbered(tmp_path):
    assert read_numbering(tmp_path)[0].series == ()


@pytest.mark.parametrize(
    ("series", "code"),
    [
        ([SERIES.replace("{number}", "")], "number_text"),
        ([SERIES.replace("ahead: 100", "ahead: 0")], "number_ahead"),
        ([SERIES.replace("410900", "000000")], "unknown_office"),
        ([SERIES.replace("[supervision]", "[medal]")], "unknown_value"),
        ([SERIES, SERIES.replace("id: a", "id: b")], "duplicate_id"),
    ],
)
def test_a_series_that_cannot_be_used_is_named(tmp_path, series, code):
    assert code in faults(tmp_path, *series)
