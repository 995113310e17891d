"""
How the lists of petitions and cases are narrowed down.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import fields

from services.intake.domain.cases.ledgers import ImportState
from shared.vocabulary import Category, PetitionState, Term, Track
from shared.web.schema import fields as schema
from shared.web.schema.field_kinds import Coded
from shared.web.schema.fields import Strict
from shared.web.schema.named import named
from shared.web.schema.queries import ListQuery

_PAGE = frozenset({"office", "after", "limit", "sort"})


class CaseState(Term):
    """How a case stands in the register."""

    OPEN = "open", "在办"
    CLOSED = "closed", "已办结"
    MERGED = "merged", "已合并"
    WITHDRAWN = "withdrawn", "已撤销登记"


class ListOrder(Term):
    """In which order a list is given."""

    NEWEST = "newest", "最新在前"
    OLDEST = "oldest", "最早在前"
    NUMBER = "number", "按编号"


def _sort() -> Coded:
    return schema.one_of(ListOrder, required=False, load_default=ListOrder.NEWEST)


def _beginning() -> fields.String:
    return schema.text(
        longest=80, required=False, metadata={"description": "编号开头的几个字"}
    )


def _at_least() -> fields.Integer:
    return schema.count(
        least=1, required=False, metadata={"description": "信访人数不少于"}
    )


class ImportOrder(Term):
    """Likewise of pushed ledgers, which are named by when they came."""

    NEWEST = "newest", "最新在前"
    OLDEST = "oldest", "最早在前"


class PetitionsQuery(ListQuery):
    """
    Which petitions, and in which order: every condition that is given must hold.
    *number*: how their numbers begin. *persons_from*: at least so many petition
    together.
    """

    sort = _sort()
    number = _beginning()

    programme = named("programme", required=False)
    channel = schema.text(longest=60, required=False)
    category = schema.one_of(Category, required=False)
    state = schema.one_of(PetitionState, required=False)
    case_kind = schema.text(longest=60, required=False)
    topic = schema.text(longest=60, required=False)
    registration_level = schema.text(longest=60, required=False)
    handler_post = schema.post(required=False)
    persons_from = _at_least()
    group_visit = schema.choice_flag()
    first = schema.choice_flag()
    withdrawn = schema.choice_flag()
    since = schema.day(required=False, data_key="from")
    until = schema.day(required=False, data_key="to")


class CasesQuery(ListQuery):
    """
    Which cases, and in which order: every condition that is given must hold. *number*:
    how their numbers begin. *channel*: of the last petition, *persons_from*: at least
    so many petition together. *not_updated_since*: those whose ledger row was neither
    registered nor brought up to date since a day (PY-36).
    """

    sort = _sort()
    number = _beginning()
    programme = named("programme", required=False)
    case_no = schema.text(longest=80, required=False)
    origin = schema.text(longest=60, required=False)
    case_kind = schema.text(longest=60, required=False)
    topic = schema.text(longest=60, required=False)
    registration_level = schema.text(longest=60, required=False)
    channel = schema.text(longest=60, required=False)
    persons_from = _at_least()
    track = schema.one_of(Track, required=False)
    state = schema.one_of(CaseState, required=False)
    not_updated_since = schema.day(required=False)
    in_scope = schema.choice_flag()
    since = schema.day(required=False, data_key="from")
    until = schema.day(required=False, data_key="to")


class ImportsQuery(ListQuery):
    """Which pushed ledgers, the newest or the oldest first."""

    sort = schema.one_of(ImportOrder, required=False, load_default=ImportOrder.NEWEST)
    programme = named("programme", required=False)
    state = schema.one_of(ImportState, required=False)


class NameBody(Strict):
    """The name under which something was registered, and from where on."""

    name = schema.text(longest=100)
    after = schema.text(longest=400, required=False)
    limit = schema.count(least=1, most=500, required=False, load_default=100)


def filters_of(query: Mapping[str, Any]) -> dict[str, Any]:
    """
    The conditions of a list: all parameters of the query except the office and the
    page.
    """
    return {name: value for name, value in query.items() if name not in _PAGE}
