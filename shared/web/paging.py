"""
Lists answered page by page: the request for a page, and the page.

A list has an order that no two of its items share. A cursor is the place of the last
item of a page in that order, so that items added meanwhile are neither repeated nor
left out.
"""

from __future__ import annotations

import base64
import json
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar
from uuid import UUID

from shared.errors import Rejected

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True)
class PageRequest:
    """
    A request for a page: at most *limit* items after the cursor *after*.
    """

    limit: int
    after: str | None = None

    @classmethod
    def of(cls, query: Mapping[str, Any]) -> PageRequest:
        """
        The request in the query string of a list.
        """
        return cls(query["limit"], query.get("after"))

    def place(self, kinds: Sequence[type]) -> list[Any] | None:
        """
        The place after which the page begins, as values of *kinds*; None at the start.

        Raises `Rejected` for a cursor that this list did not give out.
        """
        if not self.after:
            return None
        padded = self.after + "=" * (-len(self.after) % 4)
        try:
            values = json.loads(base64.urlsafe_b64decode(padded))
            if not isinstance(values, list):
                raise _not_ours()
            pairs = zip(kinds, values, strict=True)
            return [_value(kind, value) for kind, value in pairs]
        except (TypeError, ValueError, OverflowError, RecursionError) as error:
            raise _not_ours() from error


@dataclass(frozen=True)
class Page(Generic[T]):
    """
    The items of one page, and the cursor of the next page if there is one.
    """

    items: list[T]
    next: str | None

    @classmethod
    def cut(
        cls, items: Iterable[T], limit: int, place: Callable[[T], Sequence[object]]
    ) -> Page[T]:
        """
        Make a page of *items*, which were read with a limit of one more.
        """
        rows = list(items)
        more = len(rows) > limit
        rows = rows[:limit]
        return cls(rows, cursor(*place(rows[-1])) if more else None)

    @classmethod
    def within(
        cls,
        ordered: Sequence[T],
        request: PageRequest,
        place: Callable[[T], Sequence[str]],
        texts: int,
    ) -> Page[T]:
        """
        The page of items that are known and in order of their *place*: so many *texts*.
        """
        first = 0
        if last := request.place([str] * texts):
            first = bisect_right(ordered, last, key=lambda item: [*place(item)])
        return cls.cut(ordered[first : first + request.limit + 1], request.limit, place)

    def map(self, change: Callable[[T], R]) -> Page[R]:
        """
        The same page with every item changed.
        """
        return Page([change(item) for item in self.items], self.next)


def cursor(*place: object) -> str:
    """
    The text that encodes a place in the order of a list.
    """
    text = json.dumps(place, default=str)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _value(kind: type, value: Any) -> Any:
    """
    *value* as a *kind* that PostgreSQL takes: UTF-8 without NUL, 8 bytes of integer.
    """
    if kind is date:
        return date.fromisoformat(str(value))
    if kind is UUID:
        return str(UUID(str(value)))
    if type(value) is not kind:  # not isinstance: True is an int to Python
        raise TypeError(kind)
    if isinstance(value, str) and b"\0" in value.encode():
        raise ValueError(kind)
    if isinstance(value, int):
        value.to_bytes(8, signed=True)
    return value


def _not_ours() -> Rejected:
    return Rejected.because(
        "bad_cursor",
        "after 不是本系统给出的游标。",
        "请使用上一页 next 的值。",
        "/after",
    )
