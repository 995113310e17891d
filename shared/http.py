"""
The public door under nameko: the only place that touches its HTTP internals.

Reads a request strictly, asks who it is, opens one transaction, answers once per
`Idempotency-Key`, and turns every refusal into an RFC 9457 problem with all
faults at once. Limits bodies and idle sockets; never leaks an exception's text.
"""

from __future__ import annotations

import base64
import functools
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar
from urllib.parse import quote

import eventlet
from marshmallow import Schema, ValidationError
from nameko.web.handlers import HttpRequestHandler
from nameko.web.server import WebServer, WsgiApp
from sqlalchemy import Connection
from uuid_utils import uuid7
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Request, Response

from shared import audit, clock, telemetry
from shared.database import is_passing, transaction
from shared.errors import (
    Fault,
    Malformed,
    NotFound,
    Refusal,
    Rejected,
    TooLarge,
)
from shared.idempotency import Answer, Keys
from shared.policy import policy
from shared.probes import Probes
from shared.schema import faults_of
from shared.security import Gatekeeper, Identity, require_office, require_role
from shared.settings import settings
from shared.telemetry import REQUESTS, Trail, span_of
from shared.vocabulary import Role

PROBLEM = "application/problem+json"
EVERYONE = frozenset(Role)
CLERKS = frozenset({Role.CLERK, Role.MACHINE, Role.LEADER, Role.REVIEWER})
LEADERS = frozenset({Role.LEADER, Role.REVIEWER})
REVIEWERS = frozenset({Role.REVIEWER})
_SOCKET_SECONDS = 30
_KEY_LENGTH = 200


@dataclass(frozen=True)
class Download:
    """
    An answer that is a file.
    """

    content: bytes
    media_type: str
    name: str


@dataclass
class Call:
    """
    A request as a service method sees it.

    *body* and *query* are what the schemas made of it; *path* the parts of the
    address; *session* the transaction that will be committed if it succeeds.
    """

    who: Identity
    body: Any
    query: Mapping[str, Any]
    path: Mapping[str, str]
    today: date
    raw: bytes = b""
    key: str = ""
    session: Connection = field(init=False)

    def office(self, code: str | None = None) -> str:
        """
        The office asked about (by default the asker's own), if it may be.

        Raises `Forbidden`.
        """
        asked = code or self.query.get("office") or self.who.office
        require_office(self.who, asked, policy().directory, self.today)
        return asked

    def offices(self) -> tuple[str, ...]:
        """
        The office asked about and all below it.
        """
        return policy().directory.subtree(self.office(), self.today)


@dataclass(frozen=True)
class Page:
    """
    A stretch of a list, and the cursor of the next one.
    """

    items: list[Any]
    next: str | None


def page_of(rows: list[Any], limit: int, key: Callable[[Any], object]) -> Page:
    """
    Make a page of *rows*, which were fetched with a limit of one more.
    """
    more = len(rows) > limit
    rows = rows[:limit]
    return Page(rows, cursor(key(rows[-1])) if more else None)


def cursor(value: object) -> str:
    text = json.dumps(value, default=str)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def after(query: Mapping[str, Any], kind: type = str) -> Any:
    """
    What the cursor `after` stands for, or None at the beginning.

    Raises `Rejected` for a cursor that is not ours: not of *kind*, say.
    """
    text = query.get("after")
    if not text:
        return None
    try:
        padded = text + "=" * (-len(text) % 4)
        found = json.loads(base64.urlsafe_b64decode(padded))
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, kind) or "\\u0000" in json.dumps(found):
        raise Rejected.because(
            "bad_cursor",
            "after 不是本系统给出的游标。",
            "请使用上一页 next 的值。",
            "/after",
        )
    return found


@dataclass(frozen=True)
class Endpoint:
    """
    What the document at `/openapi.json` says of one method.
    """

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


class Door(WebServer):
    """
    nameko's web server with limits, probes and an orderly end.
    """

    running: ClassVar[Door]

    def __init__(self) -> None:
        super().__init__()
        self.closing = False
        self.busy = 0

    def start(self) -> None:
        Door.running = self
        super().start()

    def get_wsgi_app(self) -> Any:
        return _App(self)

    def get_wsgi_server(self, sock: Any, wsgi_app: Any, **more: Any) -> Any:
        server = super().get_wsgi_server(sock, wsgi_app, **more)
        server.socket_timeout = _SOCKET_SECONDS
        server.keepalive = _SOCKET_SECONDS
        return server

    def drain(self) -> None:
        """
        Refuse what is new, wait for what is under way.
        """
        self.closing = True
        while self.busy:
            eventlet.sleep(0.05)


