"""
Everything the processes read from their environment, once, in one place.

A process requires the settings it needs; all missing ones are named at once.
"""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

# Who handles petitioners' data needs the keys for it, and who keeps documents for them.
_OF_DOCUMENTS = ("DOCUMENT_KEYS",)
_OF_PERSONS = ("FIELD_KEYS", "PERSON_KEY", *_OF_DOCUMENTS)
KEYS_OF = {
    **dict.fromkeys(("intake", "aid"), _OF_PERSONS),
    **dict.fromkeys(("assignment", "hearing"), _OF_DOCUMENTS),
}
SERVICES = ("intake", "assignment", "hearing", "aid", "reporting")

_DEFAULTS = {
    "HTTP_HOST": "127.0.0.1",
    "INTAKE_PORT": "8101",
    "ASSIGNMENT_PORT": "8102",
    "HEARING_PORT": "8103",
    "AID_PORT": "8104",
    "REPORTING_PORT": "8105",
    "RELAY_PORT": "8106",
    # Where a service finds the others' pages of operation.
    "PEER_URL": "http://127.0.0.1:{port}",
    "DEPLOY_DIR": str(Path(__file__).resolve().parent.parent / "deploy"),
    "SMTP_URL": "smtp://127.0.0.1:1125",
    "MAIL_FROM": "returns@jianjian.invalid",
    "RETRY_SECONDS": "10,60,600",  # the delay queues
    "ATTEMPTS_PER_TIER": "3",  # then the next tier, after the last one: a dead letter
    # Events in a batch at most. Of bulk work half as many while persons are at work,
    # twice as many when none has been for some seconds.
    "PREFETCH": "100",
    # For so long events of a ledger that is being read wait at most for its end: longer
    # than one of some thousand rows takes. 0: they are sent at once.
    "BULK_HELD_SECONDS": "5",
    "MAX_WORKERS": "64",  # green threads per process
    "POOL_SIZE": "12",  # database connections per process
    "LEDGER_LIMIT": str(20 * 1024 * 1024),  # bytes of a pushed ledger
    "DOCUMENT_LIMIT": str(20 * 1024 * 1024),  # bytes of an uploaded file
    # A command that reads a file from its standard input: 0 clean, 1 infected. Without
    # one documents are recorded as not scanned.
    "DOCUMENT_SCANNER": "",
    "DOCUMENT_SCANNER_SECONDS": "60",
    "SMALL_LEDGER": "65536",  # bytes up to which one is read without a process
    "LEDGER_DAYS": "7",  # a pushed file that was not read to its end is deleted then
    "REJECTED_DAYS": "30",  # the rows of a ledger that came back are deleted then
    "ENQUIRIES": "30,600",  # without a token, a minute: from one address, and in all
    "EVENT_DAYS": "30",  # events that every reader has taken are cleared then
    "ANSWER_DAYS": "30",  # answers stored under an Idempotency-Key are deleted then
    "AUDIT_DAYS": "3660",  # `archive-audit` moves older rows of the audit trail
    "TALLY_DAYS": "1100",  # days that one query of tallies counts at most
    "HOUSEKEEPING_SECONDS": "3600",  # how often the relay process clears
    "STILL_SECONDS": "600",  # a task that has not gone on for so long stands still
    "SWEEP_SECONDS": "5",  # how often each replica looks for overdue duties
    # Bytes of the papers of supervision notices in one mail; in transport a third more.
    "MAIL_PAPERS_LIMIT": str(6 * 1024 * 1024),
    "NOTICES_QUIET_SECONDS": "30",  # after the last notice, before the day's mails
    # How long the mail of a day is held back for a paper that is not printed yet.
    "NOTICES_HELD_SECONDS": "3600",
    # How long a notice waits for its printed paper before it is mailed without it.
    "NOTICE_PAPER_SECONDS": "86400",
    "URGENT_NOTICE_PAPER_SECONDS": "600",
    # The font of printed papers: Song, of Debian's fonts-arphic-uming.
    "PAPER_FONT": "/usr/share/fonts/truetype/arphic/uming.ttc",
    "STOP_SECONDS": "20",  # a stopping process is ended after this
    "PROGRAMMES": "",  # codes of those this installation runs, or `all`; default: none
    "BUSINESS_CLOCK_FILE": "",
    "REVOCATIONS": "",
    "SIGNING_KEY": "",
    "LOG_FORMAT": "",
}

_COUNTS = {"RETRY_SECONDS": range(1, 10)}  # as many delay queues as are wanted
_NUMBER = re.compile(r" *[0-9]{1,15} *")


class MalformedSettings(SystemExit):
    """
    Names every setting that must be whole numbers and is not.
    """

    def __init__(self, forms: Mapping[str, str]) -> None:
        listed = ", ".join(f"{name} (as {form})" for name, form in forms.items())
        super().__init__(f"settings that must be whole numbers: {listed}")


class MissingSettings(SystemExit):
    """
    Names every setting the process needs and did not get.
    """

    def __init__(self, names: list[str]) -> None:
        super().__init__("missing settings: " + ", ".join(sorted(names)))


@dataclass(frozen=True)
class Settings:
    """
    A read-only view of the environment.
    """

    environment: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        value = self.environment.get(name) or _DEFAULTS.get(name)
        if value is None:
            raise MissingSettings([name])
        return value

    def require(self, *names: str) -> None:
        """
        Stop the process if any of *names* has no value, or any setting at all that must
        be whole numbers is not; all of them are named.
        """
        missing = [name for name in names if not self.get(name)]
        if missing:
            raise MissingSettings(missing)
        malformed = {
            name: default
            for name, default in _DEFAULTS.items()
            if (count := _numbers_in(default))
            and _numbers_in(self[name]) not in _COUNTS.get(name, {count})
        }
        if malformed:
            raise MalformedSettings(malformed)

    def get(self, name: str) -> str:
        return self.environment.get(name) or _DEFAULTS.get(name, "")

    def integer(self, name: str) -> int:
        return int(self[name])

    def database_url(self, service: str) -> str:
        return self[f"{service.upper()}_DATABASE_URL"]

    def port(self, service: str) -> int:
        return self.integer(f"{service.upper()}_PORT")

    @cached_property
    def deploy(self) -> Path:
        return Path(self["DEPLOY_DIR"])

    @cached_property
    def retry_seconds(self) -> tuple[int, ...]:
        return tuple(int(part) for part in self["RETRY_SECONDS"].split(","))

    @cached_property
    def person_key(self) -> bytes:
        """
        Raises `ValueError` if it is not base64.
        """
        return base64.b64decode(self["PERSON_KEY"], validate=True)

    @cached_property
    def field_keys(self) -> dict[str, bytes]:
        """
        Key name to key, the current one first.

        Raises `ValueError` if it is not NAME:BASE64 with commas between.
        """
        return _keys(self["FIELD_KEYS"])

    @cached_property
    def document_keys(self) -> dict[str, bytes]:
        """
        The keys of documents, by their names, the current one first.
        """
        return _keys(self["DOCUMENT_KEYS"])


def _numbers_in(written: str) -> int:
    """
    How many whole numbers with commas between *written* is; 0 if it is anything else.
    """
    parts = written.split(",")
    return len(parts) if all(map(_NUMBER.fullmatch, parts)) else 0


def _keys(written: str) -> dict[str, bytes]:
    pairs = (part.strip().split(":", 1) for part in written.split(","))
    return {name: base64.b64decode(key, validate=True) for name, key in pairs}


settings = Settings(os.environ)
