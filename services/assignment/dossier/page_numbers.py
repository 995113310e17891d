"""
Page numbers on every page of a PDF, whatever is on it.

Nothing of a page is read: its content stands between two pieces of ours.
"""

from __future__ import annotations

from typing import Any

from pypdf import PageObject, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, StreamObject

_FONT, _SIZE = "/PageNumberFont", 9
_EDGE = 14  # points from the lower edge of the page as it is seen
_WIDTHS = {"/": 0.278, " ": 0.278}  # of Helvetica, in parts of its size
_DIGIT = 0.556
# Where the lower edge is of a page that is shown turned, and the way of writing along
# it: middle or end of the page's width and height, then the matrix.
_TURNED = {
    0: ((0.5, 0), (1, 0, 0, 1)),
    90: ((1, 0.5), (0, 1, -1, 0)),
    180: ((0.5, 1), (-1, 0, 0, -1)),
    270: ((0, 0.5), (0, -1, 1, 0)),
}


def number_pages(book: PdfWriter) -> None:
    """
    Write `3 / 12` at the foot of each page.
    """
    font = _kept(
        book,
        DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Font"),
                NameObject("/Subtype"): NameObject("/Type1"),
                NameObject("/BaseFont"): NameObject("/Helvetica"),
            }
        ),
    )
    # The page's own content is enclosed, for it may leave the coordinates turned or
    # scaled.
    before = _kept(book, _stream("q\n"))
    last = len(book.pages)
    for number, page in enumerate(book.pages, 1):
        _own_fonts(page)[NameObject(_FONT)] = font
        after = _kept(book, _stream(f"\nQ\n{_written(page, f'{number} / {last}')}"))
        page[NameObject("/Contents")] = ArrayObject(
            [before, *_contents(book, page), after]
        )


def _written(page: PageObject, text: str) -> str:
    """
    The text in the middle of the lower edge, as operators.
    """
    (across, up), (a, b, c, d) = _TURNED[page.rotation % 360]
    box, width = page.cropbox, sum(_WIDTHS.get(sign, _DIGIT) for sign in text) * _SIZE
    x = float(box.left) + across * float(box.width) - a * width / 2 + c * _EDGE
    y = float(box.bottom) + up * float(box.height) - b * width / 2 + d * _EDGE
    matrix = f"{a} {b} {c} {d} {x:.2f} {y:.2f}"
    return f"q BT 0 g {_FONT} {_SIZE} Tf {matrix} Tm ({text}) Tj ET Q\n"


def _own_fonts(page: PageObject) -> DictionaryObject:
    """
    The fonts of a page, which pages may share.
    """
    resources = _within(page, "/Resources")
    return _within(resources, "/Font")


def _within(holder: DictionaryObject, name: str) -> DictionaryObject:
    entry = holder.get(name)
    if entry is not None and isinstance(own := entry.get_object(), DictionaryObject):
        return own
    own = DictionaryObject()
    holder[NameObject(name)] = own
    return own


def _contents(book: PdfWriter, page: PageObject) -> list[Any]:
    """
    The pieces of a page's content; each stands in the file for itself.
    """
    if "/Contents" not in page:
        return []
    content: Any = page.raw_get("/Contents")
    pieces = content.get_object()
    if isinstance(pieces, ArrayObject):
        return [*pieces]
    return [content if content is not pieces else _kept(book, content)]


def _stream(text: str) -> StreamObject:
    stream = StreamObject()
    stream.set_data(text.encode())
    return stream


def _kept(book: PdfWriter, value: Any) -> Any:
    return book._add_object(value)  # noqa: SLF001 - no other way
