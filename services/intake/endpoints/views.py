"""
What several endpoints show: a case with its ledger row.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.intake.casework.forms import labels_of, shown
from services.intake.domain.cases.cases import Case
from services.intake.domain.cases.proposals import clauses_named
from services.intake.domain.words import titles_of
from shared.policy.current import current_policy


def shown_case(case: Case, row: Mapping[str, Any], *, alone: bool) -> dict[str, Any]:
    """
    A case as it is shown with its ledger *row*, *alone* or in a list: why it is out of
    the scope of its programme, if it is (PY-06), and nothing that names the petitioner.
    """
    programme = current_policy().programmes.get(case.programme)
    seen = shown(row, case.programme, alone=alone)
    return {
        **vars(case),
        "failing_clauses": clauses_named(case.failing, programme),
        "labels": labels_of(seen, case.programme) | titles_of(case, programme.words),
        "row": seen,
    }
