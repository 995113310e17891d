"""
What an office wrote, in the words of its programme.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from shared.errors import Problem
from shared.policy.parts.routes import ProgressOnly
from shared.policy.parts.words import TITLES, Words, choices, find
from shared.vocabulary import Category


def in_words(written: Mapping[str, object], words: Words) -> dict[str, str | None]:
    """
    The identifiers of what is *written*, as identifiers or titles; None where nothing
    is, or what no word is (`not_in_words` names it).
    """
    words_of = {fact: find(words[fact], written.get(fact)) for fact in TITLES}
    return {fact: word.id if word else None for fact, word in words_of.items()}


def titles_of(record: object, words: Words) -> dict[str, str]:
    """
    The titles of the words that a petition or a case has.
    """
    words_of = {fact: find(words[fact], getattr(record, fact, None)) for fact in TITLES}
    return {fact: word.title for fact, word in words_of.items() if word}


def not_in_words(written: Mapping[str, object], words: Words) -> Iterator[Problem]:
    """
    A problem for each value that is not one of the words of the programme.
    """
    for fact, title in TITLES.items():
        value = written.get(fact)
        if value is None or find(words[fact], value):
            continue
        allowed = choices(words[fact])
        yield Problem(
            "not_in_list",
            f"“{value}”不是本专项的{title}。" if allowed else f"本专项不分{title}。",
            f"可选：{allowed}。" if allowed else "请删去此项。",
            f"/{fact}",
        )


def kind_of_kept_category(
    written: Mapping[str, object],
    rule: ProgressOnly | None,
    words: Words,
    under: str = "",
) -> Iterator[Problem]:
    """
    A petition of a category that is kept from the hub is of a kind that is kept from
    it, so that of its case the kind alone tells whether the hub may read it (XQ-56).
    """
    kind = find(words["case_kind"], written.get("case_kind"))
    if rule is None or kind is None or rule.includes(kind.id):
        return
    category = Category(str(written["category"]))
    if category in rule.categories:
        kinds = [word for word in words["case_kind"] if rule.includes(word.id)]
        yield Problem(
            "kind_not_of_category",
            f"{category.chinese}信访的案件类别不能是“{kind.title}”。",
            f"可选：{choices(kinds)}；或改正信访类别（{rule.source}）。",
            f"{under}/case_kind",
        )
