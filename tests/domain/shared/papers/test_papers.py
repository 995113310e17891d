"""
Papers: what their templates may say, and that docx and PDF say the same.
"""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from importlib import import_module
from pathlib import Path

import pytest
from docx import Document
from docx.oxml.ns import qn
from pypdf import PdfReader

from services.intake.papers import PAPERS as OF_PETITIONS
from shared.papers import Paragraph, Table, day_in_numerals, sum_in_capitals
from shared.papers.docx import as_docx
from shared.papers.pdf import FontLacksError, as_pdf
from shared.settings import SERVICES
from shared.yaml.load import ConfigurationError

PAPERS = Path(__file__).resolve().parents[4] / "deploy" / "papers"
DAY = date(2020, 11, 24)


@pytest.fixture(params=["refusal", "materials"])
def paper(request):
    template = OF_PETITIONS.load(PAPERS)[request.param]
    return template.fill(
        OF_PETITIONS.names,
        number="某检控申受〔2020〕7号",
        office="某某县人民检察院",
        day=DAY,
    )


def test_every_paper_that_is_shipped_can_be_filled_in_by_its_service():
    folders = [folder for folder in PAPERS.iterdir() if folder.is_dir()]

    assert {folder.name for folder in folders} <= {*SERVICES}
    for folder in folders:
        service = import_module(f"services.{folder.name}.papers").PAPERS
        assert len(service.load(PAPERS)) == len([*folder.iterdir()])


def lines_of(paper):
    paragraphs = [block.text for block in paper.body]
    last = paper.office, "二〇二〇年十一月二十四日"
    return [paper.title, paper.number, f"{paper.addressee}：", *paragraphs, *last]


def test_the_word_document_says_all_of_it_in_order(paper):
    written = as_docx(paper)
    document = Document(io.BytesIO(written))

    assert [p.text for p in document.paragraphs if p.text] == lines_of(paper)
    assert as_docx(paper) == written


@pytest.mark.parametrize("typed", ["某市信访局", "某市信访局："])
def test_who_a_paper_is_for_has_one_colon_behind_it(typed):
    template = replace(OF_PETITIONS.load(PAPERS)["refusal"], addressee=typed)
    letter = template.fill(OF_PETITIONS.names, number="", office="某院", day=DAY)
    written = [p.text for p in Document(io.BytesIO(as_docx(letter))).paragraphs]

    assert written[1] == "某市信访局："


def test_the_word_document_is_written_in_chinese(paper):
    """
    Its language and the hint decide which sign and font of punctuation are shown.
    """
    document = Document(io.BytesIO(as_docx(paper)))
    languages = document.styles.element.findall(f".//{qn('w:lang')}")
    fonts = [
        run._element.rPr.rFonts
        for paragraph in document.paragraphs
        for run in paragraph.runs
    ]

    assert [each.get(qn("w:eastAsia")) for each in languages] == ["zh-CN"]
    assert {each.get(qn("w:hint")) for each in fonts} == {"eastAsia"}


def test_the_pdf_says_all_of_it_in_order(paper, font):
    written = as_pdf(paper, font)
    (page,) = PdfReader(io.BytesIO(written)).pages
    text = "".join(page.extract_text().split()).replace("\u3000", "")

    assert text == "".join("".join(lines_of(paper)).split())
    assert as_pdf(paper, font) == written


def test_a_long_text_goes_on_on_the_next_page(paper, font):
    long = paper.__class__(**{**vars(paper), "body": (Paragraph("办理情况。" * 400),)})

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


def with_own(folder, text):
    """
    A folder in which Qingfeng's office has its own text of the refusal.
    """
    there = folder / "intake"
    (there / "410922").mkdir(parents=True)
    shipped = (PAPERS / "intake" / "refusal.yaml").read_text("utf-8")
    (there / "refusal.yaml").write_text(shipped, "utf-8")
    own = shipped.replace("特此告知", text)
    (there / "410922" / "refusal.yaml").write_text(own, "utf-8")
    return folder


