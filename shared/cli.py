"""
`jianjian`: the one command for operators and offices.

Each command imports what it needs, so `--help` is quick and `run` can patch first.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from datetime import timedelta
from importlib import import_module
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from shared.settings import SERVICES, settings
from shared.vocabulary import Role

if TYPE_CHECKING:
    from shared.papers import Papers
    from shared.policy.programme import Programme


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """
    Jianjian 件件: the case and returns system of petition offices.
    """


@main.command()
@click.argument("service", type=click.Choice(SERVICES))
def run(service: str) -> None:
    """
    Run one service in this process.
    """
    os.execv(sys.executable, [sys.executable, "-m", "shared.run", service])  # noqa: S606


@main.command()
@click.argument("services", nargs=-1, type=click.Choice(SERVICES))
def relay(services: tuple[str, ...]) -> None:
    """
    Carry the outboxes of SERVICES (default: all five) to the broker.
    """
    from shared.messaging.relay_process import run_relays

    run_relays(services or SERVICES)


@main.command()
@click.option("--to", "revision", default="head", help="A revision, or `base`.")
def migrate(revision: str) -> None:
    """
    Bring schemas, roles and tables up to date (DATABASE_URL: the owner).
    """
    from shared.storage import migrations

    settings.require("DATABASE_URL", *(f"{s.upper()}_DATABASE_URL" for s in SERVICES))
    migrations.migrate(settings["DATABASE_URL"], revision)
    click.echo("migrated: " + ", ".join(SERVICES))


@main.command()
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
    with engine.connect() as session:
        for service in SERVICES:
            table = audit_table(metadata_of(service))
            old = archived_trail(archive, table, subject) if archive else ()
            for act in chain(old, trail(session, table, subject)):
                click.echo(json.dumps({"service": service, **act}, ensure_ascii=False))


@main.command("archive-audit")
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


@main.command()
def topology() -> None:
    """
    Declare exchanges and queues on the broker; safe to repeat.
    """
    from shared.messaging import topology as definition

    count = definition.declare(settings["AMQP_URI"])
    click.echo(f"declared: {count} queues")


@main.command()
@click.option(
    "--deploy", type=click.Path(path_type=Path, exists=True), help="default: DEPLOY_DIR"
)
def check(deploy: Path | None) -> None:
    """
    Check programmes, forms, papers, documents, directory and calendar; name file, line
    and reason.
    """
    from services.assignment.domain.facts.vocabulary import VOCABULARY
    from services.assignment.papers import PAPERS, mailed_papers_problems
    from services.intake.ledger.checks import check_forms
    from shared.documents.rules import check_rules
    from shared.papers.numbers import check_numbering
    from shared.policy.checks.deploy import check as problems_of
    from shared.policy.directory import Directory
    from shared.policy.loading import load_programmes

    folder = deploy or settings.deploy
    problems = problems_of(folder, VOCABULARY)
    if not problems:
        directory = Directory.load(folder / "directory")
        programmes = load_programmes(folder / "programmes", directory)
        problems = check_forms(folder / "forms", programmes)
    rules, wrong = check_rules(folder / "documents")
    problems += wrong
    kinds = rules.titles if rules else None
    for papers in _papers_of_services():
        problems += papers.check(folder / "papers", kinds)
    if not problems:
        own = PAPERS.load(folder / "papers")
        problems += mailed_papers_problems(programmes, own)
        problems += check_numbering(
            folder / "papers",
            [office.code for office in directory.offices()],
            {
                papers.service: papers.load(folder / "papers").keys()
                for papers in _papers_of_services()
            },
        )
    for problem in problems:
        click.echo(str(problem), err=True)
    if problems:
        sys.exit(1)
    click.echo("无误。")


def _papers_of_services() -> Iterator[Papers]:
    """
    What each service that prints papers declares of them.
    """
    for service in SERVICES:
        module = f"services.{service}.papers"
        if find_spec(module):
            yield import_module(module).PAPERS


@main.group()
def programme() -> None:
    """
    Look at the programmes.
    """


@programme.command("show")
@click.argument("code")
def show_programme(code: str) -> None:
    """
    Print programme CODE in Chinese.
    """
    from services.assignment.domain.facts.vocabulary import VOCABULARY
    from shared.policy.current import every_programme
    from shared.policy.describe.programme import describe

    directory = every_programme().directory
    click.echo(describe(_programme(code), directory, VOCABULARY))


def _programme(code: str) -> Programme:
    """
    The programme of that code, whether it runs or not.
    """
    from shared.policy.current import every_programme
    from shared.policy.programme import UnknownProgramme

    programmes = every_programme().programmes
    try:
        return programmes.get(code)
    except UnknownProgramme:
        raise click.ClickException(
            f"没有专项“{code}”。可用：{'、'.join(programmes.codes)}。"
        ) from None


@main.group("form")
def form_group() -> None:
    """
    The ledgers of the programmes.
    """


@form_group.command("template")
@click.argument("code")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="default: CODE.xlsx",
)
def form_template(code: str, output: Path | None) -> None:
    """
    Write the empty ledger of programme CODE as a workbook with drop-downs and notes.
    """
    from services.intake.forms import form_of
    from services.intake.ledger.template import write_template

    form = form_of(_programme(code).form)
    target = output or Path(f"{code}.xlsx")
    write_template(target, form)
    click.echo(f"{form.title}：{target}")


@main.group("dead-letters")
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

    letters = dead_letters.listed([service] if service else SERVICES)
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

    count = dead_letters.settle(
        None if everything else message_ids, dead_letters.REPLAY
    )
    click.echo(f"replayed: {count}")


@dead_letters_group.command("drop")
@click.argument("message_ids", nargs=-1, required=True)
@click.option("--yes", is_flag=True, prompt="Drop these for good?")
def drop_dead_letters(message_ids: tuple[str, ...], *, yes: bool) -> None:
    """
    Remove dead letters for good.
    """
    from shared.messaging import dead_letters

    if yes:
        click.echo(f"dropped: {dead_letters.settle(message_ids, dead_letters.DROP)}")


@main.command()
@click.option("--since", help="ISO instant; default: everything kept.")
@click.option("--until", help="ISO instant; default: ten seconds ago.")
def reconcile(since: str | None, until: str | None) -> None:
    """
    Is every announced event in the inbox of every service that reads its type, and
    every event of an inbox in an outbox, and every task done that was given more than
    ten minutes ago?
    """
    from shared.messaging.reconcile import reconcile as compare

    report = compare(since, until)
    for line in report.lines():
        click.echo(line)
    sys.exit(0 if report.clean else 1)


@main.command("housekeeping")
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


@main.command("advance-counters")
def advance() -> None:
    """
    After a restore without `jianjian restore`: let no number be drawn twice.
    """
    from shared.storage.counters import advance_counters
    from shared.storage.database import owner_engine

    engine = owner_engine()
    with engine.begin() as session:
        click.echo(f"advanced: {advance_counters(session)} counters")


@main.command()
@click.option("--since", help="ISO instant; default: everything kept.")
@click.option("--until", help="ISO instant; default: ten seconds ago.")
def resend(since: str | None, until: str | None) -> None:
    """
    Feed again what `reconcile` names, and tasks that are not done; safe to repeat.
    """
    from shared.messaging.resend import resend as again

    counts = again(since, until)
    for source, count in sorted(counts.items()):
        click.echo(f"{source}: {count} events and tasks are published again")
    click.echo(f"resent: {counts.total()}")


@main.command()
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


@main.command()
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


@main.command()
@click.option(
    "--from", "source", type=click.Choice(["entries", "events"]), required=True
)
def rebuild(source: Literal["entries", "events"]) -> None:
    """
    Rebuild reporting's totals from its entries, or entries and totals from events.
    """
    from services.reporting.rebuild import rebuild as again
    from shared.storage.database import owner_engine

    engine = owner_engine()
    with engine.begin() as session:
        click.echo(json.dumps(again(session, source)))


@main.command()
@click.option("--closed", is_flag=True, help="Also matters that owe nothing any more.")
def recalculate(*, closed: bool) -> None:
    """
    Recompute open duties after the calendar was extended; closed ones keep their days.

    Cut off, it goes on where it stood; started several times, the work is shared.
    """
    from services.assignment.casework.recalculate import recalculate as again

    def say(matters: int, left: int) -> None:
        click.echo(f"{matters} matters, {left} slices left", err=True)

    click.echo(f"recalculated: {again(say, closed=closed)} matters")


@main.group()
def token() -> None:
    """
    Who may: keys, tokens, revocation.
    """


@token.command("keys")
@click.option("--out", type=click.Path(path_type=Path), required=True)
def make_keys(out: Path) -> None:
    """
    Make a signing key and its public JWKS in folder OUT.
    """
    from shared.web.auth import make_keys as make

    try:
        make(out)
    except FileExistsError as error:
        raise click.ClickException(
            f"{error.filename or error} exists and is never overwritten"
        ) from None
    click.echo(f"{out}/signing.json (keep secret), {out}/jwks.json, {out}/revoked.json")


@token.command("issue")
@click.option("--office", required=True)
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--actor", required=True, help="The post that will use it.")
@click.option("--days", type=click.IntRange(1, 3660), default=365, show_default=True)
def issue_token(office: str, role: str, actor: str, days: int) -> None:
    """
    Print a new token for a post of an office.
    """
    from shared.policy.current import current_policy
    from shared.web.auth import issue

    if not current_policy().directory.exists(office):
        raise click.BadParameter(f"no office {office} in the directory")
    days_valid = timedelta(days=days)
    try:
        click.echo(issue(office=office, role=Role(role), actor=actor, valid=days_valid))
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--actor") from None


@token.command("revoke")
@click.argument("token_or_id")
def revoke_token(token_or_id: str) -> None:
    """
    Revoke a token, given whole or by its jti.
    """
    from shared.web.auth import id_of, revoke

    revoke(id_of(token_or_id))
    click.echo("revoked")


@main.command()
@click.argument(
    "file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    required=False,
)
@click.option("--programme")
@click.option("--url", help="default: http://127.0.0.1:{INTAKE_PORT}")
@click.option("--token", "bearer", envvar="JIANJIAN_TOKEN", required=True)
@click.option("--dry-run", is_flag=True)
@click.option("--rejected", type=click.Path(path_type=Path), help="Where bad rows go.")
@click.option(
    "--wait",
    type=click.FloatRange(min=0),
    default=3600,
    show_default=True,
    help="Seconds to wait for an import.",
)
@click.option(
    "--spool",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for what cannot be sent; without FILE, what lies there is sent.",
)
def push(
    file: Path | None,
    programme: str | None,
    url: str | None,
    bearer: str,
    *,
    dry_run: bool,
    rejected: Path | None,
    wait: float,
    spool: Path | None,
) -> None:
    """
    Push a ledger FILE, wait for it, and fetch the rows that were rejected. Run again
    with the same file, it follows the import that is under way.

    Exit codes: 0 every row is registered; 1 some rows came back; 2 refused; 3 the file
    cannot be read, or its import was ended; 4 sent, but not read to its end; 5 not
    sent.
    """
    from shared import cli_push
    from shared.cli_push.line import Line
    from shared.cli_push.spool import Spool

    folder = Spool(spool) if spool else None
    with Line(url or f"http://127.0.0.1:{settings.port('intake')}", bearer) as line:
        if file is None:
            if folder is None:
                raise click.UsageError("Give a FILE, or --spool.")
            sys.exit(cli_push.send_spooled(line, folder, wait=wait))
        if programme is None:
            raise click.UsageError("Give --programme.")
        code = cli_push.push(
            line,
            file,
            programme,
            dry_run=dry_run,
            rejected=rejected,
            wait=wait,
            spool=folder,
        )
    sys.exit(code)


if __name__ == "__main__":
    main()
