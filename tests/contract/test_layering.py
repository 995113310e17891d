"""
Who may import whom, and what may not stand in code: read from the sources themselves.
"""

from __future__ import annotations

import ast
import re
import sys
from collections import defaultdict
from functools import cache
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

# The layers of shared/, the lowest first. A module or folder imports from lower
# layers only, and a folder from itself.
SHARED_LAYERS = (
    {
        "accounts",
        "archives",
        "errors",
        "events",
        "media_types",
        "numerals",
        "settings",
        "share",
        "vocabulary",
    },
    {"yaml"},
    {"clock", "matter_numbers", "papers", "policy", "telemetry"},
    {"rules", "storage"},
    {"messaging", "near_names", "person"},
    {"web"},
    {"records"},
    {"cases", "documents", "service"},
    {"cli"},
)
# Likewise inside a service: the roles of its modules (decision 0069). Nothing else
# stands at its root but the programs that run apart, each in a process of its own.
PROGRAMS = {"confirmation", "dossier", "ledger"}
SERVICE_LAYERS = (
    {"events"},
    {"domain"},
    {"schemas"},
    {"store", "papers", *PROGRAMS},
    {"casework"},
    {"endpoints", "gauges"},
    {"service"},
)

# Values and rules: no framework, no server, no setting, no clock, no file. Reading the
# files of a policy stands on a YAML reader and on the holidays as data.
PURE_MODULES = (
    "shared.cases.case",
    "shared.errors",
    "shared.events",
    "shared.matter_numbers",
    "shared.numerals",
    "shared.rules",
    "shared.share",
    "shared.vocabulary",
)
PURE_FOLDERS = ("shared.policy", "shared.yaml")
READING = {"yaml", "chinese_calendar.constants"}
# Functions of texts, of two texts: what names and demands are compared with.
COMPARING = {
    "services/intake/domain/matching/texts.py": {"opencc", "pypinyin", "rapidfuzz"}
}
# The policy in force: the one module of shared/policy that reads settings.
IMPURE = {"shared.policy.current"}

NAMEKO = {
    "shared/messaging/consumer.py",
    "shared/web/server.py",
    "shared/service/gauges.py",
    "shared/web/endpoint.py",
    "shared/service/run.py",
    "services/assignment/service.py",
    "services/intake/service.py",
    "services/reporting/service.py",
}


def name_of(path):
    return str(path.relative_to(ROOT))


def module_of(path):
    """
    `shared.policy.parts.duties`; a package is named by its folder.
    """
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts).removesuffix(".__init__")


@cache
def tree_of(path):
    return ast.parse(path.read_text("utf-8"))


@cache
def nodes_of(path):
    return [*ast.walk(tree_of(path))]


@cache
def imports_of(path):
    """
    Every module *path* imports, also inside functions, by its full name.
    """
    found = set()
    for node in nodes_of(path):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{name_of(path)} imports relatively"
            modules = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {name if is_module(name) else node.module for name in modules}
    return found


@cache
def is_module(name):
    place = ROOT.joinpath(*name.split("."))
    return place.with_suffix(".py").exists() or (place / "__init__.py").exists()


def is_stdlib(module):
    return module.partition(".")[0] in sys.stdlib_module_names


def stands_in(module, folder):
    return module == folder or module.startswith(f"{folder}.")


PURE_SHARED = {
    module
    for module in map(module_of, CODE)
    if module in PURE_MODULES or any(stands_in(module, each) for each in PURE_FOLDERS)
} - IMPURE
# Every domain/ and events/ of a service, whether a folder or one file.
PURE_SERVICES = [
    path
    for path in CODE
    if path.relative_to(ROOT).parts[0] == "services"
    and {"domain", "events"} & {*path.parts, path.stem}
]


def test_every_service_has_a_domain_and_events_among_the_pure_modules():
    found = {tuple(module_of(path).split(".")[1:3]) for path in PURE_SERVICES}

    assert found == {(name, role) for name in SERVICES for role in ("domain", "events")}


