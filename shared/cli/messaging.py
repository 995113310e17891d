"""
Commands of the broker: its queues, dead letters, what was announced and not taken.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime

import click

from shared.settings import SERVICES, settings


@click.command()
def topology() -> None:
    """
    Declare exchanges and queues on the broker; safe to repeat.
    """
    from shared.messaging import topology as definition

    count = definition.declare(settings["AMQP_URI"])
    click.echo(f"declared: {count} queues")


@click.group("dead-letters")
def dead_letters_group() -> None:
    """
    List, show, replay and drop dead letters.
    """


@dead_letters_group.command("list")
@click.option("--service", type=click.Choice(SERVICES))
def list_dead_letters(service: str | None) -> None:
    """
    List dead letters, one JSON line each; exit 1 if there are any.
    """
    from shared.messaging import dead_letters

    letters = dead_letters.list_letters([service] if service else SERVICES)
    for message in letters:
        click.echo(json.dumps(message.summary(), ensure_ascii=False))
    sys.exit(1 if letters else 0)


@dead_letters_group.command("show")
@click.argument("message_id")
def show_dead_letter(message_id: str) -> None:
    """
    Print one dead letter whole.
    """
    from shared.messaging import dead_letters

    message = dead_letters.get(message_id)
    click.echo(json.dumps(message.summary(), ensure_ascii=False, indent=1))
    click.echo(message.text())


@dead_letters_group.command("replay")
@click.argument("message_ids", nargs=-1)
@click.option("--all", "everything", is_flag=True)
def replay_dead_letters(message_ids: tuple[str, ...], *, everything: bool) -> None:
    """
    Send dead letters back to the queue they came from, with their attempts reset.
    """
    from shared.messaging import dead_letters

    if bool(message_ids) == everything:
        raise click.UsageError("give the ids of messages, or --all")
    count, absent = dead_letters.settle(
        None if everything else message_ids, dead_letters.REPLAY
    )
    click.echo(f"replayed: {count}")
    _refuse_absent(absent)


@dead_letters_group.command("drop")
@click.argument("message_ids", nargs=-1, required=True)
@click.option("--yes", is_flag=True, prompt="Drop these for good?")
def drop_dead_letters(message_ids: tuple[str, ...], *, yes: bool) -> None:
    """
    Remove dead letters for good.
    """
    from shared.messaging import dead_letters

    if yes:
        count, absent = dead_letters.settle(message_ids, dead_letters.DROP)
        click.echo(f"dropped: {count}")
        _refuse_absent(absent)


def _refuse_absent(ids: Sequence[str]) -> None:
    if ids:
        raise click.ClickException(f"no dead letter: {', '.join(ids)}")


def _instant(
    _context: click.Context, _parameter: click.Parameter, written: str | None
) -> str | None:
    if written not in {None, "infinity"}:
        try:
            datetime.fromisoformat(str(written))
        except ValueError:
            raise click.BadParameter(f"{written} is no ISO instant") from None
    return written


_SINCE = click.option(
    "--since", callback=_instant, help="ISO instant; default: everything kept."
)
_UNTIL = click.option(
    "--until", callback=_instant, help="ISO instant; default: ten seconds ago."
)


@click.command()
@_SINCE
@_UNTIL
def reconcile(since: str | None, until: str | None) -> None:
    """
    Is every announced event in the inbox of every service that reads its type, and
    every event of an inbox in an outbox, and every task done that was given more than
    ten minutes ago? Has every document its file in DOCUMENTS_FOLDER?
    """
    from shared.messaging.reconcile import reconcile as compare

    report, lost = compare(since, until), 0
    for line in report.lines():
        click.echo(line)
    for service, digest in _lost_documents():
        lost += 1
        click.echo(f"document of {service} without its file: {digest}")
    sys.exit(0 if report.clean and not lost else 1)


def _lost_documents() -> Iterator[tuple[str, str]]:
    import psycopg

    from shared.storage.contents import DOCUMENT_SERVICES, content_folder
    from shared.storage.lost_contents import lost_digests

    settings.require("DOCUMENTS_FOLDER")
    for service in DOCUMENT_SERVICES:
        with psycopg.connect(settings.database_url(service)) as database:
            for digest in lost_digests(database, service, content_folder()):
                yield service, digest


@click.command("housekeeping")
def keep_house() -> None:
    """
    Clear what is old, as the relay process does every hour: events that every reader
    has taken (EVENT_DAYS) and stored answers (ANSWER_DAYS); safe to repeat.
    """
    from shared.messaging import housekeeping

    try:
        counts = housekeeping.keep_house()
    except housekeeping.AtWorkError:
        raise click.ClickException(
            "another process clears, or reconcile compares"
        ) from None
    for table, count in sorted(counts.items()):
        if count:
            click.echo(f"{table}: {count} rows")
    click.echo(f"cleared: {counts.total()} rows")


@click.command()
@_SINCE
@_UNTIL
def resend(since: str | None, until: str | None) -> None:
    """
    Feed again what `reconcile` names, and tasks that are not done; safe to repeat.
    """
    from shared.messaging.resend import resend as again

    counts = again(since, until)
    for source, count in sorted(counts.items()):
        click.echo(f"{source}: {count} events and tasks are published again")
    click.echo(f"resent: {counts.total()}")
