"""
Reading what is sealed of a petition or a case: a request of its own, with a purpose.
"""

from __future__ import annotations

from shared.errors import Forbidden


def require_handling_office(office: str, handling: str) -> None:
    """
    Raise `Forbidden` unless *office* handles the petition or case itself: an office
    above it reads figures and lists, not what a petitioner wrote.
    """
    if office != handling:
        raise Forbidden.because(
            "not_handling_office",
            f"此件由机关 {handling} 办理，此事须由办理机关自己的人员进行。",
            "请使用办理机关的令牌。",
        )