def test_what_services_decide_and_announce_stands_on_python_alone():
    foreign = {
        f"{name_of(path)} imports {module}"
        for path in PURE_SERVICES
        for module in imports_of(path)
        if not is_stdlib(module)
        and module not in PURE_SHARED
        and not module.startswith(own_modules(path))
        and module.partition(".")[0] not in COMPARING.get(name_of(path), ())
    }

    assert foreign == set()


def own_modules(path):
    service = ".".join(module_of(path).split(".")[:2])
    return f"{service}.events", f"{service}.domain"


def test_shared_values_and_policy_stand_on_each_other_alone():
    foreign = {
        f"{name_of(path)} imports {module}"
        for path in CODE
        if module_of(path) in PURE_SHARED
        for module in imports_of(path)
        if not is_stdlib(module) and module not in PURE_SHARED | READING
    }

    assert foreign == set()


def test_the_domain_reads_neither_clock_nor_file_nor_environment():
    reads = {"today", "now", "utcnow", "open", "environ", "getenv", "read_text", "time"}
    found = {
        f"{name_of(path)}:{node.lineno} {name}"
        for path in PURE_SERVICES
        for node in nodes_of(path)
        if isinstance(node, ast.Attribute | ast.Name)
        for name in [node.attr if isinstance(node, ast.Attribute) else node.id]
        if name in reads and not {*names_in(node)} & arguments_of(path)
    }

    assert found == set()


def test_shared_policy_reads_neither_clock_nor_environment():
    reads = {"today", "now", "utcnow", "environ", "getenv"}
    found = {
        f"{name_of(path)}:{node.lineno} {node.attr}"
        for path in CODE
        if module_of(path) in PURE_SHARED
        for node in nodes_of(path)
        if isinstance(node, ast.Attribute) and node.attr in reads
    }

    assert found == set()


def names_in(node):
    """
    Of `terms.today`: terms and today.
    """
    if isinstance(node, ast.Attribute):
        yield node.attr
        yield from names_in(node.value)
    elif isinstance(node, ast.Name):
        yield node.id


@cache
def arguments_of(path):
    """
    Names of what functions are given or set: `today` is an argument there.
    """
    own = [
        node.id
        for node in nodes_of(path)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    ]
    given = [node for node in nodes_of(path) if isinstance(node, ast.arg)]
    fields = [
        node.target
        for node in nodes_of(path)
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    ]
    return {node.arg for node in given} | {node.id for node in fields} | {*own}


# -- layers


def rank_in(layers, name):
    for rank, names in enumerate(layers):
        if name in names:
            return rank
    return None


def test_every_module_of_the_shared_core_has_a_layer():
    rooms = {module.split(".")[1] for module in map(module_of, CODE) if "." in module}
    rooms &= {path.stem for path in (ROOT / "shared").iterdir()}

    assert {room for room in rooms if rank_in(SHARED_LAYERS, room) is None} == set()


def test_no_import_of_the_shared_core_runs_up():
    up = {
        f"{module_of(path)} -> {imported}"
        for path in (ROOT / "shared").rglob("*.py")
        for imported in imports_of(path)
        if imported.startswith("shared.")
        for above, below in [(room_of(imported), room_of(module_of(path)))]
        if above != below
        if above not in lower_than(below)
    }

    assert up == set()


def lower_than(room):
    return set().union(*SHARED_LAYERS[: rank_in(SHARED_LAYERS, room)])


def room_of(module):
    """
    The part of a module's name that has a layer: `shared.ROOM.…`.
    """
    return module.split(".")[1]


def role_of(module):
    """
    Likewise in a service: `services.NAME.ROLE.…`; the package itself has none.
    """
    return module.split(".")[2] if module.count(".") > 1 else ""


