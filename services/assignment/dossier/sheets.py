"""
The sheets that a dossier has of its own: cover, list of pages, trail, and the sheet in
the place of a document that is not bound.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256
from itertools import pairwise

from services.assignment.dossier.record import Dossier, FiledPaper, Row
from shared.papers import Paper, Paragraph, Table, day_in_digits

COVER, LIST, TRAIL = "信访案件卷宗", "卷内目录", "办理过程记载"


def cover(dossier: Dossier) -> Paper:
    return _sheet(dossier, COVER, Table((), (1, 3), dossier.cover))


def page_list(dossier: Dossier, places: Sequence[int]) -> Paper:
    """
    *places*: the page on which each document begins, and the one after the last.
    """
    rows = (
        (
            str(number),
            f"{paper.title}（{paper.office}）\n{paper.digest}",
            str(paper.dated),
            _pages(first, after - 1),
        )
        for number, paper, (first, after) in zip(
            range(1, len(places)), dossier.papers, pairwise(places), strict=True
        )
    )
    heads = "序号", "材料（收存机关），SHA-256", "形成日期", "页次"
    return _sheet(dossier, LIST, _table(heads, (2, 14, 4, 3), rows))


def notice(dossier: Dossier, paper: FiledPaper, why: str, attached: str) -> Paper:
    """
    What stands in the place of a document that is not bound; *attached*: how the name
    of its original begins in the attachments, if it is there.
    """
    original = (
        f"作为本 PDF 的附件原样收入，附件名以 {attached} 开头；" if attached else ""
    )
    rows = (
        ("材料", paper.title),
        ("形成日期", day_in_digits(paper.dated)),
        ("收存机关", paper.office),
        ("文件类型", paper.type_title),
        ("大小", f"{paper.size} 字节"),
        ("SHA-256", paper.digest),
        ("材料编号", paper.id),
        ("未装订原因", f"{why}。"),
        ("查阅", f"原件{original}存于系统，按材料编号下载。"),
    )
    return _sheet(dossier, "未装订材料", Table((), (1, 3), rows))


def trail(dossier: Dossier) -> Paper:
    """
    What was owed and what was done, with a check sum over all of it.
    """
    return _sheet(
        dossier,
        TRAIL,
        Paragraph("一、职责和期限", heading=True),
        _table(
            ("职责", "责任机关和岗位", "起算日", "期限", "状态"),
            (8, 8, 5, 5, 5),
            dossier.duties,
        ),
        Paragraph("二、办理经过", heading=True),
        _table(
            ("日期", "事项", "岗位或机关", "记录人", "记录时间"),
            (5, 10, 7, 6, 5),
            dossier.trail,
        ),
        Paragraph(
            f"以上记载共 {len(dossier.trail)} 条，"
            f"校验值（SHA-256）{_check_sum(dossier.trail)}。"
        ),
    )


def _sheet(dossier: Dossier, title: str, *body: Paragraph | Table) -> Paper:
    return Paper(
        title=title,
        number=dossier.number,
        addressee="",
        body=body,
        office=dossier.office,
        day=dossier.day,
    )


def _table(
    heads: tuple[str, ...], widths: tuple[int, ...], rows: Iterable[Row]
) -> Table:
    return Table(heads, widths, tuple(rows))


def _pages(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}-{last}"


def _check_sum(rows: Iterable[Row]) -> str:
    """
    Over the rows, each a line with a tab between its columns.
    """
    lines = ("\t".join(row) for row in rows)
    return sha256("\n".join(lines).encode()).hexdigest()
