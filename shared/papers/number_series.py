"""
The series from which papers are numbered, as deploy/papers/numbers.yaml has them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from shared.errors import Problem
from shared.settings import settings
from shared.yaml.decode import Decoder, did_you_mean, duplicates, problem_in
from shared.yaml.load import ConfigurationError, YamlFile, read_yaml

_FILE = "numbers.yaml"
_PLACES = ("{year}", "{number}")
_MOST_AHEAD = 100_000  # so that a series never outgrows the digits that are read


@dataclass(frozen=True, kw_only=True)
class NumberSeries:
    """
    The numbers that an *office* gives to some *papers* of a *service*, from 1 in every
    year; *text*: how one is printed, with {year} and {number}. A typed number lies at
    most *ahead* above the highest that was used: a slip would spoil the series.
    """

    id: str
    office: str
    service: str
    papers: tuple[str, ...]
    text: str
    ahead: int
    source: str

    def printed(self, year: int, number: int) -> str:
        return self.text.replace("{year}", str(year)).replace("{number}", str(number))

    def read(self, text: str) -> tuple[int, int] | None:
        """
        The year and the number in a *text* that is one of this series, else None.
        """
        match = self._pattern.fullmatch(text.strip())
        return (int(match["year"]), int(match["number"])) if match else None

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        pattern = re.escape(self.text)
        for place, digits in zip(_PLACES, ("[0-9]{4}", "0*[0-9]{1,9}"), strict=True):
            name = place.strip("{}")
            pattern = pattern.replace(re.escape(place), f"(?P<{name}>{digits})")
        return re.compile(pattern)

    def problems(self) -> Iterator[Problem]:
        if any(self.text.count(place) != 1 for place in _PLACES):
            message = f"“{self.text}”没有写明年份和序号的位置。"
            remedy = "请各写一次 {year} 和 {number}。"
            yield problem_in(self, "text", "number_text", message, remedy)
        if not 1 <= self.ahead <= _MOST_AHEAD:
            message = f"ahead 为 {self.ahead}。"
            remedy = f"请填写 1 至 {_MOST_AHEAD} 之间的整数。"
            yield problem_in(self, "ahead", "number_ahead", message, remedy)


@dataclass(frozen=True, kw_only=True)
class Numbering:
    """
    All series.
    """

    series: tuple[NumberSeries, ...]

    def of(self, office: str, service: str, paper: str) -> NumberSeries | None:
        """
        The series that an office has for one of its papers, if it has one.
        """
        return next(
            (
                each
                for each in self.series
                if (each.office, each.service) == (office, service)
                and paper in each.papers
            ),
            None,
        )

    def problems(self) -> Iterator[Problem]:
        yield from duplicates(self.series, "id")
        yield from duplicates(self.series, "text")
        claims = Counter(
            (each.office, each.service, paper)
            for each in self.series
            for paper in each.papers
        )
        for office, service, paper in (claim for claim, n in claims.items() if n > 1):
            message = f"机关 {office} 的 {service}/{paper} 有两个编号序列。"
            yield problem_in(self, "series", "duplicate_id", message, "请只保留一个。")

    def unknown(
        self, offices: Collection[str], papers: Mapping[str, Collection[str]]
    ) -> Iterator[Problem]:
        """
        Series of no office, or of no paper; *papers*: the ids of each service's.
        """
        for each in self.series:
            if each.office not in offices:
                message = f"名录里没有机关 {each.office}。"
                yield problem_in(
                    each, "office", "unknown_office", message, "请核对代码。"
                )
            names = papers.get(each.service, ())
            for paper in each.papers:
                if paper not in names:
                    near = did_you_mean(paper, names)
                    message = f"{each.service} 没有文书“{paper}”。{near}"
                    yield problem_in(
                        each, "papers", "unknown_value", message, "请核对文书代码。"
                    )


def read_numbering(folder: Path) -> tuple[Numbering, Decoder]:
    """
    The series of a folder of papers, and what reports problems of them. There need be
    no file.

    Raises `ConfigurationError` if it cannot be used.
    """
    path = folder / _FILE
    source = read_yaml(path) if path.exists() else YamlFile(path, {"series": []})
    decoder = Decoder(source)
    numbering = decoder.decode(Numbering)
    if source.problems:
        raise ConfigurationError(source.by_line())
    return numbering, decoder


def check_numbering(
    folder: Path, offices: Collection[str], papers: Mapping[str, Collection[str]]
) -> list[Problem]:
    """
    Everything wrong in the series of a folder; *offices*: the codes of the directory.
    """
    try:
        numbering, decoder = read_numbering(folder)
    except ConfigurationError as wrong:
        return list(wrong.problems)
    decoder.check(numbering.unknown(offices, papers))
    return decoder.source.by_line()


@lru_cache
def numbering() -> Numbering:
    """
    The series of this installation.
    """
    return read_numbering(settings.deploy / "papers")[0]
