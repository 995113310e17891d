"""
Authentication and authorisation: tokens, revocation, and the rule of offices.

Tokens are EdDSA-signed JWTs naming an office and a role. The rule fails closed:
an office sees itself and those below it in the tree, and a refusal gives the reason.
"""

from __future__ import annotations

import base64
import json
import time
from collections import OrderedDict
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey

from shared.errors import Forbidden, Unauthenticated
from shared.policy.directory import Directory
from shared.settings import settings
from shared.vocabulary import Role

ISSUER = "jianjian"
ALGORITHM = "Ed25519"
_REFRESH_SECONDS = 5.0
_REMEMBERED = 4096
# Seconds by which the clock of who issues tokens may be ahead of a service's.
_CLOCKS_DIFFER = 60


@dataclass(frozen=True)
class Identity:
    """
    The bearer of a token: a post in an office, in a role.
    """

    actor: str
    office: str
    role: Role
    token: str
    expires: int


class _Source:
    """
    A JSON document at a path or an address, read again when it may have changed.
    """

    def __init__(self, place: str) -> None:
        self.location = place
        self.checked = 0.0
        self.stamp: object = None
        self.content: object = None

    def read(self) -> tuple[object, bool]:
        """
        The document and whether it is new since the last call.

        Raises whatever reading raises, if it was never read before.
        """
        now = time.monotonic()
        if self.stamp is not None and now - self.checked < _REFRESH_SECONDS:
            return self.content, False
        self.checked = now
        try:
            stamp, text = self._fetch()
        except (OSError, httpx.HTTPError):
            if self.stamp is None:
                raise
            return self.content, False
        if stamp == self.stamp:
            return self.content, False
        self.stamp, self.content = stamp, json.loads(text)
        return self.content, True

    def _fetch(self) -> tuple[object, str]:
        if self.location.startswith(("http://", "https://")):
            text = httpx.get(self.location, timeout=3).raise_for_status().text
            return text, text
        path = Path(self.location)
        stat = path.stat()
        return (stat.st_mtime_ns, stat.st_size), path.read_text(encoding="utf-8")


class TokenVerifier:
    """
    Turns a bearer token into an identity, or refuses it.
    """

    def __init__(self, jwks: str, revocations: str = "") -> None:
        self._jwks = _Source(jwks)
        self._revocations = _Source(revocations) if revocations else None
        self._keys = KeySet([])
        self._revoked: frozenset[str] = frozenset()
        self._known: OrderedDict[str, Identity] = OrderedDict()
        self._claims = jwt.JWTClaimsRegistry(
            leeway=_CLOCKS_DIFFER,
            iss={"essential": True, "value": ISSUER},
            sub={"essential": True},
            exp={"essential": True},
            jti={"essential": True},
            office={"essential": True},
            role={"essential": True, "values": [role.value for role in Role]},
        )

    def identify(self, authorization: str) -> Identity:
        """
        The identity behind an `Authorization` header.

        Raises `Unauthenticated`.
        """
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Unauthenticated.because(
                "token_missing",
                "请求没有带令牌。",
                "请在请求头加 Authorization: Bearer。",
            )
        self._refresh()
        identity = self._known.get(token) or self._decode(token)
        if identity.expires <= time.time():
            raise Unauthenticated.because(
                "token_expired", "令牌已过期。", "请向管理员申领新令牌。"
            )
        if identity.token in self._revoked:
            raise Unauthenticated.because(
                "token_revoked", "令牌已被吊销。", "请向管理员申领新令牌。"
            )
        return identity

    def _refresh(self) -> None:
        keys, new = self._jwks.read()
        if new:
            self._keys = KeySet.import_key_set(keys)  # type: ignore[arg-type]
            self._known.clear()
        if self._revocations is not None:
            revoked, new = self._revocations.read()
            if new:
                self._revoked = frozenset(revoked)  # type: ignore[call-overload]

    def _decode(self, token: str) -> Identity:
        try:
            claims = jwt.decode(token, self._keys, algorithms=[ALGORITHM]).claims
            self._claims.validate(claims)
        except (JoseError, ValueError) as error:
            expired = getattr(error, "error", "") == "expired_token"
            raise Unauthenticated.because(
                "token_expired" if expired else "token_invalid",
                "令牌已过期。" if expired else "令牌无效：签名、签发者或内容不符。",
                "请向管理员申领新令牌。",
            ) from error
        identity = Identity(
            actor=str(claims["sub"]),
            office=str(claims["office"]),
            role=Role(claims["role"]),
            token=str(claims["jti"]),
            expires=int(claims["exp"]),
        )
        self._known[token] = identity
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        return identity


def require_office(
    identity: Identity, office: str, directory: Directory, on: date
) -> None:
    """
    Raise `Forbidden` unless *office* is the caller's own or below it.

    Raises `Forbidden`, saying why; an unknown office is refused like any other.
    """
    if directory.is_within(office, identity.office, on):
        return
    raise Forbidden.because(
        "outside_your_offices",
        f"令牌属于机关 {identity.office}，机关 {office} 不是它本身，也不在它之下。",
        "请使用该机关或其上级机关的令牌。",
    )


def require_role(identity: Identity, roles: frozenset[Role]) -> None:
    """
    Raises `Forbidden` unless *identity* has one of *roles*.
    """
    if identity.role not in roles:
        titles = "、".join(sorted(role.chinese for role in roles))
        raise Forbidden.because(
            "role_not_allowed",
            f"此事须由{titles}办理，令牌的角色是{identity.role.chinese}。",
            "请使用相应角色的令牌。",
        )


def make_keys(folder: Path) -> None:
    """
    Write a new signing key (`signing.json`, mode 600) and its `jwks.json`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    key = OKPKey.generate_key("Ed25519", parameters={"kid": uuid4().hex[:12]})
    private = folder / "signing.json"
    private.touch(mode=0o600)
    private.write_text(json.dumps(key.as_dict(private=True)), encoding="ascii")
    public = {"keys": [{**key.as_dict(private=False), "alg": ALGORITHM}]}
    (folder / "jwks.json").write_text(json.dumps(public, indent=1), encoding="ascii")
    revoked = folder / "revoked.json"
    if not revoked.exists():
        revoked.write_text("[]", encoding="ascii")


def issue(*, office: str, role: Role, actor: str, valid: timedelta) -> str:
    """
    A new token for *actor* of *office*.
    """
    key = OKPKey.import_key(
        json.loads(Path(settings["SIGNING_KEY"]).read_text(encoding="ascii"))
    )
    now = int(time.time())
    claims = {
        "iss": ISSUER,
        "sub": actor,
        "office": office,
        "role": role.value,
        "iat": now,
        "exp": now + int(valid.total_seconds()),
        "jti": uuid4().hex,
    }
    header = {"alg": ALGORITHM, "kid": key.kid}
    return jwt.encode(header, claims, key, algorithms=[ALGORITHM])


def id_of(token_or_id: str) -> str:
    """
    The `jti` of a token, unverified; a text that is no token is the `jti` itself.
    """
    parts = token_or_id.split(".")
    if len(parts) != 3:
        return token_or_id
    padded = parts[1] + "=" * (-len(parts[1]) % 4)
    return str(json.loads(base64.urlsafe_b64decode(padded))["jti"])


def revoke(token_id: str) -> None:
    """
    Put *token_id* (`jti`) on the revocation list; services see it within seconds.
    """
    path = Path(settings["REVOCATIONS"])
    revoked = set(json.loads(path.read_text(encoding="ascii"))) | {token_id}
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(sorted(revoked)), encoding="ascii")
    fresh.replace(path)
