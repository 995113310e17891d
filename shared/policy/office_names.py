"""
The code behind an office's name as offices write it: in full, short, without "人民",
with the city or the province before it. A name that could mean two offices gives no
code.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Protocol

_TELLING = 4  # signs, of a name that is not that of a place's 院
_PLACE = re.compile(r"(.*?)(?:人民检察院|检察院|院)")


class Named(Protocol):
    """
    What a directory knows of an office.
    """

    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def short_name(self) -> str: ...


Spellings = Mapping[str, Collection[str]]
"""
The names of offices as they may be written, each with the codes that it may stand for.
"""


def spellings_of(offices: Iterable[Named]) -> dict[str, list[str]]:
    """
    How *offices* may be written; what holds only texts and lists, as JSON does.
    """
    codes_by_name: dict[str, set[str]] = {}
    for office in offices:
        for name in {office.code, *_spellings(office)}:
            codes_by_name.setdefault(name, set()).add(office.code)
    return {name: sorted(codes) for name, codes in codes_by_name.items()}


def office_finder(codes_by_name: Spellings) -> Callable[[str], str | None]:
    """
    A function from a code or name to a code, None when unknown or not plain.
    """

    def office_of(written: str) -> str | None:
        name = _compact(written)
        codes = set(codes_by_name.get(name, ()))
        if not codes:
            longer = [n for n in codes_by_name if _same_but_longer(name, n)]
            longest = max(map(len, longer), default=0)
            codes = set[str]().union(
                *(codes_by_name[n] for n in longer if len(n) == longest)
            )
        return next(iter(codes)) if len(codes) == 1 else None

    return office_of


def names_in(
    written: str, codes_by_name: Spellings, codes: Collection[str]
) -> list[str]:
    """
    Those of the offices of these *codes* whose name stands among others in a text.
    """
    text = _compact(written)
    return [
        code
        for name, (code, *others) in codes_by_name.items()
        if not others and code in codes and _tells(name) and name in text
    ]


def _tells(name: str) -> bool:
    """
    Whether a name says which office it is: 市院 stands in the names of many, 范县院 in
    that of one.
    """
    place = _PLACE.fullmatch(name)
    return len(place[1]) > 1 if place else len(name) >= _TELLING


def _compact(text: str) -> str:
    """
    A text in ordinary width, without blanks and what is not seen.
    """
    ordinary = unicodedata.normalize("NFKC", text)
    return "".join(
        sign for sign in ordinary if sign.isprintable() and not sign.isspace()
    )


def _spellings(office: Named) -> set[str]:
    full = _compact(office.name)
    plain = full.replace("人民检察院", "检察院")
    brief = plain.replace("检察院", "院")
    return {full, plain, brief, _compact(office.short_name)}


def _same_but_longer(name: str, other: str) -> bool:
    """
    One is the other with the places above it written before.
    """
    longer, shorter = (name, other) if len(name) >= len(other) else (other, name)
    is_place = _PLACE.fullmatch(shorter) is not None
    return is_place and _tells(shorter) and longer.endswith(shorter)
