"""
The table of requirements claims no more than the tests that carry an id show.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from deploy.requirements.table import (
    PAGE,
    PUBLIC,
    ROOT,
    STATES,
    Marker,
    Requirement,
    markers,
    page,
    sections,
)


@pytest.fixture(scope="module")
def rows():
    return [(section, row) for section in sections() for row in section.rows]


@pytest.fixture(scope="module")
def marked():
    return markers()


def overclaims(row, programme, shown):
    """
    Why the state of *row* is more than its markers show; None if it is not.
    """
    if row.state == "met" and not any(
        marker.public and (not programme or programme in marker.programmes)
        for marker in shown
    ):
        return f"{row.id}: no marked test with {programme} under {PUBLIC}"
    if row.state == "met" and row.lacks:
        return f"{row.id}: is called met, and lacks something"
    if row.state == "engine" and not shown:
        return f"{row.id}: no marked test"
    if row.state in {"partial", "missing", "refused"} and not row.lacks:
        return f"{row.id}: does not say what it lacks"
    return None


def test_no_row_claims_more_than_its_tests_show(rows, marked):
    found = [overclaims(row, s.programme, marked.get(row.id, [])) for s, row in rows]

    assert [each for each in found if each] == []


def test_every_state_is_one_of_the_six_and_every_id_stands_once(rows):
    ids = [row.id for _, row in rows]

    assert {row.state for _, row in rows} <= set(STATES)
    assert len(ids) == len(set(ids))


def test_no_row_speaks_of_work_to_come_instead_of_what_it_lacks(rows):
    remarks = {row.id: f"{row.lacks} {row.note}" for _, row in rows}

    assert [each for each, text in remarks.items() if "issue" in text] == []


def test_no_test_carries_an_id_there_is_not(rows, marked):
    assert set(marked) - {row.id for _, row in rows} == set()


def test_the_page_is_the_one_made_from_the_data_file():
    assert PAGE.read_text("utf-8") == page()


def test_every_file_of_rows_is_run():
    service = ROOT / "tests" / "service"
    run = service.rglob("test_*requirements.py")
    source = "".join(file.read_text("utf-8") for file in run)
    files = {each.stem for each in (service / "requirements").glob("*.py")}

    assert [
        name
        for name in files - {"__init__"}
        if f"tests.service.requirements.{name} import" not in source
    ] == []


@pytest.mark.parametrize(
    ("state", "file", "programmes", "claims_too_much"),
    [
        ("met", "tests/service/test_a.py", {"puyang-2020"}, False),
        ("met", "tests/service/test_a.py", {"xq-2020"}, True),
        ("met", "tests/domain/test_a.py", {"puyang-2020"}, True),
        ("engine", "tests/domain/test_a.py", set(), False),
    ],
)
def test_a_claim_is_held_against_where_the_test_stands_and_which_file_it_uses(
    state, file, programmes, claims_too_much
):
    marker = Marker("PY-04", file, "test_a", frozenset(programmes))
    row = Requirement("PY-04", "", state)

    assert bool(overclaims(row, "puyang-2020", [marker])) is claims_too_much
    assert overclaims(row, "puyang-2020", [])


def test_a_row_that_lacks_something_is_not_called_met():
    marker = Marker("PY-04", "tests/service/test_a.py", "", frozenset({"puyang-2020"}))
    row = Requirement("PY-04", "", "met")

    assert not overclaims(row, "puyang-2020", [marker])
    assert overclaims(replace(row, lacks="一部分"), "puyang-2020", [marker])
