"""
One PDF of a case: cover, list of what is bound, the documents, and the trail; attached
to it, the originals of those that have no pages.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import BinaryIO

from pypdf import PdfReader, PdfWriter
from pypdf.generic import NameObject, NumberObject, TextStringObject

from services.assignment.dossier.binding import CannotBindError, bound
from services.assignment.dossier.page_numbers import number_pages
from services.assignment.dossier.record import Dossier, FiledPaper
from services.assignment.dossier.sheets import cover, notice, page_list, trail
from shared.papers import Paper
from shared.papers.pdf import as_one_pdf, legible

_MOST_PAGES = 5000  # of the documents of a dossier
_SECONDS = 20  # of the processor, for the pages of one document
Read = Callable[[FiledPaper], bytes]
"""
Gives the content of a document, each once, in order; of those that are the same file
the first one's.

Raises `CannotBindError` if it is not at hand.
"""


@dataclass(frozen=True)
class _Part:
    """
    A document with its pages as a PDF; or with why it has none, which is a page, and
    its *original*, if it is at hand.
    """

    paper: FiledPaper
    content: bytes = b""
    pages: int = 1
    why_not: str = ""
    original: bytes = b""


def compose(dossier: Dossier, read: Read, font: Path, out: BinaryIO) -> int:
    """
    Write the dossier; returns the number of its pages.

    A document that cannot be bound has a page that says why, with its SHA-256; its
    original is attached, byte for byte.
    """
    parts = list(_parts(dossier.papers, read))
    places = list(accumulate((part.pages for part in parts), initial=1))
    # The list has as many pages whatever numbers stand in it.
    first = [cover(dossier), page_list(dossier, places)]
    front = sum(_set(first, font)[1])
    # Set twice: the page numbers in the list are known once its own pages are counted.
    own = [
        cover(dossier),
        page_list(dossier, [front + place for place in places]),
        *(
            notice(dossier, p.paper, p.why_not, _place(number) if p.original else "")
            for number, p in enumerate(parts, 1)
            if p.why_not
        ),
        trail(dossier),
    ]
    return _bind(dossier, parts, *_set(own, font), out)


def _set(papers: Sequence[Paper], font: Path) -> tuple[bytes, tuple[int, ...]]:
    return as_one_pdf([legible(paper, font) for paper in papers], font)


def _parts(papers: Sequence[FiledPaper], read: Read) -> Iterator[_Part]:
    pages_left = _MOST_PAGES
    made = list[_Part]()
    for paper in papers:
        if paper.same_as is not None:
            # Places count from 1.
            part = _copy(paper, made[paper.same_as - 1])
        else:
            part = _part(paper, read, pages_left)
            pages_left -= part.pages
        made.append(part)
        yield part


def _copy(paper: FiledPaper, first: _Part) -> _Part:
    """
    The same file as one before it: bound in its place, or for the same reason not.
    """
    why_not = first.why_not or "只装订一次"
    return _Part(paper, why_not=f"与第 {paper.same_as} 项为同一文件，{why_not}")


def _part(paper: FiledPaper, read: Read, pages_left: int) -> _Part:
    content = b""
    try:
        content = read(paper)
        pages = bound(content, paper.media_type, pages=pages_left, seconds=_SECONDS)
    except CannotBindError as error:
        return _Part(paper, why_not=str(error), original=content)
    return _Part(paper, pages, len(PdfReader(io.BytesIO(pages)).pages))


def _bind(
    dossier: Dossier,
    parts: Sequence[_Part],
    own: bytes,
    own_pages: Sequence[int],
    out: BinaryIO,
) -> int:
    """
    Bind what was set for the dossier and the pages of its documents, in order.
    """
    book = PdfWriter()
    book.pdf_header = "%PDF-1.7"  # the newest that a document of it may need
    sheets = iter(PdfReader(io.BytesIO(own)).pages)
    lengths = iter(own_pages)

    def add_own(title: str) -> None:
        for place in range(next(lengths)):
            book.add_page(next(sheets))
            if place == 0:
                book.add_outline_item(title=title, page_number=len(book.pages) - 1)

    add_own("封面")
    add_own("卷内目录")
    for part in parts:
        if part.why_not:
            add_own(part.paper.title)
            continue
        first = len(book.pages)
        for page in PdfReader(io.BytesIO(part.content)).pages:
            book.add_page(page)
        book.add_outline_item(title=part.paper.title, page_number=first)
    add_own("办理过程记载")
    number_pages(book)
    for number, part in enumerate(parts, 1):
        if part.original:
            _attach(book, _place(number), part)
    book.metadata = {"/Title": dossier.number, "/Author": dossier.office}
    book.write(out)
    return len(book.pages)


def _place(number: int) -> str:
    """
    How the name of an attached original begins: with its place in the list of pages.
    """
    return f"{number:04d}"


def _attach(book: PdfWriter, place: str, part: _Part) -> None:
    """
    Attach the original as it was filed, by its title where a reader shows one.
    """
    paper = part.paper
    attached = book.add_attachment(f"{place}.{paper.ending}", part.original)
    attached.alternative_name = TextStringObject(
        f"{place} {paper.title}.{paper.ending}"
    )
    attached.subtype = NameObject(f"/{paper.media_type}")
    attached.size = NumberObject(len(part.original))
