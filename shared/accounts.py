"""
Accounts: who did something, as the office of a token and the name in it (decision
0061).
"""

from __future__ import annotations


def account_of(office: str, name: str) -> str:
    """
    The account of *name* in the office of this code, as it is stored of what it did.
    """
    return f"{office}/{name}"


def parts_of(account: str) -> tuple[str, str]:
    """
    The code of the office and the name of an account; what the system does by itself
    has no office.
    """
    office, slash, name = account.partition("/")
    return (office, name) if slash else ("", account)
