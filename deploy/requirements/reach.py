"""
What a test reaches by its own source: its fixtures, what it calls, the methods of the
objects it is given, and so on, without running it.

The table of requirements asks which programmes a marked test names on this way, and
whether it asks the services over HTTP.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Only these are followed; what the product itself names is none of the test's doing.
FOLLOWED = ("tests.", "deploy.demo.")
# Who makes one of these asks the services over HTTP.
CLIENTS = frozenset({"a_client", "Client"})
# The system runs programmes for all tests: which of them a test uses is its own doing.
SYSTEM = "servers"
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_DEFINITIONS = (*_FUNCTIONS, ast.ClassDef)


@dataclass(frozen=True, eq=False)
class Module:
    """
    One file: its top-level names, and what it imports under which name.
    """

    path: Path
    tree: ast.Module
    names: dict[str, ast.stmt]
    imports: dict[str, str]


@dataclass(frozen=True)
class Reached:
    """
    The texts that a test may use, the attributes it asks for, and whether it makes a
    client of HTTP.
    """

    texts: frozenset[str]
    attributes: frozenset[str]
    over_http: bool

    def programmes(self, codes: Iterable[str]) -> frozenset[str]:
        """
        Those of the *codes* that a text names as a word of its own.
        """
        return frozenset(
            code
            for code in codes
            if any(
                re.search(rf"(?<![\w-]){code}(?![\w-])", text) for text in self.texts
            )
        )


@cache
def module_at(path: Path) -> Module:
    """
    Raises SyntaxError and OSError as reading does.
    """
    tree = ast.parse(path.read_text("utf-8"))
    names: dict[str, ast.stmt] = {}
    imports: dict[str, str] = {}
    for statement in ast.walk(tree):
        if isinstance(statement, ast.ImportFrom) and statement.module:
            for each in statement.names:
                full = f"{statement.module}.{each.name}"
                imports[each.asname or each.name] = full
        elif isinstance(statement, ast.Import):
            for each in statement.names:
                imports[each.asname or each.name] = each.name
    for statement in tree.body:
        for name in _defined_by(statement):
            names[name] = statement
    return Module(path, tree, names, imports)


def _defined_by(statement: ast.stmt) -> Iterator[str]:
    if isinstance(statement, _DEFINITIONS):
        yield statement.name
    elif isinstance(statement, ast.Assign | ast.AnnAssign):
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                yield node.id


@cache
def _module_named(name: str) -> Module | None:
    if not f"{name}.".startswith(FOLLOWED):
        return None
    place = ROOT.joinpath(*name.split("."))
    for path in (place.with_suffix(".py"), place / "__init__.py"):
        if path.is_file():
            return module_at(path)
    return None


def definition_of(module: Module, name: str) -> tuple[Module, ast.stmt] | None:
    """
    The definition of a name, in its module or where that imports it from.
    """
    if name in module.names:
        return module, module.names[name]
    origin, _, attribute = module.imports.get(name, "").rpartition(".")
    module_there = _module_named(origin) if origin else None
    # A package that imports its own module asks itself for it.
    return (
        definition_of(module_there, attribute)
        if module_there and module_there is not module
        else None
    )


@cache
def _conftests(folder: Path) -> tuple[Module, ...]:
    places = [each / "conftest.py" for each in (folder, *folder.parents)]
    return tuple(module_at(each) for each in places if each.is_file())


def _fixture(module: Module, name: str) -> tuple[Module, ast.stmt] | None:
    """
    What pytest gives for an argument: of the file, or of a conftest.py above it.
    """
    if name == SYSTEM:
        return None
    near = (module, *_conftests(module.path.parent))
    definitions = filter(None, (definition_of(each, name) for each in near))
    return next((each for each in definitions if _gives(each[1])), None)


def _gives(statement: ast.stmt) -> bool:
    """
    Whether this is a fixture: decorated as one, or made by a function that makes them.
    """
    if isinstance(statement, ast.FunctionDef):
        return any("fixture" in ast.unparse(each) for each in statement.decorator_list)
    return isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Call)


@dataclass
class _Walk:
    """
    The way from some nodes on. What gets its programme by the argument of that name
    (*has_programme*) uses none of its own: its texts are not counted.
    """

    texts: set[str] = field(default_factory=set)
    attributes: dict[str, bool] = field(default_factory=dict)
    over_http: bool = False
    without: frozenset[int] = frozenset()
    _visited: dict[int, bool] = field(default_factory=dict)
    _methods: dict[str, list[tuple[Module, ast.stmt]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def visit(self, module: Module, node: ast.AST, *, has_programme: bool) -> None:
        if (
            self._visited.get(id(node), True) <= has_programme
            and id(node) in self._visited
        ):
            return
        self._visited[id(node)] = has_programme
        if isinstance(node, ast.ClassDef):
            self._enter_class(module, node, has_programme=has_programme)
            return
        if isinstance(node, _FUNCTIONS):
            arguments = node.args.posonlyargs + node.args.args + node.args.kwonlyargs
            for argument in arguments:
                if fixture := _fixture(module, argument.arg):
                    self.visit(*fixture, has_programme=has_programme)
        self._read(module, node, has_programme=has_programme)

    def _enter_class(
        self, module: Module, node: ast.ClassDef, *, has_programme: bool
    ) -> None:
        for part in (*node.bases, *node.body):
            if not isinstance(part, _FUNCTIONS):
                self._read(module, part, has_programme=has_programme)
            elif part.name.startswith("__"):
                self.visit(module, part, has_programme=has_programme)
            else:
                self._methods[part.name].append((module, part))
                if part.name in self.attributes:
                    self.visit(module, part, has_programme=self.attributes[part.name])

    def _ask_for(self, name: str, *, has_programme: bool) -> None:
        self.attributes[name] = has_programme and self.attributes.get(name, True)
        for module, method in self._methods[name]:
            self.visit(module, method, has_programme=self.attributes[name])

    def _read(self, module: Module, node: ast.AST, *, has_programme: bool) -> None:
        given_programme = set()
        for part in _parts_of(node):
            if id(part) in self.without:
                continue
            is_given_programme = has_programme or id(part) in given_programme
            if isinstance(part, ast.Call):
                if any(each.arg == "programme" for each in part.keywords):
                    given_programme.add(id(part.func))
                self.over_http |= _name_of(part.func) in CLIENTS
            elif isinstance(part, ast.Constant):
                if not has_programme:
                    self.texts.add(str(part.value))
            elif isinstance(part, ast.Attribute):
                self._read_attribute(module, part, has_programme=is_given_programme)
            elif definition := definition_of(module, part.id):
                self.visit(*definition, has_programme=is_given_programme)

    def _read_attribute(
        self, module: Module, node: ast.Attribute, *, has_programme: bool
    ) -> None:
        if isinstance(node.value, ast.Name):
            origin = _module_named(module.imports.get(node.value.id, ""))
            definition = definition_of(origin, node.attr) if origin else None
            if definition:
                self.visit(*definition, has_programme=has_programme)
                return
        self._ask_for(node.attr, has_programme=has_programme)


@cache
def _parts_of(
    node: ast.AST,
) -> tuple[ast.Call | ast.Constant | ast.Name | ast.Attribute, ...]:
    """
    What a node calls, says, names and asks for, callers before what they call; not its
    docstring, nor what a function calls its own arguments and variables.
    """
    parts = tuple(_below(node))
    if not isinstance(node, _FUNCTIONS):
        return parts
    own = {each.arg for each in ast.walk(node) if isinstance(each, ast.arg)}
    own |= {
        each.id
        for each in parts
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)
    }
    return tuple(
        each for each in parts if not (isinstance(each, ast.Name) and each.id in own)
    )


def _below(
    node: ast.AST,
) -> Iterator[ast.Call | ast.Constant | ast.Name | ast.Attribute]:
    if isinstance(node, ast.Call | ast.Name | ast.Attribute) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str)
    ):
        yield node
    for child in ast.iter_child_nodes(node):
        if not (isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)):
            yield from _below(child)


def _name_of(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def reached_from(
    module: Module, *nodes: ast.AST, without: Iterable[ast.AST] = ()
) -> Reached:
    """
    What is reached from *nodes* of a module; those *without* are not looked at.
    """
    walk = _Walk(
        without=frozenset(id(part) for each in without for part in _parts_of(each))
    )
    for node in nodes:
        walk.visit(module, node, has_programme=False)
    return Reached(
        frozenset(walk.texts), frozenset(walk.attributes), over_http=walk.over_http
    )
