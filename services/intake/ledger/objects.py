"""
The objects of a json array one after another, never the whole array in memory.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, TextIO

from services.intake.ledger.faults import LedgerUnreadable, unreadable

_CHUNK = 256 * 1024
_LONGEST = 1024 * 1024  # characters of one object
_BETWEEN = " \t\r\n"


def objects_in(text: TextIO) -> Iterator[dict[str, Any]]:
    """
    Raises LedgerUnreadable `json_broken` where the array cannot be followed further.
    """
    window = _Window(text)
    if window.next_sign() != "[":
        raise _broken(0)
    window.take_sign()
    count = 0
    while (sign := window.next_sign()) != "]":
        if count:
            if sign != ",":
                raise _broken(count)
            window.take_sign()
            sign = window.next_sign()
        if sign != "{":
            raise _broken(count)
        yield window.take_object(count)
        count += 1
    window.take_sign()
    if window.next_sign():
        raise _broken(count)


class _Window:
    """
    The part of the text in hand; older text is let go, more is fetched when needed.
    """

    def __init__(self, text: TextIO) -> None:
        self.text = text
        self.held = ""
        self.at = 0
        self.decoder = json.JSONDecoder(parse_constant=_no_constant)

    def next_sign(self) -> str:
        """
        The next character that is no space, "" at the end.
        """
        while True:
            while self.at < len(self.held):
                if self.held[self.at] not in _BETWEEN:
                    return self.held[self.at]
                self.at += 1
            if not self._fetch():
                return ""

    def take_sign(self) -> None:
        self.at += 1

    def take_object(self, count: int) -> dict[str, Any]:
        while True:
            try:
                found, self.at = self.decoder.raw_decode(self.held, self.at)
            except RecursionError:
                raise _broken(count) from None
            except ValueError:
                # as a rule only the end of the object is still to come
                if len(self.held) - self.at > _LONGEST or not self._fetch():
                    raise _broken(count) from None
            else:
                return dict(found)

    def _fetch(self) -> bool:
        more = self.text.read(_CHUNK)
        self.held, self.at = self.held[self.at :] + more, 0
        return bool(more)


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _broken(count: int) -> LedgerUnreadable:
    return unreadable(
        "json_broken",
        f"第{count + 1}条起不是有效的 JSON 对象数组。",
        '请上传以列名为键的对象数组，如 [{"案件编号": "…"}]。',
    )
