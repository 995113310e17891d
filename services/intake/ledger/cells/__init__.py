"""
One cell to one value: a parser for each column, made once for a file. It knows neither
the row nor what must be filled; None means that the cell is empty.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

from services.intake.ledger.cells.lists import (
    booleans_parser,
    entries_parser,
    list_parser,
    opinions_parser,
)
from services.intake.ledger.cells.scalars import (
    Context,
    Parser,
    boolean_parser,
    code_parser,
    date_parser,
    integer_parser,
    money_parser,
    office_parser,
    text_parser,
)
from services.intake.ledger.form import CASE_NO, Column, Form, Kind
from services.intake.ledger.problems import CellError
from shared.matter_numbers import case_number_problem

__all__ = ["Context", "Parser", "parser_for"]


def parser_for(column: Column, form: Form, context: Context) -> Parser:
    parse = _MAKERS[column.type](column, form, context)
    if column.id == CASE_NO:
        return _case_number(parse)
    return _remembering(parse) if column.type in _FEW_SPELLINGS else parse


def _case_number(parse: Parser) -> Parser:
    """
    A case number is part of addresses, and may not be that of another kind of matter.
    """

    def parse_number(cell: object) -> object:
        number = parse(cell)
        if number is not None and (problem := case_number_problem(str(number))):
            raise CellError(problem.code, problem.detail, problem.remedy)
        return number

    return parse_number


_FEW_SPELLINGS = frozenset({"code", "boolean", "office", "date"})


def _remembering(parse: Parser) -> Parser:
    """
    A column that repeats few texts in thousands of rows parses each of them once.
    """
    of_text = lru_cache(maxsize=4096)(parse)
    return lambda cell: of_text(cell) if cell.__class__ is str else parse(cell)


_MAKERS: Mapping[Kind, Callable[[Column, Form, Context], Parser]] = {
    "text": text_parser,
    "integer": integer_parser,
    "date": date_parser,
    "code": code_parser,
    "list": list_parser,
    "boolean": boolean_parser,
    "booleans": booleans_parser,
    "money": money_parser,
    "office": office_parser,
    "opinions": opinions_parser,
    "entries": entries_parser,
}
