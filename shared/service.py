"""
The base of every service: one queue in, one transaction per piece of work.

A service declares its handlers with `handles(...)`, its tasks with `task(...)`, and
lists the modules whose functions `shared.web.endpoint.api(...)` makes endpoints.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from types import ModuleType
from typing import Any, ClassVar

from marshmallow import Schema, ValidationError
from sqlalchemy import Connection, Table

from shared import telemetry
from shared.events import Envelope, ReceivedEvent
from shared.messaging.consumer import (
    Delivery,
    HandedOver,
    LockedElsewhere,
    NonRetryable,
    consumes,
    trace_context_of,
)
from shared.messaging.inbox import first_time
from shared.numbers import ForeignMatter
from shared.storage.database import engine_for, transaction
from shared.web.endpoint import bind_endpoints


class Service:
    """
    The common part of the five services.
    """

    name: ClassVar[str]
    reads: ClassVar[Mapping[str, Schema]]
    tables: ClassVar[Mapping[str, Table]]
    endpoints: ClassVar[Sequence[ModuleType]]
    sealed: ClassVar[bool] = False  # it holds personal data, and the keys to it
    handlers: ClassVar[Mapping[str, Callable[..., None]]]
    workers: ClassVar[Mapping[str, Any]]

    @classmethod
    def prepare(cls) -> None:
        """
        Read what the service needs from files, before it starts.

        Raises `ConfigurationError` naming file, line and reason of every fault.
        """

    def __init_subclass__(cls) -> None:
        bind_endpoints(cls, cls.endpoints)
        members = [getattr(cls, name) for name in dir(cls)]
        cls.handlers = {kind: m for m in members for kind in getattr(m, "handles", ())}
        cls.workers = {m.performs: m for m in members if hasattr(m, "performs")}
        unmatched = set(cls.reads) ^ set(cls.handlers)
        if unmatched:
            raise TypeError(f"{cls.name} reads but does not handle: {unmatched}")

    @consumes("in")
    def receive(self, delivery: Delivery) -> None:
        """
        Handle an event once: its inbox row and its effect in one transaction.
        """
        started, outcome, kind = time.perf_counter(), "retried", "unreadable"
        try:
            event = delivery.envelope()
            kind = event.type if event.type in self.handlers else "unknown"
            with telemetry.work(
                "event_handled",
                trace=trace_context_of(event),
                type=event.type,
                event_id=event.id,
                case_number=event.case_number,
                attempt=delivery.attempt,
            ):
                outcome = self._apply(event)
                telemetry.add_log_fields(outcome=outcome)
        except (NonRetryable, ValidationError):
            outcome = "dead-lettered"
            raise
        finally:
            telemetry.HANDLED.labels(self.name, kind, outcome).observe(
                time.perf_counter() - started
            )
        lag = delivery.lag()
        if lag is not None:
            telemetry.LAG.labels(self.name, event.source).observe(lag)

    def _apply(self, event: Envelope) -> str:
        handler = self.handlers.get(event.type)
        if handler is None:
            raise NonRetryable(f"no handler for {event.type}")
        fields = self.reads[event.type].load(event.payload)
        with transaction(self.name) as session:
            if not first_time(session, self.tables["inbox"], event):
                return "repeated"
            try:
                handler(self, session, ReceivedEvent(event, fields))
            except ForeignMatter as error:
                raise NonRetryable(str(error)) from error
        return "done"

    @consumes("tasks")
    def perform(self, delivery: Delivery) -> None:
        """
        Do a task. Its state is its own; only one process is at it at a time, or at one
        of the same turn (`task`).
        """
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
                worker(self, event)
                self._record_done(event)
                telemetry.add_log_fields(outcome="done")
            except HandedOver:
                telemetry.add_log_fields(outcome="handed over")
                raise
            finally:
                guard.detach()
                guard.close()

    def _record_done(self, event: Envelope) -> None:
        """
        Record in the inbox that a task was done: `reconcile` names those that were not.
        """
        with transaction(self.name) as session:
            first_time(session, self.tables["inbox"], event)

    def repeat(self, *steps: Callable[[Connection], bool]) -> None:
        """
        Run each step in transactions of its own until it has no more work.

        Any number of replicas may do so at once. After an error the next tick of the
        timer tries again.
        """
        for step in steps:
            # It is 0 until the step has succeeded for the first time.
            telemetry.TIMER_WENT.labels(self.name, step.__name__).inc(0)
        try:
            for step in steps:
                while self._run(step):
                    pass
        except Exception as error:  # noqa: BLE001 - the next tick tries again
            telemetry.log().warning("timer_interrupted", error=repr(error)[:300])

    def _run(self, step: Callable[[Connection], bool]) -> bool:
        with transaction(self.name) as session:
            more = step(session)
        went = telemetry.TIMER_WENT.labels(self.name, step.__name__)
        went.set_to_current_time()
        return more


def _take(guard: Connection, kind: str, subject: str) -> bool:
    """
    Take the task's advisory lock on *guard*; it ends with the connection.
    """
    guard = guard.execution_options(isolation_level="AUTOCOMMIT")
    lock = guard.exec_driver_sql(
        "SELECT pg_try_advisory_lock(hashtext(%s), hashtext(%s))", (kind, subject)
    )
    return bool(lock.scalar_one())


def task(
    kind: str, *, turn: Callable[[Envelope], str] = attrgetter("case_number")
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """
    Mark a method as the worker of tasks of *kind* (`{service}.task.{name}`).

    Of tasks with the same *turn* one at a time is performed, in all processes; the
    others wait in the delay queue, where they hold up nobody else's.
    """

    def mark(method: Callable[..., None]) -> Callable[..., None]:
        method.performs = kind  # type: ignore[attr-defined]
        method.turn = turn  # type: ignore[attr-defined]
        return method

    return mark
