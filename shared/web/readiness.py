"""
Whether a service can do its work now, and if not, why not: what `/readyz` answers.

Looks at all that the work needs: database, keys, broker, tokens, mail server's address,
clock; and whether the process is about to stop. Logs when the reasons change, and shows
in a metric whether there are any.
"""

from __future__ import annotations

import os
import shlex
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

import eventlet
from prometheus_client import Gauge
from sqlalchemy import Table

from shared import clock, telemetry
from shared.messaging import consumer, topology
from shared.messaging.arrivals import Arrivals
from shared.settings import KEYS_OF, settings
from shared.storage import schema_version
from shared.storage.contents import DOCUMENT_SERVICES
from shared.storage.database import transaction
from shared.storage.key_checks import key_faults
from shared.web.auth import token_verifier

_REMEMBER_SECONDS = 2.0
_WATCH_SECONDS = 15
_READY = Gauge("jianjian_ready", "1 if the service can do its work", ["service"])
_MAIL_SCHEMES = ("smtp", "smtps", "smtp+starttls")


class Readiness:
    """
    The reasons why *service* is not ready, asked again at most every two seconds.
    """

    def __init__(
        self, service: str, tables: Mapping[str, Table], stopping: Callable[[], bool]
    ) -> None:
        self.service = service
        self.tables = tables
        self.stopping = stopping
        self._checked = float("-inf")
        self._reasons: list[str] = []
        self._no_database = ""  # what its driver says
        self.arrivals = Arrivals(service, tables["inbox"])
        eventlet.spawn(self.arrivals.watch)
        eventlet.spawn(self._watch)

    def reasons(self) -> list[str]:
        if self.stopping():
            return ["stopping"]
        if time.monotonic() - self._checked > _REMEMBER_SECONDS:
            self._checked = time.monotonic()
            before, self._reasons = (
                self._reasons,
                [
                    *self._database(),
                    *self._broker(),
                    *self._arrivals(),
                    *token_verifier().problems(),
                    *self._settings(),
                ],
            )
            if self._reasons != before:
                self._log()
        return self._reasons

    def _log(self) -> None:
        if not self._reasons:
            telemetry.log().info("ready")
            return
        detail = {"database": self._no_database} if self._no_database else {}
        telemetry.log().warning("not_ready", reasons=self._reasons, **detail)

    def _watch(self) -> None:
        while True:
            eventlet.sleep(_WATCH_SECONDS)
            _READY.labels(self.service).set(not self.reasons())

    def _database(self) -> list[str]:
        try:
            self._no_database = ""
            with transaction(self.service) as session:
                behind = schema_version.behind(session, self.service)
                if behind:
                    return [f"migrations: {behind}"]
                return key_faults(
                    session, self.tables["key_checks"], *keys_of(self.service)
                )
        except Exception as error:  # noqa: BLE001 - any failure is a reason
            self._no_database = str(getattr(error, "orig", ""))[:300]
            return [f"database: {type(error).__name__}"]

    def _broker(self) -> list[str]:
        try:
            faults = topology.faults(settings["AMQP_URI"], self.service)
        except Exception as error:  # noqa: BLE001 - any failure is a reason
            return [f"broker: {type(error).__name__}"]
        reasons = [f"topology: {fault}" for fault in faults]
        return reasons + [f"consumer: not on {kind}" for kind in consumer.connected()]

    def _arrivals(self) -> Iterator[str]:
        for kind, count in sorted(self.arrivals.missing.items()):
            yield f"binding: {count} published {kind} did not arrive"

    def _settings(self) -> Iterator[str]:
        if self.service in DOCUMENT_SERVICES:
            yield from folder_faults(settings["DOCUMENTS_FOLDER"])
            yield from scanner_faults(settings.get("DOCUMENT_SCANNER"))
        if self.service == "reporting":
            yield from mail_faults(settings["SMTP_URL"])
        try:
            clock.now()
        except (OSError, ValueError) as error:
            yield f"BUSINESS_CLOCK_FILE: {type(error).__name__}"


Keys = Mapping[str, bytes]


def keys_of(service: str) -> tuple[Keys | None, bytes | None, Keys | None]:
    """
    The keys that *service* has: for fields of petitioners' data, for persons, and for
    documents.

    Raises `ValueError` naming the setting that is not a key.
    """
    names = KEYS_OF.get(service, ())
    try:
        field_keys = settings.field_keys if "FIELD_KEYS" in names else None
    except ValueError as error:
        raise ValueError(f"FIELD_KEYS is not NAME:BASE64: {error}") from error
    try:
        person_key = settings.person_key if "PERSON_KEY" in names else None
    except ValueError as error:
        raise ValueError(f"PERSON_KEY is not base64: {error}") from error
    try:
        document_keys = settings.document_keys if "DOCUMENT_KEYS" in names else None
    except ValueError as error:
        raise ValueError(f"DOCUMENT_KEYS is not NAME:BASE64: {error}") from error
    return field_keys, person_key, document_keys


def folder_faults(folder: str) -> Iterator[str]:
    """
    Why documents cannot be kept in a folder; its disk must have room for the largest
    that is accepted.
    """
    path = Path(folder)
    existing = path if path.exists() else path.parent
    if not (existing.is_dir() and os.access(existing, os.W_OK | os.X_OK)):
        yield "DOCUMENTS_FOLDER cannot be written to"
        return
    disk = os.statvfs(existing)
    if disk.f_bavail * disk.f_frsize < settings.integer("DOCUMENT_LIMIT"):
        yield "DOCUMENTS_FOLDER: its disk is full"


def scanner_faults(command: str) -> Iterator[str]:
    """
    Why no document can be scanned: the program of *command* is not there.
    """
    if not command:
        return
    try:
        program = shlex.split(command)[0]
    except (ValueError, IndexError):
        yield "DOCUMENT_SCANNER is no command"
        return
    if shutil.which(program) is None:
        yield "DOCUMENT_SCANNER is not installed"


def mail_faults(url: str) -> Iterator[str]:
    """
    What is wrong with the form of a mail server's address.
    """
    try:
        parts = urlsplit(url)
        well_formed = parts.scheme in _MAIL_SCHEMES and bool(parts.hostname)
        well_formed = well_formed and parts.port != 0
    except ValueError:
        well_formed = False
    if not well_formed:
        yield f"SMTP_URL is none of {', '.join(f'{s}://HOST' for s in _MAIL_SCHEMES)}"
