"""
Petitioners' data at rest: sealed fields, and a keyed hash to find equals by.

Only the service that must write to a petitioner can open a sealed field; the
hash says "the same person" and nothing else.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import unicodedata
from collections.abc import Mapping

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12


class Sealer:
    """
    Seals text with the current key, opens it with the key it names.

    *place* (table, column, row) is bound in: a sealed value moved elsewhere
    does not open.
    """

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        self._ciphers = {name: AESGCM(key) for name, key in keys.items()}
        self._current = next(iter(keys))

    def seal(self, text: str, *, place: str) -> str:
        nonce = os.urandom(_NONCE)
        sealed = self._ciphers[self._current].encrypt(
            nonce, text.encode(), place.encode()
        )
        return f"{self._current}:{(nonce + sealed).hex()}"

    def open(self, sealed: str, *, place: str) -> str:
        """
        Raises `cryptography.exceptions.InvalidTag` if it was tampered with.
        """
        name, _, value = sealed.partition(":")
        raw = bytes.fromhex(value)
        opened = self._ciphers[name].decrypt(raw[:_NONCE], raw[_NONCE:], place.encode())
        return opened.decode()


def fingerprint(key: bytes, *parts: str) -> str:
    """
    A keyed hash of *parts*, the same for the same person or matter.
    """
    folded = "\x1f".join(
        unicodedata.normalize("NFKC", part).strip().upper() for part in parts
    )
    return hmac.new(key, folded.encode(), hashlib.sha256).hexdigest()[:32]
