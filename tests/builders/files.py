"""
Files as offices upload them, sound and damaged.
"""

from __future__ import annotations

import io

from fpdf import FPDF
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    DictionaryObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)


def pdf_of(*texts, orientation="portrait", rotated=0):
    """
    A PDF with a page for each text, shown turned by *rotated* degrees.
    """
    file = FPDF(orientation=orientation)
    file.set_font("helvetica", size=20)
    for text in texts:
        file.add_page()
        file.cell(text=text)
    if not rotated:
        return bytes(file.output())
    book = PdfWriter(io.BytesIO(bytes(file.output())))
    for page in book.pages:
        page.rotate(rotated)
    return _written(book)


def locked(content, password):
    """
    The same with a password for whoever opens it; "": for whoever changes it.
    """
    book = PdfWriter(io.BytesIO(content))
    book.encrypt(password, "owner", algorithm="AES-256")
    return _written(book)


def running(content):
    """
    The same with a script on its first page, in a note and in a button.
    """
    book = PdfWriter(io.BytesIO(content))
    script = DictionaryObject(
        {
            NameObject("/S"): NameObject("/JavaScript"),
            NameObject("/JS"): TextStringObject("app.alert(1)"),
        }
    )
    page = book.pages[0]
    page[NameObject("/AA")] = DictionaryObject({NameObject("/O"): script})
    for kind in ("/Link", "/Widget"):
        note = {
            NameObject("/Type"): NameObject("/Annot"),
            NameObject("/Subtype"): NameObject(kind),
            NameObject("/A"): script,
        }
        book.add_annotation(page_number=0, annotation=DictionaryObject(note))
    return _written(book)


def inflating(megabytes):
    """
    A PDF whose list of objects unpacks to so many megabytes.
    """
    book = PdfWriter(io.BytesIO(pdf_of("x")))
    stream = StreamObject()
    stream.set_data(b" " * megabytes * 1024 * 1024)
    packed = stream.flate_encode()
    packed[NameObject("/N")] = NumberObject(1)
    book.pages[0][NameObject("/Contents")] = book._add_object(packed)
    return _written(book)


def picture(width=60, height=40, kind="PNG", *, frames=1, turned=False, mode="RGB"):
    """
    A picture, upright or as a camera that was held sideways stores it.
    """
    images = [
        Image.new(mode, (width, height), (200, 30 * n, 30) if mode == "RGB" else 1)
        for n in range(frames)
    ]
    more = {"save_all": True, "append_images": images[1:]} if frames > 1 else {}
    if turned:
        noted = Image.Exif()
        noted[0x0112] = 6
        more["exif"] = noted
    out = io.BytesIO()
    images[0].save(out, kind, **more)
    return out.getvalue()


def texts_of(content):
    """
    The text of each page of a PDF.
    """
    return [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]


def _written(book):
    out = io.BytesIO()
    book.write(out)
    return out.getvalue()
