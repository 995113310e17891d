"""
The OpenAPI document of every service can be made, without a running system.
"""

from __future__ import annotations

import importlib
import json
import re
from collections import Counter
from functools import cache
from pathlib import Path

import jsonschema_rs
import pytest
from marshmallow import Schema, ValidationError, fields
from nameko.extensions import ENTRYPOINT_EXTENSIONS_ATTR

from shared.settings import SERVICES
from shared.vocabulary import Role
from shared.web.endpoint import ApiEntrypoint
from shared.web.schema.descriptions import descriptions, texts
from shared.web.schema.field_kinds import LABELS
from shared.web.schema.openapi import document

RULES = {"type", "pattern", "enum", "items", "minLength", "maxLength"}
ANY_TEXT = r"^[^\u0000-\u0008\u000b-\u001f\u007f]*$"
ROOT = Path(__file__).resolve().parents[2]


def endpoints_of(service):
    of = importlib.import_module(f"services.{service}.service").SERVICE
    return [
        entrypoint.endpoint
        for name in dir(of)
        for entrypoint in getattr(getattr(of, name), ENTRYPOINT_EXTENSIONS_ATTR, ())
        if isinstance(entrypoint, ApiEntrypoint)
    ]


@cache
def made_of(service):
    """
    The document of a service, and its endpoints.
    """
    endpoints = endpoints_of(service)
    return json.loads(json.dumps(document(service, endpoints))), endpoints


