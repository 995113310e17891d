"""
Who is let in, and to which offices: everything that is not clearly allowed is refused.
"""

from __future__ import annotations

import base64
import json
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, OKPKey

from shared.errors import Forbidden, Unauthenticated, Unavailable
from shared.policy.current import current_policy
from shared.vocabulary import Role
from shared.web import auth
from shared.web.auth import (
    ALGORITHM,
    Identity,
    TokenVerifier,
    require_office,
    require_role,
)
from tests.builders import CITY, COUNTY, NEIGHBOUR, PROVINCE

ON = date(2020, 11, 20)
CLAIMS = {
    "iss": "jianjian",
    "sub": "清丰县院 承办人",
    "office": COUNTY,
    "role": "clerk",
    "jti": "j1",
}


@pytest.fixture
def keys(tmp_path, monkeypatch):
    auth.make_keys(tmp_path)
    monkeypatch.setenv("SIGNING_KEY", str(tmp_path / "signing.json"))
    monkeypatch.setenv("REVOCATIONS", str(tmp_path / "revoked.json"))
    return tmp_path


@pytest.fixture
def keeper(keys):
    return TokenVerifier(str(keys / "jwks.json"), str(keys / "revoked.json"))


def read_again(keeper):
    """
    As if the seconds had passed after which the files are read again.
    """
    for source in (keeper._jwks, keeper._revocations):
        source.checked = float("-inf")


def private(keys):
    return OKPKey.import_key(json.loads((keys / "signing.json").read_text("ascii")))


def signed(key, *, without=(), **changes):
    claims = {**CLAIMS, "exp": int(time.time()) + 60, **changes}
    kept = {name: value for name, value in claims.items() if name not in without}
    header = {"alg": ALGORITHM, "kid": key.kid}
    return jwt.encode(header, kept, key, algorithms=[ALGORITHM])


def issued(office=COUNTY, days=1):
    valid = timedelta(days=days)
    return auth.issue(office=office, role=Role.CLERK, actor="承办人", valid=valid)


def refused(keeper, authorization):
    with pytest.raises(Unauthenticated) as refusal:
        keeper.identify(authorization)
    return refusal.value.code


def bearer(office, role=Role.CLERK):
    return Identity("承办人", office, role, token="j1", expires=0)


# -- tokens


def test_a_token_says_who_for_which_office_and_in_which_role(keeper):
    found = keeper.identify(f"Bearer {issued()}")

    assert (found.actor, found.office, found.role) == ("承办人", COUNTY, Role.CLERK)


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic dTpw", "x"])
def test_no_token_is_refused_as_missing(keeper, header):
    assert refused(keeper, header) == "token_missing"


@pytest.mark.parametrize("token", ["x", "a.b.c", "a.b.c.d.e", "令牌", "..", "e30.e30."])
def test_what_is_no_token_is_refused(keeper, token):
    assert refused(keeper, f"Bearer {token}") == "token_invalid"


def test_an_expired_token_is_refused_as_such(keeper, keys):
    token = signed(private(keys), exp=int(time.time()) - 1)

    assert refused(keeper, f"Bearer {token}") == "token_expired"


def test_a_token_of_a_clock_that_is_a_little_ahead_is_taken(keeper, keys):
    now = int(time.time())
    soon, later = (signed(private(keys), iat=now + n) for n in (30, 300))

    assert keeper.identify(f"Bearer {soon}").office == COUNTY
    assert refused(keeper, f"Bearer {later}") == "token_invalid"


def test_a_token_that_expires_after_it_was_first_seen_is_refused(keeper):
    token = issued()
    found = keeper.identify(f"Bearer {token}")
    keeper._known[token] = replace(found, expires=int(time.time()) - 1)

    assert refused(keeper, f"Bearer {token}") == "token_expired"


def test_a_token_of_another_signer_is_refused(keeper, keys):
    stranger = OKPKey.generate_key("Ed25519", parameters={"kid": private(keys).kid})

    assert refused(keeper, f"Bearer {signed(stranger)}") == "token_invalid"


