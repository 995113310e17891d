"""
The dossier of a case: what is bound, in which order, and what is not.
"""

from __future__ import annotations

import io
from datetime import date
from functools import partial
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as settings_of_hypothesis
from hypothesis import strategies as st
from pypdf import PdfReader

from services.assignment.dossier.binding import CannotBindError, bound
from services.assignment.dossier.composing import compose
from services.assignment.dossier.record import BINDS, Dossier, FiledPaper
from shared.settings import settings
from tests.builders.files import inflating, locked, pdf_of, picture, running, texts_of

PDF, PNG, JPEG, TIFF = "application/pdf", "image/png", "image/jpeg", "image/tiff"
ENDINGS = {PDF: "pdf", PNG: "png", JPEG: "jpg", TIFF: "tiff", "audio/amr": "amr"}
FONT = Path(settings["PAPER_FONT"])
NUMBER = "清检控申〔2020〕007号"


pytestmark = pytest.mark.usefixtures("font")


def a_paper(place, content, media_type=PDF, **changes):
    said = {
        "id": f"d{place}",
        "title": f"第{place}件",
        "office": "清丰县人民检察院",
        "dated": date(2020, 11, 1 + place % 28),
        "media_type": media_type,
        "type_title": "AMR 录音" if media_type == "audio/amr" else "PDF 文件",
        "size": len(content),
        "digest": sha256(content).hexdigest(),
        "binds": media_type in BINDS,
        "ending": ENDINGS[media_type],
    }
    return FiledPaper(**said | changes)


def dossier_of(*papers, **changes):
    said = {
        "number": NUMBER,
        "office": "清丰县人民检察院",
        "day": date(2020, 12, 8),
        "cover": (("案件编号", NUMBER), ("承办机关", "清丰县人民检察院")),
        "papers": papers,
        "duties": (("三日内包案", "检察长", "2020-11-02", "2020-11-05", "已履行"),),
        "trail": (("2020-11-02", "案件登记", "—", "c-1", "2020-11-02 09:30"),),
    }
    return Dossier(**said | changes)


def composed(*files, **changes):
    """
    The dossier of these files: contents, or contents with their types.
    """
    files = [file if isinstance(file, tuple) else (file, PDF) for file in files]
    papers = [a_paper(place, *file) for place, file in enumerate(files, 1)]
    contents = {paper.id: file[0] for paper, file in zip(papers, files, strict=True)}
    out = io.BytesIO()
    dossier = dossier_of(*papers, **changes)
    pages = compose(dossier, lambda paper: contents[paper.id], FONT, out)
    assert pages == len(PdfReader(out).pages)
    return out.getvalue()


def joined(text):
    """
    A text without the breaks of its lines, which its cells make.
    """
    return text.replace("\n", "")


SOUND = b"#!AMR" + bytes(40)
DAMAGED = [b"", b"%PDF-1.7\ngarbage", pdf_of("x")[:300], locked(pdf_of("x"), "secret")]
FILES = [
    pdf_of("one", "two"),
    (picture(), PNG),
    *(pdf_of("turned", rotated=degrees) for degrees in (90, 180, 270)),
    (SOUND, "audio/amr"),
    locked(pdf_of("readable"), ""),
    running(pdf_of("running")),
    *DAMAGED,
    pdf_of("wide", orientation="landscape"),
]


@pytest.fixture(scope="module")
def book(font):
    return composed(*FILES)


@pytest.fixture(scope="module")
def texts(book):
    return texts_of(book)


def test_every_document_is_bound_in_order_between_cover_and_trail(book, texts):
    cover, listed, also_listed, *pages, trail = texts
    listed += also_listed
    found = [text.split("\n")[0] for text in pages]
    missing = "未装订材料"

    assert NUMBER in cover
    assert "清丰县人民检察院" in cover
    assert found[:2] == ["one", "two"]
    assert len(PdfReader(io.BytesIO(book)).pages[5].images) == 1
    assert found[6:9] == [missing, "readable", "running"]
    assert found[9:] == [missing] * 4 + ["wide"]
    assert "案件登记" in trail
    assert "2020-11-0209:30" in joined(trail).replace(" ", "")
    assert "三日内包案" in trail
    for place, pages in ((1, "4-5"), (2, "6"), (len(FILES), f"{len(texts) - 1}")):
        assert f"{date(2020, 11, 1 + place % 28)} {pages}" in listed


def test_a_file_that_was_filed_for_several_ends_is_bound_once():
    content, out = pdf_of("once"), io.BytesIO()
    papers = (a_paper(1, content), a_paper(2, content, binds=False, same_as=1))

    compose(dossier_of(*papers), lambda paper: {"d1": content}[paper.id], FONT, out)
    texts = texts_of(out.getvalue())

    assert sum("once" in text for text in texts) == 1
    assert "与第1项为同一文件" in joined(texts[3]).replace(" ", "")


def test_every_page_has_its_number_whichever_way_it_is_shown(texts):
    for number, text in enumerate(texts, 1):
        assert f"{number} / {len(texts)}" in text


def test_the_outline_leads_to_every_document(book):
    reader = PdfReader(io.BytesIO(book))
    found = {
        each.title: reader.get_destination_page_number(each) for each in reader.outline
    }

    assert list(found) == [
        *("封面", "卷内目录"),
        *(f"第{place}件" for place in range(1, len(FILES) + 1)),
        "办理过程记载",
    ]
    assert [*found.values()] == [0, 1, 3, *range(5, len(FILES) + 5)]


def test_the_same_content_gives_the_same_bytes(book):
    assert composed(*FILES) == book


def test_what_cannot_be_bound_has_a_page_that_says_why(texts):
    reasons = ["已损坏", "已损坏", "已损坏", "已加密"]
    for content, why, notice in zip(DAMAGED, reasons, texts[12:16], strict=True):
        assert why in notice
        assert sha256(content).hexdigest() in joined(notice)
        assert f"{len(content)} 字节" in notice


