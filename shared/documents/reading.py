"""
Reading documents: who may read them, and the log of who did.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from uuid_utils import uuid7

from shared import clock
from shared.documents.document import DocumentOpening
from shared.documents.filing import Desk
from shared.documents.store import DocumentOpenings
from shared.errors import Forbidden
from shared.vocabulary import Role
from shared.web.call import Call
from shared.web.lookup import content_kept, is_content_kept


def may_read(call: Call, matter: Any, *filed_by: str) -> bool:
    """
    Who handles the matter reads its documents, who filed one, and a reviewer above,
    unless that office learns only how far it is (XQ-56).
    """
    if call.who.office in {matter.office, *filed_by}:
        return True
    return call.who.role is Role.REVIEWER and not is_content_kept(call, matter)


def require_reader(call: Call, matter: Any, *filed_by: str) -> None:
    """
    Raises `Forbidden` for who may not read it.
    """
    if not may_read(call, matter, *filed_by):
        if is_content_kept(call, matter):
            raise content_kept(matter.programme)
        raise Forbidden.because(
            "not_handling_office",
            f"此件由机关 {matter.office} 办理，材料由办理机关或者收存机关的人员、"
            "上级机关的审核人查阅。",
            "请使用相应机关的令牌。",
        )


def note_openings(
    call: Call, desk: Desk, number: str, documents: Iterable[str], purpose: str
) -> None:
    """
    Add to the read log that these documents of a matter were opened for a *purpose*.
    """
    openings = (
        DocumentOpening(
            id=str(uuid7()),
            document=document,
            number=number,
            office=call.who.office,
            actor=call.who.actor,
            purpose=purpose,
            opened_on=call.today,
            opened_at=clock.now(),
        )
        for document in documents
    )
    DocumentOpenings(call.session, desk.openings).insert(*openings)
