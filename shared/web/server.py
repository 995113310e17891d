"""
The web server: limits on idle sockets, health checks, an orderly shutdown.
"""

from __future__ import annotations

import socket
from email import errors
from typing import Any, ClassVar

import eventlet
from nameko.web.server import HttpOnlyProtocol, WebServer, WsgiApp
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Request

from shared.errors import Refusal
from shared.web.health import Probes
from shared.web.problems import http_error, problem
from shared.web.readiness import Readiness
from shared.web.request import header_problem

_SOCKET_SECONDS = 30
_WHOLE_HEAD = "jianjian.whole_head"
# The parser of header fields misses the parts of a form, which it does not get.
_OF_BODIES = (
    errors.StartBoundaryNotFoundDefect,
    errors.NoBoundaryInMultipartDefect,
    errors.MultipartInvariantViolationDefect,
)
_HEADERS = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}


class BoundedProtocol(HttpOnlyProtocol):
    """
    HTTP that gives a request so much time, however slowly its bytes trickle.
    """

    head_seconds = 60  # from the last answer to the end of the header fields
    request_seconds = 300  # from there to the last byte of the answer

    def setup(self) -> None:
        super().setup()
        # The end of an answer longer than the buffer would wait until the client has
        # acknowledged its beginning, which clients put off for 40 ms.
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def handle_one_request(self) -> None:
        self.timer = eventlet.Timeout(self.head_seconds, TimeoutError())
        try:
            super().handle_one_request()
        finally:
            self.timer.cancel()

    def get_environ(self) -> Any:
        self.timer.cancel()
        self.timer = eventlet.Timeout(self.request_seconds, TimeoutError())
        environ = super().get_environ()
        # After a line that is not a header field the parser leaves out all others.
        environ[_WHOLE_HEAD] = all(
            isinstance(defect, _OF_BODIES) for defect in self.headers.defects
        )
        return environ


class ApiServer(WebServer):
    """
    nameko's web server with limits, health checks and an orderly shutdown.
    """

    running: ClassVar[ApiServer]

    def __init__(self) -> None:
        super().__init__()
        self.closing = False
        self.busy = 0

    def start(self) -> None:
        ApiServer.running = self
        super().start()

    def get_wsgi_app(self) -> Any:
        return _App(self)

    def get_wsgi_server(self, sock: Any, wsgi_app: Any, **more: Any) -> Any:
        server = super().get_wsgi_server(
            sock, wsgi_app, protocol=BoundedProtocol, **more
        )
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

    def __init__(self, server: ApiServer) -> None:
        super().__init__(server)
        service = server.container.service_name
        endpoints = [
            provider.endpoint
            for provider in server._providers  # noqa: SLF001 - nameko's own collection
        ]
        self.api_server = server
        tables = server.container.service_cls.tables
        readiness = Readiness(service, tables, stopping=lambda: server.closing)
        self.probes = Probes(service, endpoints, readiness)

    def __call__(self, environ: Any, start_response: Any) -> Any:
        answer = self.probes.answer(environ.get("PATH_INFO", ""))
        if answer is None:
            answer = self._serve(environ)
        answer.headers.extend(_HEADERS)
        return answer(environ, start_response)

    def _serve(self, environ: Any) -> Any:
        if self.api_server.closing:
            response = problem(
                Refusal.because("stopping", "服务正在停止。", "请稍后重试。"),
                status=503,
            )
            response.headers["Connection"] = "close"
            return response
        refusal = header_problem(environ["headers_raw"], whole=environ[_WHOLE_HEAD])
        if refusal:
            response = problem(refusal)
            response.headers["Connection"] = "close"
            return response
        request = Request(environ)
        self.api_server.busy += 1
        try:
            provider, values = self.url_map.bind_to_environ(environ).match()
            request.path_values = values  # type: ignore[attr-defined]
            return provider.handle_request(request)
        except HTTPException as error:
            return http_error(error)
        finally:
            self.api_server.busy -= 1
