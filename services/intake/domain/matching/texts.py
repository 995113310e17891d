"""
Names, numbers and demands in the form in which they are compared.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from functools import lru_cache

from opencc import OpenCC
from pypinyin import Style, pinyin
from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

_SIMPLIFIED = OpenCC("t2s")
_NOT_IN_NAMES = re.compile(r"[\s·•・.]+")
_FORMER = re.compile(r"[(（\[]?(?:曾用名|又名|原名|别名|化名)[:：]?([^)）\]]+)[)）\]]?")
_SO_MANY = re.compile(r"等?[0-9一二三四五六七八九十百]*[余多]?[人名户位]?$")
_BETWEEN_NAMES = re.compile(r"[、,，;；/\n]+")
_BETWEEN_NUMBERS = re.compile(r"[、,，;；\n]+")
_PHONE = re.compile(r"\d[\d\s-]{5,}\d")
_SHORTEST_PHONE = 7
_OLD_IDENTITY = re.compile(r"\d{15}")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643
_CHECKS = "10X98765432"
_NOT_IN_NUMBERS = re.compile(r"[\s()\[\]{}〔〕【】〈〉《》「」﹝﹞<>第字号#:：._-]+")
_TAKEN_FOR_DIGITS = str.maketrans("OIL|", "0111")
_NEAR_DIGITS = re.compile(r"(?<=\d)[OIL|]+|[OIL|]+(?=\d)")
_NUMBERS = re.compile(r"(\d{1,12}(?:,\d{3})*(?:\.\d{1,6})?)(万?)")
_YEAR = re.compile(r"(?:19|20)\d\d")
_NO_WORD = re.compile(r"[\W_]+")


def simplified(text: str) -> str:
    """
    *text* with half-width letters and simplified characters.
    """
    return str(_SIMPLIFIED.convert(unicodedata.normalize("NFKC", text)))


def names_in(text: str) -> tuple[list[str], list[str]]:
    """
    The names that a cell holds (a joint petition has several), and former names.
    """
    text = unicodedata.normalize("NFKC", text)
    former = [
        name
        for said in _FORMER.findall(text)
        for name in filter(None, _BETWEEN_NAMES.split(said))
    ]
    rest = _FORMER.sub("", text)
    names = [_NOT_IN_NAMES.sub("", part) for part in _BETWEEN_NAMES.split(rest)]
    if "等" in names[-1]:
        names[-1] = _SO_MANY.sub("", names[-1])
    return list(filter(None, names)), former


@lru_cache(maxsize=16_384)
def _syllable(character: str) -> str:
    return str(pinyin(character, style=Style.NORMAL)[0][0])


def syllables(name: str) -> str:
    """
    The pinyin of a name without tones, always one reading for one character.
    """
    return " ".join(map(_syllable, name))


def phones_in(text: str) -> frozenset[str]:
    """
    The telephone numbers in a text, without the code of the country.
    """
    numbers = (re.sub(r"\D", "", found) for found in _PHONE.findall(text))
    trimmed = (_without_country(number) for number in numbers)
    return frozenset(
        number
        for number in trimmed
        if len(number) >= _SHORTEST_PHONE and len(set(number)) > 2
    )


def _without_country(number: str) -> str:
    return (
        number[-11:] if len(number) > 12 and number.startswith(("86", "0")) else number
    )


def identity_of(text: str) -> str:
    """
    An identity number as it is compared; one of fifteen digits as it is today.
    """
    number = re.sub(r"[^0-9A-Z]", "", unicodedata.normalize("NFKC", text).upper())
    if _OLD_IDENTITY.fullmatch(number):
        number = f"{number[:6]}19{number[6:]}"
        total = sum(int(d) * w for d, w in zip(number, _WEIGHTS, strict=True))
        number += _CHECKS[total % 11]
    return number


@lru_cache(maxsize=16_384)
def case_numbers_in(text: str) -> tuple[str, ...]:
    """
    The case numbers in a text, whatever their brackets, widths and blanks.
    """
    parts = _BETWEEN_NUMBERS.split(unicodedata.normalize("NFKC", text).upper())
    bare = (simplified(_NOT_IN_NUMBERS.sub("", part)) for part in parts)
    digits = (
        _NEAR_DIGITS.sub(lambda found: found[0].translate(_TAKEN_FOR_DIGITS), part)
        for part in bare
    )
    return tuple(sorted({number for number in digits if re.search(r"\d", number)}))


def digits_of(case_number: str) -> str:
    """
    The year, the court and the running number of a case number.
    """
    return "-".join(re.findall(r"\d+", case_number))


def demand_of(text: str, phrases: Collection[str]) -> str:
    """
    A demand as it is compared: without punctuation and phrases that all of them have.
    """
    text = _NO_WORD.sub("", simplified(text))
    for phrase in phrases:
        text = text.replace(phrase, "")
    return text


def details_in(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """
    The amounts in a demand, and the years.
    """
    numbers = set(_NUMBERS.findall(unicodedata.normalize("NFKC", text)))
    written = {_amount(number, ten_thousands) for number, ten_thousands in numbers}
    years = {number for number in written if _YEAR.fullmatch(number)}
    amounts = {number for number in written - years if len(number) > 2}
    return frozenset(amounts), frozenset(years)


def _amount(number: str, ten_thousands: str) -> str:
    """
    3.5万 as 35000.
    """
    plain = number.replace(",", "")
    return f"{float(plain) * 10_000:.0f}" if ten_thousands else plain.partition(".")[0]


def likeness(one: str, other: str) -> float:
    """
    How alike two demands are, of 100, whatever the order of their clauses.
    """
    pieces, others = set(_pieces(one)), set(_pieces(other))
    shared = len(pieces & others)
    unordered = 200 * shared / (len(pieces) + len(others) or 1)
    return max(unordered, fuzz.ratio(one, other))


def _pieces(text: str) -> Iterator[str]:
    return (text[place : place + 2] for place in range(len(text) - 1))


def one_slip(one: str, other: str) -> bool:
    """
    Whether one typing error makes the one of the other: a character wrong, lost, added,
    or two exchanged.
    """
    return OSA.distance(one, other, score_cutoff=1) == 1
