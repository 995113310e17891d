"""
HTTP endpoints: `api` makes a function one of them, a service lists their modules.

Reads a request strictly, identifies the caller, opens one transaction and answers once
per `Idempotency-Key`. The server is in `server`, error responses are in `problems`.
"""

from __future__ import annotations

import functools
import json
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from types import ModuleType
from typing import Any, TypeVar
from urllib.parse import quote

import eventlet
from marshmallow import Schema
from nameko.web.handlers import HttpRequestHandler
from sqlalchemy import Connection
from uuid_utils import uuid7
from werkzeug.wrappers import Response

from shared import clock, telemetry
from shared.errors import (
    Conflict,
    KeptSecret,
    Malformed,
    NotFound,
    Problem,
    Refusal,
    Rejected,
)
from shared.policy.current import current_policy
from shared.rules import ACCUSED_OFFICE
from shared.settings import settings
from shared.storage import audit
from shared.storage.database import transaction
from shared.storage.leak_log import LeakAttempt, note
from shared.telemetry import REQUESTS, TraceContext, span_of
from shared.vocabulary import Role
from shared.web import paging
from shared.web.auth import (
    Identity,
    require_office,
    require_role,
    token_verifier,
)
from shared.web.idempotency import Answer, IdempotencyKeys
from shared.web.problems import answer_to
from shared.web.rate import address_of, public_rate
from shared.web.request import content_of, form_of, json_of, load, query_of
from shared.web.server import ApiServer

EVERYONE = frozenset(Role)
PUBLIC: frozenset[Role] = frozenset()
"""
The roles of an endpoint that needs no token. It changes nothing, shows nothing personal
and answers each address so many times a minute.
"""
CLERKS = frozenset({Role.CLERK, Role.MACHINE, Role.LEADER, Role.REVIEWER})
LEADERS = frozenset({Role.LEADER, Role.REVIEWER})
REVIEWERS = frozenset({Role.REVIEWER})
FORM = "multipart/form-data"  # a file with what is said of it, checked by `body`
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
T = TypeVar("T")
_KEY_LENGTH = 200
# The most bytes of a JSON body: of most endpoints, and of one that takes a long list.
BODY = 256 * 1024
LONG_LIST = 1024 * 1024


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


@dataclass
class Call:
    """
    A request as an endpoint sees it.

    *body* and *query* are what the schemas made of it; *path* the parts of the
    address; *session* the transaction that will be committed if it succeeds. Of a form
    with a file, *raw* is the content of the file, *filename* its name and *said* the
    other fields as they were sent; *vetted* is what `vet` of the endpoint gave. One
    that only *reads* changes nothing.
    """

    who: Identity
    body: Any
    query: Mapping[str, Any]
    path: Mapping[str, str]
    today: date
    raw: bytes = b""
    key: str = ""
    filename: str = ""
    said: bytes = b""
    reads: bool = False
    session: Connection = field(init=False)
    changes: dict[str, Any] = field(default_factory=dict, init=False)
    vetted: Any = field(default=None, init=False)

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


