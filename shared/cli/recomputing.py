"""
Commands that compute figures and duties again.
"""

from __future__ import annotations

import gc
import json
from typing import Literal

import click

_YOUNG = 100_000  # new objects until the collector looks at them; Python's own: 700


@click.command()
@click.option(
    "--from", "source", type=click.Choice(["entries", "events"]), required=True
)
def rebuild(source: Literal["entries", "events"]) -> None:
    """
    Rebuild reporting's totals from its entries, or entries and totals from events.
    """
    # The offices of a province are many small objects, of which all stay.
    gc.set_threshold(_YOUNG)
    from services.reporting.casework.rebuild import rebuild as again
    from shared.storage.database import owner_engine

    engine = owner_engine()
    with engine.begin() as session:
        click.echo(json.dumps(again(session, source)))


@click.command()
@click.option("--closed", is_flag=True, help="Also matters that owe nothing any more.")
def recalculate(*, closed: bool) -> None:
    """
    Recompute open duties after the calendar was extended; closed ones keep their days.

    Cut off, it goes on where it stood; started several times, the work is shared.
    """
    from services.assignment.casework.recalculate import recalculate as again

    def say(matters: int, slices_left: int) -> None:
        click.echo(f"{matters} matters, {slices_left} slices left", err=True)

    click.echo(f"recalculated: {again(say, closed=closed)} matters")
