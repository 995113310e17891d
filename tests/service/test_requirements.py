"""
Each row of the five programmes' requirements, through the endpoints.

The rows stand in `requirements/`, one file for each programme. A row has a case of its
own; the cases of a programme come in together, in one ledger. Those of Xingqing run on
another system, in `xingqing/`.
"""

from __future__ import annotations

import pytest

from tests.service.requirements.jiaozuo import JIAOZUO
from tests.service.requirements.leaders import LEADERS
from tests.service.requirements.meixian import MEIXIAN
from tests.service.requirements.puyang import PUYANG
from tests.service.requirements.rows import every_row


@pytest.mark.parametrize(
    ("programme", "row"), [*every_row(PUYANG, LEADERS, MEIXIAN, JIAOZUO)]
)
def test_what_the_office_sends_shows_what_the_document_asks(programme, row, at_work):
    at_work(programme, row).take(row.steps)
