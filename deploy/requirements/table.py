"""
The table of requirements: its data file, and the page made from it.

`python -m deploy.requirements.table` writes REQUIREMENTS.md. Which tests carry a
requirement's id is read from their source, by `markers_in`.
"""

from __future__ import annotations

import ast
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from deploy.requirements.reach import ROOT, Module, Reached, module_at, reached_from

FILE = Path(__file__).with_name("requirements.yaml")
PAGE = Path(__file__).with_name("REQUIREMENTS.md")
STATES = {
    "met": "a marked test itself uses this programme and goes through the endpoints",
    "engine": "a marked test shows it in general, or below the endpoints",
    "declared": "the programme's file says it, and nothing executes it",
    "partial": "a part of it is missing, as the row says",
    "missing": "not there",
    "refused": "not built: section 9 of the rules, or no matter of software",
}
# Tests under these folders reach the services through their public endpoints only.
PUBLIC = ("tests/service/", "tests/journey/")
MARK = "pytest.mark.requirement"
# What makes a row in tests/service/requirements; its first argument names the ids.
ROW_FUNCTIONS = frozenset({"requirement", "of_the_office"})
# The steps of a row act and look through this class, which goes over HTTP.
AT_WORK = (ROOT / "tests" / "service" / "requirements" / "rows.py", "AtWork")


@dataclass(frozen=True)
class Requirement:
    """
    One row: a phrase of the document, how far it is met, what it lacks, and a remark.
    """

    id: str
    text: str
    state: str
    lacks: str = ""
    note: str = ""


@dataclass(frozen=True)
class Section:
    """
    The rows of one document, or of one kind; *programme* is the file that serves them.
    """

    title: str
    rows: tuple[Requirement, ...]
    programme: str = ""


@dataclass(frozen=True)
class Marker:
    """
    A test, or a row, that carries a requirement's id.

    *file* is relative to the root; *programmes* are the codes of the programmes that
    the test itself, its fixtures and what it calls use; *over_http*: whether these ask
    the services over HTTP.
    """

    requirement: str
    file: str
    test: str
    programmes: frozenset[str]
    over_http: bool

    @property
    def public(self) -> bool:
        return self.over_http and self.file.startswith(PUBLIC)


def sections() -> tuple[Section, ...]:
    """
    The data file as values, in its order.
    """
    return tuple(
        Section(
            entry["title"],
            tuple(Requirement(key, **row) for key, row in entry["rows"].items()),
            entry.get("programme", ""),
        )
        for entry in yaml.load(
            FILE.read_text("utf-8"), Loader=yaml.CSafeLoader
        ).values()
    )


@cache
def markers() -> dict[str, list[Marker]]:
    """
    Every marked test, by the id of the requirement.
    """
    by_id: dict[str, list[Marker]] = defaultdict(list)
    codes = {section.programme for section in sections()} - {""}
    for path in sorted((ROOT / "tests").rglob("*.py")):
        for marker in markers_in(path, codes):
            by_id[marker.requirement].append(marker)
    return by_id


def markers_in(path: Path, codes: set[str]) -> Iterator[Marker]:
    """
    The markers in one file: `pytest.mark.requirement("PY-04", …)` on a test or on one
    of its parameters, and the rows of tests/service/requirements, whose ids stand in
    one text.
    """
    if "requirement" not in path.read_text("utf-8"):
        return
    module = module_at(path)
    file = path.relative_to(ROOT).as_posix()
    for statement in module.tree.body:
        test = getattr(statement, "name", "")
        for node in ast.walk(statement):
            if not isinstance(node, ast.Call) or not (ids := _ids(node)):
                continue
            programmes: frozenset[str] = frozenset()
            over_http = False
            if isinstance(statement, ast.FunctionDef) and file.startswith(PUBLIC):
                reached = _reached_by_test(module, statement, node)
                programmes, over_http = reached.programmes(codes), reached.over_http
            elif _is_row(node):
                programmes = _programmes_of_row(module, statement)
                over_http = _acts(reached_from(module, node))
            for requirement in ids:
                yield Marker(requirement, file, test, programmes, over_http)


def _ids(node: ast.Call) -> list[str]:
    if not isinstance(node.func, ast.Attribute | ast.Name):
        return []
    texts = [
        argument.value
        for argument in node.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    ]
    if isinstance(node.func, ast.Attribute):
        is_mark = node.func.attr == "requirement" and ast.unparse(node.func) == MARK
        return texts if is_mark else []
    return texts[0].split() if texts and _is_row(node) else []


def _is_row(node: ast.Call) -> bool:
    return isinstance(node.func, ast.Name) and node.func.id in ROW_FUNCTIONS


def _reached_by_test(module: Module, test: ast.FunctionDef, marker: ast.AST) -> Reached:
    """
    What a test reaches; if the marker stands on one of its parameters, without others.
    """
    parameters = [
        node
        for node in ast.walk(test)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.param"
    ]
    marked = [each for each in parameters if marker in ast.walk(each)]
    return reached_from(
        module,
        test,
        without=[each for each in parameters if marked and each not in marked],
    )


@cache
def _programmes_of_row(module: Module, rows: ast.stmt) -> frozenset[str]:
    """
    The programmes at work on the list in which a row stands.
    """
    return frozenset(
        arguments["code"].value
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Programme"
        for arguments in [{each.arg: each.value for each in node.keywords}]
        if isinstance(arguments["rows"], ast.Name)
        and module.names.get(arguments["rows"].id) is rows
        and isinstance(arguments["code"], ast.Constant)
        and isinstance(arguments["code"].value, str)
    )


def _acts(steps: Reached) -> bool:
    """
    Whether the steps of a row do or ask something through the endpoints.
    """
    file, name = AT_WORK
    ways = ast.walk(module_at(file).names[name])
    return not steps.attributes.isdisjoint(
        each.name for each in ways if isinstance(each, ast.FunctionDef)
    )


def page() -> str:
    """
    The page as it must be committed.
    """
    markers_by_id = markers()
    lines = [
        "# Requirements and how far they are met",
        "",
        "Made by `python -m deploy.requirements.table` from",
        "[requirements.yaml](requirements.yaml) and the markers in `tests/`;",
        "do not edit by hand. The state is written by hand in the data file,",
        "and a test fails when it claims more than the marked tests show.",
        "",
        *(f"- **{state}**: {meaning}" for state, meaning in STATES.items()),
        "",
        *_summary(),
    ]
    for section in sections():
        lines += ["", f"## {section.title}", ""]
        if section.programme:
            lines += [f"Programme file `{section.programme}`.", ""]
        lines += [
            "| id | text | state | lacks, or a note | shown by |",
            "|---|---|---|---|---|",
        ]
        lines += [_line(row, markers_by_id.get(row.id, [])) for row in section.rows]
    return "\n".join(lines) + "\n"


def _summary() -> Iterator[str]:
    yield "| | " + " | ".join(STATES) + " |"
    yield "|---" * (len(STATES) + 1) + "|"
    for section in sections():
        counts = Counter(row.state for row in section.rows)
        numbers = " | ".join(str(counts[state]) for state in STATES)
        yield f"| {section.title} | {numbers} |"


def _line(row: Requirement, markers_of_row: list[Marker]) -> str:
    files = sorted({marker.file for marker in markers_of_row})
    tests = "<br>".join(f"`{file}`" for file in files)
    text = row.text.replace("|", "/")
    remarks = "; ".join(filter(None, (row.lacks, row.note)))
    return f"| {row.id} | {text} | {row.state} | {remarks} | {tests} |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
