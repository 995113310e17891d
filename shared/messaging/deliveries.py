"""
What a reader gets from the bus, and how a piece of work ends that is not simply done.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from marshmallow import ValidationError

from shared.events import Envelope
from shared.matter_numbers import ForeignMatter
from shared.messaging.bundles import parted


class NonRetryable(Exception):  # noqa: N818 - an outcome for the bus
    """This message will never succeed: dead-letter it now."""


class LockedElsewhere(Exception):  # noqa: N818 - likewise
    """Another process performs this task: try again later; this is not a failure."""


class HandedOver(Exception):  # noqa: N818 - likewise
    """
    This process stops in the middle of the task: another may take it up now; this is
    not a failure.
    """


# What a repetition would raise again: the message itself is at fault.
FOR_GOOD = (NonRetryable, ValidationError, RecursionError, ForeignMatter)


@dataclass(frozen=True)
class Delivery:
    """
    An event as received: raw bytes, the headers of the relay, and the properties of a
    message that has it alone; of a bundle, also the *fields* it was decoded to.
    """

    body: bytes
    headers: Mapping[str, Any]
    properties: Mapping[str, Any] = field(default_factory=dict)
    fields: Mapping[str, Any] | None = None

    @property
    def attempt(self) -> int:
        """
        How often it failed, as we wrote it; what a stranger wrote counts as never.
        """
        attempt = self.headers.get("x-attempt")
        return max(attempt, 0) if isinstance(attempt, int) else 0

    def envelope(self) -> Envelope:
        """
        Raises `NonRetryable` if the body is not an envelope.
        """
        try:
            return Envelope.from_mapping(self.fields or orjson.loads(self.body))
        except ValueError as error:
            raise NonRetryable(f"unreadable: {error}") from error

    def lag(self) -> float | None:
        """
        Seconds since the event was announced; None if no header of ours says when.
        """
        announced = self.headers.get("x-announced")
        try:
            seconds = time.time() - float(announced)  # type: ignore[arg-type]
        except (TypeError, ValueError, OverflowError):
            return None
        return max(seconds, 0.0) if math.isfinite(seconds) else None


@dataclass(frozen=True)
class Arrival:
    """
    A message, and the events in it.
    """

    message: Any
    deliveries: Sequence[Delivery]

    @classmethod
    def of(cls, message: Any) -> Arrival:
        """
        *message* with its events: one, or those of a bundle (decision 0052).
        """
        whole = _whole(message)
        parts = [*_parts(whole)]
        return cls(message, parts or [whole])

    @property
    def whole(self) -> Delivery:
        """
        The message as it came, whatever is in it.
        """
        return _whole(self.message)


def _whole(message: Any) -> Delivery:
    body = message.body
    raw = body if isinstance(body, bytes) else str(body).encode()
    return Delivery(raw, message.headers or {}, message.properties)


def _parts(whole: Delivery) -> Iterator[Delivery]:
    """
    The events of a bundle. One that is sent on is a message with the event's own id.
    """
    headers = {k: v for k, v in whole.headers.items() if k != "x-position"}
    for fields in parted(whole.body):
        try:
            body, decoded = orjson.dumps(fields), fields
        except TypeError:  # deeper than it writes: nothing of ours is
            body, decoded = b"null", None
        message_id = {"message_id": str(fields.get("id") or "")}
        yield Delivery(body, headers, {**whole.properties, **message_id}, decoded)
