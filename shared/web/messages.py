"""
What is wrong with a field, in words an office can act on.

Every message is a `Message`; `problems_of` gives all problems of a request at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Self

from marshmallow import ValidationError

from shared.errors import Problem


class Message(str):
    """
    A message of marshmallow that is a `Problem`; its text is the detail.

    marshmallow formats its messages: ours are whole and stay what they are.
    """

    __slots__ = ("problem",)

    problem: Problem

    def __new__(cls, code: str, detail: str, remedy: str) -> Self:
        message = super().__new__(cls, detail)
        message.problem = Problem(code, detail, remedy)
        return message

    def __deepcopy__(self, _memo: object) -> Self:
        return self  # never changed; apispec copies schemas with their messages

    def format(self, *_args: object, **_values: object) -> Self:
        return self


_OTHER = Message("invalid", "此项不符合要求。", "")
MESSAGES: dict[str, Any] = {
    "required": Message("required", "缺少此项。", "请补上此项。"),
    "null": Message("required", "此项不能为空。", "请填写此项。"),
    "validator_failed": Message("invalid", "此项不符合要求。", "请改正。"),
    "invalid": Message("wrong_type", "此项的类型不对。", "请按接口说明填写。"),
    "type": Message("wrong_type", "此项应为一个对象。", "请按接口说明填写。"),
    "unknown": Message("unknown_field", "没有名为此的项。", "请删去，或改正拼写。"),
    "invalid_utf8": Message(
        "wrong_type", "此项不是有效的 UTF-8 文字。", "请改用 UTF-8。"
    ),
    "format": Message("invalid_date", "不是有效的日期。", "请写成 2020-11-03 的样子。"),
    "too_large": Message("too_large", "数太大。", "请改正。"),
    "special": Message("wrong_type", "不是普通的数。", "请改正。"),
}


def problems_of(
    error: ValidationError, *, prefix: str = "", separator: str = "/"
) -> tuple[Problem, ...]:
    """
    Every problem in *error*, each with a pointer to its field.
    """
    return tuple(_problems(error.messages, prefix, separator))


def _problems(messages: Any, place: str, separator: str) -> Iterator[Problem]:
    if isinstance(messages, Mapping):
        for key, inner in messages.items():
            here = place if key == "_schema" else f"{place}{separator}{key}"
            yield from _problems(inner, here, separator)
        return
    for message in messages:
        text = message if isinstance(message, Message) else _OTHER
        yield replace(text.problem, location=place)
