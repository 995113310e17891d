"""
Who may import whom, and what may not stand in code: read from the sources themselves.
"""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

import pytest

from shared.settings import SERVICES

ROOT = Path(__file__).resolve().parents[2]
CODE = sorted(
    path
    for folder in ("services", "shared")
    for path in (ROOT / folder).rglob("*.py")
    if "migrations" not in path.parts
)
# Values and rules: no framework, no server, no setting, no clock.
PURE_FILES = {"shared.errors", "shared.events", "shared.vocabulary"}
PURE_FOLDERS = ("shared.policy.", "shared.yaml.")
# The one place of shared/policy that reads settings: the policy in force.
READS_SETTINGS = {"shared.policy.current"}
PURE_SHARED = PURE_FILES | {
    module
    for path in CODE
    for module in [".".join(path.relative_to(ROOT).with_suffix("").parts)]
    if module.startswith(PURE_FOLDERS)
    and not module.endswith("__init__")
    and module not in READS_SETTINGS
}
# What reading policy files stands on.
READING = {"yaml", "chinese_calendar.constants"}
NAMEKO = {
    "shared/messaging/consumer.py",
    "shared/web/server.py",
    "shared/metrics.py",
    "shared/web/endpoint.py",
    "shared/run.py",
    "services/assignment/service.py",
    "services/reporting/service.py",
}
PURE = [
    path
    for path in CODE
    if path.name in {"events.py", "domain.py"} or {"domain", "events"} & {*path.parts}
]


def name_of(path):
    return str(path.relative_to(ROOT))


def tree_of(path):
    return ast.parse(path.read_text("utf-8"))


def imports_of(path):
    """
    Every module *path* imports, also inside functions, by its full name.
    """
    found = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{name_of(path)} imports relatively"
            modules = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {name if is_module(name) else node.module for name in modules}
    return found


def is_module(name):
    place = ROOT.joinpath(*name.split("."))
    return place.with_suffix(".py").exists() or (place / "__init__.py").exists()


def is_stdlib(module):
    return module.partition(".")[0] in sys.stdlib_module_names


@pytest.mark.parametrize("path", PURE, ids=name_of)
def test_what_services_decide_and_announce_stands_on_python_alone(path):
    service = ".".join(path.relative_to(ROOT).parts[:2]).removesuffix(".py")
    own = (f"{service}.events", f"{service}.domain")
    foreign = {
        module
        for module in imports_of(path)
        if not is_stdlib(module)
        and module not in PURE_SHARED
        and not module.startswith(own)
    }

    assert foreign == set()


@pytest.mark.parametrize("module", sorted(PURE_SHARED))
def test_what_they_may_use_of_the_shared_core_is_pure_itself(module):
    path = ROOT.joinpath(*module.split(".")).with_suffix(".py")
    foreign = {found for found in imports_of(path) if not is_stdlib(found)}

    assert foreign <= PURE_SHARED | READING


@pytest.mark.parametrize("path", PURE, ids=name_of)
def test_the_domain_reads_neither_clock_nor_file_nor_environment(path):
    called = {
        node.attr if isinstance(node, ast.Attribute) else node.id
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Attribute | ast.Name)
    }

    assert called.isdisjoint(
        {"today", "now", "utcnow", "open", "environ", "getenv", "read_text", "time"}
        - set(_arguments(path))
    )


def _arguments(path):
    """
    Names of what functions are given: `today` is an argument there.
    """
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_does_not_import_another(service):
    others = tuple(f"services.{name}" for name in SERVICES if name != service)
    imported = {
        (name_of(path), module)
        for path in (ROOT / "services" / service).rglob("*.py")
        for module in imports_of(path)
        if module.startswith(others)
    }

    assert imported == set()


def test_only_commands_reach_from_the_shared_core_into_a_service():
    reaching = {
        name_of(path)
        for path in (ROOT / "shared").rglob("*.py")
        for module in imports_of(path)
        if module.startswith("services")
    }

    assert reaching <= {"shared/cli.py"}


def test_few_files_touch_the_framework():
    touching = {
        name_of(path)
        for path in CODE
        for module in imports_of(path)
        if module.partition(".")[0] == "nameko"
    }

    assert touching <= NAMEKO


@pytest.mark.parametrize("service", ["assignment", "reporting"])
def test_a_service_takes_only_its_timer_from_the_framework(service):
    imported = imports_of(ROOT / "services" / service / "service.py")

    assert {m for m in imported if m.startswith("nameko")} == {"nameko.timer"}


def test_nothing_but_the_relay_and_the_bus_publishes_to_the_broker():
    publishing = {
        name_of(path)
        for path in CODE
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Attribute) and "basic_publish" in node.attr
    }

    assert publishing <= {"shared/messaging/publish.py", "shared/messaging/relay.py"}


# -- policy stands in data


def test_no_number_of_days_stands_in_code():
    counted = [
        f"{name_of(path)}:{node.lineno}"
        for path in CODE
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", getattr(node.func, "attr", "")) == "timedelta"
        for value in [*node.args, *(each.value for each in node.keywords)]
        if isinstance(value, ast.Constant) and value.value != 1
    ]

    assert counted == []


def _without_examples(tree):
    """
    The tree of a module of events ends where its examples begin.
    """
    body = [
        node
        for node in tree.body
        if not (
            isinstance(node, ast.AnnAssign)
            and getattr(node.target, "id", "") in {"EXAMPLES", "_COMMON", "_DUTY"}
        )
    ]
    return ast.Module(body, [])


@pytest.mark.parametrize("path", CODE, ids=name_of)
def test_no_office_and_no_day_of_a_programme_stands_in_code(path):
    tree = tree_of(path)
    if "events" in {path.stem, path.parent.name}:
        tree = _without_examples(tree)
    strings = {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    days = [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", getattr(node.func, "attr", "")) == "date"
        and node.args
        and all(isinstance(each, ast.Constant) for each in node.args)
        and node.args[0].value >= 2000
    ]

    assert not [text for text in strings if re.fullmatch(r"4[0-9]{5}", text)]
    assert days == []
