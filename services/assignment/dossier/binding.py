"""
The pages of one document as they are bound: a PDF as it is, a picture on a page.

Documents are files that somebody else made. What can be run is taken off their pages;
one that cannot be read, or not soon, is not bound.
"""

from __future__ import annotations

import io
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from fpdf import FPDF
from PIL import Image, ImageOps
from pypdf import PageObject, PasswordType, PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject

from services.assignment.dossier.record import BINDS
from shared.media_types import PDF

_MOST_PIXELS = 60_000_000  # of a picture: a scan of A3 at 600 dpi has less
_MARGIN = 15  # mm around a picture
_ORIENTATION = 0x0112  # where a camera notes how it was held
_NO_DAY = datetime.min.replace(tzinfo=UTC)
_ACTIONS = ("/A", "/AA")
_RUNNING = {
    *("/FileAttachment", "/Movie", "/Sound", "/Screen", "/RichMedia", "/3D"),
    *("/Widget",),  # a field of a form, with what its author wants to be run
}


class CannotBindError(Exception):
    """
    The document has no pages that can be bound; it says why, in Chinese.
    """


class _TooLongError(Exception):
    """Reading the document took too long."""


def bound(content: bytes, media_type: str, *, pages: int, seconds: int) -> bytes:
    """
    The pages of a document as a PDF of their own.

    Raises `CannotBindError`, also for more than so many *pages* and after so many
    *seconds* of the processor.
    """
    if media_type not in BINDS:
        raise CannotBindError("此类文件没有可装订的页面")
    try:
        with _within(seconds):
            if media_type == PDF:
                return _of_pdf(content, pages)
            return _of_picture(content, pages)
    except CannotBindError:
        raise
    except _TooLongError:
        raise CannotBindError("文件过于复杂，未能在规定时间内读完") from None
    except Exception:  # noqa: BLE001 - whatever a damaged file does to its reader
        raise CannotBindError("文件已损坏，不能读取") from None


@contextmanager
def _within(seconds: int) -> Iterator[None]:
    """
    Raises `_TooLongError` in the block after so many seconds of the processor.
    """

    def stop(*_: object) -> None:
        raise _TooLongError

    # By the processor's time: a document must not fail because the machine is busy.
    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _of_pdf(content: bytes, most: int) -> bytes:
    source, target = PdfReader(io.BytesIO(content)), PdfWriter()
    # Many scanners lock a file against changes alone: everybody may read it.
    if source.is_encrypted and source.decrypt("") is PasswordType.NOT_DECRYPTED:
        raise CannotBindError("文件已加密，没有密码不能打开")
    _check_number(len(source.pages), most)
    for page in source.pages:
        _make_inert(target.add_page(page))
    return _written(target)


def _make_inert(page: PageObject) -> None:
    """
    Take off a page what it runs, and the files that hang on it.
    """
    page.pop("/AA", None)
    inert = ArrayObject()
    for each in page.get("/Annots") or ():
        note: Any = each.get_object()
        if isinstance(note, DictionaryObject) and note.get("/Subtype") not in _RUNNING:
            for action in _ACTIONS:
                note.pop(action, None)
            inert.append(each)
    page[NameObject("/Annots")] = inert


def _of_picture(content: bytes, most: int) -> bytes:
    target = FPDF(unit="mm", format="A4")
    target.set_creation_date(_NO_DAY)
    target.set_auto_page_break(auto=False)
    with Image.open(io.BytesIO(content)) as picture:
        frames = getattr(picture, "n_frames", 1)
        _check_number(frames, most)
        for frame in range(frames):
            picture.seek(frame)
            if picture.width * picture.height > _MOST_PIXELS:
                raise CannotBindError("图片过大，不能装订")
            # A photograph is put in as it was taken: encoding it again would cost time
            # and sharpness.
            as_it_is = picture.format == "JPEG" and _upright(picture)
            _add_picture(target, picture, content if as_it_is else None)
    return bytes(target.output())


def _upright(picture: Image.Image) -> bool:
    return bool(picture.getexif().get(_ORIENTATION, 1) == 1)


def _add_picture(target: FPDF, picture: Image.Image, content: bytes | None) -> None:
    """
    A page with a picture, or with the *content* that it was read from.
    """
    shown = ImageOps.exif_transpose(picture)
    wide = shown.width > shown.height
    target.add_page(orientation="landscape" if wide else "portrait")
    target.image(
        io.BytesIO(content) if content else shown.convert("RGB"),
        x=_MARGIN,
        y=_MARGIN,
        w=target.w - 2 * _MARGIN,
        h=target.h - 2 * _MARGIN,
        keep_aspect_ratio=True,
    )


def _check_number(pages: int, most: int) -> None:
    if not pages:
        raise CannotBindError("文件没有任何一页")
    if pages > most:
        raise CannotBindError(f"文件有 {pages} 页，超过全卷可装订的页数")


def _written(target: PdfWriter) -> bytes:
    out = io.BytesIO()
    target.write(out)
    return out.getvalue()
