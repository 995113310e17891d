"""
What an endpoint is, who may call it, and a call as it sees it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from marshmallow import Schema
from sqlalchemy import Connection

from shared.errors import Problem
from shared.policy.current import current_policy
from shared.vocabulary import Role
from shared.web import paging
from shared.web.auth import Identity, require_office

EVERYONE = frozenset(Role)
PUBLIC: frozenset[Role] = frozenset()
"""
The roles of an endpoint that needs no token. It changes nothing, shows nothing personal
and answers each address so many times a minute.
"""
CLERKS = frozenset({Role.CLERK, Role.MACHINE, Role.LEADER, Role.REVIEWER})
READERS = frozenset({Role.CLERK, Role.LEADER, Role.REVIEWER})
LEADERS = frozenset({Role.LEADER, Role.REVIEWER})
REVIEWERS = frozenset({Role.REVIEWER})

FurtherProblems = Callable[[Identity, dict[str, Any]], Iterable[Problem]]
"""
What is wrong in a caller's body beside what its schema finds.
"""


@dataclass(frozen=True)
class Download:
    """
    An answer that is a file: whole, or piece by piece as it is read. What is wrong must
    be found before the first piece.
    """

    content: bytes | Iterator[bytes]
    media_type: str
    name: str
    inline: bool = False
    status: int = 200


@dataclass
class Call:
    """
    A request as an endpoint sees it.

    *body* and *query* are what the schemas made of it; *path* the parts of the address;
    *session* the transaction that will be committed if it succeeds. For a form with a
    file, *raw* is the content of the file, *filename* its name and *fields_sent* the
    other fields as sent; *vetted* is what `vet` of the endpoint gave. *if_refused*
    writes what is to be known of the request although it is refused, in a transaction
    of its own.
    """

    who: Identity
    body: Any
    query: Mapping[str, Any]
    path: Mapping[str, str]
    today: date
    raw: bytes = b""
    key: str = ""
    filename: str = ""
    fields_sent: bytes = b""
    session: Connection = field(init=False)
    changes: dict[str, Any] = field(default_factory=dict, init=False)
    vetted: Any = field(default=None, init=False)
    if_refused: Callable[[], object] | None = field(default=None, init=False)

    def changed(self, before: Any, after: Any) -> None:
        """
        Have the audit row name the fields that changed, with both values of each.
        """
        old, new = vars(before), vars(after)
        self.changes |= {
            name: [old[name], new[name]] for name in old if old[name] != new[name]
        }

    @property
    def page(self) -> paging.PageRequest:
        """
        The page of a list, from the query string.
        """
        return paging.PageRequest.of(self.query)

    def office(self, code: str | None = None) -> str:
        """
        The office of the request, by default the caller's own.

        Raises `Forbidden` unless it is the caller's own or below it.
        """
        office = code or self.query.get("office") or self.who.office
        require_office(self.who, office, current_policy().directory, self.today)
        return office

    def may_see(self, office: str) -> bool:
        """
        Whether an office is the caller's own or below it.
        """
        return current_policy().directory.is_within(office, self.who.office, self.today)

    def offices(self) -> tuple[str, ...]:
        """
        The office of the request and all below it.
        """
        return current_policy().directory.subtree(self.office(), self.today)


@dataclass(frozen=True)
class Endpoint:
    """
    One endpoint: how it is reached, by whom, and what it takes and answers.
    """

    name: str
    method: str
    url: str
    summary: str
    roles: frozenset[Role]
    body: Schema | None
    query: Schema | None
    answer: Schema | None
    many: bool
    status: int
    accepts: str
    gives: str
    refusals: tuple[int, ...]
    limit: int
    repeatable: bool
    vet: Callable[[Call], Any] | None
    further_problems: FurtherProblems | None = None

    @property
    def is_public_page(self) -> bool:
        """
        Whether it gives a page to be read by anybody, who also reads its refusals.
        """
        return self.gives == "text/html" and not self.roles
