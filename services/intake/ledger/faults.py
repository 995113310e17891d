"""
What can be wrong with a ledger, said so that an office clerk can put it right: a stable
code, the place, a Chinese sentence and the remedy. It decides nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

QUOTED = 30  # characters of a cell repeated in a sentence


@dataclass(frozen=True, slots=True)
class Fault:
    """
    One fault of one cell, or of the whole file when `column_id` is empty.
    """

    code: str
    reason: str
    remedy: str
    column_id: str = ""
    column_title: str = ""
    column_letter: str = ""  # as Excel counts, "AB"; empty for json
    value: str = ""  # the start of the cell's text, hidden in a personal column

    def as_json(self) -> dict[str, str]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Notice:
    """
    Something left unread that the office should hear of; no fault.
    """

    code: str
    sheet: str
    detail: str

    def as_json(self) -> dict[str, str]:
        return asdict(self)


class BadCell(Exception):  # noqa: N818 - said of a cell, not of the program
    """
    A cell that cannot be taken. `says` continues the quoted cell: “…”不是有效日期.
    """

    def __init__(self, code: str, says: str, remedy: str) -> None:
        super().__init__(code)
        self.code = code
        self.says = says
        self.remedy = remedy


class LedgerUnreadable(Exception):  # noqa: N818 - said of a file, not of the program
    """
    The file as a whole cannot be read, or not beyond the rows already given.
    """

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(", ".join(fault.code for fault in faults))
        self.faults = tuple(faults)


def unreadable(code: str, reason: str, remedy: str) -> LedgerUnreadable:
    return LedgerUnreadable([Fault(code, reason, remedy)])


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
    kept = 4 if len(text) > 10 else 0
    return "*" * min(len(text) - kept, 14) + text[len(text) - kept :]
