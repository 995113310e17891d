"""
Which office may be meant by a name that none has. It is a guess that a refusal offers;
nothing is decided by it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import cache

from rapidfuzz import fuzz, process

MOST = 3  # names that are offered
LONGEST = 40  # signs; nothing so long is the name of an office
_LIKE = 70  # of 100; two names of three signs with one that differs are less alike
_AS_GOOD = 10  # below the nearest: those are offered beside it
_MOST_WRITTEN = 200  # names in one ledger: thousands of offices take milliseconds each


def near_names(written: str, codes_by_name: Mapping[str, Collection[str]]) -> list[str]:
    """
    The names, each of one office, that are most like what is *written*; of each office
    one, the nearest first, at most three.
    """
    return near_finder(codes_by_name)(written)


def near_finder(
    codes_by_name: Mapping[str, Collection[str]],
) -> Callable[[str], list[str]]:
    """
    `near_names` for the names of one file, of which the first few hundred are looked
    for.
    """

    @cache
    def code_by_name() -> Mapping[str, str]:
        return {
            name: code
            for name, (code, *others) in codes_by_name.items()
            if not others and not name.isdigit()
        }

    answers: dict[str, list[str]] = {}

    def near(written: str) -> list[str]:
        if written not in answers:
            if len(answers) >= _MOST_WRITTEN:
                return []
            answers[written] = _nearest(written, code_by_name())
        return answers[written]

    return near


def _nearest(written: str, code_by_name: Mapping[str, str]) -> list[str]:
    if len(written) > LONGEST:
        return []
    matches = process.extract(
        written, [*code_by_name], scorer=fuzz.WRatio, score_cutoff=_LIKE, limit=4 * MOST
    )
    least = matches[0][1] - _AS_GOOD if matches else 0
    name_by_code: dict[str, str] = {}
    # Of names that are as near, the shorter one; then by the alphabet.
    for name, score, _ in sorted(matches, key=lambda m: (-m[1], len(m[0]), m[0])):
        if score >= least:
            name_by_code.setdefault(code_by_name[name], name)
    return list(name_by_code.values())[:MOST]


def did_you_mean(names: Collection[str]) -> str:
    """
    The question that begins a remedy, empty without *names*.
    """
    return f"是否要填“{'”、“'.join(names)}”？" if names else ""
