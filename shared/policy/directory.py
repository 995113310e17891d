"""
The offices, their posts and departments, and the dated tree they stand in.

An office that is merged away stops existing but keeps a parent: what it counted
counts under its successor from that day, once. There are posts here, no people.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Self

from shared.policy.directory_file import (
    DirectoryFile,
    Kind,
    Level,
    OfficeEntry,
    Post,
    Standing,
    above,
    circles,
    in_one_width,
    posts_spelled_otherwise,
    repeated_codes,
    unknown_parents,
    unknown_post_sets,
)
from shared.policy.office_names import (
    Spellings,
    names_in,
    office_finder,
    spellings_of,
)
from shared.yaml.decode import Decoder
from shared.yaml.load import ConfigurationError, YamlFile, read_folder

__all__ = ["Directory", "Office", "Post", "UnknownOffice"]

_NAMES = 10_000  # as offices write them, that are remembered
_SUBTREES = 1_000  # that are remembered: finding the province's takes milliseconds


class UnknownOffice(KeyError):  # noqa: N818 - an answer to a question
    """
    No office of the directory has this code.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Office:
    """
    An office with its posts by title; `parent` is the latest one, `area` the code of
    the area that it answers for.
    """

    code: str
    name: str
    short_name: str
    level: Level
    kind: Kind
    parent: str | None
    valid_from: date | None
    valid_to: date | None
    mail: tuple[str, ...]
    posts: Mapping[str, Post]
    departments: tuple[str, ...]
    parents: tuple[Standing, ...] = field(default=(), repr=False)
    area: str = ""
    hearing_rooms: tuple[str, ...] = ()

    @property
    def leaders(self) -> list[str]:
        """
        The titles of its leaders' posts.
        """
        return [title for title, post in self.posts.items() if post.leader]