class ApiEntrypoint(HttpRequestHandler):
    """
    How nameko serves one endpoint.
    """

    server = ApiServer()

    def __init__(self, endpoint: Endpoint, **more: Any) -> None:
        self.endpoint = endpoint
        super().__init__(endpoint.method, endpoint.url, **more)

    def handle_request(self, request: Any) -> Response:
        started = time.perf_counter()
        trace = TraceContext(
            correlation_id=telemetry.correlation_of(
                request.headers.get("X-Correlation-Id", "")
            ),
            causation_id=str(uuid7()),
            traceparent=span_of(request.headers.get("traceparent", "")),
        )
        request.trace = trace
        request.shallow = False
        try:
            call = self._read(request)
            response = self._work(request, call)
        except Exception as error:  # noqa: BLE001 - every error becomes an answer
            response = answer_to(error, trace)
            self._log_refusal(request, error, response)
        response.headers["X-Correlation-Id"] = trace.correlation_id
        REQUESTS.labels(
            self.container.service_name, self.method_name, response.status_code
        ).observe(time.perf_counter() - started)
        return response

    def _log_refusal(self, request: Any, error: Exception, response: Response) -> None:
        """
        Log a request that was refused before it became a piece of work.
        """
        who: Identity | None = getattr(request, "who", None)
        telemetry.log().info(
            "request_refused",
            endpoint=self.endpoint.name,
            status=response.status_code,
            code=getattr(error, "code", None),
            correlation_id=request.trace.correlation_id,
            token=who.token if who else None,
            actor=who.actor if who else None,
        )

    def _read(self, request: Any) -> Call:
        endpoint = self.endpoint
        who = self._caller(request)
        faults: list[Problem] = []
        query = load(endpoint.query, query_of(request, faults), faults, "?")
        raw, body, filename, said = b"", None, "", b""
        if endpoint.accepts == FORM:
            limit = settings.integer("DOCUMENT_LIMIT")
            form = form_of(request, limit, faults)
            raw, filename, said = form.content, form.filename, form.said
            body = load(endpoint.body, form.fields, faults, "")
        elif endpoint.body is not None:
            raw = content_of(request, endpoint.limit)
            body = load(endpoint.body, json_of(request, raw), faults, "")
        elif endpoint.accepts:
            raw = content_of(request, settings.integer("LEDGER_LIMIT"))
        if faults:
            raise Rejected(*faults, code="invalid_request")
        key = request.headers.get("Idempotency-Key", "")
        if len(key) > _KEY_LENGTH or "\0" in key:
            raise Malformed.because(
                "idempotency_key_form",
                f"Idempotency-Key 不得超过 {_KEY_LENGTH} 个字符。",
                "请换一个短的。",
                "Idempotency-Key",
            )
        if any("\0" in part for part in request.path_values.values()):
            raise NotFound.because("not_found", "没有这个编号。", "请核对编号。")
        if endpoint.method == "GET" or not endpoint.repeatable:
            key = ""
        return Call(
            who,
            body,
            query or {},
            request.path_values,
            clock.today(),
            raw,
            key,
            filename,
            said,
            reads=endpoint.method == "GET",
        )

    def _caller(self, request: Any) -> Identity:
        """
        Who asks. Raises `Unauthenticated`, `Forbidden`, or `TooMany` for what needs no
        token.
        """
        if self.endpoint.roles is PUBLIC:
            public_rate().take(address_of(request))
            return Identity("", "", Role.AUDITOR, "", 0)
        who = token_verifier().identify(request.headers.get("Authorization", ""))
        request.who = who
        require_role(who, self.endpoint.roles)
        return who

    def _work(self, request: Any, call: Call) -> Response:
        answered = eventlet.event.Event()
        self.container.spawn_worker(
            self,
            (call, request.trace, request.full_path),
            {},
            handle_result=partial(self.handle_result, answered),
        )
        response: Response = answered.wait()
        return response


