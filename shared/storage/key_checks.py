"""
Whether the keys of this process are those with which the data was sealed.

A text that everybody knows is sealed with each key the first time it is used, in a
table of the service: a key of the same name but another value cannot open it, and a key
that is left out of the settings is missed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy import Column, Connection, MetaData, String, Table, select
from sqlalchemy.dialects.postgresql import insert

from shared.storage.encryption import CannotDecryptError, FieldCipher, keyed_hash

_TEXT = "件件"
_PERSON, _FIELDS, _DOCUMENTS = "PERSON_KEY", "FIELD_KEYS", "DOCUMENT_KEYS"


def key_checks_table(metadata: MetaData) -> Table:
    """
    Define the table of sealed texts in a service's schema: one row for each key.
    """
    return Table(
        "key_checks",
        metadata,
        Column("key", String, primary_key=True),
        Column("sealed", String, nullable=False),
    )


def key_faults(
    session: Connection,
    table: Table,
    field_keys: Mapping[str, bytes] | None,
    person_key: bytes | None,
    document_keys: Mapping[str, bytes] | None = None,
) -> list[str]:
    """
    What is wrong with the keys; None for a key that the process does not have.

    A key that is used for the first time is recorded.
    """
    sealed = {row.key: row.sealed for row in session.execute(select(table))}
    fresh: dict[str, str] = {}
    faults = []
    if person_key is not None:
        fresh[_PERSON] = keyed_hash(person_key, _TEXT)
        if sealed.get(_PERSON, fresh[_PERSON]) != fresh[_PERSON]:
            faults.append("PERSON_KEY is not the key of this data")
    for setting, keys in ((_FIELDS, field_keys), (_DOCUMENTS, document_keys)):
        if keys is None:
            continue
        faults += _faults(setting, keys, sealed)
        for name, key in keys.items():
            row = _row(setting, name)
            fresh[row] = FieldCipher({name: key}).encrypt(_TEXT, _place(row))
    new = [
        {"key": name, "sealed": text}
        for name, text in fresh.items()
        if name not in sealed
    ]
    if new and not faults:
        session.execute(insert(table).on_conflict_do_nothing(), new)
    return faults


def _faults(
    setting: str, keys: Mapping[str, bytes], sealed: Mapping[str, str]
) -> Iterator[str]:
    for row, text in sealed.items():
        of, _, name = row.rpartition(":")
        if row == _PERSON or (of or _FIELDS) != setting:
            continue
        if name not in keys:
            yield f"{setting} lacks the key {name}, with which data is sealed"
        elif not _opens({name: keys[name]}, row, text):
            yield f"{setting}: {name} is not the key of this data"


def _opens(key: Mapping[str, bytes], row: str, text: str) -> bool:
    try:
        return FieldCipher(key).decrypt(text, _place(row)) == _TEXT
    except CannotDecryptError:
        return False


def _row(setting: str, name: str) -> str:
    return name if setting == _FIELDS else f"{setting}:{name}"


def _place(row: str) -> tuple[str, ...]:
    return "key_checks", "sealed", row