def test_an_office_prints_its_own_text_of_a_paper(tmp_path):
    folder = with_own(tmp_path, "请予理解。特此告知")
    general = OF_PETITIONS.load(folder)
    own = OF_PETITIONS.load_own(folder, general)

    assert own.keys() == {("410922", "refusal")}
    assert own["410922", "refusal"] != general["refusal"]
    assert OF_PETITIONS.check(folder) == []


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("{{ reason }}", "{{ nmae }}", "nmae"),
        ("id: refusal", "id: refused", "refused"),
    ],
)
def test_the_check_says_what_is_wrong_in_the_text_of_an_office(
    tmp_path, before, after, said
):
    folder = with_own(tmp_path, "特此告知")
    file = folder / "intake" / "410922" / "refusal.yaml"
    file.write_text(file.read_text("utf-8").replace(before, after), "utf-8")

    (problem,) = OF_PETITIONS.check(folder, offices=["410922"])

    assert said in problem.detail
    assert "410922/refusal.yaml" in str(problem)


def test_the_check_says_that_a_folder_is_no_office(tmp_path):
    folder = with_own(tmp_path, "特此告知")

    (problem,) = OF_PETITIONS.check(folder, offices=["410900"])

    assert problem.code == "unknown_office"


@pytest.fixture
def listing(tmp_path):
    """
    A paper with a list and a table of the materials asked for.
    """
    (tmp_path / "intake").mkdir()
    (tmp_path / "intake" / "listing.yaml").write_text(
        """
id: listing
title: 材料清单
states: materials_asked
source: 示例
paragraphs:
  - text: 一、清单
    heading: true
  - each: materials
    text: "（{{ place | counted }}）{{ item }}"
  - each: materials
    columns:
      - {head: 序号, text: "{{ place }}"}
      - {head: 材料, text: "{{ item }}", width: 4}
  - "{{ text }}"
""",
        "utf-8",
    )
    names = {**OF_PETITIONS.names, "text": "第一行\n第二行", "materials": ("甲", "乙")}
    template = OF_PETITIONS.load(tmp_path)["listing"]
    return template.fill(names, number="", office="某某县人民检察院", day=DAY)


def test_a_paper_has_headings_lists_and_tables(listing):
    assert listing.body == (
        Paragraph("一、清单", heading=True),
        Paragraph("（一）甲"),
        Paragraph("（二）乙"),
        Table(("序号", "材料"), (1, 4), (("1", "甲"), ("2", "乙"))),
        Paragraph("第一行"),
        Paragraph("第二行"),
    )


def test_both_forms_have_the_table_without_an_addressee(listing, font):
    document = Document(io.BytesIO(as_docx(listing)))
    (page,) = PdfReader(io.BytesIO(as_pdf(listing, font))).pages

    (table,) = document.tables
    narrow, wide = (column.width for column in table.columns)
    assert wide > 3 * narrow
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["序号", "材料"],
        ["1", "甲"],
        ["2", "乙"],
    ]
    assert [p.text for p in document.paragraphs][1] == "一、清单"
    assert "".join(page.extract_text().split()).startswith(
        "材料清单一、清单（一）甲（二）乙序号材料1甲2乙第一行第二行"
    )


@pytest.fixture
def form(paper):
    """
    A form whose second answer is longer than a page.
    """
    rows = (("编号", "甲1号"), ("经过", "办" * 3000))
    return replace(paper, body=(Table((), (1, 3), rows),), issued_by="院长")


def test_a_form_has_no_head_and_goes_on_on_the_next_page(form, font):
    document = Document(io.BytesIO(as_docx(form)))
    pages = PdfReader(io.BytesIO(as_pdf(form, font))).pages

    (table,) = document.tables
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        list(row) for row in form.body[0].rows
    ]
    assert f"{form.number}　　签发人：院长" in [p.text for p in document.paragraphs]
    assert len(pages) > 1
    assert "".join(page.extract_text() for page in pages).count("办") == 3000


def test_a_row_of_a_word_document_is_not_torn_unless_it_is_longer_than_a_page(form):
    (table,) = Document(io.BytesIO(as_docx(form))).tables

    whole = [bool(row._tr.findall(f".//{qn('w:cantSplit')}")) for row in table.rows]
    assert whole == [True, False]


