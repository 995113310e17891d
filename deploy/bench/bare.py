"""
The least that nameko can do with a registration: one INSERT of the same row.

No token, no schema, no outbox, no audit, no sealing: their cost is the difference to
intake. `python -m deploy.bench.bare PORT`; same framework, driver and database.
"""

# ruff: noqa: E402
from __future__ import annotations

import eventlet

eventlet.monkey_patch()

import json
import sys
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import uuid4

from nameko import config
from nameko.runners import ServiceRunner
from nameko.web.handlers import http
from sqlalchemy import Engine, create_engine

from shared.settings import settings
from shared.storage.database import driver_url

INSERT = Path(__file__).with_name("bare.sql").read_text(encoding="utf-8")


class Bare:
    """
    A registration service as a first sketch would have it, to compare with.
    """

    name = "bare"

    @http("POST", "/petitions")  # type: ignore[untyped-decorator]
    def register(self, request: Any) -> tuple[int, str]:
        body = json.loads(request.get_data())
        private = {"petitioner": body["petitioner"], "demand": body["demand"]}
        row = {
            **body,
            "matter": uuid4().hex,
            # As long as the encrypted text of the same petition.
            "encrypted": json.dumps(private, ensure_ascii=False).encode(),
        }
        with _engine().begin() as session:
            number = session.exec_driver_sql(INSERT, row).scalar_one()
        return 201, json.dumps({"number": number})


@lru_cache
def _engine() -> Engine:
    """
    A pool as large as intake's, and otherwise as SQLAlchemy makes one: BEGIN, INSERT
    and COMMIT are a round trip each.
    """
    url = driver_url(settings.database_url("intake"), "psycopg2")
    size = settings.integer("POOL_SIZE")
    return create_engine(url, pool_size=size, max_overflow=0, pool_use_lifo=True)


def main(port: int) -> None:
    config.setup(
        {
            "WEB_SERVER_ADDRESS": f"127.0.0.1:{port}",
            "max_workers": settings.integer("MAX_WORKERS"),
        }
    )
    runner = ServiceRunner()
    runner.add_service(Bare)
    runner.start()
    runner.wait()


if __name__ == "__main__":
    main(int(sys.argv[1]))
