"""
The table of requirements claims no more than the tests that carry an id show.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from deploy.requirements.reach import module_at, reached_from
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
    ("state", "file", "programmes", "over_http", "claims_too_much"),
    [
        ("met", "tests/service/test_a.py", {"puyang-2020"}, True, False),
        ("met", "tests/service/test_a.py", {"puyang-2020"}, False, True),
        ("met", "tests/service/test_a.py", {"xq-2020"}, True, True),
        ("met", "tests/domain/test_a.py", {"puyang-2020"}, True, True),
        ("engine", "tests/domain/test_a.py", set(), False, False),
    ],
)
def test_a_claim_is_held_against_where_the_test_stands_and_which_file_it_uses(
    state, file, programmes, over_http, claims_too_much
):
    marker = Marker("PY-04", file, "test_a", frozenset(programmes), over_http)
    row = Requirement("PY-04", "", state)

    assert bool(overclaims(row, "puyang-2020", [marker])) is claims_too_much
    assert overclaims(row, "puyang-2020", [])


def test_a_row_that_lacks_something_is_not_called_met():
    programme = frozenset({"puyang-2020"})
    marker = Marker("PY-04", "tests/service/test_a.py", "", programme, over_http=True)
    row = Requirement("PY-04", "", "met")

    assert not overclaims(row, "puyang-2020", [marker])
    assert overclaims(replace(row, lacks="一部分"), "puyang-2020", [marker])


CONFTEST = """
@pytest.fixture
def office(system):
    return Office(system)

@pytest.fixture
def case(office):
    return office.opened("meixian")

class Office:
    def __init__(self, system):
        self.http = a_client(timeout=30)

    def opened(self, programme="puyang-2020"):
        return self.http.post("/cases", json={"programme": programme})

    def closed(self):
        return {"programme": "jiaozuo-2021"}
"""


@pytest.mark.parametrize(
    ("test", "programmes", "over_http"),
    [
        ("def test_a(): ...", set(), False),
        ("def test_a(office): ...", set(), True),
        ("def test_a(office): office.opened()", {"puyang-2020"}, True),
        ("def test_a(office): office.opened(programme=OURS)", {"dy-leaders"}, True),
        ("def test_a(office): office.closed()", {"jiaozuo-2021"}, True),
        ("def test_a(case): ...", {"meixian", "puyang-2020"}, True),
        ("def test_a(): helper()", {"xq-2020"}, False),
        ("def test_a(): 'Not xq-2020.'", set(), False),
        ("def test_a(): assert 'xq-2020-street' in page", set(), False),
    ],
)
def test_a_test_uses_what_it_and_what_it_calls_name_and_not_what_stands_beside_it(
    tmp_path, test, programmes, over_http
):
    file = tmp_path / "test_a.py"
    beside = 'OURS = "dy-leaders"\ndef helper(): return "xq-2020"\n'
    file.write_text(f"{beside}{test}\n", "utf-8")
    (tmp_path / "conftest.py").write_text(CONFTEST, "utf-8")
    module = module_at(file)

    found = reached_from(module, module.names["test_a"])

    codes = {section.programme for section in sections()} - {""}
    assert found.programmes(codes) == programmes
    assert found.over_http is over_http
