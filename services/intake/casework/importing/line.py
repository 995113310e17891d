"""
A row of a pushed ledger, and what follows from it alone: worked out once, when it is
first asked for.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import orjson

from services.intake.casework.forms import completed, with_accused
from services.intake.casework.importing.correcting import Row
from services.intake.domain.cases.cases import Case, open_case
from services.intake.domain.corrections.case_corrections import ABOUT_THE_FORM
from services.intake.events.cases import CaseOpened
from services.intake.store import NewCase
from shared.matter_numbers import canonical_number
from shared.policy.programme import Programme


@dataclass(frozen=True)
class Line:
    """
    What the reader says of a row in the ledger of a programme.

    Only of one without problems can be asked for more than its name.
    """

    row: Row
    programme: Programme

    @cached_property
    def named(self) -> tuple[Any, Any]:
        """
        The office of the row, and the number that it gives the case.
        """
        values = self.row["values"]
        number = values.get("case_no")
        return values.get("reporting_office"), number and canonical_number(number)

    @cached_property
    def values(self) -> dict[str, Any]:
        """
        What the office filled in.
        """
        return with_accused(_filled(self.row["values"]))

    @cached_property
    def full_values(self) -> dict[str, Any]:
        """
        The values with what the form says where the office says nothing.
        """
        return completed(with_accused(self.row["values"]), self.programme)

    @cached_property
    def content(self) -> str:
        return content_of(self.values)

    @cached_property
    def new(self) -> NewCase:
        """
        The case that the row becomes if there is none of it.
        """
        return NewCase(self._opened[0], self.values, self.content)

    @property
    def opened(self) -> CaseOpened:
        return self._opened[1]

    def make_ready(self) -> None:
        """
        Work out what is stored of the case: most of what keeping the row takes.
        """
        _ = self.new.of_row

    @cached_property
    def _opened(self) -> tuple[Case, CaseOpened]:
        office = self.full_values["reporting_office"]
        return open_case(self.full_values, office=office, programme=self.programme)


def content_of(values: Mapping[str, Any]) -> str:
    """
    A hash of the values of a row; a repeated row has the same, a changed row another.

    The running number, the brackets of the case number and the day on which the form
    was filled in may differ.
    """
    filled = {k: v for k, v in _filled(values).items() if k not in ABOUT_THE_FORM}
    if number := filled.get("case_no"):
        filled["case_no"] = canonical_number(number)
    text = orjson.dumps(filled, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(text).hexdigest()[:32]


def _filled(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
