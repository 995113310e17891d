"""
Writes REQUIREMENTS.md: for each requirement of the five documents what meets it.

Made from the `source` and `left_out` entries of the programme files and from the places
where services and tests name a requirement, so that it cannot say more than there is.
"""

from __future__ import annotations

import dataclasses
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from deploy.programmes.ambiguities import section
from shared.directory import Directory
from shared.programme import Programme
from shared.programme_files import load_programmes

ROOT = Path(__file__).resolve().parents[2]
HERE = ROOT / "deploy/programmes"
TABLE = HERE / "REQUIREMENTS.md"
STORIES = "tests/domain/test_story_{}.py"
# A test of the checker quotes whole entries and shows none of them.
QUOTING = {"test_requirements_table.py", "test_check.py"}
# Entries whose ids in a story's text can only mean themselves.
TOLD = (
    "scope.clauses",
    "leader_rules",
    "mandatory_fields",
    "duties",
    "cadences",
    "closing.kinds",
    "closing.checklist",
    "closing.return_reasons",
    "supervision.steps",
)
REQUIREMENT = re.compile(r"\b(PY|DY|XQ|MX|JZ)-(\d\d)\b(?: \.\. \1-(\d\d)\b)?")
LATER = "declared; shown by a later issue"

# What reads a part of the files, and the test of how it works.
SERVED = {
    "phases": ("shared/programme.py", "tests/domain/test_programme.py"),
    "scope.clauses": ("services/intake/domain.py", "tests/domain/test_programme.py"),
    "milestones": (
        "services/reporting/figures.py",
        "tests/service/test_reporting_service.py",
    ),
    "baselines": (
        "services/assignment/doors/baselines.py",
        "tests/domain/test_batches.py",
    ),
    "baselines.milestones": (
        "services/assignment/doors/baselines.py",
        "tests/domain/test_story_xingqing.py",
    ),
    "leader_rules": (
        "services/assignment/domain/leading.py",
        "tests/domain/test_leading_rules.py",
    ),
    "eligible_leaders": (
        "services/assignment/domain/leading.py",
        "tests/domain/test_programmes_complete.py",
    ),
    "leader_floors": (
        "services/assignment/domain/measures.py",
        "tests/domain/test_leading_measures.py",
    ),
    "leader_targets": (
        "services/assignment/domain/measures.py",
        "tests/domain/test_leading_measures.py",
    ),
    "mandatory_fields": (
        "services/assignment/domain/leading.py",
        "tests/domain/test_leading_rules.py",
    ),
    "duty_lists": (
        "services/assignment/domain/matrix.py",
        "tests/domain/test_leading_measures.py",
    ),
    "duties": (
        "services/assignment/domain/duties.py",
        "tests/domain/test_duty_clocks.py",
    ),
    "cadences": (
        "services/assignment/domain/periods.py",
        "tests/domain/test_duty_clocks.py",
    ),
    "tallies": (
        "services/assignment/domain/tallying.py",
        "tests/domain/test_tallies.py",
    ),
    "rosters": (
        "services/assignment/domain/receptions.py",
        "tests/domain/test_leading_measures.py",
    ),
    "batch_kinds": (
        "services/assignment/domain/batches.py",
        "tests/domain/test_batches.py",
    ),
    "objections": (
        "services/assignment/domain/batches.py",
        "tests/domain/test_batches.py",
    ),
    "cross_area": (
        "services/assignment/domain/units.py",
        "tests/domain/test_leading_measures.py",
    ),
    "closing.kinds": (
        "services/assignment/domain/closing.py",
        "tests/domain/test_assignment_closing.py",
    ),
    "closing.checklist": (
        "services/assignment/domain/reviewing.py",
        "tests/domain/test_assignment_closing.py",
    ),
    "closing.packets": (
        "services/assignment/domain/submitting.py",
        "tests/service/test_closing_service.py",
    ),
    "closing.routes": (
        "services/assignment/domain/signatures.py",
        "tests/service/test_closing_service.py",
    ),
    "closing.return_reasons": (
        "services/assignment/domain/reviewing.py",
        "tests/service/test_closing_service.py",
    ),
    "supervision": (
        "services/assignment/domain/supervision.py",
        "tests/service/test_supervision_service.py",
    ),
    "supervision.steps": (
        "services/assignment/domain/supervision.py",
        "tests/service/test_supervision_service.py",
    ),
    "supervision.thresholds": (
        "services/assignment/domain/inspection.py",
        "tests/service/test_supervision_service.py",
    ),
    "hearing": ("services/hearing/domain.py", "tests/domain/test_hearing.py"),
    "aid": ("services/aid/domain.py", "tests/domain/test_aid.py"),
    "returns": ("services/reporting/signing.py", "tests/domain/test_returns.py"),
}
# Left out of the files and not to be found in any service yet.
NOT_YET = frozenset({"DY-02", "DY-22", "JZ-02", "MX-05"})
PROGRAMMES = (
    ("PY", 57, "puyang-2020", "puyang"),
    ("DY", 33, "dy-leaders", "leaders_scheme"),
    ("XQ", 63, "xq-2020", "xingqing"),
    ("MX", 35, "meixian", "meixian"),
    ("JZ", 49, "jiaozuo-2021", "jiaozuo"),
)


