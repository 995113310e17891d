"""
A service is composed of the endpoints of the modules it lists.
"""

from __future__ import annotations

import re
from datetime import date
from importlib import import_module
from types import ModuleType, SimpleNamespace

import pytest
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request, Response

from shared.service.base import Service
from shared.settings import SERVICES
from shared.vocabulary import Role
from shared.web import endpoint, handling
from shared.web.auth import Identity
from shared.web.call import Call
from shared.web.endpoint import ApiEntrypoint, api


def a_module(name, *endpoints):
    """
    A module that defines *endpoints*, each a (function name, url) pair.
    """
    module = ModuleType(name)
    for function, url in endpoints:
        code = f"@api('GET', '{url}')\ndef {function}(call): return call"
        exec(code, {"api": api, "__name__": name}, vars(module))  # noqa: S102 - a module of ours
    return module


def a_service(*modules, **more):
    parts = {"name": "x", "reads": {}, "endpoints": modules, **more}
    return type("XService", (Service,), parts)


def test_a_service_has_the_endpoints_of_the_modules_it_lists():
    service = a_service(
        a_module("cases", ("list_cases", "/cases")),
        a_module("batches", ("list_batches", "/batches")),
    )

    assert service.list_cases.endpoint.url == "/cases"
    assert service.list_batches.endpoint.url == "/batches"


def test_an_endpoint_that_a_module_imports_from_another_is_not_its_own():
    cases = a_module("cases", ("list_cases", "/cases"))
    batches = a_module("batches", ("list_batches", "/batches"))
    batches.list_cases = cases.list_cases

    assert a_service(cases, batches).list_cases.endpoint.name == "list_cases"


def test_two_endpoints_of_one_name_are_an_error():
    cases = a_module("cases", ("show", "/cases"))
    batches = a_module("batches", ("show", "/batches"))

    with pytest.raises(TypeError, match="two members named show"):
        a_service(cases, batches)


def test_an_endpoint_named_like_a_method_of_the_service_is_an_error():
    with pytest.raises(TypeError, match="two members named receive"):
        a_service(a_module("batches", ("receive", "/batches")))


def test_two_endpoints_of_one_name_in_one_module_are_an_error():
    code = "\n".join(f"@api('GET', '/{n}')\ndef show(call): ..." for n in "ab")

    with pytest.raises(TypeError, match="two endpoints named show"):
        exec(code, {"api": api, "__name__": "cases"})  # noqa: S102 - a module of ours


def test_two_endpoints_of_one_address_are_an_error():
    cases = a_module("cases", ("show_case", "/cases/<number>"))
    others = a_module("others", ("show_other", "/cases/<identity>"))

    with pytest.raises(TypeError, match="are both GET /cases/<>"):
        a_service(cases, others)


# -- logs

CLERK = Identity("承办人", "410922", Role.CLERK, token="j1", expires=0)


@pytest.fixture
def lines(monkeypatch):
    """
    The log lines of requests to `GET /cases` by a clerk, and how to make one.
    """
    service = a_service(a_module("cases", ("list_cases", "/cases")))
    entrypoint = ApiEntrypoint(service.list_cases.endpoint)
    entrypoint.container = SimpleNamespace(service_name="x")
    entrypoint.method_name = "list_cases"
    verifier = SimpleNamespace(identify=lambda _header: CLERK)
    monkeypatch.setattr(endpoint, "token_verifier", lambda: verifier)
    monkeypatch.setattr(
        handling, "_in_transaction", lambda *_: Response("{}", status=200)
    )
    monkeypatch.setattr(
        entrypoint,
        "_work",
        lambda request, call: service.list_cases(None, call, request.trace, "/cases"),
    )

    def ask(query=""):
        request = Request(EnvironBuilder("/cases", query_string=query).get_environ())
        request.path_values = {}
        with capture_logs(processors=[merge_contextvars]) as written:
            entrypoint.handle_request(request)
        return written

    return ask


def test_a_request_is_one_log_line_with_the_id_of_its_token(lines):
    (line,) = lines()

    assert line["event"] == "request_handled"
    assert (line["token"], line["actor"], line["status"]) == (
        "j1",
        "410922/承办人",
        200,
    )


def test_a_request_that_is_refused_is_one_log_line_with_the_id_of_its_token(lines):
    (line,) = lines("nobody=1")

    assert line["event"] == "request_refused"
    assert (line["token"], line["actor"], line["status"]) == (
        "j1",
        "410922/承办人",
        422,
    )
    assert line["code"] == "invalid_request"


@pytest.mark.parametrize("name", SERVICES)
def test_every_reason_that_a_request_gives_is_kept_in_the_audit_trail(name):
    service = import_module(f"services.{name}.service").SERVICE
    bodies = [
        getattr(service, each).endpoint.body
        for each in dir(service)
        if hasattr(getattr(service, each), "endpoint")
    ]
    asked = {field for body in bodies if body for field in body.fields}
    reasons = {field for field in asked if re.search("reason|cause|why", field)}

    # The programme's reasons for a return are stored with the closing.
    assert reasons - set(handling.REASONS) <= {"return_reasons"}


def test_the_audit_row_has_the_reasons_and_both_values_of_what_changed():
    call = Call(None, {"reason": "重复", "on": "x"}, {}, {}, date(2021, 3, 1))
    before = SimpleNamespace(number="1", merged_into=None)
    call.changed(before, SimpleNamespace(number="1", merged_into="2"))

    assert handling.details_of(call) == {
        "reason": "重复",
        "changes": {"merged_into": [None, "2"]},
    }