class Directory:
    """
    All offices, looked up by code and day.
    """

    def __init__(self, offices: Iterable[Office]) -> None:
        self._offices = {office.code: office for office in offices}
        self._standings = {office.code: office.parents for office in self.offices()}
        self._subtree = lru_cache(_SUBTREES)(self._find_subtree)
        self._below: dict[str, list[tuple[Standing, str]]] = {}
        for office in self.offices():
            for standing in office.parents:
                self._below.setdefault(standing.code, []).append(
                    (standing, office.code)
                )

    @classmethod
    def load(cls, folder: Path) -> Self:
        """
        Read every YAML file of the folder.

        Raises:
            ConfigurationError: names all faults of all files.
        """
        directory, sources = cls.read(folder)
        problems = [problem for source in sources for problem in source.problems]
        if problems:
            raise ConfigurationError(problems)
        return directory

    @classmethod
    def read(cls, folder: Path) -> tuple[Self, list[YamlFile]]:
        """
        The directory as far as it could be read, and its files with their problems.
        """
        files = [
            (decoder, decoder.decode(DirectoryFile))
            for decoder in map(Decoder, read_folder(folder))
        ]
        offices, spellings = dict[str, Office](), dict[str, str]()
        for decoder, file in files:
            decoder.check(posts_spelled_otherwise(file, spellings))
            decoder.check(unknown_post_sets(file))
            decoder.check(repeated_codes(file, offices))
            for office in _readable(decoder, file):
                offices.setdefault(office.code, office)
        standings = {code: office.parents for code, office in offices.items()}
        for decoder, file in files:
            decoder.check(unknown_parents(file, offices))
            decoder.check(circles(file, standings))
        # once more: who stands in a circle would be asked for its parents for ever
        sound = [office for file in files for office in _readable(*file)]
        return cls(sound), [decoder.source for decoder, _ in files]

    def office(self, code: str) -> Office:
        """
        Raises:
            UnknownOffice: no office has this code.
        """
        try:
            return self._offices[code]
        except KeyError:
            raise UnknownOffice(code) from None

    def code_of(self, name: str) -> str | None:
        """
        The code of the one office of this name, in full or short; None if there is
        none, or more than one.
        """
        codes = self.codes_by_name.get(name, frozenset())
        return next(iter(codes)) if len(codes) == 1 else None

    @cached_property
    def codes_by_name(self) -> Mapping[str, Collection[str]]:
        """
        The codes of the offices that have a name, in full or short.
        """
        codes: dict[str, set[str]] = {}
        for office in self.offices():
            for name in (office.name, office.short_name):
                codes.setdefault(name, set()).add(office.code)
        return codes

    def post_title(self, written: str) -> str | None:
        """
        The post of some office that is written so, in brackets and letters of either
        width; None if there is none.
        """
        return self._post_titles.get(in_one_width(written))

    @cached_property
    def _post_titles(self) -> Mapping[str, str]:
        return {
            in_one_width(title): title
            for office in self.offices()
            for title in office.posts
        }

    def offices(self) -> tuple[Office, ...]:
        return tuple(self._offices[code] for code in sorted(self._offices))

    @cached_property
    def spellings(self) -> Spellings:
        """
        How the offices may be written; of thousands of offices it takes a while to say.
        """
        return spellings_of(self.offices())

    @cached_property
    def _named(self) -> Callable[[str], str | None]:
        return lru_cache(_NAMES)(office_finder(self.spellings))

    def named(self, written: str) -> str | None:
        """
        The code of an office by one of its names, None if it is not plain which is
        meant.
        """
        return self._named(written)

    def named_within(self, written: str, ancestor: str, on: date) -> str | None:
        """
        The first office of a subtree that a text names, alone or among others.
        """
        within = self.subtree(ancestor, on)
        code = self.named(written)
        if code in within:
            return code
        # Among others: of several names the finder takes that at the end.
        return next(iter(names_in(written, self.spellings, within)), None)

    def exists(self, code: str, on: date | None = None) -> bool:
        """
        Whether the office works on that day; without a day, whether it ever did.
        """
        office = self._offices.get(code)
        if office is None or on is None:
            return office is not None
        begun = office.valid_from is None or office.valid_from <= on
        return begun and (office.valid_to is None or on <= office.valid_to)

    def called(self, name: str) -> str | None:
        """
        The code of the office of that name, long or short.
        """
        return min(self.codes_by_name.get(name, ()), default=None)

    def answering_for(
        self, place: str, kinds: Collection[str], on: date
    ) -> Office | None:
        """
        The office of one of these *kinds* that answers for a place on a day: a code of
        an area of 6 digits, with a sub-district of 9, with a village of 12; of a place
        that has no office here, the office of its sub-district, else of its county,
        else of its city.
        """
        areas = dict.fromkeys((place, place[:9], place[:6], f"{place[:4]}00"))
        above_it = (
            office
            for area in areas
            for office in self.offices()
            if office.area == area and office.kind in kinds
        )
        return next((each for each in above_it if self.exists(each.code, on)), None)

    def matter_title(self, number: str) -> str:
        """
        The number of a matter as an office reads it.

        A case or petition is read as it is. An office's own matter is numbered
        `programme/office/report/period` (no case's number holds a slash) and is read as
        the office and the period; the kind of report is shown beside it.
        """
        _, *own = number.split("/")
        if not own:
            return number
        code = own[0]
        name = self.office(code).name if self.exists(code) else code
        return " ".join((name, *own[2:]))

    def parent(self, code: str, on: date) -> str | None:
        """
        The office above on that day; None at the top.

        Raises:
            UnknownOffice: no office has this code.
        """
        self.office(code)
        return above(self._standings, code, on)

    def children(self, code: str, on: date) -> tuple[str, ...]:
        """
        The offices directly below on that day, merged ones under their successor.
        """
        return tuple(
            child
            for standing, child in self._below.get(code, ())
            if standing.from_ <= on <= standing.to
        )

    def subtree(self, code: str, on: date) -> tuple[str, ...]:
        """
        The office itself, then all below it on that day, each once.

        Raises:
            UnknownOffice: no office has this code.
        """
        return self._subtree(self.office(code).code, on)

    def _find_subtree(self, code: str, on: date) -> tuple[str, ...]:
        codes = [code]
        for child in self.children(code, on):
            codes += self._find_subtree(child, on)
        return tuple(codes)

    def lineage(self, code: str, on: date) -> tuple[str, ...]:
        """
        An office and those above it, the nearest first.
        """
        above: list[str] = []
        office: str | None = code
        while office is not None and office not in above:
            above.append(office)
            office = self.parent(office, on)
        return tuple(above)

    def stood_within(self, code: str) -> Iterator[tuple[str, date, date]]:
        """
        Yield the office itself and each that it ever was below, with the first and the
        last day of that; nothing for an unknown office.
        """
        if self.exists(code):
            yield from self._above(code, date.min, date.max)

    def _above(
        self, code: str, first: date, last: date
    ) -> Iterator[tuple[str, date, date]]:
        yield code, first, last
        for standing in self._standings.get(code, ()):
            since, until = max(first, standing.from_), min(last, standing.to)
            if since <= until:
                yield from self._above(standing.code, since, until)

    def is_within(self, code: str, ancestor: str, on: date) -> bool:
        """
        Whether an office is *ancestor* or below it; False for unknown offices.
        """
        if code not in self._offices or ancestor not in self._offices:
            return False
        at: str | None = code
        while at is not None and at != ancestor:
            at = self.parent(at, on)
        return at == ancestor


def _readable(decoder: Decoder, written: DirectoryFile) -> Iterator[Office]:
    """
    The offices in which nothing is wrong: one problem must not make all others unknown.
    """
    for entry in written.offices:
        if decoder.clean(entry) and decoder.clean(written.post_sets[entry.posts]):
            yield _office(entry, written)


def _office(entry: OfficeEntry, written: DirectoryFile) -> Office:
    shared = written.post_sets[entry.posts]
    posts = [*shared.posts]
    for department in shared.departments:
        posts += department.posts()
    return Office(
        code=entry.code,
        name=entry.name,
        short_name=entry.short_name,
        level=entry.level,
        kind=entry.kind,
        parent=entry.parents[-1].code if entry.parents else None,
        valid_from=entry.valid_from,
        valid_to=entry.valid_to,
        mail=entry.mail,
        posts={post.title: post for post in posts},
        departments=tuple(department.name for department in shared.departments),
        parents=entry.parents,
        area=entry.area or entry.code,
        hearing_rooms=entry.hearing_rooms,
    )
