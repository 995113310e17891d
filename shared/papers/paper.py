"""
A paper ready to print: its lines, lists and tables, whatever form it takes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date


@dataclass(frozen=True)
class Paragraph:
    """
    One paragraph; a *heading* stands alone, without indentation.
    """

    text: str
    heading: bool = False


@dataclass(frozen=True)
class Table:
    """
    A table: *heads* and *widths* (in proportion to each other) of its columns, and its
    rows, each with a text for every column. A form has no heads.
    """

    heads: tuple[str, ...]
    widths: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, kw_only=True)
class Paper:
    """
    *number* is its document number, *addressee* whom it is for and *issued_by* the post
    that issues it (签发人), "" if it has none; *day* stands below the name of the
    *office*, and *below* both what another fills in and sends back (回执).
    """

    title: str
    number: str
    addressee: str
    body: tuple[Paragraph | Table, ...]
    office: str
    day: date
    issued_by: str = ""
    below: tuple[Paragraph | Table, ...] = ()

    @property
    def head(self) -> str:
        """
        The line below the title: the document number and who issues it.
        """
        issuer = f"签发人：{self.issued_by}" if self.issued_by else ""
        return "　　".join(filter(None, (self.number, issuer)))

    def texts(self) -> Iterator[str]:
        """
        Every text of it, in the order of reading.
        """
        yield from (self.title, self.head, self.addressee)
        yield from _texts(self.body)
        yield self.office
        yield from _texts(self.below)

    def rewritten(self, change: Callable[[str], str]) -> Paper:
        """
        The paper with every text of it changed.
        """
        return replace(
            self,
            title=change(self.title),
            number=change(self.number),
            addressee=change(self.addressee),
            body=tuple(_rewritten(block, change) for block in self.body),
            office=change(self.office),
            issued_by=change(self.issued_by),
            below=tuple(_rewritten(block, change) for block in self.below),
        )


def _texts(blocks: Iterable[Paragraph | Table]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Table):
            yield from block.heads
            for row in block.rows:
                yield from row
        else:
            yield block.text


def _rewritten(
    block: Paragraph | Table, change: Callable[[str], str]
) -> Paragraph | Table:
    if isinstance(block, Paragraph):
        return replace(block, text=change(block.text))
    return replace(
        block,
        heads=tuple(map(change, block.heads)),
        rows=tuple(tuple(map(change, row)) for row in block.rows),
    )
