"""
Personal data at rest: encrypted before it reaches a statement, and a keyed hash to find
equals by.

Only a service that holds the keys can decrypt; the hash says "the same person" and
nothing else.
"""

from __future__ import annotations

import hmac
import os
import unicodedata
import zlib
from base64 import b64decode, b64encode
from collections.abc import Mapping
from functools import lru_cache

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.settings import settings
from shared.storage.common_words import COMMON_WORDS

_NONCE = 12
_QUICK = 1  # of zlib's levels: higher ones save little
_WINDOW, _MEMORY = 12, 5  # for a few thousand letters; to copy more takes longer
# The words are looked through once: that takes longer than to compress a text.
_BEGUN = zlib.compressobj(_QUICK, wbits=_WINDOW, memLevel=_MEMORY, zdict=COMMON_WORDS)

# Where an encrypted value is stored: the table with its schema, the column, and the
# primary key of the row.
Place = tuple[str, ...]


class CannotDecryptError(Exception):
    """
    An encrypted value whose key is not held, or that was changed or moved.
    """


class FieldCipher:
    """
    Encrypts with the first of its *keys*; decrypts with the key that a value names.

    The place is authenticated with the value: in another table, column or row it does
    not decrypt.
    """

    def __init__(self, keys: Mapping[str, bytes], setting: str = "FIELD_KEYS") -> None:
        self._setting = setting
        self._ciphers = {name: AESGCM(key) for name, key in keys.items()}
        self._current = next(iter(keys))

    def encrypt_bytes(self, content: bytes, place: Place) -> bytes:
        nonce = os.urandom(_NONCE)
        encrypted = self._ciphers[self._current].encrypt(nonce, content, _named(place))
        return self._current.encode() + b":" + nonce + encrypted

    def decrypt_bytes(self, encrypted: bytes, place: Place) -> bytes:
        """
        Raises `CannotDecryptError`.
        """
        start, _, value = encrypted.partition(b":")
        name = start[:40].decode("utf-8", "replace")
        cipher = self._ciphers.get(name)
        if cipher is None:
            lacks = f"no key {name!r} in {self._setting}"
            raise CannotDecryptError(f"{_shown(place)}: {lacks}")
        try:
            return cipher.decrypt(value[:_NONCE], value[_NONCE:], _named(place))
        except (InvalidTag, ValueError):
            raise CannotDecryptError(
                f"{_shown(place)}: changed, moved, or of another key {name!r}"
            ) from None

    def seal(self, text: str, place: Place) -> bytes:
        """
        *text* compressed and encrypted: a row of a ledger takes a fifth of what it
        would take otherwise.
        """
        small = _BEGUN.copy()
        packed = small.compress(text.encode()) + small.flush()
        return self.encrypt_bytes(packed, place)

    def unseal(self, sealed: bytes, place: Place) -> str:
        """
        Raises `CannotDecryptError`.
        """
        packed = self.decrypt_bytes(sealed, place)
        # A text says itself whether it was compressed beside these words.
        return zlib.decompressobj(zdict=COMMON_WORDS).decompress(packed).decode()

    def encrypt(self, text: str, place: Place) -> str:
        """
        *text* sealed and written in base64.
        """
        name, _, value = self.seal(text, place).partition(b":")
        return f"{name.decode()}:{b64encode(value).decode()}"

    def decrypt(self, encrypted: str, place: Place) -> str:
        """
        Raises `CannotDecryptError`.
        """
        name, _, value = encrypted.partition(":")
        try:
            raw = b64decode(value, validate=True)
        except ValueError:
            raise CannotDecryptError(
                f"{_shown(place)}: not an encrypted text"
            ) from None
        return self.unseal(name.encode() + b":" + raw, place)


@lru_cache
def field_cipher() -> FieldCipher:
    """
    The cipher of this process, with the keys of its settings.
    """
    return FieldCipher(settings.field_keys)


@lru_cache
def document_cipher() -> FieldCipher:
    """
    The cipher of documents and of what names them, with keys of its own: a service that
    opens documents does not open what intake and aid seal.
    """
    return FieldCipher(settings.document_keys, "DOCUMENT_KEYS")


def _named(place: Place) -> bytes:
    return orjson.dumps(place)


def _shown(place: Place) -> str:
    return " ".join(place)


def keyed_hash(key: bytes, *parts: str) -> str:
    """
    A keyed hash of *parts*, the same however they were typed: width, case, blanks.
    """
    folded = "\x1f".join(
        [unicodedata.normalize("NFKC", part).strip().upper() for part in parts]
    )
    hashed = _begun(key).copy()
    hashed.update(folded.encode())
    return hashed.hexdigest()[:32]


@lru_cache
def _begun(key: bytes) -> hmac.HMAC:
    """
    What a *key* begins: that takes as long as a short text does.
    """
    return hmac.new(key, digestmod="sha256")
