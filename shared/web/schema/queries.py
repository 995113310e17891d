"""
What the query of a list may hold, whatever the list: each list adds its own conditions.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from marshmallow import ValidationError, post_load

from shared.errors import Problem
from shared.policy.current import codes_with_files, current_policy
from shared.policy.parts.words import TITLES, WordFact, choices
from shared.policy.programme import Programme
from shared.rules import programme_exists
from shared.web.messages import Message
from shared.web.schema import fields as schema
from shared.web.schema.field_kinds import Coded
from shared.web.schema.fields import Strict

_CONDITIONS: dict[WordFact, str] = {**TITLES, "case_class": "案件分类"}


class PageQuery(Strict):
    """
    From where on, and how many. A condition on a word of a programme takes the title as
    well as the identifier; what is no word of any programme, or no programme, is
    refused, for its list would be empty.
    """

    after = schema.text(longest=500, required=False)
    limit = schema.page_size()

    @post_load
    def in_words(self, query: dict[str, Any], **_more: Any) -> dict[str, Any]:
        programmes = [*_asked_of(query)]
        for fact, title in _CONDITIONS.items() if programmes else ():
            # What has terms of its own, as the origin of an application, is no word.
            if fact in query and not isinstance(self.fields[fact], Coded):
                query[fact] = _identifier(fact, title, query[fact], programmes)
        return query


def _asked_of(query: dict[str, Any]) -> Iterator[Programme]:
    """
    The programme that a list is asked of, by its code or its title; else all of them.
    None if it no longer runs: its rows are there, and its words are taken as they are.
    """
    programmes, written = current_policy().programmes, query.get("programme")
    if written is None:
        yield from programmes
        return
    titles = {programme.title: programme.code for programme in programmes}
    code = query["programme"] = titles.get(written, written)
    if code in codes_with_files() and code not in programmes.codes:
        return
    for problem in programme_exists(code, programmes.codes, ""):
        raise _refusal("programme", problem)
    yield programmes.get(code)


def _identifier(
    fact: WordFact, title: str, written: str, programmes: list[Programme]
) -> str:
    every = [word for each in programmes for word in each.words[fact]]
    words = {(word.id, word.title): word for word in every}
    meant_by = [word for word in words.values() if written in {word.id, word.title}]
    identifiers = {word.id for word in meant_by}
    if len(identifiers) == 1:
        return identifiers.pop()
    if identifiers:
        candidates = choices(meant_by)
        says = f"“{written}”在各专项中所指的{title}不同：{candidates}。"
        raise _refusal(
            fact,
            Problem("ambiguous", says, "请填写代码，或同时写明专项（programme）。"),
        )
    allowed = choices(words.values())
    raise _refusal(
        fact,
        Problem(
            "not_in_list",
            f"没有“{written}”这一{title}。" if allowed else f"专项不分{title}。",
            f"可选：{allowed}。" if allowed else "请删去此项。",
        ),
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
