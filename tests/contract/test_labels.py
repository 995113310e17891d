"""
Answers say codes in words, whatever asked for them.
"""

from __future__ import annotations

from datetime import date

from services.assignment.schemas.working.cases import DutyView
from services.intake.forms import labels_of
from services.intake.schemas import ReplyView
from shared.web.openapi import descriptions
from tests.contract.test_openapi_documents import made_of


def test_an_answer_made_of_what_was_asked_has_the_labels_of_its_codes():
    given = {"kind": "procedural", "mode": "phone", "replied_on": date(2020, 11, 20)}

    labels = ReplyView().dump(given)["labels"]
    assert labels == {"kind": "程序性回复", "mode": "电话"}


def test_a_duty_says_its_state_its_colour_and_to_whom_it_is_owed():
    duty = {"state": "overdue", "alert_level": "red", "creditor": "petitioner"}

    labels = DutyView().dump(duty)["labels"]
    assert labels == {"state": "逾期", "alert_level": "红色", "creditor": "对信访人"}


def test_a_ledger_row_has_the_labels_of_its_codes():
    row = {"relation_to_case": "party", "hearing_decision": "hold", "note": "无"}

    labels = labels_of(row, "puyang-2020")
    assert labels == {"relation_to_case": "当事人", "hearing_decision": "是"}


def test_a_name_that_means_something_else_in_one_schema_is_described_there():
    schemas = made_of("assignment")[0]["components"]["schemas"]
    points = schemas["DemandBody"]["properties"]["points"]["description"]
    source = schemas["BatchBody"]["properties"]["source"]["description"]
    changes = made_of("intake")[0]["components"]["schemas"]["CaseCorrection"]

    assert "分数" not in points
    assert source == descriptions()["BatchBody.source"] != descriptions()["source"]
    assert "更正" in changes["properties"]["changes"]["description"]
