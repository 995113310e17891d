"""
Commands that run a service, or the relay.
"""

from __future__ import annotations

import os
import sys

import click

from shared.settings import SERVICES


@click.command()
@click.argument("service", type=click.Choice(SERVICES))
def run(service: str) -> None:
    """
    Run one service in this process.
    """
    os.execv(sys.executable, [sys.executable, "-m", "shared.service.run", service])  # noqa: S606


@click.command()
@click.argument("services", nargs=-1, type=click.Choice(SERVICES))
def relay(services: tuple[str, ...]) -> None:
    """
    Carry the outboxes of SERVICES (default: all five) to the broker.
    """
    from shared.messaging.relay_process import run_relays

    run_relays(services or SERVICES)
