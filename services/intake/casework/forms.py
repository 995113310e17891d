"""
The forms of the ledgers as the service uses them, and what of a row is shown to whom.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from services.intake.domain.cases.worked import ACCUSED
from services.intake.ledger import (
    Column,
    Context,
    Form,
    corrected_row,
    load_form,
)
from services.intake.ledger.cells.text import label
from services.intake.ledger.form import WORD_COLUMNS
from shared.near_names import near_finder
from shared.policy.current import current_policy
from shared.policy.parts.words import find
from shared.policy.programme import Programme
from shared.settings import settings


@lru_cache
def form_of(name: str) -> Form:
    return load_form(form_file(name))


def form_file(name: str) -> Path:
    return settings.deploy / "forms" / f"{name}.yaml"


def completed(values: Mapping[str, Any], programme: Programme) -> dict[str, Any]:
    """
    The values of a ledger row with what its form says where the row says nothing, posts
    and departments as the directory writes them, and the office that the matter was
    first petitioned at, if it is one of the directory.
    """
    full = spelled(form_of(programme.form).completed(values), programme)
    if "first_petition_at" in full:
        full["first_petition_office"] = office_of(full["first_petition_at"])
    return full


def with_accused(
    values: Mapping[str, Any], before: Mapping[str, Any] = MappingProxyType({})
) -> dict[str, Any]:
    """
    The values of a ledger row with the office that the unit it accuses is, if that is
    one of the directory. Where the unit is the same as *before*, so is the office, as
    in the row of a case that came from a petition.
    """
    unit, named = values.get(ACCUSED), values.get("accused_office")
    if unit == before.get(ACCUSED):
        office = before.get("accused_office") or named
    else:
        office = office_of(unit) if unit else None
    others = {name: v for name, v in values.items() if name != "accused_office"}
    return {**others, "accused_office": office} if office else others


def coded(written: Mapping[str, Any], programme: Programme) -> dict[str, Any]:
    """
    What is *written* of a matter, with the codes of the words of the programme that its
    ledger lets offices spell otherwise (走访 for 来访).
    """
    columns = columns_of(programme.code)
    codes = {
        fact: columns[name].code_by_label
        for name, fact in WORD_COLUMNS.items()
        if name in columns and isinstance(written.get(fact), str)
    }
    return {
        **written,
        **{
            fact: known.get(label(written[fact]), written[fact])
            for fact, known in codes.items()
            if not find(programme.words[fact], written[fact])
        },
    }


def spelled(values: Mapping[str, Any], programme: Programme) -> dict[str, Any]:
    """
    The values of a ledger row with posts and departments as the directory writes them.
    """
    found = dict(values)
    for column in _NAMED & found.keys():
        hub = column == "upper_leader_post"
        if title := found[column]:
            titles = _titles(programme.hub if hub else found["reporting_office"])
            found[column] = titles.get(label(title), title)
    return found


_NAMED = frozenset(
    (
        "upper_leader_post",
        "leader_post",
        "responsible_post",
        "handler_post",
        "department",
    )
)


@lru_cache(maxsize=10_000)
def _titles(office: str) -> Mapping[str, str]:
    """
    The posts and departments of an office by their titles as ledgers may write them.
    """
    listed = current_policy().directory.office(office)
    return {label(title): title for title in (*listed.posts, *listed.departments)}


def office_of(name: str) -> str | None:
    """
    The code of an office by one of its names, None if it is not plain which is meant.
    """
    return current_policy().directory.named(name)


def reading_on(today: date) -> Context:
    """
    What the reading of one ledger, or of single cells of one, needs on that day.
    """
    near = near_finder(current_policy().directory.spellings)
    return Context(today=today, office_of=office_of, near_offices=near)


def shown(row: Mapping[str, Any], programme: str, *, alone: bool) -> dict[str, Any]:
    """
    What is shown of a ledger row: nothing that names the petitioner, and what describes
    people only with the case *alone*, never in a list.
    """
    form = form_of(current_policy().programmes.get(programme).form)
    left_out = {c.id for c in form.columns if c.personal or (c.narrative and not alone)}
    return {name: value for name, value in row.items() if name not in left_out}


def labels_of(row: Mapping[str, Any], programme: str) -> dict[str, str]:
    """
    The labels of the codes of a ledger row, by column.
    """
    found = {
        name: column.codes.get(str(row.get(name)))
        for name, column in columns_of(programme).items()
    }
    return {name: labels[0] for name, labels in found.items() if labels}


def columns_of(programme: str) -> Mapping[str, Column]:
    """
    The columns of a programme's ledger by id.
    """
    return form_of(current_policy().programmes.get(programme).form).column_by_id


def corrected_values(
    name: str, before: Mapping[str, Any], changes: Mapping[str, str], *, today: date
) -> dict[str, Any]:
    """
    A ledger row in the form of that *name* with single cells corrected. Raises
    `Rejected` with every problem.
    """
    context = reading_on(today)
    return corrected_row(before, changes, form_of(name), context)
