"""
What the history of a petition or case says of something that was done to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from uuid_utils import uuid7

from services.intake.domain.corrections.corrections import Correction, CorrectionKind
from shared import clock


def history_line(
    number: str,
    kind: CorrectionKind,
    fields: Mapping[str, tuple[Any, Any]],
    *,
    office: str,
    actor: str,
    on: date,
    reason: str = "",
    **more: Any,
) -> Correction:
    """
    That *fields*, by their names, were one thing and are another now, with *more* that
    a `Correction` may say.
    """
    return Correction(
        id=str(uuid7()),
        number=number,
        kind=kind,
        office=office,
        actor=actor,
        on=on,
        recorded_at=clock.now(),
        fields=tuple(fields),
        reason=reason,
        before={name: old for name, (old, _) in fields.items()},
        after={name: new for name, (_, new) in fields.items()},
        **more,
    )
