"""
Removes what this system made on servers that existed before it, and nothing else.

Used instead of throwing data away when `DATABASE_URL` or `AMQP_URI` is given.
"""

from __future__ import annotations

from collections.abc import Iterable


def schemas_among(database_url: str, schemas: Iterable[str]) -> set[str]:
    """
    Which of the *wanted* schemas are in the database.
    """
    import psycopg  # noqa: PLC0415 - `down` needs no driver

    with psycopg.connect(database_url) as connection:
        rows = connection.execute("select nspname from pg_namespace").fetchall()
    return {name for (name,) in rows} & set(schemas)


def drop_schemas(database_url: str, ours: Iterable[str]) -> None:
    """
    Drop schemas with all that is in them.
    """
    import psycopg  # noqa: PLC0415 - as above
    from psycopg import sql  # noqa: PLC0415

    with psycopg.connect(database_url, autocommit=True) as connection:
        for name in ours:
            drop = sql.SQL("drop schema if exists {} cascade")
            connection.execute(drop.format(sql.Identifier(name)))


def drop_topology(amqp_uri: str) -> None:
    """
    Delete the queues and exchanges of the topology.
    """
    from kombu import Connection  # noqa: PLC0415 - as above

    from shared.messaging import topology  # noqa: PLC0415

    with Connection(amqp_uri, connect_timeout=10) as connection:
        channel = connection.channel()
        for queue in topology.queues():
            queue(channel).delete()
        for exchange in topology.exchanges():
            exchange(channel).delete()