class _App(WsgiApp):
    """
    Answers the probes before the worker pool, and unknown addresses in our form.
    """

    def __init__(self, server: Door) -> None:
        super().__init__(server)
        service = server.container.service_name
        endpoints = [
            provider.endpoint
            for provider in server._providers  # noqa: SLF001 - nameko's own collection
        ]
        self.door = server
        self.probes = Probes(service, endpoints)

    def __call__(self, environ: Any, start_response: Any) -> Any:
        answer = self.probes.answer(environ.get("PATH_INFO", ""))
        if answer is None:
            answer = self._serve(environ)
        return answer(environ, start_response)

    def _serve(self, environ: Any) -> Any:
        if self.door.closing:
            response = problem(
                Refusal.because("stopping", "服务正在停止。", "请稍后重试。"),
                status=503,
            )
            response.headers["Connection"] = "close"
            return response
        request = Request(environ)
        self.door.busy += 1
        try:
            provider, values = self.url_map.bind_to_environ(environ).match()
            request.path_values = values  # type: ignore[attr-defined]
            return provider.handle_request(request)
        except HTTPException as error:
            return _http_problem(error)
        finally:
            self.door.busy -= 1


def _http_problem(error: HTTPException) -> Response:
    """
    What werkzeug refuses, in our form; a redirect is an answer of its own.
    """
    status = error.code or 500
    if 300 <= status < 400:
        return error.get_response()
    kind, *said = _UNSERVED.get(
        status, (Malformed, "bad_request", "请求无法处理。", "请检查请求。")
    )
    trace = str(uuid7())
    response = problem(kind.because(*said), status=status, trace=trace)
    response.headers["X-Correlation-Id"] = trace
    allow = getattr(error, "valid_methods", None)
    if allow:
        response.headers["Allow"] = ", ".join(sorted(allow))
    return response


_UNSERVED: Mapping[int, tuple[Any, ...]] = {
    404: (
        NotFound,
        "no_such_address",
        "没有这个地址。",
        "可用的地址见 /openapi.json。",
    ),
    405: (
        Refusal,
        "method_not_allowed",
        "这个地址不接受此方法。",
        "见 /openapi.json。",
    ),
}


@functools.lru_cache
def gatekeeper() -> Gatekeeper:
    return Gatekeeper(settings["JWKS"], settings.get("REVOCATIONS"))


class ApiEntrypoint(HttpRequestHandler):
    """
    One method of the public face.
    """

    server = Door()

    def __init__(self, endpoint: Endpoint, **more: Any) -> None:
        self.endpoint = endpoint
        super().__init__(endpoint.method, endpoint.url, **more)

    def handle_request(self, request: Any) -> Response:
        started = time.perf_counter()
        trail = Trail(
            correlation_id=request.headers.get("X-Correlation-Id", "")[:80]
            or str(uuid7()),
            causation_id=str(uuid7()),
            traceparent=span_of(request.headers.get("traceparent", "")),
        )
        request.trail = trail
        request.shallow = False
        try:
            call = self._read(request)
            response = self._work(request, call)
        except Exception as error:  # noqa: BLE001 - every error becomes an answer
            response = answer_to(error, trail)
        response.headers["X-Correlation-Id"] = trail.correlation_id
        REQUESTS.labels(
            self.container.service_name, self.method_name, response.status_code
        ).observe(time.perf_counter() - started)
        return response

    def _read(self, request: Any) -> Call:
        endpoint = self.endpoint
        who = gatekeeper().identify(request.headers.get("Authorization", ""))
        require_role(who, endpoint.roles)
        faults: list[Fault] = []
        query = _load(endpoint.query, request.args.to_dict(), faults, "?")
        raw, body = b"", None
        if endpoint.body is not None:
            raw = _content(request, settings.integer("BODY_LIMIT"))
            body = _load(endpoint.body, _json(request, raw), faults, "")
        elif endpoint.accepts:
            raw = _content(request, settings.integer("LEDGER_LIMIT"))
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
        if endpoint.method == "GET":
            key = ""
        return Call(
            who, body, query or {}, request.path_values, clock.today(), raw, key
        )

    def _work(self, request: Any, call: Call) -> Response:
        answered = eventlet.event.Event()
        self.container.spawn_worker(
            self,
            (call, request.trail, request.full_path),
            {},
            handle_result=functools.partial(self.handle_result, answered),
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
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """
    Make a method the answer to *method* *url*.

    The method gets a `Call` and returns what *answer* can dump (or a `Download`,
    or a (status, result) pair). Its transaction commits when it returns.
    """

    def decorate(handler: Callable[..., Any]) -> Callable[..., Any]:
        endpoint = Endpoint(
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
        )

        @functools.wraps(handler)
        def run(service: Any, call: Call, trail: Trail, path: str) -> Response:
            working = Trail(
                call.who.actor,
                trail.correlation_id,
                trail.causation_id,
                trail.traceparent,
            )
            with telemetry.work(
                "request_handled",
                trail=working,
                endpoint=handler.__name__,
                office=call.who.office,
                role=call.who.role.value,
            ):
                try:
                    response = _in_transaction(service, handler, endpoint, call, path)
                except Exception as error:  # noqa: BLE001 - every error becomes an answer
                    response = answer_to(error, working)
                telemetry.note(status=response.status_code)
            return response

        return ApiEntrypoint.decorator(endpoint)(run)  # type: ignore[no-any-return]

    return decorate


def _in_transaction(
    service: Any,
    handler: Callable[..., Any],
    endpoint: Endpoint,
    call: Call,
    path: str,
) -> Response:
    writes = endpoint.method != "GET"
    with transaction(service.name) as session:
        call.session = session
        keys = Keys(session, service.tables["idempotency"], call.who.office)
        if call.key:
            request = (endpoint.method.encode(), path.encode(), call.raw)
            before = keys.claim(call.key, *request)
            if before is not None:
                return Response(before.body, before.status, mimetype="application/json")
        result = handler(service, call)
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
                act=handler.__name__,
                subject=next(iter(call.path.values()), "")
                or str(shown.get("number") or shown.get("id") or ""),
            )
        text = json.dumps(shown, ensure_ascii=False)
        if call.key:
            keys.keep(call.key, Answer(status, text))
    return Response(text, status, mimetype="application/json")


