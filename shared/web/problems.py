"""
Error responses: RFC 9457 problems with all faults at once.

The text of an unexpected error is in the log only.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Template
from uuid_utils import uuid7
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from shared import telemetry
from shared.errors import Failed, Malformed, NotFound, Problem, Refusal, Unavailable
from shared.policy.programmes import UnknownProgramme
from shared.storage.database import has_timed_out, is_passing
from shared.telemetry import TraceContext

PROBLEM = "application/problem+json"
_PAGE = Path(__file__).with_name("pages") / "refused.html"
_MOST_PROBLEMS = 100  # listed in one answer
_LONGEST = 500  # characters of a place or a sentence: a caller's words may be in it


def problem(
    refusal: Refusal, *, status: int | None = None, trace: str = ""
) -> Response:
    """
    An RFC 9457 problem with every fault, or the first hundred and how many there are.
    """
    status = status or refusal.status
    problems = _listed(refusal.problems)
    document = {
        "type": f"urn:jianjian:problem:{refusal.code}",
        "title": refusal.title,
        "status": status,
        "code": refusal.code,
        "detail": "；".join(map(_sentence, problems[:20])) + "。",
        "errors": [
            {
                "code": f.code,
                "pointer": str(f.location)[:_LONGEST],
                "detail": f.detail[:_LONGEST],
                "remedy": f.remedy,
            }
            for f in problems
        ],
        "trace_id": trace,
    }
    text = json.dumps(document, ensure_ascii=False)
    response = Response(text, status, content_type=PROBLEM)
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _listed(problems: Sequence[Problem]) -> Sequence[Problem]:
    if len(problems) <= _MOST_PROBLEMS:
        return problems
    more = Problem(
        "more_problems",
        f"共有{len(problems)}处问题，只列出前{_MOST_PROBLEMS}处。",
        "请改正后再次提交。",
    )
    return [*problems[:_MOST_PROBLEMS], more]


def _sentence(fault: Problem) -> str:
    sentence = fault.detail[:_LONGEST].rstrip("。")
    place = str(fault.location)[:_LONGEST]
    return f"{place}：{sentence}" if place else sentence


def answer_to(
    error: Exception, context: TraceContext, *, on_page: bool = False
) -> Response:
    """
    The answer to an error; for an unexpected one without its text. *on_page*: it is
    read in a browser by whoever asked for a page.
    """
    response = _answer_to(error, context)
    if on_page and response.mimetype == PROBLEM:
        response.set_data(_page().render(response.get_json()))
        response.mimetype = "text/html"
    return response


@lru_cache
def _page() -> Template:
    page: Template = Template(_PAGE.read_text("utf-8"), autoescape=True)
    return page


def _answer_to(error: Exception, context: TraceContext) -> Response:
    trace = context.correlation_id
    if isinstance(error, Refusal):
        return problem(error, trace=trace)
    if isinstance(error, HTTPException):
        return http_error(error)
    log = telemetry.log()
    if is_passing(error) or has_timed_out(error):
        log.warning("database_unavailable", error=type(error).__name__, trace=trace)
        refusal = Unavailable.because(
            "try_again",
            "数据库暂时不可用，请求可能未被记录。",
            "请稍后用同一个 Idempotency-Key 重试；没有用的，先查询是否已经登记。",
        )
        response = problem(refusal, trace=trace)
        response.headers["Retry-After"] = "2"
        return response
    if isinstance(error, UnknownProgramme):
        log.warning("programme_not_running", programme=error.args[0], trace=trace)
        refusal = Unavailable.because(
            "programme_not_running",
            "记录所属的工作方案没有在本系统启用，请求未被记录。",
            "请管理员在 PROGRAMMES 中启用该方案后重试。",
        )
        return problem(refusal, trace=trace)
    log.error("request_failed", trace=trace, exc_info=error)
    failed = Failed.because(
        "internal_error", "系统内部错误，请求未被记录。", "请把 trace_id 告诉管理员。"
    )
    return problem(failed, trace=trace)


def http_error(error: HTTPException) -> Response:
    """
    What werkzeug refuses, in our form; a redirect is an answer of its own.
    """
    status = error.code or 500
    if 300 <= status < 400:
        return error.get_response()
    kind, *arguments = _HTTP_ERRORS.get(
        status, (Malformed, "bad_request", "请求无法处理。", "请检查请求。")
    )
    trace = str(uuid7())
    response = problem(kind.because(*arguments), status=status, trace=trace)
    response.headers["X-Correlation-Id"] = trace
    allow = getattr(error, "valid_methods", None)
    if allow:
        response.headers["Allow"] = ", ".join(sorted(allow))
    return response


_HTTP_ERRORS: Mapping[int, tuple[Any, ...]] = {
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
