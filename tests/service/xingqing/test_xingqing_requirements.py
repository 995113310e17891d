"""
Each row of Xingqing's requirements, through the endpoints.
"""

from __future__ import annotations

import pytest

from tests.service.requirements.rows import every_row
from tests.service.requirements.xingqing import XINGQING


@pytest.mark.parametrize(("programme", "row"), [*every_row(XINGQING)])
def test_what_the_office_sends_shows_what_the_document_asks(programme, row, at_work):
    at_work(programme, row).take(row.steps)
