"""
What can be wrong with a ledger, in sentences by which an office clerk can put it right.

A `Problem` is located by a `Cell`; one of the whole file has an empty one.
"""

from __future__ import annotations

from collections.abc import Sequence

from shared.errors import Cell, Problem

QUOTED = 30  # characters of a cell repeated in a sentence


class BadCell(Exception):  # noqa: N818 - about a cell, not about the program
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