def test_a_heading_stays_with_the_text_below_it(paper, font):
    filled, heading = (Paragraph("办理情况。"),) * 17, Paragraph("结论", heading=True)
    long = replace(paper, body=(*filled, heading, Paragraph("已办结。")))
    first, second = PdfReader(io.BytesIO(as_pdf(long, font))).pages
    (title,) = [
        p for p in Document(io.BytesIO(as_docx(long))).paragraphs if p.text == "结论"
    ]

    assert "结论" not in first.extract_text()
    assert second.extract_text().startswith("结论")
    assert title.paragraph_format.keep_with_next


@pytest.mark.parametrize("table", [False, True])
def test_no_signature_stands_on_a_page_of_its_own(listing, font, table):
    """
    The last line, or the last row below the heads, goes over with it.
    """
    body = (Paragraph("办理情况。"),) * 20
    if table:
        body = (*body[6:], Table(("序号", "材料"), (1, 4), (("1", "甲"),) * 6))
    _, last = PdfReader(io.BytesIO(as_pdf(replace(listing, body=body), font))).pages
    above, _, below = "".join(last.extract_text().split()).partition(listing.office)

    assert (above, below) == (
        "序号材料1甲" if table else "办理情况。",
        "二〇二〇年十一月二十四日",
    )


def test_a_receipt_stands_below_the_signature(paper, font):
    receipt = Paragraph("回　　执", heading=True), Paragraph("已接收。")
    letter = replace(paper, below=receipt)
    (page,) = PdfReader(io.BytesIO(as_pdf(letter, font))).pages
    written = [p.text for p in Document(io.BytesIO(as_docx(letter))).paragraphs]
    text = "".join(page.extract_text().split())

    assert text.endswith("二〇二〇年十一月二十四日回执已接收。")
    assert written[-2:] == ["回　　执", "已接收。"]
    assert "已接收。" in letter.texts()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("'{{ petitioners }}'", "petitioners"),
        ("'{{ number'", "unexpected"),
        ("'{{ petitioner.__class__.__mro__ }}'", "unsafe"),
        ("{each: cases}", "cases"),
        ("{text: 表, columns: [{head: 序号, text: '1'}]}", "表格"),
        ("{text: 表, rows: [{head: 编号, text: '1'}]}", "表单"),
        ("'{{ words.findings }}'", "findings"),
    ],
)
def test_a_text_that_cannot_be_filled_in_is_named_with_its_line(tmp_path, text, said):
    file = tmp_path / "intake" / "x.yaml"
    file.parent.mkdir()
    written = (PAPERS / "intake" / "acceptance.yaml").read_text("utf-8")
    file.write_text(f"{written}  - {text}\n", "utf-8")

    with pytest.raises(ConfigurationError) as refused:
        OF_PETITIONS.load(tmp_path)

    (problem,) = refused.value.problems
    assert problem.code == "paper_text"
    assert problem.location.line > 1
    assert said in problem.detail


def test_a_paper_is_filed_as_a_kind_of_document_that_there_is(tmp_path):
    file = tmp_path / "intake" / "x.yaml"
    file.parent.mkdir()
    written = (PAPERS / "intake" / "acceptance.yaml").read_text("utf-8")
    file.write_text(written.replace("filed_as: notice", "filed_as: notes"), "utf-8")
    (problem,) = OF_PETITIONS.check(tmp_path, {"notice": "告知文书"})

    assert (problem.code, problem.location.line > 1) == ("unknown_value", True)
    assert "notice" in problem.remedy
    assert OF_PETITIONS.check(tmp_path, {"notes": "记录"}) == []


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


@pytest.mark.parametrize(
    ("fen", "said"),
    [
        (0, "零元整"),
        (5, "伍分"),
        (15, "壹角伍分"),
        (101, "壹元零壹分"),
        (12_00_00, "壹仟贰佰元整"),
        (10_005_00, "壹万零伍元整"),
        (10_100_000_00, "壹仟零壹拾万元整"),
        (100_000_001_00, "壹亿零壹元整"),
        (12_345_678_901_23, "壹佰贰拾叁亿肆仟伍佰陆拾柒万捌仟玖佰零壹元贰角叁分"),
    ],
)
def test_a_sum_is_written_in_capitals_as_on_a_voucher(fen, said):
    assert sum_in_capitals(fen) == said
