"""
Contents that are named but lost. Apart from their folder: a service starts without the
driver of plain processes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
from psycopg import sql

from shared.storage.contents import ContentFolder


def lost_digests(
    database: psycopg.Connection[Any], service: str, folder: ContentFolder
) -> Iterator[str]:
    """
    The digests that rows of *service* name and of which *folder* has no file.
    """
    query = sql.SQL("SELECT DISTINCT digest FROM {}.documents")
    with database.cursor(name="digests") as digests:
        digests.execute(query.format(sql.Identifier(service)))
        for (digest,) in digests:
            if not folder.file_of(digest).exists():
                yield digest
