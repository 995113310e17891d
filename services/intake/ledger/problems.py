"""
What can be wrong with a ledger, in sentences by which an office clerk can put it right.

A `Problem` is located by a `Cell`; one of the whole file has an empty one.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from services.intake.ledger.cells.text import ordinary
from shared.errors import Cell, Problem
from shared.person import identity_number_fault

QUOTED = 30  # characters of a cell repeated in a sentence
_LONGEST = 300  # characters of a sentence about a cell
# What stands in the wrong column after a shift of columns: an identity number of 18
# digits, a mobile number; also one of 15 digits, or of the fixed network.
_IDENTITY = r"[1-9][0-9]{5}(?:[- ]?[0-9]{4}){2}[- ]?[0-9]{3}[0-9Xx]"
_MOBILE = r"(?:\+?86[- ]?)?1[3-9][0-9](?:[- ]?[0-9]{4}){2}"
_SHORTEST = 11  # digits of a mobile number
_OTHERS = r"[1-9][0-9]{14}|0[0-9]{2,3}-?[0-9]{7,8}"


def _alone(*patterns: str) -> re.Pattern[str]:
    return re.compile(f"(?<![0-9A-Za-z])(?:{'|'.join(patterns)})(?![0-9A-Za-z])")


_IDENTITY_ALONE, _MOBILE_ALONE = _alone(_IDENTITY), _alone(_MOBILE)
_NUMBER_OF_A_PERSON = _alone(_IDENTITY, _MOBILE, _OTHERS)


class CellError(Exception):
    """
    A cell that cannot be read. *detail* continues the quoted cell: “…”不是有效日期.
    """

    def __init__(self, code: str, detail: str, remedy: str) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail
        self.remedy = remedy


class LedgerUnreadable(Exception):  # noqa: N818 - about a file, not about the program
    """
    The file as a whole cannot be read, or not beyond the rows already given.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(", ".join(problem.code for problem in problems))
        self.problems = tuple(problems)


def unreadable(code: str, detail: str, remedy: str) -> LedgerUnreadable:
    return LedgerUnreadable([Problem(code, detail, remedy, Cell())])


_AS_XLSX = "请用 Excel 或 WPS 打开台账，另存为 xlsx 后重新上传。"


def not_a_spreadsheet(what: str) -> LedgerUnreadable:
    return unreadable("not_a_spreadsheet", f"文件不是电子表格，{what}。", _AS_XLSX)


def damaged() -> LedgerUnreadable:
    return unreadable("file_damaged", "文件已损坏，无法打开。", _AS_XLSX)


def protected() -> LedgerUnreadable:
    return unreadable("file_protected", "文件设有打开密码。", "请取消密码后重新上传。")


def quoted(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= QUOTED else f"{flat[:QUOTED]}…"


def hidden(text: str) -> str:
    """
    A personal cell as it may stand in a list: its length and its end, no more.
    """
    shown = 4 if len(text) > 10 else 0
    return "*" * min(len(text) - shown, 14) + text[len(text) - shown :]


def looks_personal(text: str) -> bool:
    """
    Whether a text holds what looks like the number of an identity card or a telephone.
    """
    return bool(_NUMBER_OF_A_PERSON.search(ordinary(text)))


def is_personal(text: str) -> bool:
    """
    Whether a text surely holds a number of a person: an identity number that holds, or
    a mobile number. Numbers of petitions may look like the former.
    """
    if len(text) < _SHORTEST:
        return False
    text = ordinary(text)
    numbers = [re.sub("[- ]", "", found) for found in _IDENTITY_ALONE.findall(text)]
    return not all(map(identity_number_fault, numbers)) or bool(
        _MOBILE_ALONE.search(text)
    )


def without_quotes(sentence: str) -> str:
    """
    A sentence that repeats nothing of what it is about.
    """
    return re.sub("“[^”]*”", "“…”", sentence)


def masked(text: str, personal: Collection[str] = ()) -> str:
    """
    A sentence without numbers of persons and without the *personal* texts; of a length
    that can be shown.
    """
    text = text[: 4 * _LONGEST]
    for each in sorted(personal, key=len, reverse=True):
        text = text.replace(each, hidden(each))
    if looks_personal(text):
        text = ordinary(text)
        text = _NUMBER_OF_A_PERSON.sub(lambda found: hidden(found[0]), text)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
