"""
The settings of one local system: addresses, passwords and keys of its processes.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

from deploy.local.ports import Ports, variable
from shared.settings import SERVICES

OWNER = DATABASE = "jianjian"
PROCESSES = (*SERVICES, "relay")
# The variable that names a server of this kind which exists already.
EXTERNAL = {"rabbitmq": "AMQP_URI", "postgres": "DATABASE_URL"}

# A setting that is not named here is for every process.
_ONLY_FOR = {
    "DATABASE_URL": set[str](),
    "SIGNING_KEY": set[str](),
    "FIELD_KEYS": {"intake", "aid"},
    "PERSON_KEY": {"intake", "aid"},
    "DOCUMENT_KEYS": {"intake", "assignment", "hearing", "aid"},
    "DOCUMENTS_FOLDER": {"intake", "assignment", "hearing", "aid", "relay"},
    "SMTP_URL": {"reporting"},
    **{f"{name.upper()}_DATABASE_URL": {name, "relay"} for name in SERVICES},
}


def is_external(name: str) -> bool:
    """
    Whether the environment names a server of this kind.
    """
    return bool(os.environ.get(EXTERNAL.get(name, "")))


@dataclass
class LocalSettings:
    """
    The settings of the system in *var*; *more* are further ones for all processes.
    """

    var: Path
    ports: Ports
    more: Mapping[str, str] = field(default_factory=dict)

    @property
    def keys(self) -> Path:
        return self.var / "keys"

    @property
    def business_clock(self) -> Path:
        """
        The file that holds the business time of all processes, if it exists.
        """
        return self.var / "business-clock"

    @property
    def has_data(self) -> bool:
        """
        Whether a system was ever prepared in the folder and not removed.
        """
        return self._secrets_file.exists()

    @property
    def _secrets_file(self) -> Path:
        return self.var / "secrets.json"

    @cached_property
    def secrets(self) -> dict[str, str]:
        """
        Passwords and keys: drawn once, then kept for as long as the data.
        """
        file = self._secrets_file
        if not file.exists():
            self.var.mkdir(parents=True, exist_ok=True)
            passwords = ("rabbitmq", "cookie", "postgres", *SERVICES)
            drawn = {name: secrets.token_hex(16) for name in passwords}
            drawn["FIELD_KEYS"] = f"k1:{_random_key()}"
            drawn["PERSON_KEY"] = _random_key()
            drawn["DOCUMENT_KEYS"] = f"k1:{_random_key()}"
            file.touch(mode=0o600)
            file.write_text(json.dumps(drawn, indent=1), encoding="ascii")
        settings: dict[str, str] = json.loads(file.read_text(encoding="ascii"))
        return settings

    def all(self) -> dict[str, str]:
        amqp = (
            f"amqp://{OWNER}:{self.secrets['rabbitmq']}@127.0.0.1:{self.ports.amqp}//"
        )
        settings = {
            "AMQP_URI": os.environ.get("AMQP_URI") or amqp,
            "DATABASE_URL": self._owner_url,
            "JWKS": str(self.keys / "jwks.json"),
            "REVOCATIONS": str(self.keys / "revoked.json"),
            "SIGNING_KEY": str(self.keys / "signing.json"),
            "FIELD_KEYS": self.secrets["FIELD_KEYS"],
            "PERSON_KEY": self.secrets["PERSON_KEY"],
            "DOCUMENT_KEYS": self.secrets["DOCUMENT_KEYS"],
            "DOCUMENTS_FOLDER": str(self.var / "documents"),
            "SMTP_URL": f"smtp://127.0.0.1:{self.ports.smtp}",
        }
        for name in SERVICES:
            settings[f"{name.upper()}_DATABASE_URL"] = self._service_url(name)
        for name in PROCESSES:
            settings[variable(name)] = str(self.ports.by_name()[name])
        if self.business_clock.exists():
            settings["BUSINESS_CLOCK_FILE"] = str(self.business_clock)
        return settings | dict(self.more)

    def of(self, name: str) -> dict[str, str]:
        """
        The settings of one process, without the passwords of others.
        """
        return {
            setting: value
            for setting, value in self.all().items()
            if name in _ONLY_FOR.get(setting, {name})
        }

    def environment(self, name: str | None = None) -> dict[str, str]:
        """
        The whole environment of a process: of *name*, or of an administrator's command.
        """
        ours = self.all()
        inherited = {key: v for key, v in os.environ.items() if key not in ours}
        own = ours if name is None else self.of(name)
        return inherited | own | {"PYTHONUNBUFFERED": "1"}

    @property
    def _owner_url(self) -> str:
        place = f"127.0.0.1:{self.ports.postgres}/{DATABASE}"
        ours = f"postgresql://{OWNER}:{self.secrets['postgres']}@{place}"
        return os.environ.get("DATABASE_URL") or ours

    def _service_url(self, service: str) -> str:
        url = os.environ.get(f"{service.upper()}_DATABASE_URL")
        if url and is_external("postgres"):
            return url
        parts = urlsplit(self._owner_url)
        place = parts.netloc.rpartition("@")[2]
        login = f"jianjian_{service}:{self.secrets[service]}"
        return parts._replace(netloc=f"{login}@{place}").geturl()


def _random_key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode("ascii")
