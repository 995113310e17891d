"""
The command with which an office pushes its ledger.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from shared.settings import settings


@click.command()
@click.argument(
    "file",
    type=click.Path(path_type=Path),
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
    from shared.cli import pushing
    from shared.cli.pushing.line import Line
    from shared.cli.pushing.spool import Spool

    folder = Spool(spool) if spool else None
    with Line(url or f"http://127.0.0.1:{settings.port('intake')}", bearer) as line:
        if file is None:
            if folder is None:
                raise click.UsageError(
                    "请写明台账文件，或用 --spool 写明待补送的文件夹。"
                )
            sys.exit(pushing.send_spooled(line, folder, wait=wait))
        if not file.is_file():
            raise click.UsageError(f"没有文件“{file}”，请核对文件名和所在文件夹。")
        if programme is None:
            raise click.UsageError("请用 --programme 写明专项，如 puyang-2020。")
        code = pushing.push(
            line,
            file,
            programme,
            dry_run=dry_run,
            rejected=rejected,
            wait=wait,
            spool=folder,
        )
    sys.exit(code)
