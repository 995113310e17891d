"""
Which office may be meant by a name that none has: a guess that a refusal offers, and
that nothing is decided by.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from rapidfuzz import fuzz, process

_LIKE = 70  # of 100; two names of three signs with one that differs are less alike
_AS_GOOD = 10  # below the nearest: those are offered beside it
_MOST = 3
_LONGEST = 40  # signs; nothing so long is the name of an office
_ASKED = 200  # names in one ledger: thousands of offices take some milliseconds each


def near_names(written: str, codes_by_name: Mapping[str, Collection[str]]) -> list[str]:
    """
    The names, each of one office, that are most like what is *written*; of each office
    one, the nearest first, at most three.
    """
    if len(written) > _LONGEST:
        return []
    names = [
        name
        for name, codes in codes_by_name.items()
        if len(codes) == 1 and not name.isdigit()
    ]
    found = process.extract(
        written, names, scorer=fuzz.WRatio, score_cutoff=_LIKE, limit=4 * _MOST
    )
    least = found[0][1] - _AS_GOOD if found else 0
    of_office: dict[str, str] = {}
    # Of names that are as near, the shorter one; then by the alphabet.
    for name, score, _ in sorted(found, key=lambda f: (-f[1], len(f[0]), f[0])):
        if score >= least:
            (code,) = codes_by_name[name]
            of_office.setdefault(code, name)
    return list(of_office.values())[:_MOST]


def near_finder(
    codes_by_name: Mapping[str, Collection[str]],
) -> Callable[[str], list[str]]:
    """
    The same for the names of one file, of which the first few hundred are looked for.
    """
    asked: dict[str, list[str]] = {}

    def near(written: str) -> list[str]:
        if written not in asked:
            if len(asked) >= _ASKED:
                return []
            asked[written] = near_names(written, codes_by_name)
        return asked[written]

    return near


def did_you_mean(names: Collection[str]) -> str:
    """
    The question that begins a remedy, empty without *names*.
    """
    return f"是否要填“{'”、“'.join(names)}”？" if names else ""