@dataclass(frozen=True)
class Entry:
    """
    An entry of a programme file that cites a requirement: its part and its id.
    """

    part: str
    id: str


@dataclass(frozen=True)
class Row:
    """
    One line of the table.
    """

    id: str
    met_by: str
    shown_by: str
    state: str


def cited(text: str) -> Iterator[str]:
    """
    Every requirement that a text names, ranges (`JZ-18 .. JZ-21`) spelt out.
    """
    for letters, first, last in REQUIREMENT.findall(text):
        for number in range(int(first), int(last or first) + 1):
            yield f"{letters}-{number:02}"


@cache
def naming(folder: str) -> Mapping[str, tuple[str, ...]]:
    """
    The modules below a folder that name each requirement.
    """
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted((ROOT / folder).rglob("*.py")):
        fits = folder != "tests" or path.name.startswith("test_")
        if fits and path.name not in QUOTING:
            place = path.relative_to(ROOT).as_posix()
            for each in sorted(set(cited(path.read_text(encoding="utf-8")))):
                found[each].append(place)
    return {each: tuple(places) for each, places in found.items()}


def entries(programme: Programme) -> Mapping[str, tuple[Entry, ...]]:
    """
    The entries of a programme file that cite each requirement, in the file's order.
    """
    found: dict[str, list[Entry]] = defaultdict(list)
    for part, entry_id, source in _sources(programme, ""):
        for each in cited(source):
            if Entry(part, entry_id) not in found[each]:
                found[each].append(Entry(part, entry_id))
    return {each: tuple(places) for each, places in found.items()}


def _sources(part: object, path: str) -> Iterator[tuple[str, str, str]]:
    if isinstance(part, tuple):
        for each in part:
            yield from _sources(each, path)
    elif dataclasses.is_dataclass(part):
        source = getattr(part, "source", None)
        if path and isinstance(source, str):
            named = (getattr(part, name, None) for name in ("id", "name", "on"))
            yield path, str(next((n for n in named if n), "")), source
        for field in dataclasses.fields(part):
            if field.name not in {"law", "resolutions", "left_out"}:
                # The items of a list stand under the list's own name.
                below = path if field.name == "items" else f"{path}.{field.name}"
                yield from _sources(getattr(part, field.name), below.strip("."))


def rows(letters: str, count: int, programme: Programme, story: str) -> Iterator[Row]:
    """
    The table of one document, one row for each of its requirements.
    """
    known, left = entries(programme), {each.id: each for each in programme.left_out}
    for number in range(1, count + 1):
        wanted = f"{letters}-{number:02}"
        if wanted in left:
            out = left[wanted]
            why = f"{out.why}（{out.where}）" if out.where else out.why
            yield _left_out(wanted, why, elsewhere=bool(out.where))
        else:
            yield _row(wanted, known.get(wanted, ()), story)


