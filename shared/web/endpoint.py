"""
HTTP endpoints: `api` makes a function one of them, a service lists their modules.

Reads a request strictly and identifies the caller; `handling` carries the call out. The
server is in `server`, error responses are in `problems`.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from types import ModuleType
from typing import Any, NamedTuple

import eventlet
from marshmallow import Schema
from nameko.web.handlers import HttpRequestHandler
from uuid_utils import uuid7
from werkzeug.wrappers import Response

from shared import clock, telemetry
from shared.errors import Malformed, NotFound, Problem, Rejected
from shared.settings import settings
from shared.telemetry import REQUESTS, TraceContext, span_of
from shared.vocabulary import Role
from shared.web.auth import Identity, require_role, token_verifier
from shared.web.call import EVERYONE, PUBLIC, Call, Endpoint, FurtherProblems
from shared.web.handling import method_of
from shared.web.problems import answer_to
from shared.web.rate import address_of, public_rate
from shared.web.request import content_of, form_of, json_of, load, query_of
from shared.web.server import ApiServer

FORM = "multipart/form-data"  # a file with what is said of it, checked by `body`
_KEY_LENGTH = 200
# The most bytes of a JSON body: of most endpoints, and of one that takes a long list.
BODY = 256 * 1024
LONG_LIST = 1024 * 1024
Handler = Callable[[Call], Any]


class _Sent(NamedTuple):
    """
    What a request brings: its fields, its bytes or the file in them, the name of the
    file, and the fields beside it as they were sent.
    """

    body: Any = None
    raw: bytes = b""
    filename: str = ""
    fields_sent: bytes = b""


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
            response = answer_to(error, trace, on_page=self.endpoint.is_public_page)
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
            actor=who.account if who else None,
        )

    def _read(self, request: Any) -> Call:
        endpoint = self.endpoint
        who = self._caller(request)
        faults: list[Problem] = []
        query = load(endpoint.query, query_of(request, faults), faults, "?")
        request_parts = self._sent(request, faults)
        if faults:
            if endpoint.further_problems and isinstance(request_parts.body, dict):
                faults += endpoint.further_problems(who, request_parts.body)
            raise Rejected(*faults, code="invalid_request")
        key = _key_of(request)
        if any("\0" in part for part in request.path_values.values()):
            raise NotFound.because("not_found", "没有这个编号。", "请核对编号。")
        reads = endpoint.method == "GET"
        return Call(
            who,
            request_parts.body,
            query or {},
            request.path_values,
            clock.today(),
            request_parts.raw,
            "" if reads or not endpoint.repeatable else key,
            request_parts.filename,
            request_parts.fields_sent,
        )

    def _sent(self, request: Any, faults: list[Problem]) -> _Sent:
        """
        What a request brings, as the endpoint takes it; what is wrong with its fields
        goes to the *faults*. Raises `TooLarge`, `Malformed`.
        """
        endpoint = self.endpoint
        if endpoint.accepts == FORM:
            form = form_of(request, settings.integer("DOCUMENT_LIMIT"), faults)
            body = load(endpoint.body, form.fields, faults, "")
            return _Sent(body, form.content, form.filename, form.fields_sent)
        if endpoint.body is not None:
            raw = content_of(request, endpoint.limit)
            return _Sent(load(endpoint.body, json_of(request, raw), faults, ""), raw)
        if endpoint.accepts:
            limit = settings.integer("LEDGER_LIMIT")
            return _Sent(raw=content_of(request, limit))
        return _Sent()

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


def _key_of(request: Any) -> str:
    """
    The `Idempotency-Key` of a request, "" if it has none. Raises `Malformed`.
    """
    key: str = request.headers.get("Idempotency-Key", "")
    if len(key) > _KEY_LENGTH or "\0" in key:
        raise Malformed.because(
            "idempotency_key_form",
            f"Idempotency-Key 不得超过 {_KEY_LENGTH} 个字符。",
            "请换一个短的。",
            "Idempotency-Key",
        )
    return key


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
    further_problems: FurtherProblems | None = None,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """
    Make a function the endpoint *method* *url*.

    It takes a `Call` and returns what *answer* can dump (or a `Download`, or a
    (status, result) pair). Its transaction commits when it returns. *limit*: the
    most bytes of a JSON body. One that is not *repeatable* takes no notice of an
    `Idempotency-Key`: each request is carried out anew, and no answer is stored.
    *vet* looks at the request before the transaction begins and may refuse it: what
    takes long and needs no table. *further_problems* names what else is wrong in the
    part of a body that is right by its schema, if another part is not: a caller hears
    of all at once.
    """

    endpoint = partial(
        Endpoint,
        method=method,
        url=url,
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
        further_problems=further_problems,
    )
    return lambda handler: _served(handler, endpoint)


def _served(
    handler: Callable[..., Any], endpoint: Callable[..., Endpoint]
) -> Callable[..., Any]:
    """
    *handler* as nameko serves it: an *endpoint* of its name, which its docstring sums
    up. Raises `TypeError` if the module has another of this name.
    """
    name = handler.__name__
    if hasattr(handler.__globals__.get(name), "endpoint"):
        raise TypeError(f"two endpoints named {name} in one module")
    summary = " ".join((handler.__doc__ or name).split("\n\n")[0].split())
    served = endpoint(name=name, summary=summary)
    run = method_of(handler, served)
    run.endpoint = served  # type: ignore[attr-defined]
    return ApiEntrypoint.decorator(served)(run)  # type: ignore[no-any-return]


def bind_endpoints(service: type, modules: Iterable[ModuleType]) -> None:
    """
    Make the endpoints of *modules* methods of *service*.

    Raises `TypeError` when two endpoints have one name, or one method and address.
    """
    addresses: dict[tuple[str, str], str] = {}
    for name, function in endpoints_of(modules):
        if hasattr(service, name):
            raise TypeError(f"{service.__name__} has two members named {name}")
        setattr(service, name, function)
        endpoint = function.endpoint
        address = endpoint.method, re.sub("<[^>]*>", "<>", endpoint.url)
        other = addresses.setdefault(address, name)
        if other != name:
            raise TypeError(f"{name} and {other} are both {' '.join(address)}")


def endpoints_of(modules: Iterable[ModuleType]) -> Iterator[tuple[str, Any]]:
    """
    The endpoints that *modules* define, without those that they import.
    """
    for module in modules:
        for name, function in vars(module).items():
            of_module = getattr(function, "__module__", None) == module.__name__
            if of_module and hasattr(function, "endpoint"):
                yield name, function


def add_endpoint(
    module: ModuleType, name: str, handler: Handler, method: str, url: str, **how: Any
) -> None:
    """
    Add an endpoint to a module that is made at run time; *how* as `api` takes it.
    """
    handler.__name__, handler.__module__ = name, module.__name__
    setattr(module, name, api(method, url, **how)(handler))
