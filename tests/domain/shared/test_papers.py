"""
Papers: what their templates may say, and that docx and PDF say the same.
"""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pytest
from docx import Document
from pypdf import PdfReader

from deploy.local import packages
from shared.papers import FontLacksError, as_docx, as_pdf, load_papers
from shared.papers.template import EXAMPLE, day_in_numerals
from shared.settings import settings
from shared.yaml.load import ConfigurationError

PAPERS = Path(__file__).resolve().parents[3] / "deploy" / "papers"
DAY = date(2020, 11, 24)


@pytest.fixture(scope="module")
def font():
    try:
        packages.ensure({"font"}, print)
    except packages.MissingServersError as missing:
        pytest.skip(str(missing))
    return Path(settings["PAPER_FONT"])


@pytest.fixture(params=["refusal", "materials"])
def paper(request):
    template = load_papers(PAPERS)[request.param]
    return template.fill(
        EXAMPLE, number="某检控申受〔2020〕7号", office="某某县人民检察院", day=DAY
    )


def test_every_paper_that_is_shipped_can_be_filled_in():
    assert len(load_papers(PAPERS)) >= 5


def lines_of(paper):
    last = paper.office, "二〇二〇年十一月二十四日"
    return [paper.title, paper.number, f"{paper.addressee}：", *paper.paragraphs, *last]


def test_the_word_document_says_all_of_it_in_order(paper):
    written = as_docx(paper)
    document = Document(io.BytesIO(written))

    assert [p.text for p in document.paragraphs if p.text] == lines_of(paper)
    assert as_docx(paper) == written


def test_the_pdf_says_all_of_it_in_order(paper, font):
    written = as_pdf(paper, font)
    (page,) = PdfReader(io.BytesIO(written)).pages
    text = "".join(page.extract_text().split()).replace("\u3000", "")

    assert text == "".join("".join(lines_of(paper)).split())
    assert as_pdf(paper, font) == written


def test_a_long_text_goes_on_on_the_next_page(paper, font):
    long = paper.__class__(**{**vars(paper), "paragraphs": ("办理情况。" * 400,)})

    pages = PdfReader(io.BytesIO(as_pdf(long, font))).pages

    assert len(pages) > 1
    assert "".join(page.extract_text() for page in pages).count("办") == 400


def test_a_name_that_the_font_cannot_write_is_refused_not_left_blank(paper, font):
    rare = paper.__class__(**{**vars(paper), "addressee": "甄\U00020bb7"})

    with pytest.raises(FontLacksError) as refused:
        as_pdf(rare, font)

    assert refused.value.characters == "\U00020bb7"
    assert (
        "\U00020bb7："
        in [p.text for p in Document(io.BytesIO(as_docx(rare))).paragraphs][2]
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{ petitioners }}", "petitioners"),
        ("{{ number", "unexpected"),
        ("{{ petitioner.__class__.__mro__ }}", "unsafe"),
    ],
)
def test_a_text_that_cannot_be_filled_in_is_named_with_its_line(tmp_path, text, said):
    file = tmp_path / "x.yaml"
    written = (PAPERS / "acceptance.yaml").read_text("utf-8")
    file.write_text(f'{written}  - "{text}"\n', "utf-8")

    with pytest.raises(ConfigurationError) as refused:
        load_papers(tmp_path)

    (problem,) = refused.value.problems
    assert problem.code == "paper_text"
    assert problem.location.line > 1
    assert said in problem.detail


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2020, 11, 20), "二〇二〇年十一月二十日"),
        (date(2021, 1, 5), "二〇二一年一月五日"),
        (date(2022, 10, 31), "二〇二二年十月三十一日"),
        (date(2023, 12, 10), "二〇二三年十二月十日"),
    ],
)
@pytest.mark.requirement("JZ-45")
def test_a_day_is_written_in_chinese_numerals(day, said):
    assert day_in_numerals(day) == said
