"""
Records with personal data: some fields of a row are stored as one encrypted text.

The rest is as `shared.records.rows` says; the text decrypts in its own row only.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, TypeVar

import orjson
from sqlalchemy import Select, select

from shared.records.rows import Records
from shared.records.tables import CONVERTER, columns_of, kinds_of, row_of
from shared.storage.encryption import FieldCipher, Place, field_cipher

T = TypeVar("T")


class SealedRecords(Records[T]):
    """
    Records whose fields named in *sealed* stand in the column `encrypted`; their table
    is made by `table_of(…, sealed=…)`.
    """

    sealed: Collection[str]

    @property
    def cipher(self) -> FieldCipher:
        """
        What seals: with the keys for petitioners' data unless a subclass has others.
        """
        return field_cipher()

    def query(self) -> Select[Any]:
        columns = columns_of(self.table, self.record)
        return select(*columns, self.table.c.encrypted)

    def values(self, record: T) -> dict[str, Any]:
        values = row_of(record)
        kinds = self._kinds()
        private = {
            name: CONVERTER.unstructure(values.pop(name), unstructure_as=kinds[name])
            for name in self.sealed
        }
        key = [str(values[column.key]) for column in self.table.primary_key]
        return {**values, "encrypted": self._sealed(private, key)}

    def of_row(self, row: Any) -> T:
        values = row._asdict()
        key = [str(values[column.key]) for column in self.table.primary_key]
        text = self.cipher.decrypt(values.pop("encrypted"), self._place(key))
        private = orjson.loads(text)
        kinds = self._kinds()
        # A field that was added later has its default in rows from before.
        opened = {
            name: CONVERTER.structure(private[name], kinds[name])
            for name in self.sealed
            if name in private
        }
        return self.record(**values, **opened)

    def _sealed(self, private: Any, key: Collection[str]) -> str:
        return self.cipher.encrypt(_json(private), self._place(key))

    def _kinds(self) -> dict[str, Any]:
        record: Any = self.record
        return kinds_of(record)

    def _place(self, key: Collection[str]) -> Place:
        return str(self.table), "encrypted", *key


def encrypt_json(value: Any, place: Place) -> bytes:
    """
    A value as encrypted JSON, for a column of bytes: as text it would be longer by a
    third.
    """
    return field_cipher().seal(_json(value), place)


def _json(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode()


def decrypt_json(encrypted: bytes, place: Place) -> Any:
    """
    The value of encrypted JSON. Raises `CannotDecryptError`.
    """
    return orjson.loads(field_cipher().unseal(encrypted, place))
