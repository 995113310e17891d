"""
Backup and restore of the five schemas, whole and of one moment, and of documents.

A backup is one dump of the database, taken in one snapshot while everything runs, and
after it a copy of the folder of documents: a file is there before the row that names
it, and is never changed. What was in the broker's queues at that moment is in the
outboxes of the same snapshot: a restore empties the queues and has the relay publish
again what no inbox has.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

import psycopg
from psycopg import sql
from sqlalchemy import NullPool, create_engine

from shared.settings import SERVICES
from shared.storage import migrations, schema_version
from shared.storage.counters import advance_counters
from shared.storage.database import driver_url

_DUMP, _MANIFEST, _DOCUMENTS = "jianjian.dump", "manifest.json", "documents"
_CONNECTED = """
    SELECT DISTINCT application_name FROM pg_stat_activity
    WHERE datname = current_database() AND application_name LIKE 'jianjian-%'
"""
_FILLED = """
    SELECT DISTINCT table_schema FROM information_schema.tables
    WHERE table_schema = ANY(%s)
"""


class BackupError(Exception):
    """
    A backup or a restore that was refused or has failed; the text says why.
    """


def backup(url: str, folder: Path, documents: Path) -> Path:
    """
    Write the schemas as they are now, and the *documents*, into *folder*, which must
    not exist; the file of the dump.

    Raises `BackupError`. A folder that has a manifest is a complete backup.
    """
    if folder.exists():
        raise BackupError(f"{folder} exists already; a backup never overwrites one.")
    folder.mkdir(mode=0o700, parents=True)
    file = folder / _DUMP
    schemas = [f"--schema={service}" for service in SERVICES]
    taken_at = datetime.now(UTC).isoformat()
    _run(url, ["pg_dump", "--format=custom", f"--file={file}", *schemas])
    file.chmod(0o600)
    _copy_new(documents, folder / _DOCUMENTS)
    versions = {service: schema_version.head(service) for service in SERVICES}
    manifest = {"taken_at": taken_at, "versions": versions}
    (folder / _MANIFEST).write_text(json.dumps(manifest, indent=1), encoding="ascii")
    return file


def restore(url: str, folder: Path, documents: Path, *, replace: bool) -> None:
    """
    Put the schemas of a backup into the database, with roles and rights, and bring them
    to the newest version; no counter draws again what was drawn since the backup. Files
    that the folder of *documents* lacks are put back, none is taken away.
    *replace*: also where there are schemas already.

    Raises `BackupError`, also while a service or the relay is connected: it would write
    into what is being replaced.
    """
    if not (folder / _MANIFEST).exists():
        raise BackupError(f"{folder} holds no complete backup: no {_MANIFEST}.")
    _refuse_in_use(url, replace=replace)
    _copy_new(folder / _DOCUMENTS, documents)
    with psycopg.connect(url) as database:
        for service in SERVICES:
            drop = sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE")
            database.execute(drop.format(sql.Identifier(service)))
    options = ["--no-owner", "--no-privileges", "--single-transaction"]
    _run(
        url, ["pg_restore", *options, "--exit-on-error", str(folder / _DUMP)], into=True
    )
    migrations.migrate(url)
    engine = create_engine(driver_url(url, "psycopg"), poolclass=NullPool)
    with engine.begin() as session:
        advance_counters(session)


def _copy_new(source: Path, target: Path) -> None:
    """
    Copy the contents that *target* lacks, each whole or not at all.
    """
    for file in sorted(source.glob("[0-9a-f][0-9a-f]/*")):
        copy = target / file.parent.name / file.name
        if copy.exists() or file.name.startswith("."):
            continue
        copy.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = copy.with_name(f".new-{file.name}")
        with suppress(FileNotFoundError):  # cleared meanwhile: no row names it
            shutil.copy2(file, part)
            part.rename(copy)


def _refuse_in_use(url: str, *, replace: bool) -> None:
    with psycopg.connect(url) as database:
        working = [name for (name,) in database.execute(_CONNECTED)]
        filled = [name for (name,) in database.execute(_FILLED, [list(SERVICES)])]
    if working:
        raise BackupError(f"still connected: {', '.join(sorted(working))}. Stop them.")
    if filled and not replace:
        raise BackupError(
            f"the database has the schemas {', '.join(sorted(filled))} already;"
            " --replace removes them with all their data."
        )


def _run(url: str, command: Sequence[str], *, into: bool = False) -> None:
    """
    Run a program of PostgreSQL on the database; the password is in its environment.
    """
    parts = urlsplit(url)
    place = parts._replace(netloc=parts.netloc.replace(f":{parts.password}@", "@"))
    named = [f"--dbname={place.geturl()}"] if into else [place.geturl()]
    try:
        done = subprocess.run(
            [*command, "--no-password", *named],
            env={**os.environ, "PGPASSWORD": unquote(parts.password or "")},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError:
        raise BackupError(f"{command[0]} is not installed: postgresql-client") from None
    if done.returncode:
        raise BackupError(f"{command[0]} failed:\n{done.stderr.strip()[-2000:]}")
