"""
Commands of the database: migrations, the audit trail, backup and restore.
"""

from __future__ import annotations

import json
from itertools import chain
from pathlib import Path

import click

from shared.settings import SERVICES, settings


@click.command()
@click.option(
    "--to",
    "revision",
    type=click.Choice(["head", "base"]),
    default="head",
    help="`base` removes all tables with all their data.",
)
@click.option("--yes", is_flag=True, help="Remove all data, with `--to base`.")
def migrate(revision: str, *, yes: bool) -> None:
    """
    Bring schemas, roles and tables up to date (DATABASE_URL: the owner).
    """
    from alembic.util import CommandError

    from shared.storage import migrations

    if revision == "base" and not yes:
        raise click.UsageError("--to base removes all data; give --yes, too.")
    settings.require("DATABASE_URL", *(f"{s.upper()}_DATABASE_URL" for s in SERVICES))
    url = settings["DATABASE_URL"]
    if revision == "base" and (working := migrations.connected(url)):
        raise click.ClickException(f"still connected: {', '.join(working)}. Stop them.")
    try:
        migrations.migrate(url, revision)
    except CommandError as error:  # such as a version that is none of this history
        raise click.ClickException(str(error)) from error
    outcome = "migrated" if revision == "head" else "emptied"
    click.echo(f"{outcome}: {', '.join(SERVICES)}")


@click.command()
@click.argument("subject")
@click.option(
    "--archive",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Also what `jianjian archive-audit` moved into this folder.",
)
def audit(subject: str, archive: Path | None) -> None:
    """
    Print who wrote what about SUBJECT (the number of a case, the id of an
    application), when and why (DATABASE_URL: the owner; FIELD_KEYS).
    """
    from shared.storage.audit import archived_trail, audit_table, trail
    from shared.storage.database import metadata_of, owner_engine

    engine = owner_engine()
    acts = 0
    with engine.connect() as session:
        for service in SERVICES:
            table = audit_table(metadata_of(service))
            old = archived_trail(archive, table, subject) if archive else ()
            for act in chain(old, trail(session, table, subject)):
                click.echo(json.dumps({"service": service, **act}, ensure_ascii=False))
                acts += 1
    if not acts:
        raise click.ClickException(f"nothing was written about {subject}")


@click.command("archive-audit")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
def archive_audit(folder: Path) -> None:
    """
    Move rows of the audit trail older than AUDIT_DAYS into files of FOLDER, as they are
    (DATABASE_URL: the owner); safe to repeat with the same FOLDER.
    """
    from shared.storage.audit import archive, audit_table
    from shared.storage.database import metadata_of, owner_engine

    engine, days = owner_engine(), settings.integer("AUDIT_DAYS")
    for service in SERVICES:
        table, count = audit_table(metadata_of(service)), 0
        while True:
            with engine.begin() as session:
                moved = archive(session, table, days, folder)
            count += moved
            if not moved:
                break
        click.echo(f"{service}: {count} rows")


@click.command("advance-counters")
def advance() -> None:
    """
    After a restore without `jianjian restore`: let no number be drawn twice.
    """
    from shared.storage.counters import advance_counters
    from shared.storage.database import owner_engine

    engine = owner_engine()
    with engine.begin() as session:
        click.echo(f"advanced: {advance_counters(session)} counters")


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
def backup(folder: Path) -> None:
    """
    Write the five schemas of one moment and the documents into a new FOLDER; everything
    may run.

    The keys are not in it: keep FIELD_KEYS, PERSON_KEY, DOCUMENT_KEYS and the signing
    key elsewhere.
    """
    from shared.storage.backup import BackupError
    from shared.storage.backup import backup as write

    settings.require("DATABASE_URL", "DOCUMENTS_FOLDER")
    documents = Path(settings["DOCUMENTS_FOLDER"])
    try:
        file = write(settings["DATABASE_URL"], folder, documents)
    except BackupError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"backup: {file}, {file.stat().st_size} bytes")


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True))
@click.option("--replace", is_flag=True, help="Remove the schemas that are there.")
def restore(folder: Path, *, replace: bool) -> None:
    """
    Restore the backup in FOLDER, with services and relay stopped.

    Empties the queues, and has the relay publish again, once it is started, what was
    under way at the moment of the backup.
    """
    from shared.messaging import topology as definition
    from shared.messaging.resend import resend as again
    from shared.storage.backup import BackupError
    from shared.storage.backup import restore as read

    urls = (f"{service.upper()}_DATABASE_URL" for service in SERVICES)
    settings.require("AMQP_URI", "DATABASE_URL", "DOCUMENTS_FOLDER", *urls)
    documents = Path(settings["DOCUMENTS_FOLDER"])
    try:
        read(settings["DATABASE_URL"], folder, documents, replace=replace)
    except BackupError as error:
        raise click.ClickException(str(error)) from None
    definition.declare(settings["AMQP_URI"])
    emptied = definition.empty(settings["AMQP_URI"])
    resent = again(until="infinity").total()
    click.echo(
        f"restored; {emptied} messages removed from the queues,"
        f" {resent} events and tasks are published again"
    )
