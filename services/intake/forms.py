"""
The forms of the ledgers as the service uses them, and what of a row is shown to whom.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from services.intake.ledger import (
    Column,
    Context,
    Form,
    corrected_row,
    load_form,
    office_names,
)
from shared.policy.current import current_policy
from shared.settings import settings


@lru_cache
def form_of(name: str) -> Form:
    return load_form(form_file(name))


def form_file(name: str) -> Path:
    return settings.deploy / "forms" / f"{name}.yaml"


def shown(row: Mapping[str, Any], programme: str, *, alone: bool) -> dict[str, Any]:
    """
    What is shown of a ledger row: nothing that names the petitioner, and what describes
    people only with the case *alone*, never in a list.
    """
    form = form_of(current_policy().programmes.get(programme).form)
    left_out = {c.id for c in form.columns if c.personal or (c.narrative and not alone)}
    return {name: value for name, value in row.items() if name not in left_out}


def columns_of(programme: str) -> dict[str, Column]:
    """
    The columns of a programme's ledger by id.
    """
    form = form_of(current_policy().programmes.get(programme).form)
    return {column.id: column for column in form.columns}


def corrected_values(
    name: str, before: Mapping[str, Any], changes: Mapping[str, str], *, today: date
) -> dict[str, Any]:
    """
    A ledger row in the form of that *name* with single cells corrected. Raises
    `Rejected` with every problem.
    """
    offices = current_policy().directory.offices()
    context = Context(today=today, office_of=office_names(offices))
    return corrected_row(before, changes, form_of(name), context)
