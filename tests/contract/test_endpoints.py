"""
A service is composed of the endpoints of the modules it lists.
"""

from __future__ import annotations

from types import ModuleType

import pytest

from shared.service import Service
from shared.web.endpoint import api


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
