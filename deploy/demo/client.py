"""
The offices of the story as callers of the five services: tokens, keys, retries.

Every POST carries an `Idempotency-Key`, so a request that may or may not have arrived
is sent again. What is refused is raised with the problem document, readable in Chinese.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any, NamedTuple, Self
from urllib.parse import quote

import httpx

from shared.settings import SERVICES, Settings
from shared.vocabulary import Role
from shared.web.auth import issue

RETRY_WITHIN = 60.0  # seconds that a service may be away
ARRIVAL_WITHIN = 20.0  # seconds that an event may take to another service
_AWAY = {502, 503, 504}
# Refusals that end when an event of another service arrives.
_NOT_YET = {"hearing_decision_missing", "measure_not_shown", "no_such_case"}
_SAMPLE = re.compile(r"(\w+)(?:\{(.*)\})? (\S+)")
_LABEL = re.compile(r'(\w+)="([^"]*)"')


class Sample(NamedTuple):
    """
    One line of a service's metrics.
    """

    name: str
    labels: dict[str, str]
    value: float


class Refused(Exception):  # noqa: N818 - a refusal is an answer, not a breakdown
    """
    An answer other than the wanted one, with its problem document.
    """

    def __init__(self, request: str, response: httpx.Response) -> None:
        self.status = response.status_code
        try:
            body = response.json()
        except ValueError:
            body = {"detail": response.text[:400]}
        self.problem: dict[str, Any] = body if isinstance(body, dict) else {}
        super().__init__(request)
        self.request = request

    @property
    def codes(self) -> set[str]:
        """
        The problem's code and those of all its faults.
        """
        faults = self.problem.get("errors") or []
        return {str(self.problem.get("code"))} | {str(f.get("code")) for f in faults}

    @property
    def is_early(self) -> bool:
        """
        Return whether the request may succeed once an event has arrived: all its
        problems are of that kind.
        """
        return self.status == httpx.codes.NOT_FOUND or self.codes <= _NOT_YET

    def __str__(self) -> str:
        head = f"{self.request}：{self.status} {self.problem.get('title', '')}"
        lines = [f"{head} {self.problem.get('detail', '')}"]
        for fault in self.problem.get("errors") or []:
            place = fault.get("pointer") or fault.get("place") or ""
            lines.append(
                f"  {place} {fault.get('detail', '')}{fault.get('remedy', '')}"
                f" [{fault.get('code', '')}]"
            )
        return "\n".join(lines)


class Client:
    """
    Sends requests as posts of offices; one may be shared by threads.

    *urls* names the five services and the relay. *token_for* gives the token of an
    office's role, or of who holds a post there.
    """

    def __init__(
        self, urls: Mapping[str, str], token_for: Callable[[str, str, str], str]
    ) -> None:
        self.urls = urls
        self._token_for = token_for
        self._tokens: dict[tuple[str, str, str], str] = {}
        self._lock = threading.Lock()
        self._http = httpx.Client(timeout=30, trust_env=False)

    @classmethod
    def of(cls, settings: Settings, names: Mapping[str, str]) -> Self:
        """
        A client of the system in *settings*; *names* are the offices'.
        """
        host = settings["HTTP_HOST"]
        urls = {name: f"http://{host}:{settings.port(name)}" for name in SERVICES}
        urls["relay"] = f"http://{host}:{settings.integer('RELAY_PORT')}"

        def token_for(office: str, role: str, post: str) -> str:
            held_role = Role[role.upper()]
            actor = f"{names.get(office, office)} {post or held_role.chinese}"
            return issue(
                office=office, role=held_role, actor=actor, valid=timedelta(days=30)
            )

        return cls(urls, token_for)

    def close(self) -> None:
        self._http.close()

    def token(self, office: str, role: str, post: str = "") -> str:
        bearer = (office, role, post)
        with self._lock:
            if bearer not in self._tokens:
                self._tokens[bearer] = self._token_for(*bearer)
            return self._tokens[bearer]

    def get(
        self, service: str, path: str, by: str, /, **parameters: str | int
    ) -> dict[str, Any]:
        page: dict[str, Any] = self._send(
            "GET", service, path, by, params=parameters
        ).json()
        return page

    def content(self, service: str, path: str, by: str, purpose: str) -> bytes:
        parameters = {"purpose": purpose}
        return self._send("GET", service, path, by, params=parameters).content

    def items(
        self, service: str, path: str, by: str, /, **parameters: str | int
    ) -> Iterator[dict[str, Any]]:
        """
        All items of a list, page after page.
        """
        after: dict[str, str | int] = {}
        while True:
            page = self.get(service, path, by, limit=500, **parameters, **after)
            yield from page["items"]
            if page.get("next") is None:
                return
            after = {"after": page["next"]}

    def post(
        self,
        service: str,
        path: str,
        by: str,
        key: str,
        body: Mapping[str, Any] | bytes,
        **parameters: str,
    ) -> dict[str, Any]:
        """
        Post *body* as *by* (office, role and, if need be, post). Raises `Refused`.

        Waits for events that have not yet arrived from another service.
        """
        request: dict[str, Any] = (
            {"content": body} if isinstance(body, bytes) else {"json": body}
        )
        answer: dict[str, Any] = self._post(
            service, path, by, key, params=parameters, **request
        ).json()
        return answer

    def fetch(
        self, service: str, path: str, by: str, key: str, body: Mapping[str, Any]
    ) -> bytes:
        """
        Likewise what answers with a file.
        """
        return self._post(service, path, by, key, json=body).content

    def upload(
        self,
        service: str,
        path: str,
        by: str,
        key: str,
        content: bytes,
        **fields: str,
    ) -> dict[str, Any]:
        """
        Likewise a form with a PDF.
        """
        file = {"file": ("材料.pdf", content)}
        answer: dict[str, Any] = self._post(
            service, path, by, key, data=fields, files=file
        ).json()
        return answer

    def _post(
        self, service: str, path: str, by: str, key: str, **sent: Any
    ) -> httpx.Response:
        headers = {"Idempotency-Key": quote(key, safe=":-.")}
        deadline = time.monotonic() + ARRIVAL_WITHIN
        pause = 0.05
        while True:
            try:
                response = self._send(
                    "POST",
                    service,
                    path,
                    by,
                    headers=headers,
                    **sent,
                )
            except Refused as refused:
                if not refused.is_early or time.monotonic() > deadline:
                    raise
                time.sleep(pause)
                pause = min(2 * pause, 1.0)
            else:
                return response

    def samples(self, service: str) -> list[Sample]:
        """
        The metrics that *service* exposes now.
        """
        text = self._send("GET", service, "/metrics", "").text
        matches = (_SAMPLE.match(line) for line in text.splitlines())
        return [
            Sample(match[1], dict(_LABEL.findall(match[2] or "")), float(match[3]))
            for match in matches
            if match is not None
        ]

    def _send(
        self,
        method: str,
        service: str,
        path: str,
        by: str,
        headers: Mapping[str, str] | None = None,
        **sent: Any,
    ) -> httpx.Response:
        """
        Send until the service answers. Raises `Refused`.
        """
        headers = dict(headers or {})
        if by:
            headers["Authorization"] = f"Bearer {self.token(*by.split())}"
        url = self.urls[service] + path
        deadline = time.monotonic() + RETRY_WITHIN
        pause = 0.05
        while True:
            try:
                response = self._http.request(method, url, headers=headers, **sent)
            except httpx.TransportError:
                if time.monotonic() > deadline:
                    raise
            else:
                if response.is_success:
                    return response
                if response.status_code not in _AWAY or time.monotonic() > deadline:
                    raise Refused(f"{method} {service}{path} ({by})", response)
            time.sleep(pause)
            pause = min(2 * pause, 1.0)


def path(*parts: str) -> str:
    """
    A path of *parts*, each percent-encoded: case numbers hold brackets and Chinese.
    """
    return "".join(f"/{quote(part, safe='')}" for part in parts)
