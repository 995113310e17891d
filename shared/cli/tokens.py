"""
Commands for keys and tokens.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import click

from shared.settings import settings
from shared.vocabulary import Role


@click.group()
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

    settings.require("SIGNING_KEY")
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

    settings.require("REVOCATIONS")
    try:
        revoke(id_of(token_or_id))
    except ValueError:
        raise click.BadParameter("neither a token nor the 32 digits of a jti") from None
    click.echo("revoked")
