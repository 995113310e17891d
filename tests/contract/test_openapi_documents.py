"""
The OpenAPI document of every service can be made, without a running system.
"""

from __future__ import annotations

import importlib
import json
import re

import pytest
from nameko.extensions import ENTRYPOINT_EXTENSIONS_ATTR

from shared.settings import SERVICES
from shared.vocabulary import Role
from shared.web.endpoint import ApiEntrypoint
from shared.web.fields import LABELS
from shared.web.openapi import descriptions, document


def endpoints_of(service):
    of = importlib.import_module(f"services.{service}.service").SERVICE
    return [
        entrypoint.endpoint
        for name in dir(of)
        for entrypoint in getattr(getattr(of, name), ENTRYPOINT_EXTENSIONS_ATTR, ())
        if isinstance(entrypoint, ApiEntrypoint)
    ]


@pytest.fixture(scope="module", params=SERVICES)
def made(request):
    """
    The document of a service, and its endpoints.
    """
    endpoints = endpoints_of(request.param)
    return json.loads(json.dumps(document(request.param, endpoints))), endpoints


def operations_of(document):
    return [each for path in document["paths"].values() for each in path.values()]


def fields_of(part):
    """
    Name and description of every field, wherever it stands in a document.
    """
    if isinstance(part, list):
        for each in part:
            yield from fields_of(each)
    elif isinstance(part, dict):
        if isinstance(properties := part.get("properties"), dict):
            yield from properties.items()
        if part.get("in") in {"path", "query"}:
            yield part["name"], part
        for each in part.values():
            yield from fields_of(each)


def test_a_service_has_a_document_with_all_its_endpoints(made):
    spec, endpoints = made

    assert len(operations_of(spec)) == len(endpoints) > 0


def test_every_field_says_in_chinese_what_it_means(made):
    """
    A new name needs its line in shared/web/descriptions.yaml.
    """
    spec, _ = made
    silent = {
        name
        for name, field in fields_of(spec)
        if "$ref" not in field and not _CHINESE.search(field.get("description", ""))
    }

    assert silent == set()


def test_no_description_is_there_for_a_name_that_no_document_has():
    named = {
        name
        for service in SERVICES
        for name, _ in fields_of(document(service, endpoints_of(service)))
    }

    assert set(descriptions()) - named == set()


def test_every_code_has_its_label_and_every_day_an_example(made):
    spec, _ = made
    for name, field in fields_of(spec):
        schema = field.get("schema", field)
        if schema.get("format") == "date" and "in" not in field:
            assert schema["examples"] == ["2020-11-03"], name
        for code in schema.get(LABELS, ()):
            assert f"{code}（" in field["description"], name


def test_every_operation_names_the_roles_that_it_is_for(made):
    for operation in operations_of(made[0]):
        if operation.get("security") == []:
            assert operation["description"] == "无需登录。"
            continue
        assert operation["x-roles"]
        assert all(
            Role(role).chinese in operation["description"]
            for role in operation["x-roles"]
        )


_CHINESE = re.compile(r"[\u4e00-\u9fff]")