def api(
    method: str,
    url: str,
    *,
    roles: frozenset[Role] = EVERYONE,
    body: type[Schema] | None = None,
    query: type[Schema] | None = None,
    answer: type[Schema] | None = None,
    many: bool = False,
    status: int = 200,
    accepts: str = "",
    gives: str = "application/json",
    refusals: tuple[int, ...] = (),
    limit: int = BODY,
    repeatable: bool = True,
    vet: Callable[[Call], Any] | None = None,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """
    Make a function the endpoint *method* *url*.

    It takes a `Call` and returns what *answer* can dump (or a `Download`, or a
    (status, result) pair). Its transaction commits when it returns. *limit*: the
    most bytes of a JSON body. One that is not *repeatable* takes no notice of an
    `Idempotency-Key`: each request is carried out anew, and no answer is stored.
    *vet* looks at the request before the transaction begins and may refuse it: what
    takes long and needs no table.
    """

    def decorate(handler: Callable[..., Any]) -> Callable[..., Any]:
        if hasattr(handler.__globals__.get(handler.__name__), "endpoint"):
            raise TypeError(f"two endpoints named {handler.__name__} in one module")
        endpoint = Endpoint(
            name=handler.__name__,
            method=method,
            url=url,
            summary=" ".join(
                (handler.__doc__ or handler.__name__).split("\n\n")[0].split()
            ),
            roles=roles,
            body=body() if body else None,
            query=query() if query else None,
            answer=answer() if answer else None,
            many=many,
            status=status,
            accepts=accepts,
            gives=gives,
            refusals=refusals,
            limit=limit,
            repeatable=repeatable,
            vet=vet,
        )

        run = _run(handler, endpoint)
        run.endpoint = endpoint  # type: ignore[attr-defined]
        return ApiEntrypoint.decorator(endpoint)(run)  # type: ignore[no-any-return]

    return decorate


def _run(
    handler: Callable[[Call], Any], endpoint: Endpoint
) -> Callable[[Any, Call, TraceContext, str], Response]:
    """
    *handler* as a method of the service that lists its module (`bind_endpoints`).
    """

    @functools.wraps(handler)
    def run(service: Any, call: Call, trace: TraceContext, path: str) -> Response:
        working = TraceContext(
            call.who.actor,
            trace.correlation_id,
            trace.causation_id,
            trace.traceparent,
        )
        with telemetry.work(
            "request_handled",
            trace=working,
            endpoint=endpoint.name,
            office=call.who.office,
            role=call.who.role.value,
            token=call.who.token,
        ):
            try:
                response = _in_transaction(service, handler, endpoint, call, path)
            except Exception as error:  # noqa: BLE001 - every error becomes an answer
                if _is_leak(error):
                    _note_leak(service, endpoint, call)
                response = answer_to(error, working)
            telemetry.add_log_fields(status=response.status_code)
        return response

    return run


def _is_leak(error: Exception) -> bool:
    """
    Whether a request was refused to keep an accusation from whom it accuses.
    """
    return isinstance(error, KeptSecret) or (
        isinstance(error, Refusal)
        and any(problem.code == ACCUSED_OFFICE for problem in error.problems)
    )


def _note_leak(service: Any, endpoint: Endpoint, call: Call) -> None:
    """
    Add a refused request to the leak log, in a transaction of its own.
    """
    attempt = LeakAttempt(
        id=str(uuid7()),
        actor=call.who.actor,
        office=call.who.office,
        token=call.who.token,
        act=endpoint.name,
        subject=next(iter(call.path.values()), ""),
        tried_on=call.today,
        tried_at=clock.now(),
    )
    with transaction(service.name) as session:
        note(session, service.tables["leak_log"], attempt)


def bind_endpoints(service: type, modules: Iterable[ModuleType]) -> None:
    """
    Make the endpoints of *modules* methods of *service*.

    Raises `TypeError` when two endpoints have one name, or one method and address.
    """
    addresses: dict[tuple[str, str], str] = {}
    for name, function in _endpoints_of(modules):
        if hasattr(service, name):
            raise TypeError(f"{service.__name__} has two members named {name}")
        setattr(service, name, function)
        endpoint = function.endpoint
        address = endpoint.method, re.sub("<[^>]*>", "<>", endpoint.url)
        other = addresses.setdefault(address, name)
        if other != name:
            raise TypeError(f"{name} and {other} are both {' '.join(address)}")


def _endpoints_of(modules: Iterable[ModuleType]) -> Iterator[tuple[str, Any]]:
    """
    The endpoints that *modules* define, without those that they import.
    """
    for module in modules:
        for name, function in vars(module).items():
            of_module = getattr(function, "__module__", None) == module.__name__
            if of_module and hasattr(function, "endpoint"):
                yield name, function


def _in_transaction(
    service: Any,
    handle: Callable[[Call], Any],
    endpoint: Endpoint,
    call: Call,
    path: str,
) -> Response:
    writes = endpoint.method != "GET"
    if endpoint.vet is not None:
        call.vetted = endpoint.vet(call)
    with transaction(service.name) as session:
        call.session = session
        keys = IdempotencyKeys(
            session,
            service.tables["idempotency"],
            call.who.office,
            sealed=service.sealed,
        )
        if call.key:
            request = (endpoint.method.encode(), path.encode(), call.said, call.raw)
            before = keys.claim(call.key, *request)
            if before is not None:
                return Response(before.body, before.status, mimetype="application/json")
        result = handle(call)
        status = endpoint.status
        if isinstance(result, Download):
            return _file(result)
        if isinstance(result, tuple):
            status, result = result
        shown = _dump(endpoint, result)
        if writes:
            audit.record(
                session,
                service.tables["audit"],
                actor=call.who.actor,
                office=call.who.office,
                token=call.who.token,
                act=endpoint.name,
                subject=next(iter(call.path.values()), "")
                or str(shown.get("number") or shown.get("id") or ""),
                details=details_of(call),
                sealed=service.sealed,
            )
        text = json.dumps(shown, ensure_ascii=False)
        if call.key:
            keys.keep(call.key, Answer(status, text))
    return Response(text, status, mimetype="application/json")


REASONS = ("reason", "reasons", "cause", "purpose")


def details_of(call: Call) -> dict[str, Any]:
    """
    The reasons that the request gave, and the values that it changed.
    """
    body = call.body if isinstance(call.body, Mapping) else {}
    why = {name: body[name] for name in REASONS if body.get(name)}
    return {**why, "changes": call.changes} if call.changes else why


def _dump(endpoint: Endpoint, result: Any) -> Any:
    if isinstance(result, paging.Page):
        items = (
            endpoint.answer.dump(result.items, many=True)
            if endpoint.answer
            else result.items
        )
        return {"items": items, "next": result.next}
    return endpoint.answer.dump(result) if endpoint.answer else result


def _file(download: Download) -> Response:
    response = Response(download.content, 200, mimetype=download.media_type)
    name = quote(download.name, safe="")
    how = "inline" if download.inline else "attachment"
    response.headers["Content-Disposition"] = f"{how}; filename*=UTF-8''{name}"
    return response


def or_not_found(row: T | None, what: str, number: str) -> T:
    """
    *row*, which was looked up by *number*. Raises `NotFound` when it is None.
    """
    if row is None:
        raise NotFound.because(
            "not_found", f"没有编号为“{number}”的{what}。", "请核对编号。"
        )
    return row


def in_sight(call: Call, row: T | None, what: str, number: str) -> T:
    """
    *row*, which was looked up by *number*, if its office is the caller's own or below.

    Raises `NotFound`, in the same words whether there is none or it lies elsewhere; and
    `Conflict` for an office that had the case before it moved.
    """
    office = getattr(row, "office", None)
    if office and not call.may_see(office) and any(map(call.may_see, _had_by(row))):
        raise moved_away(office)
    seen = row if office is not None and call.may_see(office) else None
    return or_not_found(seen, what, number)


def _had_by(row: Any) -> tuple[str, ...]:
    """
    The offices that had a case before it moved.
    """
    return tuple(getattr(row, "had_by", ()))


def moved_away(office: str, on: date | None = None) -> Conflict:
    """
    The refusal for an office that had a case, which is of another *office* now.
    """
    name = current_policy().directory.office(office).name
    since = f"于 {on} " if on else ""
    return Conflict.because(
        "case_moved_away",
        f"本案已{since}移交{name}，本机关不再办理。",
        "请与接办单位联系；本机关办理的经过仍可查看。",
        "/number",
    )
