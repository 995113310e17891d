"""
The text of a paper, as deploy/papers has it, and what it becomes for one matter.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from shared.errors import Problem
from shared.yaml.decode import Decoder, problem_in
from shared.yaml.load import ConfigurationError, read_yaml

_LONGEST = 20_000  # characters of a paper
_NUMERALS = str.maketrans("0123456789", "〇一二三四五六七八九")


@dataclass(frozen=True, kw_only=True)
class Paper:
    """
    A paper ready to print. *number* is its document number, "" if it has none; *day*
    stands below the name of the *office*.
    """

    title: str
    number: str
    addressee: str
    paragraphs: tuple[str, ...]
    office: str
    day: date


@dataclass(frozen=True, kw_only=True)
class PaperTemplate:
    """
    One file of deploy/papers. *states* is the step of a petition that it tells of, or
    the kind of a reply; *addressee* and *paragraphs* may name what `NAMES` lists,
    between `{{` and `}}`. A paragraph that comes out empty is left out.
    """

    id: str
    title: str
    states: str
    source: str
    addressee: str
    paragraphs: tuple[str, ...]

    def fill(
        self, values: Mapping[str, Any], *, number: str, office: str, day: date
    ) -> Paper:
        """
        The paper that says this of *values*.

        Raises `jinja2.TemplateError` for a name that is not among them.
        """
        filled = (_filled(text, values) for text in self.paragraphs)
        return Paper(
            title=self.title,
            number=number,
            addressee=_filled(self.addressee, values),
            paragraphs=tuple(text for text in filled if text),
            office=office,
            day=day,
        )

    def problems(self) -> Iterator[Problem]:
        for field, texts in (
            ("addressee", (self.addressee,)),
            ("paragraphs", self.paragraphs),
        ):
            for text in texts:
                try:
                    _filled(text, EXAMPLE)
                except TemplateError as error:
                    yield problem_in(
                        self,
                        field,
                        "paper_text",
                        f"文中的占位有误：{error}。",
                        f"可用的名称：{'、'.join(EXAMPLE)}。",
                    )


EXAMPLE: Mapping[str, Any] = {
    "number": "410922-2020-0000007",
    "petitioner": "某某",
    "received_on": date.min,
    "channel": "来信",
    "office": "某某县人民检察院",
    "on": date.min,
    "document": "某检控申受〔2020〕7号",
    "reason": "不属于本机关管辖",
    "materials": ("身份证复印件",),
    "organ": "某某县人民法院",
    "outcome": "已答复",
    "text": "经审查，……",
}
"""
The names that a text may use, each with an example of its value.
"""


def load_papers(
    folder: Path, stated: Collection[str] | None = None
) -> dict[str, PaperTemplate]:
    """
    The papers of a folder by their ids; *stated*: what a paper may tell of.

    Raises `ConfigurationError` naming file, line and reason of every fault.
    """
    papers, problems = dict[str, PaperTemplate](), list[Problem]()
    for path in sorted(folder.glob("*.yaml")):
        source = read_yaml(path)
        decoder = Decoder(source)
        paper = decoder.decode(PaperTemplate)
        if not source.problems:
            decoder.check(paper.problems())
            decoder.check(_nothing_stated(paper, stated))
            papers[paper.id] = paper
        problems += source.by_line()
    if problems:
        raise ConfigurationError(problems)
    return papers


def _nothing_stated(
    paper: PaperTemplate, stated: Collection[str] | None
) -> Iterator[Problem]:
    if stated is not None and paper.states not in stated:
        yield problem_in(
            paper,
            "states",
            "unknown_value",
            f"没有“{paper.states}”这种环节或回复。",
            f"可填：{'、'.join(stated)}。",
        )


def day_in_numerals(day: date) -> str:
    """
    A day as a signed paper has it: 二〇二〇年十一月二十日 (JZ-45).
    """
    year = str(day.year).translate(_NUMERALS)
    return f"{year}年{_counted(day.month)}月{_counted(day.day)}日"


def _counted(number: int) -> str:
    """
    A number below 100 in words.
    """
    tens, ones = divmod(number, 10)
    said = "" if tens == 0 else "十" if tens == 1 else f"{_digit(tens)}十"
    return said + (_digit(ones) if ones else "")


def _digit(number: int) -> str:
    return str(number).translate(_NUMERALS)


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


@lru_cache
def _environment() -> ImmutableSandboxedEnvironment:
    made = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
    made.filters["day"] = _day
    return made


def _filled(text: str, values: Mapping[str, Any]) -> str:
    filled = _environment().from_string(text).render(**values)
    return filled.strip()[:_LONGEST]
