"""
What hearing announces.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from shared.events import Event, FiledDocument


@dataclass(frozen=True, kw_only=True)
class HearingDecided(Event):
    """Whether the case gets a hearing, decided with a reason (PY-28)."""

    type: ClassVar[str] = "hearing.hearing_decided"

    programme: str
    decision: str


@dataclass(frozen=True, kw_only=True)
class HearingScheduled(Event):
    """A hearing was announced to those who take part, for *scheduled_on*."""

    type: ClassVar[str] = "hearing.hearing_scheduled"

    programme: str
    hearing: str
    scheduled_on: date


@dataclass(frozen=True, kw_only=True)
class HearingHeld(Event):
    """A hearing took place."""

    type: ClassVar[str] = "hearing.hearing_held"

    programme: str
    in_scope: bool
    hearing: str


@dataclass(frozen=True, kw_only=True)
class HearingResulted(Event):
    """The result after a hearing; *settled* feeds the share settled (I-22)."""

    type: ClassVar[str] = "hearing.hearing_resulted"

    programme: str
    in_scope: bool
    hearing: str
    settled: bool


@dataclass(frozen=True, kw_only=True)
class DocumentFiled(FiledDocument):
    """A document was filed with a case."""

    type: ClassVar[str] = "hearing.document_filed"


_COMMON: dict[str, Any] = {
    "office": "410922",
    "case_number": "清检控申〔2020〕007号",
    "occurred_on": date(2021, 3, 18),
    "programme": "puyang-2020",
}

EXAMPLES: tuple[Event, ...] = (
    HearingDecided(**_COMMON, decision="hold"),
    HearingScheduled(**_COMMON, hearing="h1", scheduled_on=date(2021, 3, 25)),
    HearingHeld(**_COMMON, in_scope=True, hearing="h1"),
    HearingResulted(**_COMMON, in_scope=True, hearing="h1", settled=True),
    DocumentFiled(
        **_COMMON,
        document="d1",
        by_office="410922",
        kind="hearing_record",
        digest="0f" * 32,
        media_type="application/pdf",
        size=48_213,
        dated=date(2021, 3, 25),
    ),
)
