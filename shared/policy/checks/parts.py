"""
A part that another part of a programme names and that is not there.
"""

from __future__ import annotations

from collections.abc import Collection

from shared.errors import Problem
from shared.yaml.decode import did_you_mean, problem_in


def no_part(
    owner: object, field: str, code: str, part: str, allowed: Collection[str]
) -> Problem:
    message = f"没有名为“{part}”的条目。{did_you_mean(part, allowed)}"
    remedy = f"可用：{'、'.join(sorted(allowed)) or '（无）'}。"
    return problem_in(owner, field, code, message, remedy)
