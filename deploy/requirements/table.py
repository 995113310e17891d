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
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
FILE = Path(__file__).with_name("requirements.yaml")
PAGE = Path(__file__).with_name("REQUIREMENTS.md")
STATES = {
    "met": "a marked test with this programme's file goes through the public endpoints",
    "engine": "a marked test shows it in general, or below the endpoints",
    "declared": "the programme's file says it, and nothing executes it",
    "partial": "a part of it is missing, as the row says",
    "missing": "not there",
    "refused": "not built: section 9 of the rules, or no matter of software",
}
# Tests under these folders reach the services through their public endpoints only.
PUBLIC = ("tests/service/", "tests/journey/")
# What makes a row in tests/service/requirements; its first argument names the ids.
ROW_FUNCTIONS = frozenset({"requirement", "of_the_office"})


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
    A test that carries a requirement's id.

    *file* is relative to the root; *programmes* are the programme codes that the test
    file names.
    """

    requirement: str
    file: str
    test: str
    programmes: frozenset[str]

    @property
    def public(self) -> bool:
        return self.file.startswith(PUBLIC)


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
    The markers in one file: `pytest.mark.requirement("PY-04", …)` on a test, on one of
    its parameters, or on the whole file; and the rows of tests/service/requirements,
    whose ids stand in one text.
    """
    source = path.read_text("utf-8")
    if "requirement" not in source:
        return
    programmes = frozenset(code for code in codes if code in source)
    file = path.relative_to(ROOT).as_posix()
    for statement in ast.parse(source).body:
        test = getattr(statement, "name", "")
        for node in ast.walk(statement):
            for requirement in _ids(node):
                yield Marker(requirement, file, test, programmes)


def _ids(node: ast.AST) -> list[str]:
    if not isinstance(node, ast.Call):
        return []
    texts = [
        argument.value
        for argument in node.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    ]
    function = ast.unparse(node.func)
    if function == "pytest.mark.requirement":
        return texts
    return texts[0].split() if texts and function in ROW_FUNCTIONS else []


def page() -> str:
    """
    The page as it must be committed.
    """
    shown = markers()
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
        lines += [_line(row, shown.get(row.id, [])) for row in section.rows]
    return "\n".join(lines) + "\n"


def _summary() -> Iterator[str]:
    yield "| | " + " | ".join(STATES) + " |"
    yield "|---" * (len(STATES) + 1) + "|"
    for section in sections():
        counts = Counter(row.state for row in section.rows)
        numbers = " | ".join(str(counts[state]) for state in STATES)
        yield f"| {section.title} | {numbers} |"


def _line(row: Requirement, shown: list[Marker]) -> str:
    files = sorted({marker.file for marker in shown})
    tests = "<br>".join(f"`{file}`" for file in files)
    text = row.text.replace("|", "/")
    remarks = "; ".join(filter(None, (row.lacks, row.note)))
    return f"| {row.id} | {text} | {row.state} | {remarks} | {tests} |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
