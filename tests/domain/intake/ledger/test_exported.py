"""
What is exported of a ledger is the same ledger when it is pushed again.
"""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook

from services.intake.casework.importing.line import content_of
from services.intake.ledger import load_form
from services.intake.ledger.cells import parser_for
from services.intake.ledger.problems import LedgerUnreadable
from services.intake.ledger.writing.exported import LedgerWorkbook, Of
from services.intake.ledger.writing.texts import CellTexts
from services.intake.ledger.xlsx_stream import TEXT, SheetLayout, XlsxStream
from shared.policy.current import every_programme
from tests.builders.ledger_files import CONTEXT, FORM, ROOT, a_case, read, xlsx

NAMES = {"410922": "清丰县人民检察院"}
FULL = {
    "facts": '他说："不服"，\n=1+1；_x0041_ & <b> 𠮷',
    "main_demand": "'不服'判决；要求再审",
    "prior_opinions": "甲法院，2016-01-29，（2016）豫09民终3号，驳回，维持；理由不足\n"
    "清丰县检察院，2018年3月5日，不支持；乙院，2019-1-1，清检〔2019〕1号",
    "prior_is_final": "是；否；是",
    "progress": "2020年11月1日 约见\n未记日期\n2020-11-02：再约",
    "dispositions": "解决问题、帮扶救助",
    "cross_separate": "跨地区、人户分离",
    "measures": "释法说理",
    "evidence": "协议、收条",
    "aid_given": "是",
    "aid_amount": "1.2万",
    "aid_on": "2020-11-3",
    "hearing_decision": "否",
    "sensitive": "否",
    "accused_unit": "清丰县某镇政府",
    "seq": 7,
}


def exported(rows, *, masked=False):
    texts = CellTexts(FORM, lambda code: NAMES.get(code, code))
    book = LedgerWorkbook(FORM, texts, masked=masked)
    offices = [Of(name, [(True, row.values) for row in rows]) for name in ("清丰县院",)]
    return io.BytesIO(b"".join(book.pieces(offices, FORM.title)))


def contents(rows):
    assert [row.problems for row in rows] == [()] * len(rows)
    return [content_of(row.as_json()["values"]) for row in rows]


def test_what_is_exported_reads_as_it_was():
    rows = read(xlsx(a_case(1), a_case(2, **FULL), a_case(3, case_no="清检[2020]3号")))

    assert contents(read(exported(rows))) == contents(rows)


@pytest.mark.parametrize(
    "file",
    sorted(
        ROOT / "deploy" / "forms" / f"{programme.form}.yaml"
        for programme in every_programme().programmes
    ),
)
def test_every_label_of_a_code_of_every_form_is_read_as_that_code(file):
    form = load_form(file)
    texts = CellTexts(form, str)
    for place, column in enumerate(form.columns):
        parse = parser_for(column, form, CONTEXT)
        for code in column.codes:
            value = int(code) if code.isdecimal() else code
            value = [value] if column.type == "list" else value
            text = texts.of_row({column.id: value})[place]

            assert parse(text) == value, (column.id, text)


def test_a_list_without_what_describes_people_says_so_and_cannot_be_pushed():
    rows = read(xlsx(a_case(1, phone="13800000001")))
    content = exported(rows, masked=True)
    sheet = load_workbook(content).worksheets[0]
    texts = " ".join(str(cell.value) for row in sheet for cell in row if cell.value)
    with pytest.raises(LedgerUnreadable) as refused:
        read(content)

    assert "不含信访人信息和案情" in texts
    assert "清检控申〔2020〕1号" in texts
    for hidden in ("甄虚构", "999999194605021872", "13800000001", "要求监督再审"):
        assert hidden not in texts
    assert [each.code for each in refused.value.problems] == ["masked_list"]


def test_the_last_sheet_counts_the_cases_of_each_office_and_of_all():
    one = read(xlsx(a_case(1), a_case(2, case_kind="控告")))
    two = read(xlsx(a_case(3, case_kind="控告")))
    texts = CellTexts(FORM, str)
    book = LedgerWorkbook(FORM, texts, masked=True)
    offices = [
        Of(name, [(row is not one[0], row.values) for row in rows])
        for name, rows in (("甲院", one), ("乙院", two))
    ]
    content = io.BytesIO(b"".join(book.pieces(offices, "附件2")))
    sheet = load_workbook(content)["合计"]
    place = [cell.value for cell in sheet[3]].index("控告")

    assert [
        [row[0].value, row[1].value, row[2].value, row[place].value]
        for row in sheet.iter_rows(min_row=4)
    ] == [
        ["甲院", 2, 1, 1],
        ["乙院", 1, 1, 1],
        ["合计", 3, 2, 2],
    ]


def test_a_ledger_that_is_taken_out_offers_what_its_cells_may_hold():
    book = load_workbook(exported(read(xlsx(a_case(1))), masked=False))
    validations = book.worksheets[0].data_validations.dataValidation
    offered = {each.formula1 for each in validations}

    assert '"是,否"' in offered
    assert any("控告" in each for each in offered)


def test_sheets_have_names_that_a_workbook_takes():
    book, layout = XlsxStream(), SheetLayout([10])
    names = ["甲/乙[院]", "甲乙院", "长" * 40, "长" * 40, ""]
    pieces = [p for name in names for p in book.sheet(name, layout, [(TEXT, ["x"])])]
    found = load_workbook(io.BytesIO(b"".join([*pieces, *book.end()]))).sheetnames

    assert found == ["甲乙院", "甲乙院(2)", "长" * 31, f"{'长' * 26}(2)", "表"]


def test_a_workbook_is_given_on_while_it_is_written():
    given = []

    def rows():
        for number in range(3000):
            given.append(number)
            yield TEXT, [str(hash(str(number))), str(number**9)]

    pieces = XlsxStream().sheet("表", SheetLayout([10, 10]), rows())
    next(pieces)

    assert 0 < len(given) < 2900
