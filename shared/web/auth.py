"""
Authentication and authorisation: tokens, revocation, and the rule of offices.

Tokens are EdDSA-signed JWTs naming an office and a role. The rule fails closed:
an office sees itself and those below it in the tree, and a refusal gives the reason.
"""

from __future__ import annotations

import base64
import contextlib
import fcntl
import json
import re
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Generic, TypeVar
from uuid import uuid4

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey

from shared import clock, telemetry
from shared.accounts import account_of
from shared.errors import Forbidden, Unauthenticated, Unavailable
from shared.policy.current import current_policy
from shared.policy.directory import Directory
from shared.policy.programmes import role_title
from shared.settings import settings
from shared.vocabulary import Role

ISSUER = "jianjian"
ALGORITHM = "Ed25519"
_REFRESH_SECONDS = 5.0
_REMEMBERED = 4096
# Seconds by which the clock of who issues tokens may be ahead of a service's.
_CLOCKS_DIFFER = 60
_DAMAGED = (JoseError, KeyError, TypeError, ValueError, AttributeError)
_CLAIM = re.compile(r"[^\x00-\x1f\x7f\ud800-\udfff]{1,200}")
_TOKEN_ID = re.compile(r"[0-9a-f]{32}")
T = TypeVar("T")


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

    @property
    def account(self) -> str:
        """
        The account that the token was issued to: somebody of an office.
        """
        return account_of(self.office, self.actor)


class _Source(Generic[T]):
    """
    A JSON document at a path or an address, read again when it may have changed.

    One that cannot be read or that *parse* refuses changes nothing: the last good one
    stays, and *problem* says what is wrong with the present one.
    """

    def __init__(self, place: str, parse: Callable[[Any], T]) -> None:
        self.location = place
        self.parse = parse
        self.checked = float("-inf")
        self.stamp: object = None
        self.content: T | None = None
        self.problem = ""

    def read(self) -> T:
        """
        The last good document.

        Raises `Unavailable` if there was none since the process began.
        """
        now = time.monotonic()
        if now - self.checked >= _REFRESH_SECONDS:
            self.checked = now
            self._renew()
        if self.content is None:
            raise Unavailable.because(
                "keys_unavailable",
                "服务读不到签发公钥或吊销名单，暂时无法确认任何令牌。",
                "请稍后再试，或告诉管理员。",
            )
        return self.content

    def _renew(self) -> None:
        try:
            stamp, text = self._fetch()
            if stamp != self.stamp:
                self.content = self.parse(json.loads(text))
                self.stamp = stamp
        except (OSError, httpx.HTTPError, RecursionError, *_DAMAGED) as error:
            problem = f"{Path(self.location).name}: {type(error).__name__}"
            if problem != self.problem:
                telemetry.log().error("keys_not_read", problem=problem)
            self.problem = problem
        else:
            self.problem = ""

    def _fetch(self) -> tuple[object, str]:
        if self.location.startswith(("http://", "https://")):
            text = httpx.get(self.location, timeout=3).raise_for_status().text
            return text, text
        path = Path(self.location)
        stat = path.stat()
        return (stat.st_mtime_ns, stat.st_size), path.read_text(encoding="utf-8")


def _key_set(document: Any) -> KeySet:
    """
    The keys of a JWKS. An empty one is well formed: then no token is valid.
    """
    if not isinstance(document["keys"], list):
        raise TypeError("keys")
    if not document["keys"]:
        return KeySet([])
    return KeySet.import_key_set(document)


def _token_ids(document: Any) -> frozenset[str]:
    """
    The ids of a revocation list: a JSON array of texts.
    """
    if not isinstance(document, list) or not all(
        isinstance(each, str) for each in document
    ):
        raise TypeError("not a list of token ids")
    return frozenset(document)


