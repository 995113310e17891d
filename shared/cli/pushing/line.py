"""
The line to intake: what breaks off is tried again, what is refused is said at once.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import click
import httpx

REFUSED = 2  # exit code
_PAUSES = (1, 3, 6)  # seconds before a request is tried again
_TIMEOUT = 60
_PASSING = 500  # this status and those above it may be another the next time


class NotSent(Exception):  # noqa: N818 - an outcome, not a breakdown
    """
    Nobody answered, again and again.
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
        self._http = httpx.Client(
            base_url=url, headers=headers, timeout=_TIMEOUT, transport=transport
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._http.close()

    def send(self, ledger: Ledger) -> dict[str, Any]:
        """
        Push a ledger; return its import, or that of the same file pushed earlier.

        Raises `NotSent` or `PushRefused`.
        """
        answer = self._request(
            "POST",
            "/imports",
            params={
                "programme": ledger.programme,
                "filename": ledger.filename,
                "dry_run": str(ledger.dry_run).lower(),
            },
            content=ledger.content,
            headers={"Idempotency-Key": ledger.key},
        )
        if answer.status_code == httpx.codes.CONFLICT:
            (problem, *_) = answer.json()["errors"]
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

    def _request(self, method: str, path: str, **more: Any) -> httpx.Response:
        for pause in (*_PAUSES, None):
            try:
                answer = self._http.request(method, path, **more)
            except httpx.TransportError as error:
                if pause is None:
                    raise NotSent(type(error).__name__) from error
            else:
                if answer.status_code < _PASSING or pause is None:
                    return answer
            time.sleep(pause or 0)
        raise NotSent


def _accepted(answer: httpx.Response) -> httpx.Response:
    if answer.status_code >= _PASSING:
        raise NotSent(f"{answer.status_code} {answer.reason_phrase}")
    if answer.is_error:
        raise PushRefused(_reasons(answer))
    return answer


def _reasons(answer: httpx.Response) -> str:
    try:
        problems = answer.json()["errors"]
    except (ValueError, KeyError):
        return f"{answer.status_code} {answer.reason_phrase}"
    return "\n".join(f"{problem['detail']}{problem['remedy']}" for problem in problems)
