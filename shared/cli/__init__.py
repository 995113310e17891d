"""
`jianjian`: the one command for operators and offices.

Each command imports what it needs, so `--help` is quick and `run` can patch first.
"""

from __future__ import annotations

import warnings
from typing import Any

import click

from shared.cli.messaging import (
    dead_letters_group,
    keep_house,
    reconcile,
    resend,
    topology,
)
from shared.cli.policy import check, form_group, programme
from shared.cli.processes import relay, run
from shared.cli.push import push
from shared.cli.recomputing import rebuild, recalculate
from shared.cli.storage import advance, archive_audit, audit, backup, migrate, restore
from shared.cli.tokens import token

# An operator need not be warned that eventlet is only maintained (decision 0001).
warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")


class _Commands(click.Group):
    """
    Commands that say in one sentence why they could not do their work.
    """

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Exception as error:
            sentence = _sentence_of(error)
            if sentence is None:
                raise
            raise click.ClickException(sentence) from error


def _sentence_of(error: Exception) -> str | None:
    """
    What is wrong outside of this program: a server that is away, a disk that is full, a
    refusal; None for a fault of the program itself.
    """
    import psycopg
    from amqp.exceptions import AMQPError
    from kombu.exceptions import OperationalError as NoBroker
    from sqlalchemy.exc import OperationalError as NoDatabase

    from shared.errors import Refusal

    if isinstance(error, Refusal):
        return " ".join(f"{each.detail}{each.remedy}" for each in error.problems)
    if isinstance(error, NoDatabase):
        return f"database: {error.orig}".strip()
    if isinstance(error, psycopg.OperationalError):
        return f"database: {error}".strip()
    if isinstance(error, NoBroker | AMQPError):
        return f"broker: {error}"
    return str(error) if isinstance(error, OSError) else None


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """
    Jianjian 件件: the case and returns system of petition offices.
    """


for command in (
    run,
    relay,
    topology,
    migrate,
    check,
    programme,
    form_group,
    push,
    token,
    dead_letters_group,
    reconcile,
    resend,
    rebuild,
    recalculate,
    audit,
    archive_audit,
    keep_house,
    backup,
    restore,
    advance,
):
    main.add_command(command)