class TokenVerifier:
    """
    Turns a bearer token into an identity, or refuses it.
    """

    def __init__(self, jwks: str, revocations: str = "") -> None:
        self._jwks = _Source(jwks, _key_set)
        self._revocations = _Source(revocations, _token_ids) if revocations else None
        self._keys = KeySet([])
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

        Raises `Unauthenticated`; `Unavailable` if no keys were ever read.
        """
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Unauthenticated.because(
                "token_missing",
                "请求没有带令牌。",
                "请在请求头加 Authorization: Bearer。",
            )
        revoked = self._revocations.read() if self._revocations else frozenset()
        self._take_keys()
        identity = self._known.get(token) or self._decode(token)
        if identity.expires <= time.time():
            raise Unauthenticated.because(
                "token_expired", "令牌已过期。", "请向管理员申领新令牌。"
            )
        if identity.token in revoked:
            raise Unauthenticated.because(
                "token_revoked", "令牌已被吊销。", "请向管理员申领新令牌。"
            )
        return identity

    def problems(self) -> list[str]:
        """
        What is wrong with the files of keys and revocations as they are now, if
        anything; until they are mended the last good ones hold.
        """
        sources: list[_Source[Any]] = [self._jwks]
        if self._revocations:
            sources.append(self._revocations)
        for source in sources:
            with contextlib.suppress(Unavailable):
                source.read()
        return [source.problem for source in sources if source.problem]

    def _take_keys(self) -> None:
        keys = self._jwks.read()
        if keys is not self._keys:
            self._keys = keys
            self._known.clear()

    def _decode(self, token: str) -> Identity:
        try:
            claims = jwt.decode(token, self._keys, algorithms=[ALGORITHM]).claims
            self._claims.validate(claims)
            identity = Identity(
                actor=_text(claims["sub"]),
                office=_text(claims["office"]),
                role=Role(claims["role"]),
                token=_text(claims["jti"]),
                expires=int(claims["exp"]),
            )
        except (OverflowError, RecursionError, *_DAMAGED) as error:
            expired = getattr(error, "error", "") == "expired_token"
            raise Unauthenticated.because(
                "token_expired" if expired else "token_invalid",
                "令牌已过期。" if expired else "令牌无效：签名、签发者或内容不符。",
                "请向管理员申领新令牌。",
            ) from error
        self._known[token] = identity
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        return identity


def _text(claim: object) -> str:
    """
    A claim that is stored with every act. Raises `ValueError`.
    """
    if not isinstance(claim, str) or not _CLAIM.fullmatch(claim):
        raise ValueError("a claim is 1 to 200 characters without control characters")
    return claim


@lru_cache
def token_verifier() -> TokenVerifier:
    """
    The verifier of this process, with the keys that its settings name.
    """
    return TokenVerifier(settings["JWKS"], settings.get("REVOCATIONS"))


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


def require_own_office(identity: Identity, office: str) -> None:
    """
    Raises `Forbidden` unless *office* is the caller's own: an office above does not
    act as a post of the one below.
    """
    if identity.office == office:
        return
    raise Forbidden.because(
        "not_this_office",
        f"令牌属于机关 {identity.office}，此事须由机关 {office} 本身的人员办理。",
        "请由该机关的人员用本人的令牌办理，上级机关不能代办。",
    )


def require_role(identity: Identity, roles: frozenset[Role]) -> None:
    """
    Raises `Forbidden` unless *identity* has one of *roles*.
    """
    if identity.role not in roles:
        policy = current_policy()
        ours = policy.programmes.of_office(
            identity.office, policy.directory, clock.today()
        )
        titles = "、".join(sorted(role_title(role, ours) for role in roles))
        raise Forbidden.because(
            "role_not_allowed",
            f"此事须由{titles}办理，令牌的角色是{role_title(identity.role, ours)}。",
            "请使用相应角色的令牌。",
        )


def make_keys(folder: Path) -> None:
    """
    Write a new signing key (`signing.json`, mode 600) and its `jwks.json`.

    Raises `FileExistsError` if the folder has either: without the old key no token that
    was issued is valid any longer.
    """
    folder.mkdir(parents=True, exist_ok=True)
    public_file = folder / "jwks.json"
    if public_file.exists():
        raise FileExistsError(public_file)
    key = OKPKey.generate_key("Ed25519", parameters={"kid": uuid4().hex[:12]})
    private = folder / "signing.json"
    private.touch(mode=0o600, exist_ok=False)
    private.write_text(json.dumps(key.as_dict(private=True)), encoding="ascii")
    public = {"keys": [{**key.as_dict(private=False), "alg": ALGORITHM}]}
    public_file.write_text(json.dumps(public, indent=1), encoding="ascii")
    revoked = folder / "revoked.json"
    if not revoked.exists():
        revoked.write_text("[]", encoding="ascii")


def issue(*, office: str, role: Role, actor: str, valid: timedelta) -> str:
    """
    A new token for *actor* of *office*.

    Raises `ValueError` for an actor that no service would take.
    """
    key = OKPKey.import_key(
        json.loads(Path(settings["SIGNING_KEY"]).read_text(encoding="ascii"))
    )
    now = int(time.time())
    claims = {
        "iss": ISSUER,
        "sub": _text(actor),
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
    The `jti` of a token, unverified; 32 hexadecimal digits are the `jti` itself.

    Raises `ValueError` for any other text.
    """
    parts, token_id = token_or_id.split("."), token_or_id
    if len(parts) == 3:
        padded = parts[1] + "=" * (-len(parts[1]) % 4)
        claims = json.loads(base64.urlsafe_b64decode(padded))
        token_id = str(claims.get("jti") if isinstance(claims, dict) else "")
    if not _TOKEN_ID.fullmatch(token_id):
        raise ValueError("no token")
    return token_id


def revoke(token_id: str) -> None:
    """
    Put *token_id* (`jti`) on the revocation list; services see it within seconds.
    """
    path = Path(settings["REVOCATIONS"])
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two at once must not forget each other's
        revoked = _token_ids(json.loads(path.read_text(encoding="utf-8")))
        fresh = path.with_suffix(".new")
        fresh.write_text(json.dumps(sorted(revoked | {token_id})), encoding="ascii")
        fresh.replace(path)
