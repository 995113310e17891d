"""
What a dossier holds beside the contents of its documents.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from shared.media_types import PDF

BINDS = frozenset({PDF, "image/jpeg", "image/png", "image/tiff"})
"""
The types of files that have pages.
"""
Row = tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class FiledPaper:
    """
    A document of the case: *title* and *office* as they are shown, its own day, and its
    content by type and its Chinese title, *size* in bytes and SHA-256. *binds*: it has
    pages to bind; *ending*: that of its name where the original is attached. *same_as*:
    the number of the one before it that is the same file and is bound in its place, if
    it can be.
    """

    id: str
    title: str
    office: str
    dated: date
    media_type: str
    type_title: str
    size: int
    digest: str
    binds: bool
    ending: str
    same_as: int | None = None


@dataclass(frozen=True, kw_only=True)
class Dossier:
    """
    *cover*: what is said of the case, each with its name; *duties* and *trail*: rows of
    the tables of what was owed and of what was done; *day*: the last day of the record.
    """

    number: str
    office: str
    day: date
    cover: tuple[Row, ...]
    papers: tuple[FiledPaper, ...]
    duties: tuple[Row, ...]
    trail: tuple[Row, ...]

    def ids_within(self, most: int) -> frozenset[str]:
        """
        The ids of the documents that *most* bytes hold: first those that are bound,
        then, of what is left, the originals that are attached; both in their order.
        """
        ids, left = set[str](), most
        for paper in sorted(self.papers, key=lambda paper: not paper.binds):
            if paper.same_as is None and paper.size <= left:
                ids.add(paper.id)
                left -= paper.size
        return frozenset(ids)
