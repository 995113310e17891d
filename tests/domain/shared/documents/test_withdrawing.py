"""
Which documents may be withdrawn.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from shared.documents.closings import closing_stands_on_it
from shared.documents.document import Document
from shared.documents.withdrawing import Withdrawal, withdraw
from shared.errors import Conflict, Rejected
from shared.vocabulary import ScanState

FILED, TODAY = date(2021, 3, 16), date(2021, 3, 23)
DOCUMENT = Document(
    id="d1",
    number="温法信〔2021〕1号",
    office="410825900",
    kind="evidence",
    title="材料",
    filename="材料.pdf",
    media_type="application/pdf",
    size=9,
    digest="0f" * 32,
    scan=ScanState.NOT_SCANNED,
    dated=date(2021, 3, 1),
    filed_on=FILED,
    filed_by="承办人",
)
WRONG = Withdrawal(on=TODAY, by="立案庭庭长", post="院长", reason="上传到别的案件。")


def withdrawn(document=DOCUMENT, withdrawal=WRONG, stands_on=()):
    return withdraw(
        document, withdrawal, leaders=["院长"], stands_on=stands_on, today=TODAY
    )


def test_a_withdrawn_document_keeps_what_it_was_and_says_why_it_counts_no_more():
    gone = withdrawn()

    assert (gone.withdrawn_on, gone.withdrawn_by) == (TODAY, "立案庭庭长")
    assert (gone.withdrawn_post, gone.withdrawn_because) == ("院长", WRONG.reason)
    assert (
        replace(
            gone,
            withdrawn_on=None,
            withdrawn_by=None,
            withdrawn_post=None,
            withdrawn_because=None,
        )
        == DOCUMENT
    )
    with pytest.raises(Conflict, match="already_withdrawn"):
        withdrawn(gone)


@pytest.mark.parametrize(
    ("document", "withdrawal", "stands_on", "code"),
    [
        ({}, {"on": date(2021, 3, 24)}, (), "date_in_future"),
        ({}, {"on": date(2021, 3, 15)}, (), "date_before_start"),
        ({}, {"post": "法官"}, (), "approver_not_a_leader"),
        ({"made_here": True}, {}, (), "made_here"),
        ({}, {}, [closing_stands_on_it("c1")], "document_in_use"),
    ],
)
def test_what_is_wrong_with_a_withdrawal_is_named(
    document, withdrawal, stands_on, code
):
    with pytest.raises(Rejected) as refusal:
        withdrawn(
            replace(DOCUMENT, **document), replace(WRONG, **withdrawal), stands_on
        )

    assert [fault.code for fault in refusal.value.problems] == [code]
