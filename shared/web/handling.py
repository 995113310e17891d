"""
How a call is carried out: in one transaction, with its audit row, once for each
`Idempotency-Key`.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection
from uuid_utils import uuid7
from werkzeug.wrappers import Response

from shared import clock, telemetry
from shared.errors import KeptSecret, Refusal
from shared.storage import audit
from shared.storage.database import transaction
from shared.storage.leak_log import LeakAttempt, note
from shared.telemetry import TraceContext
from shared.web import paging
from shared.web.call import Call, Download, Endpoint
from shared.web.idempotency import Answer, IdempotencyKeys
from shared.web.problems import answer_to
from shared.web.progress import keep_to_progress


def method_of(
    handler: Callable[[Call], Any], endpoint: Endpoint
) -> Callable[[Any, Call, TraceContext, str], Response]:
    """
    *handler* as a method of the service that lists its module (`bind_endpoints`).
    """

    @functools.wraps(handler)
    def run(service: Any, call: Call, trace: TraceContext, path: str) -> Response:
        working = TraceContext(
            call.who.account,
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
                if accused := _kept_from(error):
                    _note_leak(service, endpoint, call, accused)
                if call.if_refused and isinstance(error, Refusal):
                    with transaction(service.name) as call.session:
                        call.if_refused()
                response = answer_to(error, working, on_page=endpoint.is_public_page)
            telemetry.add_log_fields(status=response.status_code)
        return response

    return run


def _kept_from(error: Exception) -> str | None:
    """
    The office from which a refusal keeps an accusation; None for any other error.
    """
    problems = error.problems if isinstance(error, Refusal) else ()
    accused_offices = (
        each.accused for each in problems if isinstance(each, KeptSecret)
    )
    return next(accused_offices, None)


def _note_leak(service: Any, endpoint: Endpoint, call: Call, accused: str) -> None:
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
        accused=accused,
        tried_on=call.today,
        tried_at=clock.now(),
    )
    # The transaction of the request was rolled back with the refusal, and would have
    # taken the note with it.
    with transaction(service.name) as session:
        note(session, service.tables["leak_log"], attempt)


def _in_transaction(
    service: Any,
    handle: Callable[[Call], Any],
    endpoint: Endpoint,
    call: Call,
    path: str,
) -> Response:
    request = (endpoint.method.encode(), path.encode(), call.fields_sent, call.raw)
    if endpoint.vet is not None:
        if before := _stored_answer(service, call, request):
            return _again(before)
        call.vetted = endpoint.vet(call)
    with transaction(service.name) as session:
        call.session = session
        keys = _keys(service, session, call)
        if call.key:
            before = keys.claim(call.key, *request)
            if before is not None:
                return _again(before)
        result = handle(call)
        status = endpoint.status
        if isinstance(result, Download):
            return _file(result)
        if isinstance(result, tuple):
            status, result = result
        dumped = _dump(endpoint, result)
        document = keep_to_progress(call, endpoint.answer, dumped, service.matters_of)
        if endpoint.method != "GET":
            _audit(service, endpoint, call, document)
        text = json.dumps(document, ensure_ascii=False)
        if call.key:
            keys.save(call.key, Answer(status, text))
    return Response(text, status, mimetype="application/json")


def _keys(service: Any, session: Connection, call: Call) -> IdempotencyKeys:
    return IdempotencyKeys(
        session, service.tables["idempotency"], call.who.office, sealed=service.sealed
    )


def _stored_answer(
    service: Any, call: Call, request: tuple[bytes, ...]
) -> Answer | None:
    """
    What was answered to the very same *request* under its key before, if it was.
    """
    if not call.key:
        return None
    with transaction(service.name) as session:
        return _keys(service, session, call).stored_answer(call.key, *request)


def _audit(
    service: Any, endpoint: Endpoint, call: Call, answer: Mapping[str, Any]
) -> None:
    """
    Add what was written to the audit trail: of the matter of the address, or the one
    that the answer shows.
    """
    audit.record(
        call.session,
        service.tables["audit"],
        actor=call.who.actor,
        office=call.who.office,
        token=call.who.token,
        act=endpoint.name,
        subject=next(iter(call.path.values()), "")
        or str(answer.get("number") or answer.get("id") or ""),
        details=details_of(call),
        sealed=service.sealed,
    )


def _again(before: Answer) -> Response:
    return Response(before.body, before.status, mimetype="application/json")


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
    response = Response(download.content, download.status, mimetype=download.media_type)
    name = quote(download.name, safe="")
    how = "inline" if download.inline else "attachment"
    response.headers["Content-Disposition"] = f"{how}; filename*=UTF-8''{name}"
    return response
