"""
The text of a paper, as deploy/papers has it, and what it becomes for one matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, ClassVar

from jinja2 import StrictUndefined, Template, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from shared.errors import Problem
from shared.numerals import day_in_digits, day_in_numerals, in_numerals
from shared.papers.paper import Paper, Paragraph, Table
from shared.yaml.decode import duplicates, problem_in

_LONGEST = 20_000  # characters of a text
_MOST = 2_000  # entries of a list or rows of a table
_FORM = (1, 3)  # the widths of a form's columns
_BY_HAND = "\u3000\n\u3000"  # two lines, in which somebody signs
_MARK = re.compile(r"(?<![A-Za-z])[A-Z]{1,3}-?\d+(?![\dA-Za-z])[\s,，、;；]*")


@dataclass(frozen=True, kw_only=True)
class Column:
    """
    A column of a table: the text of its cells, with `item` for the entry of the row.
    """

    head: str
    text: str
    width: int = 1


@dataclass(frozen=True, kw_only=True)
class Row:
    """
    A row of a form: what is asked, and the text that answers it.
    """

    head: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Asked:
    """
    What the record cannot know and the office writes itself for one paper.
    """

    id: str
    title: str
    required: bool = True


@dataclass(frozen=True, kw_only=True)
class Part:
    """
    A paragraph, in a file simply its text. With *each*, the name of a list: one for
    every entry, with `item` for the entry and `place` for its number from 1. With
    *columns*: a table with a row for every entry. With *rows*: a form of two columns.

    Each line of a text becomes a paragraph; what comes out empty is left out.
    """

    WRITTEN_AS: ClassVar = "text"

    text: str = ""
    heading: bool = False
    each: str = ""
    columns: tuple[Column, ...] = ()
    rows: tuple[Row, ...] = ()

    def fill(self, values: Mapping[str, Any]) -> Iterator[Paragraph | Table]:
        if self.rows:
            form = ((row.head, _answer(row.text, values)) for row in self.rows)
            yield Table((), _FORM, tuple(form))
        elif not self.columns:
            for scope in self._scopes(values):
                for line in _filled(self.text, scope).splitlines():
                    if line.strip():
                        yield Paragraph(line.strip(), self.heading)
        elif rows := tuple(map(self._row, self._scopes(values))):
            heads = tuple(column.head for column in self.columns)
            yield Table(heads, tuple(column.width for column in self.columns), rows)

    def _scopes(self, values: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        if not self.each:
            yield values
            return
        entries = values[self.each] or ()
        for place, item in enumerate(entries[:_MOST], 1):
            yield {**values, "item": item, "place": place}

    def _row(self, scope: Mapping[str, Any]) -> tuple[str, ...]:
        return tuple(_answer(column.text, scope) for column in self.columns)

    def problems(self) -> Iterator[Problem]:
        """
        Problems of the part alone; `PaperTemplate.misused` looks at its names.
        """
        if self.columns and not self.each:
            message = "表格没有写明逐行列出什么。"
            remedy = "请用 each 写明列表的名称。"
            yield problem_in(self, None, "paper_text", message, remedy)
        if self.rows and (self.text or self.each or self.columns):
            message = "表单（rows）不能同时写 text、each 或 columns。"
            remedy = "请分成两段。"
            yield problem_in(self, None, "paper_text", message, remedy)


@dataclass(frozen=True, kw_only=True)
class PaperTemplate:
    """
    One file of deploy/papers. *states* is what it tells of: a step, a decision, a state
    of its subject. Texts may name what the service offers, between `{{` and `}}`, and
    as `words.ID` what the office writes itself (*asks*). *filed_as*: the kind of
    document (deploy/documents) as which it may be filed with the matter. *below*: what
    stands under the signature, as a receipt to be sent back.
    """

    id: str
    title: str
    states: str
    source: str
    addressee: str = ""
    filed_as: str = ""
    asks: tuple[Asked, ...] = ()
    paragraphs: tuple[Part, ...]
    below: tuple[Part, ...] = ()

    def fill(
        self,
        values: Mapping[str, Any],
        *,
        number: str,
        office: str,
        day: date,
        issued_by: str = "",
        words: Mapping[str, str] | None = None,
    ) -> Paper:
        """
        The paper that says this of *values*; *words*: what the office wrote itself.

        Raises `jinja2.TemplateError` for a name that is not among them.
        """
        values = {**values, "words": self._words(words or {})}
        return Paper(
            title=self.title,
            number=number,
            addressee=_filled(self.addressee, values).rstrip("：:"),
            body=tuple(
                block for part in self.paragraphs for block in part.fill(values)
            ),
            office=office,
            day=day,
            issued_by=issued_by,
            below=tuple(block for part in self.below for block in part.fill(values)),
        )

    def words_problems(self, names: Sequence[str]) -> Iterator[Problem]:
        """
        What the office has still to write, and what nobody asked for or was written
        twice.
        """
        for ask in self.asks:
            if ask.required and ask.id not in names:
                yield Problem(
                    "words_missing",
                    f"《{self.title}》的“{ask.title}”须由本单位填写。",
                    f"请在 words 中填写 {ask.id}。",
                    "/words",
                )
        titles = {ask.id: ask.title for ask in self.asks}
        choices = "、".join(f"{name}（{title}）" for name, title in titles.items())
        for place, name in enumerate(names):
            if name not in titles or name in names[:place]:
                yield Problem(
                    "not_in_list",
                    f"《{self.title}》没有“{name}”这一项，或者重复填写。",
                    f"可填：{choices or '（无）'}。",
                    f"/words/{place}/asked",
                )

    def problems(self) -> Iterator[Problem]:
        yield from duplicates(self.asks, "id")

    def misused(self, names: Mapping[str, Any]) -> Iterator[Problem]:
        """
        Texts that cannot be filled in; *names*: what they may name, with examples.
        """
        names = {**names, "words": self._words({})}
        remedy = f"可用的名称：{'、'.join(names)}。"
        try:
            _filled(self.addressee, names)
        except TemplateError as error:
            message = f"文中的占位有误：{error}。"
            yield problem_in(self, "addressee", "paper_text", message, remedy)
        for part in (*self.paragraphs, *self.below):
            if part.each and part.each not in names:
                message = f"没有名为“{part.each}”的列表。"
                yield problem_in(part, "each", "paper_text", message, remedy)
                continue
            try:
                list(part.fill(names))
            except TemplateError as error:
                message = f"文中的占位有误：{error}。"
                yield problem_in(part, None, "paper_text", message, remedy)

    def _words(self, words: Mapping[str, str]) -> dict[str, str]:
        return {ask.id: words.get(ask.id, "") for ask in self.asks}


def _filled(text: str, values: Mapping[str, Any]) -> str:
    return _template(text).render(**values).strip()[:_LONGEST]


def _answer(text: str, values: Mapping[str, Any]) -> str:
    """
    What stands in a cell; one for which the file has no text is left to be written by
    hand.
    """
    return _cell(text, values) if text else _BY_HAND


def _cell(text: str, values: Mapping[str, Any]) -> str:
    """
    In one line: a row must not become higher than a page.
    """
    return "　".join(_filled(text, values).split("\n"))


def _law(source: str) -> str:
    """
    A source as the law calls it, without the marks of requirements (TL-08, S19).
    """
    return _MARK.sub("", source).rstrip(" ,，、;；")


@lru_cache(maxsize=1024)
def _template(text: str) -> Template:
    return _environment().from_string(text)


@lru_cache
def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, autoescape=False
    )
    environment.filters |= {
        "day": day_in_digits,
        "numerals": day_in_numerals,
        "counted": in_numerals,
        "law": _law,
    }
    return environment
