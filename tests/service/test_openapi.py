"""
The five OpenAPI documents against the running services, from outside.

Schemathesis sends what each document allows and what it forbids: nothing may break a
service, every answer must be one the document names, in the form it names.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from shared.settings import SERVICES

SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")
# What an office may not do depends on what has happened: a well-formed request
# may rightly be refused, so this one check cannot hold.
NOT_OURS = "positive_data_acceptance"


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
def test_a_service_answers_as_its_document_says(stack, as_office, service, tmp_path):
    reviewer = as_office("410900", "reviewer")
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
