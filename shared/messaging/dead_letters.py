"""
The dead-letter queues: listed, replayed, dropped.

A message is read and requeued; only `replay` and `drop` remove it,
and `replay` only after the broker confirmed it in the queue it came from.

Who reads dead letters holds all of them, and the broker counts none meanwhile: nothing
is cleared until they are back, for a receipt stays as long as a letter may be replayed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

import psycopg
from kombu import Connection

from shared.errors import NotFound
from shared.messaging.bundles import parted
from shared.messaging.cleared import IDLE_FOR_LONG, SHARED_LOCK
from shared.messaging.lanes import BULK
from shared.messaging.publish import forward
from shared.messaging.topology import dead_letter_name
from shared.settings import SERVICES, settings

_ANNOUNCED = "SELECT id FROM outbox WHERE id = ANY(%s)"
_RENEWED = (
    "UPDATE inbox SET received_at = clock_timestamp() WHERE event_id = ANY(%s::uuid[])"
)
_ENDED = "INSERT INTO inbox (event_id, type) VALUES (%s, %s) ON CONFLICT DO NOTHING"
REPLAY = "replay"
DROP = "drop"


@dataclass(frozen=True)
class DeadLetter:
    """A message in a dead-letter queue."""

    service: str
    message: Any

    @property
    def id(self) -> str:
        """
        The id of the message; of one that has none, a name made of its body.
        """
        message_id = str(self.message.properties.get("message_id") or "")
        return (
            message_id
            or f"{self.service}-{sha256(self.text().encode()).hexdigest()[:16]}"
        )

    def summary(self) -> dict[str, Any]:
        headers = self.message.headers or {}
        return {
            "service": self.service,
            "id": self.id,
            "type": self.message.properties.get("type"),
            "reason": headers.get("x-reason") or "delivered too often",
            "attempts": headers.get("x-attempt", 0),
            "events": len(self.event_ids()),
        }

    def is_named(self, ids: Collection[str] | None) -> bool:
        """
        Whether it, or an event in it, is among *ids*; None: all are.
        """
        return ids is None or not {self.id, *self.event_ids()}.isdisjoint(ids)

    def text(self) -> str:
        body = self.message.body
        return body if isinstance(body, str) else bytes(body).decode(errors="replace")

    def event_ids(self) -> list[str]:
        """
        The ids of the events in it: its own, or those of a bundle (decision 0052).
        """
        ids = [str(each.get("id") or "") for each in parted(self.text().encode())]
        return [*filter(None, ids)] or [self.id]


@contextmanager
def _dead_letters_of(services: Sequence[str]) -> Iterator[tuple[Any, list[DeadLetter]]]:
    """
    All dead letters on one channel, while nothing is cleared.
    """
    url = settings.database_url(SERVICES[0])
    with psycopg.connect(url, options=IDLE_FOR_LONG) as guard:
        guard.execute(SHARED_LOCK)
        with _letters_in_hand(services) as letters_in_hand:
            yield letters_in_hand


@contextmanager
def _letters_in_hand(services: Sequence[str]) -> Iterator[tuple[Any, list[DeadLetter]]]:
    """
    All dead letters on one channel; those neither acked nor rejected are requeued.
    """
    with Connection(
        settings["AMQP_URI"],
        connect_timeout=5,
        transport_options={"confirm_publish": True},
    ) as connection:
        channel = connection.default_channel
        letters = []
        for service in services:
            while message := channel.basic_get(dead_letter_name(service)):
                letters.append(DeadLetter(service, message))
        yield channel, letters


def list_letters(services: Sequence[str]) -> list[DeadLetter]:
    """
    The dead letters of *services*.
    """
    with _dead_letters_of(services) as (_, letters):
        return letters


def events_in(service: str) -> set[str]:
    """
    The ids of the events in the dead letters of *service*, for who clears.
    """
    with _letters_in_hand([service]) as (_, letters):
        return {event for letter in letters for event in letter.event_ids()}


def get(message_id: str) -> DeadLetter:
    """
    Raises `NotFound`.
    """
    for letter in list_letters(SERVICES):
        if letter.is_named({message_id}):
            return letter
    raise NotFound.because("not_dead_lettered", f"没有停放的消息 {message_id}。")


def settle(message_ids: Collection[str] | None, act: str) -> tuple[int, list[str]]:
    """
    Replay or drop the messages of these ids, or with an event of these ids (None: all);
    return how many messages, and the ids that none of them has.
    """
    settled_ids = set[str]()
    with _dead_letters_of(SERVICES) as (channel, every_letter):
        letters = [each for each in every_letter if each.is_named(message_ids)]
        if act == REPLAY:
            _renew_receipts(letters)
        for letter in letters:
            if act == REPLAY:
                _send_back(channel, letter)
            else:
                _record_end(letter)
            channel.basic_ack(letter.message.delivery_tag)
            settled_ids |= {letter.id, *letter.event_ids()}
    return len(letters), [each for each in message_ids or () if each not in settled_ids]


def _record_end(letter: DeadLetter) -> None:
    """
    Let a dropped event or task of ours count as taken in: nobody misses it or sends it
    again. What is in no outbox is a stranger's.
    """
    kind = str(letter.summary()["type"] or "")
    source = kind.partition(".")[0]
    if source not in SERVICES:
        return
    ids = [each for each in letter.event_ids() if _is_uuid(each)]
    with psycopg.connect(settings.database_url(source)) as database:
        announced = database.execute(_ANNOUNCED, (ids,)).fetchall()
    with psycopg.connect(settings.database_url(letter.service)) as database:
        database.cursor().executemany(_ENDED, [(*row, kind) for row in announced])


def _renew_receipts(letters: Iterable[DeadLetter]) -> None:
    """
    Let the receipts of the letters' events outlive their new copies: one that had its
    effect before has none by the copy.
    """
    by_service = defaultdict[str, list[str]](list)
    for letter in letters:
        by_service[letter.service] += filter(_is_uuid, letter.event_ids())
    for service, ids in by_service.items():
        with psycopg.connect(settings.database_url(service)) as database:
            database.execute(_RENEWED, (ids,))


def _is_uuid(text: str) -> bool:
    try:
        return bool(UUID(text))
    except ValueError:
        return False


def _send_back(channel: Any, letter: DeadLetter) -> None:
    headers = letter.message.headers or {}
    safe_headers = {k: v for k, v in headers.items() if k == "x-announced"}
    queue = f"{letter.service}.{_queue_of(letter)}"
    forward(channel, letter.message, exchange="", key=queue, headers=safe_headers)


def _queue_of(letter: DeadLetter) -> str:
    """
    `in`, `bulk` or `tasks`: from our header, or else from the broker's.
    """
    headers = letter.message.headers or {}
    deaths = headers.get("x-death") or [{}]
    queue = str(deaths[0].get("queue", "")).rpartition(".")[2]
    return str(headers.get("x-queue") or (queue if queue in {BULK, "tasks"} else "in"))
