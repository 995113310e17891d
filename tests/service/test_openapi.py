"""
The five OpenAPI documents against the running services, from outside.

Schemathesis sends what each document allows and what it forbids: nothing may break a
service, every answer must be one the document names, in the form it names.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from shared.settings import SERVICES
from tests.builders import COUNTY, a_petition, new_number
from tests.service.asking import PROGRAMME, a_row, as_json

SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")
# What an office may not do depends on what has happened: a well-formed request
# may rightly be refused, so this one check cannot hold.
NOT_OURS = "positive_data_acceptance"


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
    signing = {"programme": PROGRAMME, "as_of": "2020-11-19"}
    signed = reviewer.post("reporting", "/returns", signing).json()["id"]
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
        },
        "aid": {
            "cases": other,
            "aid-applications": desk.applied_for_aid(case).json()["id"],
        },
        "reporting": {"returns": signed},
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


def contradictions(stack, caller, service, folder, *, phases, examples):
    """
    What schemathesis says of a service; empty when it found nothing.
    """
    done = subprocess.run(
        [
            str(SCHEMATHESIS),
            "run",
            f"{stack.url(service)}/openapi.json",
            *("--header", f"Authorization: Bearer {caller.token}"),
            *("--phases", phases),
            *("--max-examples", str(examples)),
            *("--seed", "20201229"),
            *("--checks", "all", "--exclude-checks", NOT_OURS),
            *("--warnings", "off"),
            "--continue-on-failure",
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return "" if done.returncode == 0 else done.stdout + done.stderr


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_answers_as_its_document_says(
    stack, as_office, real_numbers, service, tmp_path
):
    reviewer = as_office("410900", "reviewer")
    settings = settings_of(real_numbers[service])
    (tmp_path / "schemathesis.toml").write_text(settings, encoding="utf-8")
    asked = {"phases": "coverage,fuzzing", "examples": 15}

    assert not contradictions(stack, reviewer, service, tmp_path, **asked)


@pytest.mark.parametrize("service", SERVICES)
def test_a_clerk_is_refused_as_its_document_says(stack, as_office, service, tmp_path):
    clerk = as_office("410922")
    asked = {"phases": "fuzzing", "examples": 6}

    assert not contradictions(stack, clerk, service, tmp_path, **asked)


@pytest.mark.parametrize("service", SERVICES)
def test_a_document_names_every_refusal_in_the_form_of_problems(stack, service):
    document = httpx.get(f"{stack.url(service)}/openapi.json", trust_env=False).json()

    assert document["openapi"] == "3.1.0"
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            assert operation["summary"], (path, method)
            refusals = {s for s in operation["responses"] if not s.startswith("2")}
            assert {"400", "401", "403", "422", "503"} <= refusals
            for status in refusals:
                (form,) = operation["responses"][status]["content"].items()
                assert form[0] == "application/problem+json"
