"""
What queries may hold, whatever they ask: a programme and what it names, by identifier
or title; of a list from where on. Each adds its own conditions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from marshmallow import ValidationError, post_load

from shared.errors import Problem
from shared.policy.current import codes_with_files, current_policy
from shared.policy.parts.words import TITLES, Titled, WordFact, choices
from shared.policy.programme import Programme
from shared.rules import programme_exists
from shared.web import fields as schema
from shared.web.field_kinds import Coded
from shared.web.fields import Strict
from shared.web.messages import Message


@dataclass(frozen=True)
class Part:
    """
    What a condition may be, *of* each programme; *title*: what offices call it, *code*:
    the problem of a value that is none.
    """

    title: str
    of: Callable[[Programme], Iterable[Titled]]
    code: str = "not_in_list"

    def meant_by(self, written: str, programmes: Iterable[Programme]) -> list[Titled]:
        """
        What may be meant, each identifier and title once.
        """
        every = self.every(programmes)
        return [named for named in every if written in {named.id, named.title}]

    def every(self, programmes: Iterable[Programme]) -> list[Titled]:
        found = (named for programme in programmes for named in self.of(programme))
        return [*{(named.id, named.title): named for named in found}.values()]


def _words(fact: WordFact) -> Callable[[Programme], Iterable[Titled]]:
    return lambda programme: programme.words[fact]


_WORDS = {
    str(fact): Part(title, _words(fact))
    for fact, title in (*TITLES.items(), ("case_class", "案件分类"))
}


class ProgrammeQuery(Strict):
    """
    A programme by its code or title, and the *parts* of it that are asked for. What is
    written otherwise is left for the endpoint to refuse.
    """

    parts: ClassVar[Mapping[str, Part]] = {}

    @post_load
    def in_words(self, asked: dict[str, Any], **_more: Any) -> dict[str, Any]:
        programmes = _asked_of(asked)
        for name, part in (_WORDS | {**self.parts}).items() if programmes else ():
            # What has terms of its own, as the origin of an application, is no word.
            if name in asked and not isinstance(self.fields[name], Coded):
                asked[name] = self.identifier(name, part, asked[name], programmes)
        return asked

    def identifier(
        self, _name: str, part: Part, written: str, programmes: list[Programme]
    ) -> str:
        found = {named.id for named in part.meant_by(written, programmes)}
        return found.pop() if len(found) == 1 else written


def _asked_of(asked: dict[str, Any]) -> list[Programme]:
    """
    The programme that is asked for, its title replaced by its code; else all of them.
    None if it runs no more: its rows are there, and its words are taken as they are.
    """
    programmes, written = current_policy().programmes, asked.get("programme")
    if written is None:
        return [*programmes]
    titles = {programme.title: programme.code for programme in programmes}
    code = asked["programme"] = titles.get(written, written)
    return [programmes.get(code)] if code in programmes.codes else []


class PageQuery(ProgrammeQuery):
    """
    From where on, and how many. What is no word of any programme, or no programme, is
    refused, for its list would be empty.
    """

    after = schema.text(longest=500, required=False)
    limit = schema.page_size()

    @post_load
    def in_words(self, asked: dict[str, Any], **_more: Any) -> dict[str, Any]:
        asked = super().in_words(asked)
        code, known = asked.get("programme"), current_policy().programmes.codes
        if code is not None and code not in codes_with_files():
            for problem in programme_exists(code, known, ""):
                raise _refusal("programme", problem)
        return asked

    def identifier(
        self, name: str, part: Part, written: str, programmes: list[Programme]
    ) -> str:
        for problem in _unclear(part, written, programmes):
            raise _refusal(name, problem)
        return super().identifier(name, part, written, programmes)


def _unclear(
    part: Part, written: str, programmes: list[Programme]
) -> Iterator[Problem]:
    meant = part.meant_by(written, programmes)
    if len({named.id for named in meant}) > 1:
        yield Problem(
            "ambiguous",
            f"“{written}”在各专项中所指的{part.title}不同：{choices(meant)}。",
            "请填写代码，或同时写明专项（programme）。",
        )
    elif not meant:
        allowed = choices(part.every(programmes))
        yield Problem(
            part.code,
            f"没有“{written}”这一{part.title}。"
            if allowed
            else f"专项不分{part.title}。",
            f"可选：{allowed}。" if allowed else "请删去此项。",
        )


def _refusal(field: str, problem: Problem) -> ValidationError:
    message = Message(problem.code, problem.detail, problem.remedy)
    return ValidationError({field: [message]})


class ListQuery(PageQuery):
    """Likewise, of which office and those below it."""

    office = schema.office_code()


class LogQuery(ListQuery):
    """Likewise, on which days."""

    since = schema.day(required=False, data_key="from")
    until = schema.day(required=False, data_key="to")
