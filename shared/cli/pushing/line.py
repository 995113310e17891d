"""
Requests to intake over a poor line: what breaks off is repeated, a refusal is reported
at once.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import click
import httpx

from shared.media_types import XLSX

REFUSED = 2  # exit code
_PAUSES = (1, 3, 6)  # seconds before a request is tried again
_TIMEOUT = 60
_PIECE = 64 * 1024  # bytes of a ledger that are sent at once
_JSON = frozenset({"application/json", "application/problem+json"})
_ANSWERS = frozenset({"id", "items"})  # an import has the one, a list the other
_REFUSAL = frozenset({"code", "detail", "errors"})
_PASSING = 500  # this status and those above it may be another the next time


class NotSent(Exception):  # noqa: N818 - an outcome, not a breakdown
    """
    Nobody answered, again and again.
    """


class NotTaken(NotSent):
    """
    Somebody between intake and us refused this request; others may come through.
    """


class PushRefused(click.ClickException):
    """
    Intake refused the request, with its reasons.
    """

    exit_code = REFUSED


@dataclass(frozen=True)
class Ledger:
    """
    A file that is to be sent; *key*: its `Idempotency-Key`, so that what was sent twice
    is taken once.
    """

    content: bytes
    filename: str
    programme: str
    dry_run: bool
    key: str


class Line:
    """
    Requests to intake with a token.
    """

    def __init__(
        self, url: str, bearer: str, transport: httpx.BaseTransport | None = None
    ) -> None:
        headers = {"Authorization": f"Bearer {bearer}"}
        try:
            self._http = httpx.Client(
                base_url=url, headers=headers, timeout=_TIMEOUT, transport=transport
            )
        except httpx.InvalidURL as error:
            raise _wrong_address() from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._http.close()

    def send(
        self, ledger: Ledger, sent: Callable[[float], None] = lambda _share: None
    ) -> dict[str, Any]:
        """
        Push a ledger; return its import, or that of the same file pushed earlier.
        *sent* is called with the share of it that is on its way.

        Raises `NotSent` or `PushRefused`.
        """
        content = ledger.content
        answer = self._request(
            "POST",
            "/imports",
            params={
                "programme": ledger.programme,
                "filename": ledger.filename,
                "dry_run": str(ledger.dry_run).lower(),
            },
            pieces=lambda: _pieces(content, sent),
            headers={
                "Idempotency-Key": ledger.key,
                "Content-Length": str(len(content)),
            },
        )
        if answer.status_code == httpx.codes.CONFLICT:
            for problem in answer.json()["errors"]:
                if problem["code"] == "ledger_already_pushed":
                    return self.read(problem["pointer"])
        return dict(_accepted(answer).json())

    def read(self, path: str) -> dict[str, Any]:
        """
        Raises `NotSent` or `PushRefused`.
        """
        return dict(_accepted(self._request("GET", path)).json())

    def download(self, path: str, purpose: str) -> bytes:
        """
        What is read for a *purpose*. Raises `NotSent` or `PushRefused`.
        """
        answer = self._request("GET", path, params={"purpose": purpose})
        return _accepted(answer).content

    def corrections(self, identity: str) -> list[dict[str, Any]]:
        """
        The first rows of an import that corrected a case, or would. Raises `NotSent` or
        `PushRefused`.
        """
        return list(self.read(f"/imports/{identity}/corrections")["items"])

    def _request(
        self,
        method: str,
        path: str,
        pieces: Callable[[], Iterator[bytes]] | None = None,
        **more: Any,
    ) -> httpx.Response:
        for pause in (*_PAUSES, None):
            try:
                content = pieces() if pieces else None
                answer = self._http.request(method, path, content=content, **more)
            except httpx.UnsupportedProtocol as error:
                raise _wrong_address() from error
            except httpx.TransportError as error:
                if pause is None:
                    raise NotSent(_why(error)) from error
            else:
                if not _may_be_another_next_time(answer):
                    return answer
                if pause is None:
                    raise _no_answer(answer)
            time.sleep(pause or 0)
        raise NotSent


def _wrong_address() -> PushRefused:
    return PushRefused("地址（--url）不对，请写成 http://主机:端口 的样子。")


def _why(error: httpx.TransportError) -> str:
    """
    Why nobody answered, with the name of the error for whoever looks into it.
    """
    why = "等候答复超时" if isinstance(error, httpx.TimeoutException) else "连接不上"
    return f"{why}（{type(error).__name__}），请核对网络和地址（--url）"


def _pieces(content: bytes, sent: Callable[[float], None]) -> Iterator[bytes]:
    for start in range(0, len(content), _PIECE):
        sent(start / len(content))
        yield content[start : start + _PIECE]
    sent(1)


def _may_be_another_next_time(answer: httpx.Response) -> bool:
    """
    Whether the same request may get another answer later: this one is of an overloaded
    server, or of something in between, such as a proxy or the login page of a network.
    """
    return _is_overloaded(answer) or not _is_of_intake(answer)


def _is_overloaded(answer: httpx.Response) -> bool:
    busy = answer.status_code == httpx.codes.TOO_MANY_REQUESTS
    return answer.status_code >= _PASSING or busy


def _is_of_intake(answer: httpx.Response) -> bool:
    """
    Whether intake answered, or our own web server before it: a file, what was asked
    for, or the problems of a refusal.
    """
    kind = answer.headers.get("Content-Type", "").partition(";")[0]
    if kind == XLSX:
        return answer.is_success
    if kind not in _JSON or answer.is_redirect:
        return False
    try:
        document = answer.json()
    except ValueError:
        return False
    if not isinstance(document, dict):
        return False
    if answer.is_success:
        return not _ANSWERS.isdisjoint(document)
    return document.keys() >= _REFUSAL and isinstance(document["errors"], list)


def _no_answer(answer: httpx.Response) -> NotSent:
    """
    The error for an answer of an overloaded server, or of another server than intake.
    """
    status = _status(answer)
    if _is_overloaded(answer):
        return NotSent(f"{status}，系统暂时不能接收")
    reason = f"答复的不是本系统（{status}），请核对地址（--url）、代理和上网登录"
    return NotTaken(reason) if answer.is_client_error else NotSent(reason)


def _status(answer: httpx.Response) -> str:
    return f"{answer.status_code} {answer.reason_phrase}"


def _accepted(answer: httpx.Response) -> httpx.Response:
    if answer.is_error:
        raise PushRefused(_reasons(answer))
    return answer


def _reasons(answer: httpx.Response) -> str:
    document = answer.json()
    reasons = [f"{each['detail']}{each['remedy']}" for each in document["errors"]]
    return "\n".join(reasons) or document["detail"] or _status(answer)
