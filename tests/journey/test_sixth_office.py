"""
A sixth office: it writes its own files, checks them with one command, and is served.

Nothing of it is known to any line of code: a street of offices that we made up.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from tests.builders import new_number
from tests.service.asking import at, refused
from tests.tables import ROOT

# The services go on with its files: nobody needs them after it.
pytestmark = pytest.mark.last

BUREAU, STREET, PROGRAMME = "990701", "990701001", "street-visits"
STARTED = ("intake", "assignment", "reporting")
FILES = Path(__file__).parent / "sixth"


@pytest.fixture(scope="module")
def policies(stack):
    return stack.var / "deploy"


@pytest.fixture(scope="module")
def served(stack, policies):
    """
    The office's two files put in place, the services told to read them.
    """
    files = [*FILES.glob("*/*.yaml")]
    try:
        for file in files:
            shutil.copy(file, policies / file.relative_to(FILES))
        stack.restart(*STARTED)
        yield
    finally:
        for file in files:
            (policies / file.relative_to(FILES)).unlink(missing_ok=True)


@pytest.fixture
def street(served, as_office):
    return as_office(STREET)


@pytest.fixture
def petition(street):
    """
    The number of a petition that came to the street office on 2020-11-20.
    """
    registered = street.post(
        "intake",
        "/petitions",
        {
            "channel": "visit",
            "received_on": "2020-11-20",
            "petitioner": {"name": "某居民"},
            "category": "claim",
            "case_kind": "complaint",
            "demand": f"请求修复楼道照明（{new_number('灯')}）。",
        },
    )
    assert registered.status_code == 201, registered.text
    assert registered.json()["programme"] == PROGRAMME
    return registered.json()["number"]


@pytest.fixture
def owed(street, eventually):
    """
    What is owed in a matter: kind, to (state, due day, post, source).
    """

    def found(number, *kinds):
        def known():
            items = street.get("assignment", "/duties", office=STREET, limit=500)
            return {
                duty["kind"]: duty
                for duty in items.json()["items"]
                if duty["number"] == number
            }

        return eventually(lambda: set(kinds) <= set(known()) and known())

    return found


@pytest.fixture
def spoiled(served, policies):
    """
    The place of a fault that stands in the programme meanwhile: file:line.
    """
    file = policies / "programmes" / "street-visits.yaml"
    written = file.read_text("utf-8")
    file.write_text(written.replace("post: chief", "post: king"), "utf-8")
    line = 1 + written[: written.index("post: chief")].count("\n")
    yield f"{file.name}:{line}"
    file.write_text(written, "utf-8")


def test_one_command_finds_no_fault(served, jianjian):
    assert jianjian("check") == (0, "无误。\n")


def test_one_command_names_the_line_of_a_fault(spoiled, jianjian):
    code, said = jianjian("check")

    assert code == 1
    assert spoiled in said


def test_no_service_starts_on_a_fault(spoiled, stack):
    started = subprocess.run(
        [sys.executable, "-m", "shared.service.run", "intake"],
        env={**os.environ, **stack.environment("intake")},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert started.returncode == 1
    assert spoiled in started.stderr


def test_it_is_printed_as_a_person_would_read_it(served, jianjian):
    code, said = jianjian("programme", "show", PROGRAMME)

    assert code == 0
    assert "街道接访日常办理（street-visits）" in said
    wanted = (
        "callback 三个工作日内回电，期限3个工作日，由责任单位主要领导承担，对信访人"
    )
    assert wanted in said


def test_a_programme_there_is_not_is_answered_with_those_there_are(served, jianjian):
    code, said = jianjian("programme", "show", "street-visit")

    assert code == 1
    assert "没有专项“street-visit”。可用：" in said
    assert PROGRAMME in said
    assert "Traceback" not in said


@pytest.mark.requirement("TL-15")
def test_its_own_rules_and_the_law_of_the_day_make_its_duties(petition, owed):
    duties = owed(petition, "callback", "registration")

    # 2020-11-20 is a Friday.
    assert duties["callback"]["due_on"] == "2020-11-25"
    assert duties["callback"]["post"] == "街道办主任"
    assert duties["registration"]["due_on"] == "2020-12-05"
    assert "TL-15" in duties["registration"]["source"]
    assert "seven_days" not in duties


def test_its_own_acts_discharge_what_it_owes(street, petition, owed):
    owed(petition, "callback")
    acts = at("cases", petition, "acts")
    told = {"act": "called_back", "on": "2020-11-20"}
    nameless = street.post("assignment", acts, told)
    called = street.post("assignment", acts, {**told, "post": "街道办主任"})

    refused(nameless, 422, "post_missing")
    assert called.status_code == 201, called.text
    assert owed(petition)["callback"]["state"] == "discharged"
    assert owed(petition)["registration"]["state"] == "open"


def test_its_own_ledger_is_read_in_its_own_form(street, eventually):
    row = {
        "接访单位": "某街道",
        "接访日期": "2020年11月20日",
        "登记号": "街访〔2020〕1号",
        "信访人姓名": "某居民",
        "反映的问题": "楼道没有照明。",
        "接访领导": "街道办主任",
        "路灯编号": "L-7",
    }
    file = json.dumps([row], ensure_ascii=False).encode()
    asked = {"programme": PROGRAMME, "filename": "登记表.json"}
    pushed = street.post("intake", "/imports", content=file, params=asked).json()

    def ended():
        job = street.get("intake", f"/imports/{pushed['id']}").json()
        assert job["state"] == "done", job
        return job

    job = eventually(ended)
    case = street.get("intake", at("cases", row["登记号"])).json()

    assert (job["rows_kept"], job["out_of_scope"]) == (1, 0), job
    assert case["case_kind"] == "complaint"
    assert case["row"]["lights"] == "L-7"


def test_its_steps_are_reached_and_its_bureau_sees_it_all(
    petition, owed, as_office, clock, eventually
):
    owed(petition, "callback")
    bureau = as_office(BUREAU, "reviewer")
    clock.set(date(2020, 11, 27))

    def steps_reached():
        items = bureau.get("assignment", "/supervision", office=BUREAU, limit=500)
        return [c for c in items.json()["items"] if c["number"] == petition]

    (reminder,) = eventually(steps_reached)
    figures = {"programme": PROGRAMME, "office": BUREAU, "as_of": "2020-11-27"}

    def counted():
        answer = bureau.get("reporting", "/figures", **figures)
        assert answer.status_code == 200, answer.text
        return answer.json()["total"]["overdue"] >= 1

    assert (reminder["on"], reminder["kind"]) == ("2020-11-26", "reminder")
    assert eventually(counted)


def test_others_see_nothing_of_it(petition, owed, as_office):
    duty = owed(petition, "callback")["callback"]
    path = at("duties", duty["id"], "history")

    assert as_office("410922").get("assignment", path).status_code == 404
