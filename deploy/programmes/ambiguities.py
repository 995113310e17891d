"""
The second table of REQUIREMENTS.md: how each ambiguity A-01 .. A-50 is settled.

The default is what the `resolutions` of the files say; what embodies it are the entries
whose source cites the ambiguity, and the modules that name it.
"""

from __future__ import annotations

import dataclasses
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from shared.programme import Programme

COUNT = 50
POINT = re.compile(r"\bA-\d\d\b")
PLACES = ("services/**/*.py", "services/**/*.yaml", "shared/*.py", "deploy/*/*.yaml")
# Points settled by a part of the files, or of the system, that cites no number.
SETTLED_BY = {
    "A-33": "acts `forwarded` of the rule sets; `services/assignment/doors/batches.py`",
    "A-42": "`shared/directory_file.py`: code and name of an office",
    "A-47": "closing.routes `intermediate`, `basic`",
}
# Points on which nothing is built yet that could ask: the default stands ready.
NOTHING_ASKS = {
    "A-15": "no start day is set from this text",
    "A-22": "rates of answers in time: a later issue",
    "A-27": "counts of visits by size of the group: a later issue",
    "A-39": "replies that cannot be delivered: a later issue",
    "A-41": "no indicator of satisfaction is built",
    "A-45": "cross tables in bulletins: a later issue",
    "A-48": "the closing report is printed by a later issue",
    "A-49": "a person registers the two parts apart",
}


@dataclasses.dataclass(frozen=True)
class Point:
    """
    One ambiguity: the defaults the files state, and what embodies them.
    """

    id: str
    defaults: tuple[str, ...]
    embodied: tuple[str, ...]

    @property
    def state(self) -> str:
        return "default only" if self.id in NOTHING_ASKS else "in force"


def points(programmes: Iterable[Programme], root: Path) -> Iterator[Point]:
    """
    Every ambiguity in order.
    """
    defaults: dict[str, list[str]] = defaultdict(list)
    entries: dict[str, list[str]] = defaultdict(list)
    for programme in programmes:
        of_law = [each for law in programme.law for each in law.resolutions]
        for each in (*programme.resolutions, *of_law):
            defaults[each.id].append(each.text)
        for place, source in _cited(programme, ""):
            for point in POINT.findall(source):
                entries[point].append(place)
    modules = _modules(root)
    for number in range(1, COUNT + 1):
        name = f"A-{number:02}"
        said = [*entries[name], *modules.get(name, ())]
        if name in SETTLED_BY:
            said.append(SETTLED_BY[name])
        if name in NOTHING_ASKS:
            said = [NOTHING_ASKS[name]]
        yield Point(name, _once(defaults[name]), _once(said))


def section(programmes: Iterable[Programme], root: Path) -> Iterator[str]:
    """
    The table in lines of Markdown.
    """
    yield ""
    yield "## Ambiguities A-01 .. A-50"
    yield ""
    yield "**in force**: read by the engine from the entries, or done by the modules,"
    yield "named. **default only**: written down for what will ask for it."
    yield ""
    yield "| Ambiguity | Default | Embodied by | State |"
    yield "|---|---|---|---|"
    for point in points(programmes, root):
        embodied = "; ".join(point.embodied[:4])
        defaults = "；".join(point.defaults)
        yield f"| {point.id} | {defaults} | {embodied} | {point.state} |"


def _cited(part: object, path: str) -> Iterator[tuple[str, str]]:
    """
    The entries of a programme and of its law, with their sources.
    """
    if isinstance(part, tuple):
        for each in part:
            yield from _cited(each, path)
    elif dataclasses.is_dataclass(part):
        source = getattr(part, "source", None)
        if path and isinstance(source, str):
            named = (getattr(part, name, None) for name in ("id", "name", "on"))
            name = next((str(each) for each in named if each), "")
            yield f"{path} `{name}`" if name else path, source
        for field in dataclasses.fields(part):
            below = "" if field.name == "law" else f"{path}.{field.name}".strip(".")
            if field.name != "resolutions":
                yield from _cited(getattr(part, field.name), below)


def _modules(root: Path) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted(path for place in PLACES for path in root.glob(place)):
        place = path.relative_to(root).as_posix()
        if "/programmes/" in place or "/rulesets/" in place:
            continue  # Their entries are listed by name.
        for point in sorted(set(POINT.findall(path.read_text(encoding="utf-8")))):
            found[point].append(f"`{place}`")
    return found


def _once(said: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(said))
