"""
The base of every service: one queue in, one transaction per piece of work.

A service names the events that it reads and handles them in `handle`; it marks its
tasks with `task(...)`, and lists the modules whose functions
`shared.web.endpoint.api(...)` makes endpoints.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import timedelta
from operator import attrgetter
from types import ModuleType
from typing import Any, ClassVar

from marshmallow import Schema
from sqlalchemy import Connection, Table

from shared import clock, telemetry
from shared.events import Envelope, ReceivedEvent
from shared.messaging.consumer import consumes
from shared.messaging.deliveries import (
    FOR_GOOD,
    Delivery,
    HandedOver,
    LockedElsewhere,
    NonRetryable,
)
from shared.messaging.inbox import new_events, trace_context_of
from shared.messaging.lanes import BULK, bulk_work, held_back, is_bulk_work
from shared.storage.database import (
    engine_for,
    is_deadlock,
    is_locked_elsewhere,
    is_passing,
    send_later,
    transaction,
)
from shared.web.call import Call
from shared.web.endpoint import bind_endpoints

_HOUR = timedelta(hours=1)
# What somebody holds keeps a part of a batch waiting only a little, and all parts
# together no longer than this, in seconds.
_WAIT_LITTLE = "SET LOCAL lock_timeout = 500"
_WAIT_TOGETHER = 15


class Service:
    """
    The common part of the five services.
    """

    name: ClassVar[str]
    reads: ClassVar[Mapping[str, Schema]]
    tables: ClassVar[Mapping[str, Table]]
    endpoints: ClassVar[Sequence[ModuleType]]
    sealed: ClassVar[bool] = False  # it holds personal data, and the keys to it
    workers: ClassVar[Mapping[str, Any]]
    clock_is_far: ClassVar[bool] = False  # as the last tick of a timer saw it

    @classmethod
    def prepare(cls) -> None:
        """
        Read what the service needs from files, before it starts.

        Raises `ConfigurationError` naming file, line and reason of every fault.
        """

    @staticmethod
    def matters_of(call: Call, numbers: Collection[str]) -> Iterable[Any]:  # noqa: ARG004 - by services
        """
        Those of the matters with these *numbers* whose content may be kept from the
        caller (decision 0088); none in a service that holds no content.
        """
        return ()

    def __init_subclass__(cls) -> None:
        bind_endpoints(cls, cls.endpoints)
        members = [getattr(cls, name) for name in dir(cls)]
        cls.workers = {m.performs: m for m in members if hasattr(m, "performs")}
        if cls.reads and cls.handle is Service.handle:
            raise TypeError(f"{cls.name} reads events but does not handle any")

    def handle(self, session: Connection, *events: ReceivedEvent) -> None:
        """
        Take in events that had no effect here yet, in the transaction of their inbox
        rows.
        """
        raise NotImplementedError

    @consumes("in")
    def receive(self, deliveries: Sequence[Delivery]) -> list[BaseException | None]:
        """
        Handle a batch of events, each once: inbox rows and effects in one transaction.

        If a batch fails, each half is handled by itself, and so on until only the
        events that fail, or that wait for what somebody holds, are left; the others are
        done. Returns for each delivery why it failed, None if it did not.
        """
        batch = [_Received(delivery) for delivery in deliveries]
        for received in batch:
            received.read(self.reads)
        self._apply([received for received in batch if received.error is None])
        for received in batch:
            received.report(self.name, set(self.reads))
        return [received.error for received in batch]

    @consumes(BULK)
    def receive_bulk(
        self, deliveries: Sequence[Delivery]
    ) -> list[BaseException | None]:
        """
        Handle a batch of events of bulk work as `receive` does; what follows from them
        is bulk work too.
        """
        with bulk_work():
            errors: list[BaseException | None] = self.receive(deliveries)
        return errors

    def _apply(
        self, batch: Sequence[_Received], waits_since: float | None = None
    ) -> None:
        """
        *waits_since*: when the batch began of which this is a part, if it waited in
        vain for what somebody holds.
        """
        if not batch:
            return
        started = time.perf_counter()
        try:
            with transaction(self.name) as session:
                if waits_since is not None:
                    send_later(session, _WAIT_LITTLE, ())
                handled_ids = self._apply_in(session, batch)
        except Exception as error:  # noqa: BLE001 - each event's failure is settled
            if is_locked_elsewhere(error):
                waits_since = waits_since or started
            if len(batch) == 1 or not _may_pass_in_parts(error, waits_since):
                handled_ids = set()
                for received in batch:
                    received.error = error
            else:
                # Not one by one: to find the event that fails among many, halving takes
                # far fewer transactions.
                half = len(batch) // 2
                self._apply(batch[:half], waits_since)
                self._apply(batch[half:], waits_since)
                return
        each = (time.perf_counter() - started) / len(batch)
        for received in batch:
            received.seconds = each
            received.is_repeated = received.event.id not in handled_ids

    def _apply_in(self, session: Connection, batch: Sequence[_Received]) -> set[str]:
        """
        The ids of the events that were handled and not repeated.
        """
        # A batch may have one event twice: it is handled once, and both deliveries are
        # done.
        by_id = {received.event.id: received.event for received in batch}
        envelopes = [event.envelope for event in by_id.values()]
        new = new_events(session, self.tables["inbox"], envelopes)
        events = [event for event in by_id.values() if event.id in new]
        if events:
            self.handle(session, *events)
        return new

    @consumes("tasks")
    def perform(self, deliveries: Sequence[Delivery]) -> None:
        """
        Do a task. Its state is its own; only one process is at it at a time, or at one
        of the same turn (`task`).
        """
        (delivery,) = deliveries
        event = delivery.envelope()
        worker = self.workers.get(event.type)
        if worker is None:
            raise NonRetryable(f"no worker for {event.type}")
        with (
            telemetry.work(
                "task_performed",
                trace=trace_context_of(event),
                type=event.type,
                task=event.case_number,
                attempt=delivery.attempt,
            ),
            engine_for(self.name).connect() as guard,
        ):
            turn = worker.turn(event)
            if not _take(guard, event.type, turn):
                telemetry.add_log_fields(outcome="busy")
                raise LockedElsewhere(turn)
            try:
                with held_back(guard, self.name) if worker.first else nullcontext():
                    worker(self, event)
                self._record_done(event)
                telemetry.add_log_fields(outcome="done")
            except HandedOver:
                telemetry.add_log_fields(outcome="handed over")
                raise
            finally:
                # Not back into the pool: the lock belongs to the session, and whoever
                # got the connection next would hold it.
                guard.detach()
                guard.close()

    @classmethod
    def give_up(cls, task: Envelope) -> None:
        """
        Record that *task* failed too often and becomes a dead letter.
        """

    def _record_done(self, event: Envelope) -> None:
        """
        Record in the inbox that a task was done: `reconcile` names those that were not.
        """
        with transaction(self.name) as session:
            new_events(session, self.tables["inbox"], [event])

    def repeat(self, *steps: Callable[[Connection], bool]) -> None:
        """
        Run each step in transactions of its own until it has no more work.

        Any number of replicas may do so at once. After an error the next tick of the
        timer tries again. It is bulk work: one tick may find half a million duties.

        Nothing is run while the machine's clock is far from where it was: steps of a
        day that has not come could not be taken back (decision 0011).
        """
        if self._is_clock_far():
            return
        for step in steps:
            # It is 0 until the step has succeeded for the first time.
            telemetry.TIMER_WENT.labels(self.name, step.__name__).inc(0)
        try:
            for step in steps:
                while self._run(step):
                    pass
        except Exception as error:  # noqa: BLE001 - the next tick tries again
            telemetry.log().warning("timer_interrupted", error=repr(error)[:300])

    @classmethod
    def _is_clock_far(cls) -> bool:
        """
        Whether timers stand still; logged when it changes.
        """
        is_far = clock.is_far()
        if is_far and not cls.clock_is_far:
            hours = round(clock.moved() / _HOUR)
            telemetry.log().error("clock_moved", hours=hours)
        elif cls.clock_is_far and not is_far:
            telemetry.log().info("clock_back")
        # Of the class: nameko makes an instance of it for each tick.
        cls.clock_is_far = is_far
        return is_far

    def _run(self, step: Callable[[Connection], bool]) -> bool:
        # A transaction for each call: what a step has done stays done if the next one
        # fails.
        with bulk_work(), transaction(self.name) as session:
            more = step(session)
        went = telemetry.TIMER_WENT.labels(self.name, step.__name__)
        went.set_to_current_time()
        return more


def _may_pass_in_parts(error: Exception, waits_since: float | None) -> bool:
    """
    Whether parts of a batch that failed so may be done.

    With the database away each would fail like the whole. After a deadlock a part locks
    fewer rows. What somebody holds only one part waits for, as a rule.
    """
    if is_locked_elsewhere(error) and waits_since is not None:
        return time.perf_counter() - waits_since < _WAIT_TOGETHER
    return is_deadlock(error) or not is_passing(error)


@dataclass
class _Received:
    """
    A delivery of a batch, and what became of it.
    """

    delivery: Delivery
    event: ReceivedEvent = field(init=False)
    error: BaseException | None = None
    is_repeated: bool = False
    seconds: float = 0.0

    def read(self, reads: Mapping[str, Schema]) -> None:
        """
        Read the envelope and the fields that the service needs of it.
        """
        try:
            envelope = self.delivery.envelope()
            self.event = ReceivedEvent(envelope, {})
            if envelope.type not in reads:
                raise NonRetryable(f"no handler for {envelope.type}")
            fields = reads[envelope.type].load(envelope.payload)
            self.event = ReceivedEvent(envelope, fields)
        except FOR_GOOD as error:
            self.error = error

    @property
    def outcome(self) -> str:
        if self.error is not None:
            return "dead-lettered" if isinstance(self.error, FOR_GOOD) else "retried"
        return "repeated" if self.is_repeated else "done"

    def report(self, service: str, types: Collection[str]) -> None:
        """
        One line in the log, and what the metrics count.
        """
        event, kind = getattr(self, "event", None), "unreadable"
        if event is not None:
            kind = event.type if event.type in types else "unknown"
            _log(event.envelope, self)
        else:
            telemetry.log().warning(
                "message_unreadable", error=repr(self.error)[:500], outcome=self.outcome
            )
        telemetry.HANDLED.labels(service, kind, self.outcome).observe(self.seconds)
        lag = self.delivery.lag() if self.error is None else None
        if lag is not None:
            queue = BULK if is_bulk_work() else "in"
            telemetry.LAG.labels(service, self.event.source, queue).observe(lag)


def _log(event: Envelope, received: _Received) -> None:
    failed = {} if received.error is None else {"error": repr(received.error)[:500]}
    telemetry.log().info(
        "event_handled",
        seconds=round(received.seconds, 4),
        actor=event.actor,
        correlation_id=event.correlation_id,
        causation_id=event.id,
        traceparent=event.traceparent,
        type=event.type,
        event_id=event.id,
        case_number=event.case_number,
        attempt=received.delivery.attempt,
        outcome=received.outcome,
        **failed,
    )


def _take(guard: Connection, kind: str, subject: str) -> bool:
    """
    Take the task's advisory lock on *guard*; it ends with the connection.
    """
    # No transaction stays open for the minutes that a task takes: it would keep the
    # database from vacuuming, and be ended as an idle one.
    guard = guard.execution_options(isolation_level="AUTOCOMMIT")
    lock = guard.exec_driver_sql(
        "SELECT pg_try_advisory_lock(hashtext(%s), hashtext(%s))", (kind, subject)
    )
    return bool(lock.scalar_one())


def task(
    kind: str,
    *,
    turn: Callable[[Envelope], str] = attrgetter("case_number"),
    first: bool = False,
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """
    Mark a method as the worker of tasks of *kind* (`{service}.task.{name}`).

    Tasks with the same *turn* are performed one at a time, in all processes together;
    the others wait in the delay queue, where they do not delay tasks with another turn.
    One that goes *first* holds back what it announces as bulk work until it is done, or
    for as long as the setting allows: its readers do not take the processors from it.
    """

    def mark(method: Callable[..., None]) -> Callable[..., None]:
        method.performs = kind  # type: ignore[attr-defined]
        method.turn = turn  # type: ignore[attr-defined]
        method.first = first  # type: ignore[attr-defined]
        return method

    return mark
