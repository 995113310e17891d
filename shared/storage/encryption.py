"""
Petitioners' data at rest: encrypted fields, and a keyed hash to find equals by.

Only the service that writes to a petitioner can decrypt a field; the hash says "the
same person" and nothing else.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import unicodedata
from collections.abc import Mapping

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12


class FieldCipher:
    """
    Encrypts text with the first of its *keys*; decrypts it with the key it names.

    *context* is authenticated with the text: it decrypts in the same context only. The
    services give the name of the table, so a value moved to another table does not
    decrypt; moved to another row of its table it does.
    """

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        self._ciphers = {name: AESGCM(key) for name, key in keys.items()}
        self._current = next(iter(keys))

    def encrypt(self, text: str, *, context: str) -> str:
        nonce = os.urandom(_NONCE)
        encrypted = self._ciphers[self._current].encrypt(
            nonce, text.encode(), context.encode()
        )
        return f"{self._current}:{(nonce + encrypted).hex()}"

    def decrypt(self, encrypted: str, *, context: str) -> str:
        """
        Raises `cryptography.exceptions.InvalidTag` if it was tampered with.
        """
        name, _, value = encrypted.partition(":")
        raw = bytes.fromhex(value)
        cipher = self._ciphers[name]
        return cipher.decrypt(raw[:_NONCE], raw[_NONCE:], context.encode()).decode()


def keyed_hash(key: bytes, *parts: str) -> str:
    """
    A keyed hash of *parts*, the same however they were typed: width, case, blanks.
    """
    folded = "\x1f".join(
        unicodedata.normalize("NFKC", part).strip().upper() for part in parts
    )
    return hmac.new(key, folded.encode(), hashlib.sha256).hexdigest()[:32]
