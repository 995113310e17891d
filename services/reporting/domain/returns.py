"""
What signing a return fixes: its number, its figures, its recipients, its Message-IDs.

Also compares signed figures with others. Rendering and mailing follow in a task.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.reporting.domain.figures import (
    FiguresRequest,
    Goal,
    Line,
    Sums,
    additive_cells,
    checksum,
)
from services.reporting.domain.measures import registry
from shared.errors import Conflict, reject_if
from shared.policy.directory import Directory
from shared.policy.programme import Programme
from shared.rules import text_is_given
from shared.vocabulary import Term

UnderWay = Mapping[str, int | None]
"""
Source service to the number of its facts that had not arrived; None: it did not answer.
"""

Cell = Mapping[str, Any]
"""
A cell whose value is not the *signed* one of the return *return_id*, but *now*.
"""


class ReturnState(Term):
    """
    How far the mails of a signed return came.
    """

    WAITING = "waiting", "待发送"
    FROZEN = "frozen", "正在发送"
    DELIVERED = "delivered", "已送达"
    FAILED = "failed", "发送失败"


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
    request: FiguresRequest,
    figures: Mapping[str, Any],
    programme: Programme,
    directory: Directory,
    *,
    revision: int,
    signed_by: str,
    reason: str | None,
    under_way: UnderWay,
    differences: Sequence[Cell],
    sender: str,
) -> Signed:
    """
    Fix the figures of a return under the next revision.
    """
    number = f"{request.programme}-{request.office}-{request.as_of}-{revision}"
    row = {
        "id": number,
        "programme": request.programme,
        "office": request.office,
        "as_of": request.as_of,
        "known_at": request.known_at,
        "revision": revision,
        "signed_by": signed_by,
        "reason": reason,
        "title": _titled(programme, request),
        "office_name": directory.office(request.office).name,
        "ended_counts": programme.settings.count_ended_as_resolved,
        "figures": figures,
        "figures_checksum": checksum(figures),
        "under_way": under_way,
        "differences": differences,
    }
    recipients = recipients_of(request, programme, directory)
    return Signed(row, message_ids(number, recipients, sender))


def revision_after(
    newest: Any | None, figures: Mapping[str, Any], reason: str | None
) -> int:
    """
    The revision that follows the *newest* one, signed for a *reason*.

    Raises `Conflict` if its figures would be the same, `Rejected` without a reason.
    """
    if newest is None:
        return 1
    # The same figures mailed again would only make an office look for the difference.
    if newest.figures_checksum == checksum(figures):
        raise Conflict.because(
            "nothing_new_to_sign",
            f"自第{newest.revision}版签发以来数据没有变化，不再签发。",
            "数据变化后再签发；签发后才确认的报结从次日起计入，请签发其后一日的报表；"
            "邮件未送达的，请用该报表的 deliveries 补发。",
        )
    reject_if(text_is_given(reason, "/reason", "reason_missing", "再次签发的理由"))
    return int(newest.revision) + 1


def _titled(programme: Programme, request: FiguresRequest) -> str:
    """
    The programme, and the phase it was in on the day (PY-11).
    """
    phase = programme.phase_on(request.as_of)
    return f"{programme.title}（{phase.name}）" if phase else programme.title


def recipients_of(
    request: FiguresRequest, programme: Programme, directory: Directory
) -> tuple[str, ...]:
    """
    The office one level up (PY-53), and the office itself for its files.
    """
    upward = programme.return_recipients(request.office, directory, request.as_of)
    return tuple(dict.fromkeys((*upward, *directory.office(request.office).mail)))


def message_ids(number: str, recipients: Iterable[str], sender: str) -> dict[str, str]:
    """
    One Message-ID per return, revision and recipient, the same at every attempt.
    """
    domain = sender.rpartition("@")[2]
    return {
        recipient: f"<{number}.{_short(recipient)}@{domain}>"
        for recipient in recipients
    }


def _short(recipient: str) -> str:
    return hashlib.sha256(recipient.encode()).hexdigest()[:16]


def changes(
    return_id: str, signed: Mapping[str, Any], now: Mapping[str, Any]
) -> list[Cell]:
    """
    The cells of signed figures that have another value in the figures of *now*.
    """
    rows_now = {row["office"]: row for row in now["rows"]}
    pairs = [(row, rows_now.get(row["office"])) for row in signed["rows"]]
    pairs.append((signed["total"], now["total"]))
    return [
        cell
        for before, after in pairs
        if after is not None
        for cell in _cells(return_id, before, after, after["name"])
    ]


def differences(
    figures: Mapping[str, Any], below: Mapping[str, tuple[str, Mapping[str, Any]]]
) -> list[Cell]:
    """
    The cells of *figures* that differ from what the office of the line signed itself:
    *below* maps the office to the id and figures of its newest return of that day.
    """
    return [
        cell
        for row in figures["rows"]
        if row["office"] != figures["office"] and row["office"] in below
        for return_id, signed in [below[row["office"]]]
        for cell in _cells(return_id, signed["total"], row, row["name"])
    ]


def _cells(
    return_id: str, signed: Mapping[str, Any], now: Mapping[str, Any], name: str
) -> Iterator[Cell]:
    for measure in registry().columns:
        before, after = signed.get(measure.id), now.get(measure.id)
        # A measure that the registry got later is in no older return.
        if measure.id in signed and before != after:
            yield {
                "return_id": return_id,
                "office": now["office"],
                "name": name,
                "measure": measure.id,
                "title": measure.title,
                "signed": before,
                "now": after,
                "by": _difference(before, after),
            }


def _difference(before: object, after: object) -> int | None:
    if isinstance(before, int) and isinstance(after, int):
        return after - before
    return None


def is_overtaken(
    signed: Mapping[str, Any],
    lines: Iterable[Line],
    *,
    sums: Sums,
    listed: Sums | None,
    ended_counts: bool,
) -> bool:
    """
    Whether the *sums* of the ledger now make other cells than those *signed*.

    *listed*: the sums on the frozen list that governs the rate on that day, None if no
    list does. Rates and shortfalls are computed anew, to the goal that was signed. Only
    the numbers of persons are not: they change with the money that was paid.
    """
    milestone = signed["milestone"]
    day = date.fromisoformat(milestone["on"])
    goal = Goal(day, milestone["target"], ended_counts)
    rows = {row["office"]: row for row in signed["rows"]}
    return any(
        rows[line.office].get(name) != value
        for line in lines
        if line.office in rows
        for name, value in additive_cells(line, sums, listed, goal, registry()).items()
        if name in rows[line.office]
    )
