"""
`jianjian`: the one command for operators and offices.

Each command imports what it needs, so `--help` is quick and `run` can patch first.
"""

from __future__ import annotations

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


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
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
