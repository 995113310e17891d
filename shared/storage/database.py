"""
One engine per process, one transaction per piece of work.

Each service has its own schema and role; nothing reads another's tables.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from sqlalchemy import Connection, Engine, MetaData, create_engine, event, make_url
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from shared.settings import settings

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
    named = make_url(url).set(drivername=f"postgresql+{driver}")
    return named.render_as_string(hide_password=False)


def owner_engine() -> Engine:
    """
    An engine of the owner of all schemas, for the commands of an administrator.
    """
    return create_engine(driver_url(settings["DATABASE_URL"], "psycopg"))


@lru_cache
def engine_for(service: str) -> Engine:
    """
    The engine of a service process (psycopg2: the driver eventlet can green).
    """
    engine = create_engine(
        driver_url(settings.database_url(service), "psycopg2"),
        pool_size=settings.integer("POOL_SIZE"),
        max_overflow=0,
        pool_timeout=10,
        pool_pre_ping=True,
        pool_use_lifo=True,
        executemany_mode="values_plus_batch",  # many rows, one journey
        hide_parameters=True,  # an error must not carry a petitioner into a log
        connect_args={
            "application_name": f"jianjian-{service}",
            "connect_timeout": 5,
            "options": _LIMITS,
        },
    )
    event.listen(engine, "handle_error", without_values)
    return engine


def without_values(context: ExceptionContext) -> None:
    """
    Take the statement and its values out of an error of the database.

    psycopg2 writes values into the statement and PostgreSQL quotes it in its message;
    logs, headers of dead letters and tracebacks print that message.
    """
    error = context.original_exception
    diagnosis = getattr(error, "diag", None)
    if diagnosis is None or diagnosis.sqlstate is None:
        return
    named = ("sqlstate", "schema_name", "table_name", "column_name", "constraint_name")
    said = [getattr(diagnosis, name) for name in named]
    error.args = (" ".join(filter(None, said)),)
    if context.sqlalchemy_exception is not None:
        summary = f"({type(error).__name__}) {error}"
        context.sqlalchemy_exception.args = (summary,)


@contextmanager
def transaction(service: str) -> Iterator[Connection]:
    """
    A transaction in the service's own schema: committed at the end, or not at all.
    """
    with engine_for(service).begin() as session:
        yield session


# Classes of SQLSTATE that say "not now": connection, rollback, resources, locks,
# an operator's intervention.
_NOT_NOW = frozenset({"08", "40", "53", "55", "57"})


def is_deadlock(error: BaseException) -> bool:
    """
    Whether two transactions waited for each other and the database ended this one.
    """
    return isinstance(error, DBAPIError) and (
        getattr(error.orig, "pgcode", None) == "40P01"
    )


def is_passing(error: BaseException) -> bool:
    """
    Whether the database was away, too busy, or gave way: the same may succeed later.
    """
    if isinstance(error, PoolTimeout):
        return True
    if not isinstance(error, DBAPIError):
        return False
    state = getattr(error.orig, "pgcode", None)
    return error.connection_invalidated or state is None or state[:2] in _NOT_NOW
