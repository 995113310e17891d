"""
Accounts: who acted, as an office and the name on the token.

Nobody acts twice where the law wants two persons; every such rule compares accounts
here.
"""

from __future__ import annotations

from collections.abc import Iterable


def account_of(office: str, name: str) -> str:
    """
    The account of somebody of an office, as it is stored with an act.
    """
    return f"{office}/{name}"


def is_one_of(account: str, earlier: Iterable[str | None]) -> bool:
    """
    Whether an account is among those that acted *earlier*. Rows of earlier releases
    hold the name alone, without its office: then an equal name is the same account.
    """
    _, _, name = account.partition("/")
    return any(each in {account, name} for each in earlier if each)
