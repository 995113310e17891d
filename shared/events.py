"""
What an event is: a past-tense fact with an envelope that says who, when and why.

Each service declares its own events; a reader declares the fields it needs.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, ClassVar, Self


@dataclass(frozen=True, kw_only=True)
class Event:
    """
    A fact about a case (or a petition, or an office) of one office.

    *occurred_on* is the business day of the fact, not the day it was typed in.
    *case_number* names what the fact is about; facts of one case and service
    carry rising sequence numbers.
    """

    type: ClassVar[str]
    version: ClassVar[int] = 1

    office: str
    case_number: str
    occurred_on: date

    @classmethod
    def of(cls, subject: Any, on: date, **fields: Any) -> Self:
        """
        The event that happened to *subject*, a record with office, number and
        programme, on a business day; *fields* are the others of this kind.
        """
        return cls(
            office=subject.office,
            case_number=subject.number,
            occurred_on=on,
            **{"programme": subject.programme, **fields},
        )

    def payload(self) -> dict[str, Any]:
        """
        The fields of this kind of fact, ready for JSON.
        """
        kind: Any = type(self)
        return {name: _plain(getattr(self, name)) for name in _facts_of(kind)}


@dataclass(frozen=True, kw_only=True)
class FiledDocument(Event):
    """
    A document was filed with a matter by *by_office*; *dated* is its own day. *digest*
    is the SHA-256 of its content. Its title and filename may name people and stay in
    the service.
    """

    programme: str
    document: str
    by_office: str
    kind: str
    digest: str
    media_type: str
    size: int
    dated: date


@dataclass(frozen=True, kw_only=True)
class WithdrawnDocument(Event):
    """
    A document of a matter was withdrawn by *by_office*, whose *post* approved it: it is
    evidence of nothing any more. The reason may name people and stays in the service.
    """

    programme: str
    document: str
    by_office: str
    kind: str
    post: str


def document_examples(
    filed: type[FiledDocument],
    withdrawn: type[WithdrawnDocument],
    *,
    kind: str,
    **common: Any,
) -> tuple[Event, Event]:
    """
    An example of each of the two events of documents that a service announces.
    """
    document = {**common, "document": "d1", "by_office": common["office"], "kind": kind}
    content: dict[str, Any] = {
        "digest": "0f" * 32,
        "media_type": "application/pdf",
        "size": 48_213,
    }
    return (
        filed(**document, **content, dated=common["occurred_on"]),
        withdrawn(**document, post="副检察长"),
    )


@cache
def _facts_of(kind: Any) -> tuple[str, ...]:
    """
    The names of the fields of a kind of event that are not of every event.
    """
    common = {field.name for field in dataclasses.fields(Event)}
    names = [field.name for field in dataclasses.fields(kind)]
    return tuple(name for name in names if name not in common)


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return tuple(map(_plain, value))
    return value


_TEXTS = (
    "id",
    "type",
    "office",
    "case_number",
    "actor",
    "correlation_id",
    "causation_id",
    "traceparent",
)
_TEXT = re.compile(r"[^\x00-\x1f\x7f\ud800-\udfff]{0,300}")
_NO_ENVELOPE = (KeyError, TypeError, AttributeError, OverflowError, RecursionError)


def _text(value: object) -> str:
    """
    A field of an envelope that is stored and logged as it is. Raises `ValueError`.
    """
    if not isinstance(value, str) or not _TEXT.fullmatch(value):
        raise ValueError("not an envelope: a text is none, or is too long")
    return value


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """
    An event as it travels.

    *recorded_at* is when the announcing office recorded it (UTC): the moment it
    became known. *sequence* rises within a case and service. *causation_id*
    names the request or the event that led to this one.
    """

    id: str
    type: str
    version: int
    occurred_on: date
    recorded_at: datetime
    office: str
    case_number: str
    sequence: int
    actor: str
    correlation_id: str
    causation_id: str
    traceparent: str
    payload: Mapping[str, Any]

    @property
    def source(self) -> str:
        return self.type.partition(".")[0]

    @classmethod
    def from_mapping(cls, fields: Any) -> Self:
        """
        Read an envelope from the fields of its JSON; unknown ones are ignored.

        Raises `ValueError` if it is not one.
        """
        try:
            return cls(
                **{name: _text(fields[name]) for name in _TEXTS},
                version=int(fields["version"]),
                occurred_on=date.fromisoformat(fields["occurred_on"]),
                recorded_at=datetime.fromisoformat(fields["recorded_at"]),
                sequence=int(fields["sequence"]),
                payload=dict(fields["payload"]),
            )
        except _NO_ENVELOPE as error:
            raise ValueError(f"not an envelope: {error!r}") from error

    def to_mapping(self) -> dict[str, Any]:
        values = {f.name: getattr(self, f.name) for f in dataclasses.fields(self)}
        return {
            **values,
            "occurred_on": self.occurred_on.isoformat(),
            "recorded_at": self.recorded_at.isoformat(),
            "payload": dict(self.payload),
        }


@dataclass(frozen=True)
class ReceivedEvent:
    """
    An event as a handler gets it: the envelope, and the fields that its schema reads.

    The envelope's attributes are attributes of it, the fields are its items.
    """

    envelope: Envelope
    fields: Mapping[str, Any]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.envelope, name)

    def __getitem__(self, name: str) -> Any:
        return self.fields[name]


def newest(events: Iterable[ReceivedEvent]) -> list[ReceivedEvent]:
    """
    The newest event of each case among *events*, in the order of the cases' numbers.
    """
    by_case: dict[str, ReceivedEvent] = {}
    for event in sorted(events, key=lambda each: (each.case_number, each.sequence)):
        by_case[event.case_number] = event
    return list(by_case.values())