@pytest.fixture(params=SERVICES)
def made(request):
    return made_of(request.param)


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
    A new name needs its line in shared/web/schema/descriptions.yaml.
    """
    spec, _ = made
    silent = {
        name
        for name, field in fields_of(spec)
        if "$ref" not in field and not _CHINESE.search(field.get("description", ""))
    }

    assert silent == set()


def test_no_description_is_there_for_a_name_that_no_document_has():
    documents = [made_of(service)[0] for service in SERVICES]
    named = {name for document in documents for name, _ in fields_of(document)}
    named |= {
        f"{owner}.{name}"
        for document in documents
        for owner, shape in document["components"]["schemas"].items()
        for name in shape.get("properties", {})
    }

    assert set(descriptions()) - named == set()


def test_no_name_is_described_twice():
    written = (ROOT / "shared/web/schema/descriptions.yaml").read_text(encoding="utf-8")
    names = Counter(re.findall(r"^([\w.]+):", written, re.MULTILINE))

    assert [name for name, times in names.items() if times > 1] == []


def test_every_code_has_its_label_and_every_day_an_example(made):
    spec, _ = made
    for name, field in fields_of(spec):
        schema = field.get("schema", field)
        if schema.get("format") == "date" and "in" not in field:
            assert schema["examples"] == ["2020-11-03"], name
        for code in schema.get(LABELS, ()):
            assert f"{code}（" in field["description"], name


def test_every_plain_field_has_an_example_that_keeps_to_its_rules(made):
    """
    Texts, codes, numbers, days and amounts, also in lists and in addresses; a new text
    needs its line in shared/web/schema/examples.yaml.
    """
    bare, rules = set(), set()
    for name, field in fields_of(made[0]):
        schema = field.get("schema", field)
        if not is_plain(schema.get("items", schema)):
            continue
        examples = schema.get("examples", ())
        if not examples:
            bare |= {name}
        plain = {key: rule for key, rule in schema.items() if key in RULES}
        rules |= {json.dumps([plain, *examples])}

    assert bare == set()
    for rule, *examples in map(json.loads, rules):
        valid = jsonschema_rs.validator_for(rule)
        assert all(map(valid.is_valid, examples)), (rule, examples)


def is_plain(schema):
    """
    Whether a field is no record, and no list of lists.
    """
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    return bool(kinds) and {*kinds}.isdisjoint({"object", "array"})


def test_no_example_is_there_for_a_name_that_no_document_has():
    documents = [made_of(service)[0] for service in SERVICES]
    named = {name for document in documents for name, _ in fields_of(document)}

    assert set(texts()) - named == set()


@pytest.mark.parametrize(
    ("service", "owner", "name", "texts"),
    [
        ("intake", "Registration", "office", ("410922", "清丰县院", "河南省检察院")),
        ("hearing", "PlanMade", "starts", ("09:30", "9:30", "０９：３０")),
    ],
)
def test_what_may_be_written_in_several_ways_is_not_forbidden(
    service, owner, name, texts
):
    field = made_of(service)[0]["components"]["schemas"][owner]["properties"][name]

    assert all(map(jsonschema_rs.validator_for(field).is_valid, texts))
    assert not jsonschema_rs.validator_for(field).is_valid("24:000")


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


def test_what_a_document_forbids_in_a_body_the_schema_refuses(made):
    spec, endpoints = made
    for endpoint, operation in zip(endpoints, operations_in_order(*made), strict=True):
        if endpoint.body is None:
            continue
        (content,) = operation["requestBody"]["content"].values()
        taken = [
            (endpoint.url, *each)
            for each in forbidden_and_taken(endpoint.body, content["schema"], spec)
        ]
        assert taken == []


def test_what_a_document_forbids_in_an_address_the_schema_refuses(made):
    spec, endpoints = made
    for endpoint, operation in zip(endpoints, operations_in_order(*made), strict=True):
        for part in operation.get("parameters", ()):
            if endpoint.query is None or part["in"] != "query":
                continue
            field = field_named(endpoint.query, part["name"])
            check = validator(part["schema"], spec)
            for text in (each for each in WRONG if isinstance(each, str)):
                number = int(text) if re.fullmatch(r"-?\d", text) else text
                if not check.is_valid(text) and not check.is_valid(number):
                    assert refuses(field, text), (endpoint.url, part["name"], text[:20])


def operations_in_order(spec, endpoints):
    """
    The operation of each endpoint.
    """
    return [
        spec["paths"][re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", each.url)][
            each.method.lower()
        ]
        for each in endpoints
    ]


# For each kind of field some that no document of it allows.
WRONG = (
    *(None, True, -1, 0, 1.5, 10**15, {}, {"x": 1}, [], [[]], ["x"]),
    *("", "x", "-1", "0", "x" * 100_000, "2020-02-30", "\0"),
)


def forbidden_and_taken(schema, described, spec, place=""):
    """
    Place and value of what the document forbids and marshmallow takes, also in the
    objects within an object.
    """
    while "properties" not in described:
        described = (described.get("allOf") or described.get("anyOf") or [described])[0]
        described = spec["components"]["schemas"][described["$ref"].rpartition("/")[2]]
    if not refuses(schema, {"no such field": 1}):
        yield place, "unknown field"
    for name, part in described["properties"].items():
        field, at = field_named(schema, name), f"{place}/{name}"
        check = validator(part, spec)
        yield from (
            (at, str(value)[:20])
            for value in WRONG
            if not check.is_valid(value) and not refuses(field, value)
        )
        inner = getattr(field, "inner", field)
        if isinstance(inner, fields.Nested):
            within = part.get("items", part)
            yield from forbidden_and_taken(inner.schema, within, spec, at)
    for name in described.get("required", ()):
        if name not in schema.validate({}):
            yield f"{place}/{name}", "missing"


def field_named(schema, name):
    (found,) = (
        each for key, each in schema.fields.items() if name == (each.data_key or key)
    )
    return found


def validator(part, spec):
    """
    All forms of a document are read only for a part that refers to one of them.
    """
    needed = {"components": spec["components"]} if '"$ref"' in json.dumps(part) else {}
    return jsonschema_rs.Draft202012Validator({**part, **needed}, validate_formats=True)


def refuses(field, value):
    try:
        if isinstance(field, Schema):
            field.load(value)
        else:
            field.deserialize(value)
    except ValidationError:
        return True
    return False


_CHINESE = re.compile(r"[\u4e00-\u9fff]")
