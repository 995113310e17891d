"""
The five OpenAPI documents against the running services, from outside.

Schemathesis sends what each document allows, to its bounds: nothing may break a
service, every answer must be one the document names, in the form it names. What a
document forbids is refused before a service sees it: tests/contract says of each field
that it is.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.local.plain import http
from shared.settings import SERVICES
from tests.builders import COUNTY, a_petition, new_number
from tests.builders.hearings import a_member
from tests.service.asking import PROGRAMME, a_row, as_json, refused

SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")
# What an office may not do depends on what has happened: a well-formed request may
# rightly be refused. That nothing is open to nobody is a test below, and one request
# for each operation instead of two more for each.
NOT_OURS = "positive_data_acceptance,ignored_auth"


@pytest.fixture(scope="module")
def real_numbers(as_office, desk):
    """
    For each service: path to the number of something that exists, so that bodies
    are judged too and not only numbers.
    """
    case, other, led = desk.cases()[0], desk.cases()[0], desk.led_case()
    clerk, reviewer = as_office(COUNTY), as_office("410900", "reviewer")
    petition = clerk.post("intake", "/petitions", a_petition()).json()["number"]
    pushed = desk.push(as_json(a_row(), a_row(case_kind="不知道")))["id"]
    batch = {
        "programme": PROGRAMME,
        "letter_no": new_number("濮检办"),
        "source": "省院",
        "handed_on": "2020-11-10",
        "case_numbers": [case],
    }
    letter = reviewer.post("assignment", "/batches", batch).json()["id"]
    signing = {"programme": PROGRAMME, "as_of": "2020-11-19", "reason": "补报。"}
    reviewer.post("reporting", "/returns", signing)  # refused if nothing is new
    signed = reviewer.get("reporting", "/returns").json()
    members = as_office("410922").post("hearing", "/members", a_member())
    member = members.json()["id"]
    return {
        "intake": {"petitions": petition, "imports": pushed, "cases": other},
        "assignment": {
            "cases": case,
            "closings": desk.submitted_closing(led),
            "batches": letter,
        },
        "hearing": {
            "cases": case,
            "hearings": desk.decide_on_hearing(case, "hold").json()["id"],
            "members": member,
        },
        "aid": {
            "cases": other,
            "aid-applications": desk.applied_for_aid(case).json()["id"],
            "payment-files": desk.payment_file(other),
        },
        "reporting": {"returns": signed["items"][0]["id"]},
    }


def settings_of(numbers):
    """
    The configuration that makes schemathesis ask for these.
    """
    lines = []
    for kind, number in numbers.items():
        lines += [
            "[[operations]]",
            f"include-path-regex = {json.dumps('^/' + kind + '/')}",
            "[operations.parameters]",
            *(
                f'"path.{name}" = {json.dumps(number)}'
                for name in ("number", "identity")
            ),
        ]
    return "\n".join(lines)


@pytest.fixture(scope="module")
def runs(stack, as_office, real_numbers, tmp_path_factory):
    """
    Schemathesis at work on all five services at once: for each its process and
    the file of what it says.
    """
    token = as_office("410900", "reviewer").token
    started = {}
    for service in SERVICES:
        folder = tmp_path_factory.mktemp(service)
        settings = settings_of(real_numbers[service])
        (folder / "schemathesis.toml").write_text(settings, encoding="utf-8")
        said = folder / "said.txt"
        with said.open("wb") as out:
            run = subprocess.Popen(
                command(stack.url(service), token),
                cwd=folder,
                stdout=out,
                stderr=subprocess.STDOUT,
            )
        started[service] = run, said
    yield started
    for run, _ in started.values():
        run.kill()
        run.wait()


def command(url, token):
    return [
        str(SCHEMATHESIS),
        "run",
        f"{url}/openapi.json",
        *("--header", f"Authorization: Bearer {token}"),
        *("--phases", "coverage", "--mode", "positive"),
        *("--seed", "20201229"),
        *("--checks", "all", "--exclude-checks", NOT_OURS),
        *("--warnings", "off"),
        *("--request-timeout", "60"),
        "--continue-on-failure",
    ]


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_answers_as_its_document_says(runs, service):
    run, said = runs[service]

    assert run.wait(timeout=180) == 0, said.read_text(encoding="utf-8")


def operations(stack, service):
    """
    Path, method and description of everything that a service's document offers.
    """
    document = http.get(f"{stack.url(service)}/openapi.json").json()
    assert document["openapi"] == "3.1.0"
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method.upper(), operation


@pytest.mark.parametrize("service", SERVICES)
def test_a_document_names_every_refusal_in_the_form_of_problems(stack, service):
    for path, method, operation in operations(stack, service):
        assert operation["summary"], (path, method)
        refusals = {s for s in operation["responses"] if not s.startswith("2")}
        assert {"400", "422", "503"} <= refusals
        assert {"401", "403"} <= refusals or refusals >= {"404", "429"}
        page = operation.get("security") == [] and path.endswith("/page")
        for status in refusals:
            form, *more = operation["responses"][status]["content"]
            assert form == "application/problem+json"
            assert more == (["text/html"] if page else [])


@pytest.mark.parametrize("service", SERVICES)
def test_no_operation_is_open_to_nobody_and_none_writes_for_an_auditor(
    stack, as_office, service
):
    auditor = as_office("410900", "auditor")
    for path, method, operation in operations(stack, service):
        if operation.get("security") == []:
            assert path.startswith(("/progress/", "/calendars/"))
            continue
        url = stack.url(service) + re.sub(r"{\w+}", "x", path)

        refused(http.request(method, url), 401, "token_missing")
        if method != "GET":
            refused(auditor.http.request(method, url), 403, "role_not_allowed")
