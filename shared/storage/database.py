"""
One engine per process, one transaction per piece of work.

Each service has its own schema and role; nothing reads another's tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from functools import lru_cache
from itertools import chain
from typing import Any, TypeAlias

from eventlet.patcher import original
from sqlalchemy import (
    Connection,
    Engine,
    MetaData,
    Table,
    create_engine,
    event,
    make_url,
)
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import (
    DBAPIError,
    InvalidatePoolError,
    SQLAlchemyError,
    StatementError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout

from shared.settings import settings

# Statements that have not been sent yet, each with its values.
Unsent: TypeAlias = list[tuple[str, Sequence[Any]]]

_BEGIN = "BEGIN", ()
# One that only tells waits for no disk, and for its turn as long as it takes.
_TELLING = "SET LOCAL synchronous_commit = off;SET LOCAL lock_timeout = 0"
_select = original("select")  # its poll does not let others run

# Against a stuck query or a forgotten transaction, in milliseconds. No query is so long
# that compiling it would be worth the tenth of a second that it takes.
_LIMITS = (
    "-c statement_timeout=15000 -c lock_timeout=5000"
    " -c idle_in_transaction_session_timeout=30000 -c jit=off"
)


def metadata_of(service: str) -> MetaData:
    """
    The tables of one service, in its own schema.
    """
    return MetaData(
        schema=service,
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
        },
    )


def driver_url(url: str, driver: str) -> str:
    """
    *url* with the driver named: SQLAlchemy's default is not ours.
    """
    with_driver = make_url(url).set(drivername=f"postgresql+{driver}")
    return with_driver.render_as_string(hide_password=False)


def owner_engine() -> Engine:
    """
    An engine of the owner of all schemas, for the commands of an administrator.
    """
    return create_engine(driver_url(settings["DATABASE_URL"], "psycopg"))


@lru_cache
def engine_for(service: str) -> Engine:
    """
    The engine of a service process (psycopg2: the driver eventlet can green).

    Its driver begins no transaction: `transaction` does.
    """
    engine = create_engine(
        driver_url(settings.database_url(service), "psycopg2"),
        pool_size=settings.integer("POOL_SIZE"),
        # Connections come from a fixed number: more would only wait for the same
        # processors, and each costs the database memory.
        max_overflow=0,
        pool_timeout=10,
        # The one used last has its statements prepared and its catalogue cached.
        pool_use_lifo=True,
        isolation_level="AUTOCOMMIT",
        executemany_mode="values_plus_batch",  # many rows, one round trip
        hide_parameters=True,  # an error must not carry a petitioner into a log
        connect_args={
            "application_name": f"jianjian-{service}",
            "connect_timeout": 5,
            "options": _LIMITS,
        },
    )
    event.listen(engine, "handle_error", without_values)
    event.listen(engine, "checkout", _require_alive)
    event.listen(engine, "before_cursor_execute", _with_unsent, retval=True)
    return engine


def _require_alive(connection: Any, _record: object, _proxy: object) -> None:
    """
    Have the pool replace its connections if the server has ended this one: the only
    thing to read on an idle connection is the server's message that it ended. It costs
    no round trip.
    """
    waiting = _select.poll()
    waiting.register(connection.fileno(), _select.POLLIN)
    if waiting.poll(0):
        raise InvalidatePoolError


def without_values(context: ExceptionContext) -> None:
    """
    Take the statement and its values out of an error of the database.

    psycopg2 writes values into the statement and PostgreSQL quotes it in its message;
    logs, headers of dead letters and tracebacks print that message.
    """
    error = context.original_exception
    if isinstance(context.sqlalchemy_exception, StatementError):
        context.sqlalchemy_exception.statement = None
    diagnosis = getattr(error, "diag", None)
    if diagnosis is None or diagnosis.sqlstate is None:
        return
    names = ("sqlstate", "schema_name", "table_name", "column_name", "constraint_name")
    parts = [getattr(diagnosis, name) for name in names]
    error.args = (" ".join(filter(None, parts)),)
    if context.sqlalchemy_exception is not None:
        summary = f"({type(error).__name__}) {error}"
        context.sqlalchemy_exception.args = (summary,)


@contextmanager
def transaction(service: str) -> Iterator[Connection]:
    """
    A transaction in the service's own schema: committed at the end, or not at all.

    BEGIN is sent with the first statement, and what `send_later` was given with the
    next one or with COMMIT: one round trip less for each.
    """
    with engine_for(service).connect() as connection:
        unsent: Unsent = [_BEGIN]
        channels = set[str]()
        session = connection.execution_options(unsent=unsent, channels=channels)
        try:
            yield session
            if channels or unsent != [_BEGIN]:
                session.exec_driver_sql(_commit(channels))
        except BaseException:
            _roll_back(session, unsent)
            raise


def _commit(channels: Iterable[str]) -> str:
    """
    COMMIT, and in the same round trip notify those who listen to *channels*.
    """
    notifications = "".join(f";NOTIFY {channel}" for channel in sorted(channels))
    return (
        f"COMMIT;BEGIN;{_TELLING}{notifications};COMMIT" if notifications else "COMMIT"
    )


def notify_later(session: Connection, channel: str) -> None:
    """
    Tell those who listen to *channel* once the transaction has committed.

    In a transaction of its own: the database lets transactions that notify commit one
    after the other only, each waiting for the disk. Whoever listens must also look by
    itself now and then: what is told may be lost. If notifying fails, the caller gets
    an error although its data is stored, as when a connection breaks at the commit.
    """
    channels = session.get_execution_options().get("channels")
    if channels is None:
        session.exec_driver_sql(f"NOTIFY {channel}")
    else:
        channels.add(channel)


@contextmanager
def attempt(session: Connection) -> Iterator[None]:
    """
    A part of a transaction that may fail alone: after an error, which is raised, the
    transaction goes on as if the part had not been begun.
    """
    session.exec_driver_sql("SAVEPOINT attempt")
    try:
        yield
        session.exec_driver_sql("RELEASE SAVEPOINT attempt")
    except Exception:
        if not session.invalidated:
            session.get_execution_options().get("unsent", []).clear()
            session.exec_driver_sql("ROLLBACK TO SAVEPOINT attempt")
        raise


def _roll_back(session: Connection, unsent: Unsent) -> None:
    """
    End the transaction; a connection that cannot do so is closed.
    """
    if unsent == [_BEGIN] or session.invalidated:
        return
    unsent.clear()
    try:
        session.exec_driver_sql("ROLLBACK")
    except SQLAlchemyError:
        session.invalidate()


def send_later(session: Connection, statement: str, values: Sequence[Any]) -> None:
    """
    Execute a *statement* whose result nobody needs, together with the next one of the
    transaction or with its end. Its *values* are not to be changed until then.
    """
    unsent: Unsent | None = session.get_execution_options().get("unsent")
    if unsent is None:
        session.exec_driver_sql(statement, tuple(values))
    else:
        unsent.append((statement, values))


def insert_later(session: Connection, table: Table, row: Mapping[str, Any]) -> None:
    """
    Insert a *row* of plain values, as `send_later` does.
    """
    # What is unknown is left out: half of a petition's columns, which the database
    # would have to read.
    optional = _null_by_default(table)
    stated = {
        name: str(value) if isinstance(value, str) else value
        for name, value in row.items()
        if value is not None or name not in optional
    }
    send_later(session, _insert(table, tuple(stated)), [*stated.values()])


@lru_cache
def _null_by_default(table: Table) -> frozenset[str]:
    return frozenset(
        column.name for column in table.columns if column.server_default is None
    )


@lru_cache(maxsize=1024)
def _insert(table: Table, names: Sequence[str]) -> str:
    places = ", ".join(["%s"] * len(names))
    columns = ", ".join(f'"{name}"' for name in names)
    return f"INSERT INTO {table.fullname} ({columns}) VALUES ({places})"  # noqa: S608


def _with_unsent(
    connection: Connection,
    cursor: Any,
    statement: str,
    parameters: Any,
    _context: object,
    many: bool,  # noqa: FBT001
) -> tuple[str, Any]:
    """
    *statement* behind those of its transaction that have not been sent yet.
    """
    unsent: Unsent | None = connection.get_execution_options().get("unsent")
    if cursor.name:
        # The driver knows of no transaction, and a cursor that is not to be held it
        # opens in none. It is closed before the transaction ends.
        cursor.withhold = True
    if not unsent:
        return statement, parameters
    before = ";".join(text for text, _ in unsent)
    values = tuple(chain.from_iterable(values for _, values in unsent))
    unsent.clear()
    if many or cursor.name:  # its text is sent for each set of parameters, or declared
        with closing(connection.connection.cursor()) as plain:
            plain.execute(before, values)
        return statement, parameters
    if parameters and isinstance(parameters, Mapping):  # the driver does not mix them
        written = cursor.mogrify(before, values).decode().replace("%", "%%")
        return f"{written};{statement}", parameters
    return f"{before};{statement}", (*values, *parameters)


# Classes of SQLSTATE that say "not now": connection, rollback, resources, locks,
# an operator's intervention.
_NOT_NOW = frozenset({"08", "40", "53", "55", "57"})


def _state_of(error: BaseException) -> str | None:
    """
    The SQLSTATE of an error of the database, as either driver names it.
    """
    orig = error.orig if isinstance(error, DBAPIError) else None
    return getattr(orig, "pgcode", None) or getattr(orig, "sqlstate", None)


def is_deadlock(error: BaseException) -> bool:
    """
    Whether two transactions waited for each other and the database ended this one.
    """
    return _state_of(error) == "40P01"


def is_locked_elsewhere(error: BaseException) -> bool:
    """
    Whether a transaction waited too long for what another one holds.
    """
    return _state_of(error) == "55P03"


def has_timed_out(error: BaseException) -> bool:
    """
    Whether a statement took longer than it may: the database is too busy, or it is
    asked for too much at once.
    """
    return _state_of(error) == "57014"


def is_passing(error: BaseException) -> bool:
    """
    Whether the database was away, too busy, or gave way: the same may succeed later.

    A statement that timed out does not count: it may time out every time.
    """
    if isinstance(error, PoolTimeout):
        return True
    if not isinstance(error, DBAPIError) or has_timed_out(error):
        return False
    state = _state_of(error)
    return error.connection_invalidated or state is None or state[:2] in _NOT_NOW
