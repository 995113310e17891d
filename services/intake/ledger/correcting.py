"""
Single cells of a row that was read before: parsed, and judged with the rest of the row
as in a whole ledger.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from services.intake.ledger.cells import Context, parser_for
from services.intake.ledger.cells.text import label
from services.intake.ledger.form import CASE_NO, Column, Form
from services.intake.ledger.problems import CellError
from services.intake.ledger.rows import LIST_TYPES
from services.intake.ledger.rules import RULES
from shared.errors import Problem, reject_if
from shared.person import is_masked

Values = dict[str, Any]

# They say which case it is and when it was entered, and are corrected by none.
_FIXED = frozenset({"seq", CASE_NO, "reporting_office", "reported_on"})
_OPINIONS, _FINAL = "prior_opinions", "prior_is_final"


def corrected_row(
    before: Mapping[str, Any],
    changes: Mapping[str, str],
    form: Form,
    context: Context,
    *,
    place: str = "/changes",
) -> Values:
    """
    The values of a row with the *changes* of its cells: texts as an office writes them,
    by the id or the title of their column; a blank text empties the cell.

    Raises `Rejected` with every problem, each at *place*/title.
    """
    values, problems = _with_finality(before), list[Problem]()
    by_title, titles = form.column_by_title(), dict[str, str]()
    for title, text in changes.items():
        column = by_title.get(label(title))
        if column is None or column.id in _FIXED:
            problems.append(_not_correctable(title, column, place))
            continue
        titles[column.id] = title
        try:
            values[column.id] = _parsed(column, text, form, context)
        except CellError as bad:
            problems.append(_problem(bad, title, place))
    reject_if(problems)
    reject_if(_emptied(before, values, titles, form, place))
    reject_if(_together(before, values, titles, form, context, place=place))
    return {name: value for name, value in values.items() if value is not None}


def _parsed(column: Column, text: str, form: Form, context: Context) -> Any:
    """
    The value of a text, as it is stored. Raises `CellError`.
    """
    nothing: Any = [] if column.type in LIST_TYPES else None
    if not text.strip():
        return nothing
    if column.personal and column.writing != "plain" and is_masked(text):
        raise CellError("masked_value", "含有遮蔽符号", "请填写真实内容。")
    value = parser_for(column, form, context)(text)
    return nothing if value is None else orjson.loads(orjson.dumps(value))


def _emptied(
    before: Mapping[str, Any],
    values: Values,
    titles: Mapping[str, str],
    form: Form,
    place: str,
) -> Iterator[Problem]:
    """
    What must be filled is not emptied. A case that came from a petition may lack it.
    """
    for column in form.required():
        if values.get(column.id) is None and before.get(column.id) is not None:
            missing = CellError("cell_missing", "没有填写", "请补填。")
            yield _problem(missing, titles.get(column.id, column.title), place)


def _together(
    before: Mapping[str, Any],
    values: Values,
    titles: Mapping[str, str],
    form: Form,
    context: Context,
    *,
    place: str,
) -> Iterator[Problem]:
    """
    What contradicts other cells, but for what did so before in cells that stay: who
    corrects one cell is not to mend the others.
    """
    of_id = {column.id: column.title for column in form.columns}
    stood = _with_finality(before)
    for rule in RULES:
        earlier = {(n, bad.detail) for n, bad in rule(stood, form, context.today)}
        for name, bad in rule(values, form, context.today):
            if name in titles or (name, bad.detail) not in earlier:
                yield _problem(bad, titles.get(name, of_id[name]), place)


def _with_finality(before: Mapping[str, Any]) -> Values:
    """
    The values as they are read: whether opinions are final stands in a column of its
    own.
    """
    values = {**before}
    if opinions := [dict(opinion) for opinion in before.get(_OPINIONS) or ()]:
        values[_OPINIONS] = opinions
        values[_FINAL] = [opinion.get("final") for opinion in opinions]
    return values


def _problem(bad: CellError, title: str, place: str) -> Problem:
    return Problem(bad.code, f"“{title}”{bad.detail}。", bad.remedy, f"{place}/{title}")


def _not_correctable(title: str, column: Column | None, place: str) -> Problem:
    if column is None:
        return Problem(
            "no_such_column",
            f"台账没有名为“{title[:30]}”的列。",
            "请按台账的列名填写。",
            f"{place}/{title[:30]}",
        )
    return Problem(
        "not_correctable",
        f"“{column.title}”不能更正，它说明这是哪一件案件。",
        "如登记有误，请撤销登记后另行登记。",
        f"{place}/{title}",
    )