def services_imported_by(path):
    return {each for each in imports_of(path) if each.startswith("services.")}


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_has_the_same_roles_and_nothing_else_at_its_root(service):
    root = ROOT / "services" / service
    # Of modules, not of folders: git leaves those of a removed room to their caches.
    within = (path.relative_to(root).with_suffix("") for path in root.rglob("*.py"))
    rooms = {first for first, *_ in (path.parts for path in within)} - {"__init__"}
    roles = set().union(*SERVICE_LAYERS) - PROGRAMS

    assert rooms - {"migrations"} <= roles | PROGRAMS
    # Hearing and aid measure nothing beside what every service does.
    assert roles - {"gauges"} <= rooms
    assert (root / "casework" / "received.py").exists()


def test_what_stands_beside_the_roles_runs_in_a_process_of_its_own():
    programs = [ROOT / "services" / own / name for own in SERVICES for name in PROGRAMS]
    there = [each for each in programs if each.exists()]

    assert {each.name for each in there} == PROGRAMS
    assert all((each / "__main__.py").exists() for each in there)


@pytest.mark.parametrize("service", SERVICES)
def test_no_import_of_a_service_runs_up(service):
    up = set()
    for path in (ROOT / "services" / service).rglob("*.py"):
        mine = rank_in(SERVICE_LAYERS, role_of(module_of(path)))
        for imported in services_imported_by(path):
            theirs = rank_in(SERVICE_LAYERS, role_of(imported))
            if None not in {mine, theirs} and theirs > mine:
                up.add(f"{module_of(path)} -> {imported}")

    assert up == set()


@pytest.mark.parametrize("service", SERVICES)
def test_no_two_parts_of_a_service_need_each_other(service):
    arrows = defaultdict(set)
    for path in (ROOT / "services" / service).rglob("*.py"):
        mine = role_of(module_of(path))
        for imported in services_imported_by(path):
            if role_of(imported) != mine:
                arrows[mine].add(role_of(imported))

    assert circles_of(arrows) == set()


def test_no_two_parts_of_the_domain_of_assignment_need_each_other():
    arrows = defaultdict(set)
    domain = ROOT / "services" / "assignment" / "domain"
    for path in domain.rglob("*.py"):
        mine = module_of(path).split(".")[3:4]
        for imported in imports_of(path):
            theirs = imported.split(".")[3:4]
            if ".domain." in imported and theirs != mine:
                arrows[tuple(mine)].add(tuple(theirs))

    assert circles_of(arrows) == set()


def circles_of(arrows):
    """
    What reaches itself by following the arrows.
    """

    def reached(start):
        found, ahead = set(), [*arrows[start]]
        while ahead:
            each = ahead.pop()
            if each not in found:
                found.add(each)
                ahead += arrows.get(each, ())
        return found

    return {start for start in list(arrows) if start in reached(start)}


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

    assert {Path(each).parent.as_posix() for each in reaching} == {"shared/cli"}


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
        for node in nodes_of(path)
        if isinstance(node, ast.Attribute) and "basic_publish" in node.attr
    }

    assert publishing <= {"shared/messaging/publish.py", "shared/messaging/relay.py"}


# -- policy stands in data


def test_no_number_of_days_stands_in_code():
    counted = [
        f"{name_of(path)}:{node.lineno}"
        for path in CODE
        for node in nodes_of(path)
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
            and getattr(node.target, "id", "")
            in {"EXAMPLES", "COMMON", "_COMMON", "_DUTY"}
        )
    ]
    return ast.Module(body, [])


def test_no_office_stands_in_code():
    found = {
        f"{name_of(path)}:{node.lineno} {node.value}"
        for path in CODE
        for node in code_of(path)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if re.fullmatch(r"4[0-9]{5}", node.value)
    }

    assert found == set()


def test_no_day_of_a_programme_stands_in_code():
    found = {
        f"{name_of(path)}:{node.lineno}"
        for path in CODE
        for node in code_of(path)
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", getattr(node.func, "attr", "")) == "date"
        and node.args
        and all(isinstance(each, ast.Constant) for each in node.args)
        and node.args[0].value >= 2000
    }

    assert found == set()


def code_of(path):
    """
    The nodes of a module; of a module of events without the examples.
    """
    if "events" in {path.stem, path.parent.name}:
        return ast.walk(_without_examples(tree_of(path)))
    return nodes_of(path)
