"""
What is left out where a list is narrowed down by what of some records is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, FromClause, and_, false, func, or_

from shared.policy.parts.routes import ProgressOnly


@dataclass(frozen=True)
class Reader:
    """
    An *office* that reads a list, and by programme the kinds of matters of other
    offices of which it learns only how far they are (XQ-56).
    """

    office: str
    rules: Mapping[str, ProgressOnly]

    def is_told(self, table: FromClause) -> ColumnElement[bool]:
        """
        Whether the reader may read what a petition or a case says.
        """
        columns = table.c

        def is_secret(code: str, rule: ProgressOnly) -> ColumnElement[bool]:
            kinds: ColumnElement[bool] = columns.case_kind.in_(rule.case_kinds)
            if "category" in columns:
                kinds |= columns.category.in_(rule.categories)
            return and_(columns.programme == code, func.coalesce(kinds, false()))

        secret = or_(false(), *(is_secret(*each) for each in self.rules.items()))
        return or_(columns.office == self.office, ~secret)
