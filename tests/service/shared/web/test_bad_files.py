"""
Files that are no ledger, or a bad one: refused with everything that is wrong with them.
"""

from __future__ import annotations

import io
import re

import pytest
from openpyxl import Workbook
from prometheus_client.parser import text_string_to_metric_families

from tests.builders import COUNTY, new_number
from tests.builders.ledger_files import xlsx
from tests.service.asking import a_row, as_json, at, refused
from tests.service.shared.web.sending import MIB, pushed


def one_fault_of(job):
    """
    The only fault for which a whole file came back.
    """
    assert job["state"] == "failed"
    assert job["rows_kept"] == 0
    (fault,) = job["problems"]
    assert fault["detail"]
    assert fault["remedy"]
    return fault


# -- files


def test_a_file_that_is_no_workbook_is_refused_and_the_next_one_read(desk):
    texts = {
        "这不是表格。".encode(): "not_a_spreadsheet",
        b"%PDF-1.7 \x00\x01": "not_a_spreadsheet",
        b"PK\x03\x04 but no zip": "file_damaged",
    }
    for content, code in texts.items():
        unique = content + new_number().encode()
        fault = one_fault_of(desk.push(unique, filename="台账.xlsx"))

        assert fault["code"] == code
        assert "xlsx" in fault["remedy"]
    assert desk.push(as_json(a_row()))["rows_kept"] == 1


def test_an_empty_file_is_refused(desk):
    for content in (b"", b"\n\n", b"\xef\xbb\xbf"):
        assert one_fault_of(desk.push(content))["code"] == "empty_file"


def test_a_workbook_without_cases_is_refused(desk):
    assert one_fault_of(desk.push(xlsx().getvalue()))["code"] == "no_rows"


def test_a_workbook_of_another_form_is_refused_naming_the_columns(desk):
    book = Workbook()
    book.active.append(["序号", "姓名", "身份证号", "补贴金额", "开户行"])
    book.active.append([1, "甄外人", "", 300, "农业银行"])
    stream = io.BytesIO()
    book.save(stream)
    fault = one_fault_of(desk.push(stream.getvalue()))

    assert fault["code"] == "other_form"
    assert "案件编号" in fault["detail"]


def test_a_ledger_that_lacks_a_column_is_refused_naming_it(desk):
    columns = [c for c in a_row() if c not in {"case_no", "case_kind"}]
    fault = one_fault_of(desk.push(xlsx(a_row(), columns=columns).getvalue()))

    assert fault["code"] == "columns_missing"
    assert "案件编号" in fault["detail"]
    assert "案件类别" in fault["detail"]


def memory_of(caller):
    text = caller.get("intake", "/metrics").text
    return next(
        sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == "process_resident_memory_bytes"
    )


@pytest.mark.parametrize("streamed", [False, True])
def test_fifty_megabytes_are_refused_without_being_taken_in(as_office, desk, streamed):
    clerk = as_office(COUNTY)
    desk.push(as_json(a_row()))
    before = memory_of(clerk)
    chunks = (b"x" * MIB for _ in range(50))
    answer = pushed(clerk, chunks if streamed else b"x" * 50 * MIB)

    said = refused(answer, 413, "body_too_large")["body_too_large"]
    assert "20 MB" in said["detail"]
    assert "分成几份" in said["remedy"]
    assert memory_of(clerk) - before < 50 * MIB
    assert desk.push(as_json(a_row()))["rows_kept"] == 1


def test_the_same_file_twice_is_refused_naming_the_first_push(as_office, desk):
    number = new_number()
    content = as_json(a_row(number))
    first = desk.push(content)
    said = refused(pushed(as_office(COUNTY), content), 409, "ledger_already_pushed")
    job = as_office(COUNTY).get("intake", f"/imports/{first['id']}").json()

    assert first["id"] in said["ledger_already_pushed"]["detail"]
    assert first["id"] in said["ledger_already_pushed"]["remedy"]
    assert job == first
    assert as_office(COUNTY).get("intake", at("cases", number)).is_success


def test_a_file_that_failed_may_be_pushed_again(desk):
    content = b"%PDF-1.4 " + new_number().encode()
    first = desk.push(content)
    second = desk.push(content)

    assert {first["state"], second["state"]} == {"failed"}
    assert first["id"] != second["id"]


def test_an_import_that_has_ended_cannot_be_ended_again(as_office, desk):
    path = f"/imports/{desk.push(as_json(a_row()))['id']}/ending"
    answer = as_office(COUNTY).post("intake", path, {"reason": "不再需要。"})

    refused(answer, 409, "import_ended")


def test_a_ledger_row_is_told_all_its_faults_at_once_with_their_places(desk):
    bad = a_row(
        reporting_office="某县人民检察院",
        reported_on="2020年11月21日",
        case_kind="不知道",
        repeats_in_window="多次",
        id_no="999999194605021871",
        main_demand=None,
    )
    job = desk.push(xlsx(a_row(), bad).getvalue(), filename="台账.xlsx")
    found = {fault["title"]: fault for fault in job["problems"]}

    assert (job["rows_kept"], job["rows_rejected"]) == (1, 1)
    assert {title: fault["code"] for title, fault in found.items()} == {
        "填报单位": "office_unknown",
        "填报日期": "date_in_future",
        "案件类别": "code_unknown",
        "重复信访次数": "integer_invalid",
        "证件号码": "id_number_checksum",
        "主要诉求": "cell_missing",
    }
    for fault in found.values():
        assert (fault["sheet"], fault["row"]) == ("台账", 4)
        assert re.fullmatch("[A-Z]{1,2}", fault["column"])
        assert fault["detail"]
        assert fault["remedy"]
