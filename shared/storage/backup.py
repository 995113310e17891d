"""
Backup and restore of the five schemas, whole and of one moment, and of documents.

A backup is one dump of the database, taken in one snapshot while everything runs, and
after it a copy of the folder of documents: a file is there before the row that names
it, and is never changed. What was in the broker's queues at that moment is in the
outboxes of the same snapshot: a restore empties the queues and has the relay publish
again what no inbox has.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import psycopg
from psycopg import sql
from sqlalchemy import NullPool, create_engine

from shared.settings import SERVICES
from shared.storage import migrations, schema_version
from shared.storage.contents import DOCUMENT_SERVICES, ContentFolder
from shared.storage.counters import advance_counters
from shared.storage.database import driver_url
from shared.storage.lost_contents import lost_digests

_DUMP, _MANIFEST, _DOCUMENTS = "jianjian.dump", "manifest.json", "documents"
_FILLED = """
    SELECT DISTINCT table_schema FROM information_schema.tables
    WHERE table_schema = ANY(%s)
"""
# What was in the database stands in schemas of these names while it is replaced.
_ASIDE = {service: f"before_restore_{service}" for service in SERVICES}
_PRESENT = "SELECT nspname FROM pg_namespace WHERE nspname = ANY(%s) ORDER BY nspname"


class BackupError(Exception):
    """
    A backup or a restore that was refused or has failed; the text says why.
    """


def backup(url: str, folder: Path, documents: Path) -> Path:
    """
    Write the schemas as they are now, and the *documents*, into *folder*, which must
    not exist; the file of the dump.

    Raises `BackupError`. A folder that has a manifest is a complete backup; if contents
    of documents were lost before it, the manifest names them and that is an error too.
    """
    if folder.exists():
        raise BackupError(f"{folder} exists already; a backup never overwrites one.")
    folder.mkdir(mode=0o700, parents=True)
    file = folder / _DUMP
    schemas = [f"--schema={service}" for service in SERVICES]
    taken_at = datetime.now(UTC).isoformat()
    with psycopg.connect(url) as database:
        database.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        snapshot = database.execute("SELECT pg_export_snapshot()").fetchone() or ("",)
        options = ["--format=custom", f"--snapshot={snapshot[0]}", f"--file={file}"]
        _run(url, ["pg_dump", *options, *schemas])
        file.chmod(0o600)
        _copy_new(documents, folder / _DOCUMENTS)
        copies = ContentFolder(folder / _DOCUMENTS)
        lost = {
            digest
            for service in DOCUMENT_SERVICES
            for digest in lost_digests(database, service, copies)
        }
    manifest = {
        "taken_at": taken_at,
        "versions": {service: schema_version.head(service) for service in SERVICES},
        "dump": _seal_of(file),
        "lost_documents": sorted(lost),
    }
    (folder / _MANIFEST).write_text(json.dumps(manifest, indent=1), encoding="ascii")
    if lost:
        raise BackupError(
            f"{len(lost)} contents of documents were lost before this backup, which is"
            f" complete but for them; {_MANIFEST} names them, as reconcile does."
        )
    return file


def restore(url: str, folder: Path, documents: Path, *, replace: bool) -> None:
    """
    Put the schemas of a backup into the database, with roles and rights, and bring them
    to the newest version; no counter draws again what was drawn since the backup. Files
    that the folder of *documents* lacks are put back, none is taken away.
    *replace*: also where there are schemas already; what is in them is removed when all
    of the backup has been restored, and is as it was if that fails.

    Raises `BackupError`, also while a service or the relay is connected: it would write
    into what is being replaced.
    """
    _refuse_damaged(folder)
    _refuse_in_use(url, replace=replace)
    _copy_new(folder / _DOCUMENTS, documents)
    options = ["--no-owner", "--no-privileges", "--single-transaction"]
    command = ["pg_restore", *options, "--exit-on-error", str(folder / _DUMP)]
    with _present_set_aside(url):
        _run(url, command, into=True)
        migrations.migrate(url)
        engine = create_engine(driver_url(url, "psycopg"), poolclass=NullPool)
        with engine.begin() as session:
            advance_counters(session)


def _seal_of(file: Path) -> dict[str, int | str]:
    """
    Bytes and SHA-256 of a dump.
    """
    with file.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    return {"bytes": file.stat().st_size, "sha256": digest}


def _refuse_damaged(folder: Path) -> None:
    if not (folder / _MANIFEST).exists():
        raise BackupError(f"{folder} holds no complete backup: no {_MANIFEST}.")
    manifest = json.loads((folder / _MANIFEST).read_text(encoding="ascii"))
    dump = folder / _DUMP
    if not dump.exists() or _seal_of(dump) != manifest.get("dump"):
        raise BackupError(
            f"{dump} is not the dump of which {_MANIFEST} has size and SHA-256:"
            " it is damaged or cut off. Nothing was changed."
        )


@contextmanager
def _present_set_aside(url: str) -> Iterator[None]:
    """
    The schemas that are there have other names meanwhile; they are dropped at the end,
    or get their names back if it fails.
    """
    rename = sql.SQL("ALTER SCHEMA {} RENAME TO {}")
    with psycopg.connect(url) as database:
        present = [name for (name,) in database.execute(_PRESENT, [list(SERVICES)])]
        aside = [
            (sql.Identifier(name), sql.Identifier(_ASIDE[name])) for name in present
        ]
        for name, other in aside:
            database.execute(rename.format(name, other))
    try:
        yield
    except BaseException:
        with psycopg.connect(url) as database:
            _drop(database, SERVICES)
            for name, other in aside:
                database.execute(rename.format(other, name))
        raise
    with psycopg.connect(url) as database:
        _drop(database, [_ASIDE[name] for name in present])


def _drop(database: psycopg.Connection[Any], schemas: Sequence[str]) -> None:
    for schema in schemas:
        drop = sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE")
        database.execute(drop.format(sql.Identifier(schema)))


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
    working = migrations.connected(url)
    with psycopg.connect(url) as database:
        filled = [name for (name,) in database.execute(_FILLED, [list(SERVICES)])]
        aside = [name for (name,) in database.execute(_PRESENT, [[*_ASIDE.values()]])]
    if working:
        raise BackupError(f"still connected: {', '.join(working)}. Stop them.")
    if aside:
        raise BackupError(
            f"a restore was cut off; what was there before it is in {', '.join(aside)}."
            " Drop these schemas, or drop the others and give these their names."
        )
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
    target = [f"--dbname={place.geturl()}"] if into else [place.geturl()]
    try:
        completed = subprocess.run(
            [*command, "--no-password", *target],
            env={**os.environ, "PGPASSWORD": unquote(parts.password or "")},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError:
        raise BackupError(f"{command[0]} is not installed: postgresql-client") from None
    if completed.returncode:
        raise BackupError(f"{command[0]} failed:\n{completed.stderr.strip()[-2000:]}")
