"""
What several endpoints look up first: the programme.
"""

from __future__ import annotations

from shared.errors import reject_if
from shared.policy.current import current_policy
from shared.policy.programme import Programme
from shared.rules import programme_exists
from shared.web.endpoint import Call


def programme_of(call: Call, code: str | None, office: str) -> Programme:
    """
    The programme of that *code*, or the first that covers the office.

    Raises `Rejected` unless it covers the office.
    """
    policy = current_policy()
    covering = policy.programmes.covering(office, policy.directory, call.today)
    programmes = {programme.code: programme for programme in covering}
    code = code or next(iter(programmes), "")
    reject_if(programme_exists(code, programmes, "/programme"))
    return programmes[code]