def test_a_token_changed_after_signing_is_refused(keeper, keys):
    head, payload, signature = signed(private(keys)).split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
    raised = json.dumps({**claims, "office": PROVINCE}).encode()
    forged = base64.urlsafe_b64encode(raised).decode().rstrip("=")

    assert refused(keeper, f"Bearer {head}.{forged}.{signature}") == "token_invalid"


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "somebody"},
        {"role": "root"},
        {"role": None},
        {"exp": "never"},
        {"role": ["clerk"]},
        {"office": [COUNTY]},
        {"sub": "承办\0人"},
        {"sub": "长" * 201},
        {"jti": 5},
        {"sub": json.loads("[" * 500 + "]" * 500)},
        *({"without": [name]} for name in (*CLAIMS, "exp")),
    ],
)
def test_a_token_with_a_claim_wrong_or_missing_is_refused(keeper, keys, changes):
    token = signed(private(keys), **changes)

    assert refused(keeper, f"Bearer {token}") == "token_invalid"


def test_an_unsigned_token_is_refused(keeper):
    claims = {**CLAIMS, "exp": int(time.time()) + 60}
    parts = ({"alg": "none", "typ": "JWT"}, claims)
    head, payload = (
        base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")
        for part in parts
    )

    assert refused(keeper, f"Bearer {head}.{payload}.") == "token_invalid"


def test_the_public_key_does_not_serve_as_a_shared_secret(keeper, keys):
    document = json.loads((keys / "jwks.json").read_text("ascii"))["keys"][0]
    secrets = [
        base64.urlsafe_b64decode(document["x"] + "="),
        json.dumps(document).encode(),
    ]
    claims = {**CLAIMS, "exp": int(time.time()) + 60}
    header = {"alg": "HS256", "kid": document["kid"]}
    for secret in secrets:
        key = OctKey.import_key(secret)
        token = jwt.encode(header, claims, key, algorithms=["HS256"])

        assert refused(keeper, f"Bearer {token}") == "token_invalid"


def test_a_revoked_token_is_refused_once_the_list_was_read_again(keeper):
    token = issued()
    keeper.identify(f"Bearer {token}")
    auth.revoke(auth.id_of(token))
    keeper._revocations.checked = float("-inf")  # as if the seconds had passed

    assert refused(keeper, f"Bearer {token}") == "token_revoked"
    assert keeper.identify(f"Bearer {issued()}").office == COUNTY


def test_a_list_that_cannot_be_read_any_more_still_holds(keeper, keys):
    token = issued()
    auth.revoke(auth.id_of(token))
    assert refused(keeper, f"Bearer {token}") == "token_revoked"
    (keys / "revoked.json").unlink()
    keeper._revocations.checked = float("-inf")

    assert refused(keeper, f"Bearer {token}") == "token_revoked"


def test_tokens_of_a_key_that_was_replaced_are_refused(keeper, keys):
    token = issued()
    keeper.identify(f"Bearer {token}")
    for name in ("signing.json", "jwks.json"):
        (keys / name).unlink()
    auth.make_keys(keys)
    keeper._jwks.checked = float("-inf")

    assert refused(keeper, f"Bearer {token}") == "token_invalid"
    assert keeper.identify(f"Bearer {issued()}").office == COUNTY


@pytest.mark.parametrize("actor", ["", "长" * 201, "承办\n人"])
def test_no_token_is_issued_that_no_service_would_take(keys, actor):
    with pytest.raises(ValueError, match="200 characters"):
        auth.issue(office=COUNTY, role=Role.CLERK, actor=actor, valid=timedelta(days=1))


# -- files of keys and revocations


def test_an_empty_set_of_keys_lets_nobody_in(keeper, keys):
    token = issued()
    keeper.identify(f"Bearer {token}")
    (keys / "jwks.json").write_text('{"keys": []}', "ascii")
    read_again(keeper)

    assert refused(keeper, f"Bearer {token}") == "token_invalid"
    assert keeper.problems() == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("jwks.json", "{"),
        ("jwks.json", "{}"),
        ("jwks.json", '{"keys": {}}'),
        ("jwks.json", '{"keys": [{"kty": "OKP"}]}'),
        ("jwks.json", '{"keys": ["x"]}'),
        ("jwks.json", "[" * 100_000),
        ("revoked.json", "{}"),
        ("revoked.json", '"text"'),
        ("revoked.json", "[1]"),
        ("revoked.json", "null"),
        ("revoked.json", ""),
    ],
)
def test_a_damaged_file_is_refused_whole_and_the_last_good_one_holds(
    keeper, keys, name, content
):
    revoked, good = issued(), issued()
    auth.revoke(auth.id_of(revoked))
    keeper.identify(f"Bearer {good}")
    whole = (keys / name).read_text("ascii")
    (keys / name).write_text(content, "ascii")
    read_again(keeper)

    assert keeper.identify(f"Bearer {good}").office == COUNTY
    assert refused(keeper, f"Bearer {revoked}") == "token_revoked"
    assert [problem.split(":")[0] for problem in keeper.problems()] == [name]
    (keys / name).write_text(whole + " ", "ascii")
    read_again(keeper)
    assert keeper.problems() == []


