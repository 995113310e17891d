"""
What signing a return fixes: its number, its figures, its recipients, its Message-IDs.

Rendering and mailing come later, in a task, from what stands here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from services.reporting.domain.figures import Asked, checksum
from shared.policy.directory import Directory
from shared.policy.programme import Programme


@dataclass(frozen=True)
class Signed:
    """
    The row of a return, and recipient to Message-ID.
    """

    row: Mapping[str, Any]
    mails: Mapping[str, str]

    @property
    def number(self) -> str:
        return str(self.row["id"])


def sign(
    asked: Asked,
    figures: Mapping[str, Any],
    programme: Programme,
    directory: Directory,
    *,
    revision: int,
    signed_by: str,
    reason: str | None,
    sender: str,
) -> Signed:
    """
    Fix the figures of a return under the next revision.
    """
    number = f"{asked.programme}-{asked.office}-{asked.as_of}-{revision}"
    row = {
        "id": number,
        "programme": asked.programme,
        "office": asked.office,
        "as_of": asked.as_of,
        "known_at": asked.known_at,
        "revision": revision,
        "signed_by": signed_by,
        "reason": reason,
        "title": _titled(programme, asked),
        "office_name": directory.office(asked.office).name,
        "ended_counts": programme.settings.count_ended_as_resolved,
        "figures": figures,
        "figures_checksum": checksum(figures),
    }
    recipients = recipients_of(asked, programme, directory)
    return Signed(row, message_ids(number, recipients, sender))


def _titled(programme: Programme, asked: Asked) -> str:
    """
    The programme, and the phase it was in on the day (PY-11).
    """
    phase = programme.phase_on(asked.as_of)
    return f"{programme.title}（{phase.name}）" if phase else programme.title


def recipients_of(
    asked: Asked, programme: Programme, directory: Directory
) -> tuple[str, ...]:
    """
    One level up (PY-53), and the office itself for its own files.
    """
    upward = programme.return_recipients(asked.office, directory, asked.as_of)
    return tuple(dict.fromkeys((*upward, *directory.office(asked.office).mail)))


def message_ids(number: str, recipients: Iterable[str], sender: str) -> dict[str, str]:
    """
    One Message-ID per return, revision and recipient: every attempt bears the same.
    """
    domain = sender.rpartition("@")[2]
    return {each: f"<{number}.{_short(each)}@{domain}>" for each in recipients}


def _short(recipient: str) -> str:
    return hashlib.sha256(recipient.encode()).hexdigest()[:16]
