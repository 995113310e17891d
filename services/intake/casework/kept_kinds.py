"""
Kinds of cases that are corrected against the category of the petition they came of.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection

from services.intake.domain.corrections.case_corrections import CorrectedCase
from services.intake.domain.words import kind_of_kept_category
from services.intake.store import Petitions
from shared.errors import Problem
from shared.policy.programme import Programme

KIND = "case_kind"


def kind_faults(
    session: Connection, corrected: Collection[CorrectedCase], programme: Programme
) -> dict[str, list[Problem]]:
    """
    What is wrong with a corrected kind, by the number of the case: an accusation stays
    of a kind of which the hub learns only the progress (XQ-56).
    """
    rule, words = programme.progress_only, programme.words
    kinds = {
        each.case.number: each.row[KIND] for each in corrected if KIND in each.fields
    }
    if rule is None or not kinds:
        return {}
    return {
        petition.number: [
            *kind_of_kept_category(
                {"category": petition.category, KIND: kinds[petition.number]},
                rule,
                words,
                "/changes",
            )
        ]
        for petition in Petitions(session).with_keys(kinds)
    }