def test_without_any_good_file_the_service_is_unavailable_and_says_so(keys):
    (keys / "revoked.json").write_text("{}", "ascii")
    keeper = TokenVerifier(str(keys / "jwks.json"), str(keys / "revoked.json"))
    with pytest.raises(Unavailable) as refusal:
        keeper.identify(f"Bearer {issued()}")

    assert refusal.value.code == "keys_unavailable"
    assert keeper.problems() == ["revoked.json: TypeError"]


def test_keys_are_never_overwritten(keys):
    before = (keys / "signing.json").read_bytes(), (keys / "jwks.json").read_bytes()
    with pytest.raises(FileExistsError):
        auth.make_keys(keys)
    (keys / "jwks.json").rename(keys / "old.json")
    with pytest.raises(FileExistsError):
        auth.make_keys(keys)

    assert (keys / "signing.json").read_bytes() == before[0]
    assert (keys / "old.json").read_bytes() == before[1]


def test_tokens_revoked_at_once_are_all_revoked(keys):
    ids = {f"{n:032x}" for n in range(8)}
    with ThreadPoolExecutor(len(ids)) as pool:
        list(pool.map(auth.revoke, ids))

    assert set(json.loads((keys / "revoked.json").read_text("ascii"))) == ids


def test_the_private_key_is_for_its_owner_only_and_is_not_published(keys):
    public = (keys / "jwks.json").read_text("ascii")

    assert (keys / "signing.json").stat().st_mode & 0o077 == 0
    assert json.loads((keys / "signing.json").read_text("ascii"))["d"] not in public


# -- offices


@pytest.mark.parametrize(
    ("own", "asked"),
    [(COUNTY, COUNTY), (CITY, CITY), (CITY, COUNTY), (PROVINCE, COUNTY)],
)
def test_an_office_sees_itself_and_what_stands_below_it(own, asked):
    require_office(bearer(own), asked, current_policy().directory, ON)


@pytest.mark.parametrize(
    ("own", "asked"),
    [
        (COUNTY, NEIGHBOUR),
        (COUNTY, CITY),
        (CITY, PROVINCE),
        (COUNTY, "410999"),
        (CITY, ""),
        ("410999", COUNTY),
        ("410999", "410999"),
        ("", COUNTY),
        ("4109", COUNTY),
    ],
)
def test_every_other_office_known_or_not_is_refused_with_the_reason(own, asked):
    with pytest.raises(Forbidden) as refusal:
        require_office(bearer(own), asked, current_policy().directory, ON)

    fault = refusal.value.problems[0]
    assert fault.code == "outside_your_offices"
    assert f"机关 {own}，" in fault.detail
    assert f"机关 {asked} 不是" in fault.detail


@pytest.mark.parametrize(
    ("office", "title"), [(COUNTY, "院领导"), ("640104002", "单位领导")]
)
def test_leaders_are_called_as_the_programme_of_the_office_says(office, title):
    with pytest.raises(Forbidden) as refusal:
        require_role(bearer(office, Role.CLERK), frozenset({Role.LEADER}))

    assert f"须由{title}办理" in refusal.value.problems[0].detail


def test_a_role_that_may_not_is_told_who_may():
    with pytest.raises(Forbidden) as refusal:
        require_role(bearer(COUNTY, Role.AUDITOR), frozenset({Role.REVIEWER}))

    fault = refusal.value.problems[0]
    assert fault.code == "role_not_allowed"
    assert Role.REVIEWER.chinese in fault.detail
    assert Role.AUDITOR.chinese in fault.detail