def test_a_document_without_pages_is_a_listed_reference(texts):
    assert sha256(SOUND).hexdigest() in joined(texts[1])
    assert "AMR 录音" in texts[9]
    assert f"{len(SOUND)} 字节" in texts[9]


def test_the_original_of_what_is_not_bound_is_attached_byte_for_byte(book, texts):
    """
    Nothing of a case is lost in its dossier (MX-24): sound, and files nobody can read.
    """
    attached = [*PdfReader(io.BytesIO(book)).attachment_list]
    unread = {f"{FILES.index(content) + 1:04d}.pdf": content for content in DAMAGED[1:]}

    assert {each.name: each.content for each in attached} == {
        "0006.amr": SOUND,
        **unread,
    }
    assert "附件名以0006开头" in joined(texts[9]).replace(" ", "")
    assert "附件" not in texts[12], "an empty file has nothing to attach"
    assert attached[0].alternative_name == "0006 第6件.amr"
    assert attached[0].size == len(SOUND)


def test_nothing_that_runs_is_bound(book):
    page = PdfReader(io.BytesIO(book)).pages[11]

    assert b"JavaScript" in FILES[7]
    assert b"JavaScript" not in book
    assert "/AA" not in page
    assert [note.get_object()["/Subtype"] for note in page["/Annots"]] == ["/Link"]


def test_a_picture_stands_as_the_camera_was_held_and_every_frame_has_a_page():
    held = picture(80, 40, "JPEG", turned=True)
    (page,) = PdfReader(io.BytesIO(bound(held, JPEG, pages=9, seconds=9))).pages
    scan = picture(40, 60, "TIFF", frames=3)

    assert page.mediabox.height > page.mediabox.width
    assert len(texts_of(bound(scan, TIFF, pages=9, seconds=9))) == 3


@pytest.mark.parametrize(
    ("content", "media_type", "why"),
    [
        (partial(pdf_of, "a", "b", "c"), PDF, "超过全卷可装订的页数"),
        (partial(picture, 40, 60, "TIFF", frames=3), TIFF, "超过全卷可装订的页数"),
        (partial(picture, 9000, 7000, mode="1"), PNG, "图片过大"),
    ],
)
def test_what_is_larger_than_the_bounds_is_not_bound(content, media_type, why):
    with pytest.raises(CannotBindError, match=why):
        bound(content(), media_type, pages=2, seconds=9)


def test_what_takes_too_long_is_given_up(monkeypatch):
    def endless(*_):
        while True:
            pass

    monkeypatch.setattr("services.assignment.dossier.binding._of_pdf", endless)

    with pytest.raises(CannotBindError, match="未能在规定时间内"):
        bound(b"", PDF, pages=1, seconds=1)


def test_a_copy_of_a_file_that_could_not_be_bound_says_why_it_is_not_in_the_book():
    out = io.BytesIO()
    papers = (a_paper(1, b""), a_paper(2, b"", binds=False, same_as=1))

    compose(dossier_of(*papers), lambda _: b"", FONT, out)
    copy = joined(texts_of(out.getvalue())[3]).replace(" ", "")

    assert "与第1项为同一文件" in copy
    assert "只装订一次" not in copy


def test_a_page_is_bound_without_unpacking_it():
    # The library gives up above 75 MB.
    content = inflating(100)

    assert len(content) < 200_000
    assert len(bound(content, PDF, pages=1, seconds=9)) < 200_000


@pytest.mark.parametrize(
    ("most", "within"),
    [(50, {"d1", "d2", "d3"}), (20, {"d2", "d3"}), (15, {"d2"}), (0, set())],
)
def test_what_has_pages_is_bound_before_an_original_is_attached(most, within):
    recording = a_paper(1, b"1" * 10, "audio/amr")
    pages = [a_paper(place, b"%d" % place * 10) for place in (2, 3)]
    again = a_paper(4, b"2" * 10, binds=False, same_as=2)

    assert dossier_of(recording, *pages, again).ids_within(most) == within


def test_a_title_with_a_character_that_the_font_lacks_stops_no_dossier():
    paper = a_paper(1, b"", "audio/amr", title="录音\U0001f600")
    out = io.BytesIO()
    compose(dossier_of(paper), lambda _: b"", FONT, out)

    assert "录音〓" in texts_of(out.getvalue())[1]


def test_a_long_list_and_a_long_trail_keep_their_numbers_right():
    row = ("2020-11-02", "案件登记", "—", "c-1", "2020-11-02 09:30")
    texts = texts_of(composed(*[pdf_of("page")] * 40, trail=(row,) * 60))
    first = next(n for n, text in enumerate(texts, 1) if text.startswith("page"))
    listed = joined("".join(texts[: first - 1])).replace(" ", "")

    assert first > 3
    assert texts[first + 38].startswith("page")
    assert not texts[first + 39].startswith("page")
    for place in (1, 40):
        day = date(2020, 11, 1 + place % 28)
        assert f"{day}{first + place - 1}" in listed
    assert "共 60 条" in "".join(texts)


@settings_of_hypothesis(max_examples=40)
@given(st.binary(max_size=400), st.integers(0, 3000), st.sampled_from([PDF, PNG, TIFF]))
def test_no_bytes_end_the_binding(garbage, place, media_type):
    sound = pdf_of("x") if media_type == PDF else picture(9, 9, media_type[6:].upper())
    content = sound[:place] + garbage + sound[place:]
    try:
        pages = bound(content, media_type, pages=9, seconds=9)
    except CannotBindError:
        return
    assert len(PdfReader(io.BytesIO(pages)).pages) > 0