def _left_out(wanted: str, why: str, *, elsewhere: bool) -> Row:
    tests = naming("tests").get(wanted, ())
    if wanted in NOT_YET:
        return Row(wanted, why, "", "left to a later issue")
    if "第9节" in why:
        part = "in part" if elsewhere else "not built"
        return Row(wanted, why, "", f"{part}: nothing about persons is kept")
    modules = _links(naming("services").get(wanted, ()))
    met_by = f"{why} → {modules}" if modules else why
    state = "met outside the file" if elsewhere else "said in the file"
    return Row(wanted, met_by, _links(tests), state)


def _row(wanted: str, cited_by: tuple[Entry, ...], story: str) -> Row:
    served = [each for each in cited_by if each.part in SERVED]
    modules = [*naming("services").get(wanted, ())]
    modules += [SERVED[each.part][0] for each in served]
    met_by = _listed(cited_by)
    if not modules:
        return Row(wanted, met_by, "", LATER)
    tests = [*naming("tests").get(wanted, ())]
    told = (ROOT / STORIES.format(story)).read_text(encoding="utf-8")
    if any(f'"{each.id}"' in told for each in served if each.part in TOLD):
        tests.append(STORIES.format(story))
    state = "shown" if tests else "in force; shown for its kind"
    tests = tests or [test for module, test in SERVED.values() if module in modules]
    if any(each.part not in {*SERVED, "acts"} for each in cited_by):
        state += "; the rest by a later issue"
    return Row(wanted, f"{met_by} → {_links(modules)}", _links(tests), state)


def _listed(cited_by: tuple[Entry, ...]) -> str:
    """
    The entries by the part of the file they stand in.
    """
    parts: dict[str, list[str]] = defaultdict(list)
    for each in cited_by:
        parts[each.part] += [f"`{each.id}`"] if each.id else []
    return "; ".join(f"{part} {', '.join(ids)}".strip() for part, ids in parts.items())


def _links(paths: list[str] | tuple[str, ...]) -> str:
    """
    At most three places, each once.
    """
    return ", ".join(f"`{each}`" for each in list(dict.fromkeys(paths))[:3])


@cache
def made() -> str:
    """
    The whole table as it should stand in the file.
    """
    directory = Directory.load(ROOT / "deploy/directory")
    programmes = load_programmes(HERE, directory)
    lines = [
        "# Requirements and what meets them",
        "",
        "Made by `python -m deploy.programmes.requirements`; do not edit by hand.",
        "",
        "- **shown**: an entry in force, and a test that names the requirement or",
        "  its entry.",
        "- **in force; shown for its kind**: an entry that the engine reads; the test",
        "  named is that of the engine for all such entries.",
        "- **the rest by a later issue**: some entries (papers, topics) are read by",
        "  nothing yet.",
        "- **declared; shown by a later issue**: the file says it and the act can be",
        "  recorded; no list, count or paper is made of it yet.",
        "- **met outside the file**, **said in the file**: no entry of its own; the",
        "  reason stands in the row.",
        "- **left to a later issue**, **not built**: as it says.",
        "",
        "No days of watch follow a resolution (XQ-27, A-21): what is settled stays so",
        "until the office reopens the case for a new item of the same matter.",
    ]
    for letters, count, code, story in PROGRAMMES:
        programme = programmes.get(code)
        lines += [
            "",
            f"## {letters} - {programme.title}",
            "",
            f"Entries are those of `deploy/programmes/{code}.yaml`.",
            "",
            "| Requirement | Met by | Shown by | State |",
            "|---|---|---|---|",
        ]
        for row in rows(letters, count, programme, story):
            lines.append(f"| {row.id} | {row.met_by} | {row.shown_by} | {row.state} |")
    lines += section(programmes, ROOT)
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    TABLE.write_text(made(), encoding="utf-8")
    print(f"{TABLE.relative_to(ROOT)}")