def _dump(endpoint: Endpoint, result: Any) -> Any:
    if isinstance(result, Page):
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
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return response


def _content(request: Any, limit: int) -> bytes:
    """
    Read the body up to *limit* bytes.

    Raises `TooLarge`, and what the client still sends is not read; `Malformed` when
    it sends less than it declared: half a ledger is not taken for a whole one.
    """
    too_large = TooLarge.because(
        "body_too_large",
        f"内容超过上限 {limit // 1024 // 1024} MB。",
        "请把文件分成几份分别报送。",
    )
    cut_off = Malformed.because(
        "body_incomplete", "请求内容没有收全，未被记录。", "请检查网络后重新发送。"
    )
    declared = request.content_length
    if declared is not None and declared > limit:
        raise too_large
    try:
        content: bytes = request.environ["wsgi.input"].read(
            declared if declared is not None else limit + 1
        )
    except (OSError, ValueError) as error:  # silent too long, or a broken chunk
        raise cut_off from error
    if len(content) > limit:
        raise too_large
    if declared is not None and len(content) < declared:
        raise cut_off
    return content


def _json(request: Any, raw: bytes) -> Any:
    if request.mimetype not in {"application/json", ""}:
        raise Malformed(
            Fault(
                "not_json", "内容类型应为 application/json。", "请改正 Content-Type。"
            )
        )
    try:
        return json.loads(raw, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise Malformed.because(
            "not_json", "请求内容不是有效的 JSON。", "请检查引号、逗号和编码（UTF-8）。"
        ) from error


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _load(schema: Schema | None, found: Any, faults: list[Fault], prefix: str) -> Any:
    if schema is None:
        if found:
            faults.extend(
                Fault("unknown_field", "没有名为此的参数。", "请删去。", f"?{name}")
                for name in found
            )
        return None
    try:
        return schema.load(found)
    except ValidationError as error:
        faults.extend(faults_of(error, prefix=prefix, separator="" if prefix else "/"))
        return None


def problem(
    refusal: Refusal, *, status: int | None = None, trace: str = ""
) -> Response:
    """
    An RFC 9457 problem with every fault.
    """
    status = status or refusal.status
    document = {
        "type": f"urn:jianjian:problem:{refusal.code}",
        "title": refusal.title,
        "status": status,
        "code": refusal.code,
        "detail": "；".join(map(_said, refusal.faults[:20])) + "。",
        "errors": [
            {
                "code": f.code,
                "pointer": f.place,
                "detail": f.detail,
                "remedy": f.remedy,
            }
            for f in refusal.faults
        ],
        "trace_id": trace,
    }
    text = json.dumps(document, ensure_ascii=False)
    response = Response(text, status, content_type=PROBLEM)
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _said(fault: Fault) -> str:
    sentence = fault.detail.rstrip("。")
    return f"{fault.place}：{sentence}" if fault.place else sentence


def answer_to(error: Exception, trail: Trail) -> Response:
    """
    The answer to whatever was raised; what we did not foresee tells nothing.
    """
    trace = trail.correlation_id
    if isinstance(error, Refusal):
        return problem(error, trace=trace)
    if isinstance(error, HTTPException):
        return _http_problem(error)
    log = telemetry.log()
    if is_passing(error):
        log.warning("database_unavailable", error=type(error).__name__, trace=trace)
        refusal = Refusal.because(
            "try_again",
            "数据库暂时不可用，请求未被记录。",
            "请稍后用同一个 Idempotency-Key 重试。",
        )
        response = problem(refusal, status=503, trace=trace)
        response.headers["Retry-After"] = "2"
        return response
    log.error("request_failed", trace=trace, exc_info=error)
    refusal = Refusal.because(
        "internal_error", "系统内部错误，请求未被记录。", "请把 trace_id 告诉管理员。"
    )
    return problem(refusal, status=500, trace=trace)


def found(thing: Any, what: str, number: str) -> Any:
    """
    *thing*, or `NotFound` when it is None.
    """
    if thing is None:
        raise NotFound.because(
            "not_found", f"没有编号为“{number}”的{what}。", "请核对编号。"
        )
    return thing
