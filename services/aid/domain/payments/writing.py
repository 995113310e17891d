"""
The text of a payment file (csv): a line for each payment, and one of totals.

It has what an office of finance needs to pay, and nothing else about the person. The
last line has the number of payments, their sum, and the checksum of the lines before.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Sequence

from shared.numerals import yuan

COLUMNS = ("付款编号", "收款人", "开户银行", "账号", "金额（元）", "用途")
TOTAL = "合计"
_PURPOSE = "国家司法救助金"
_CHECKSUM = "校验码"


def text_of(rows: Sequence[tuple[str, str, str, str, int]]) -> str:
    """
    The file with these rows: reference, payee, bank, account number, amount in fen.
    """
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\r\n")
    lines.writerow(COLUMNS)
    for *texts, amount in rows:
        lines.writerow([*texts, yuan(amount), _PURPOSE])
    checksum = _hash(out.getvalue())
    total = yuan(sum(amount for *_, amount in rows))
    lines.writerow([TOTAL, f"{len(rows)}笔", "", "", total, f"{_CHECKSUM}{checksum}"])
    return out.getvalue()


def checksum_of(content: str) -> str:
    """
    The checksum that stands in the last line of a file.
    """
    return content.rstrip().rpartition(_CHECKSUM)[2]


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
