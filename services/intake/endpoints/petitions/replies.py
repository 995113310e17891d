"""
The replies to a petition: recorded, listed, corrected and withdrawn.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from uuid_utils import uuid7

from services.intake.casework.documents import DESK
from services.intake.domain.corrections.correcting import (
    correct_reply,
    standing,
    withdraw_reply,
)
from services.intake.domain.corrections.corrections import (
    CorrectionKind,
    differences,
    something_changes,
)
from services.intake.domain.openings import require_handling_office
from services.intake.domain.petitions.petitions import Petition, Reply, reply
from services.intake.endpoints.corrections.history import note
from services.intake.endpoints.lookup import petition_of
from services.intake.schemas import ReplyBody, ReplyView
from services.intake.schemas.history import ReplyCorrection, ReplyWithdrawal
from services.intake.store import OUTBOX, Replies
from shared.documents.store import Documents
from shared.errors import reject_if
from shared.records.tables import row_of
from shared.web.call import CLERKS, Call
from shared.web.endpoint import api
from shared.web.lookup import or_not_found
from shared.web.paging import Page

_IDENTITY = {"id", "petition", "withdrawn_on"}


@api(
    "POST",
    "/petitions/<number>/replies",
    roles=CLERKS,
    body=ReplyBody,
    answer=ReplyView,
    status=201,
)
def reply_to_petition(call: Call) -> tuple[int, Reply]:
    """
    Record a reply to a petition (procedural, progress or result).

    The very same reply is recorded once: 200 and the one that stands.
    """
    answered, replies = petition_of(call, lock=True), Replies(call.session)
    given = _reply(answered, call.body)
    before = replies.same(call.who.office, given)
    if before is not None:
        return 200, before
    earlier = {e.kind for e in standing(replies.of_petition(answered.number))}
    event = reply(
        answered, given, earlier=earlier, today=call.today, filed=_filed(call, given)
    )
    replies.add(call.who.office, given)
    OUTBOX.announce(call.session, event)
    return 201, given


@api("GET", "/petitions/<number>/replies", answer=ReplyView, many=True)
def list_replies(call: Call) -> Page[Reply]:
    """
    List the replies to a petition, also those withdrawn, without their texts.
    """
    return Page(Replies(call.session).of_petition(petition_of(call).number), None)


@api(
    "POST",
    "/petitions/<number>/replies/<reply>/corrections",
    roles=CLERKS,
    body=ReplyCorrection,
    answer=ReplyView,
    status=201,
)
def correct_reply_to_petition(call: Call) -> Reply:
    """
    Correct a reply that was recorded wrongly: the right one takes its place. What is
    left out stays as it was recorded.
    """
    petition, wrong, others = _reply_of(call)
    body = {name: getattr(wrong, name) for name in ReplyBody().fields} | call.body
    reason = body.pop("reason")
    right = _reply(petition, body)
    changed = {
        name: both
        for name, both in differences(row_of(wrong), row_of(right)).items()
        if name not in _IDENTITY
    }
    reject_if(something_changes(changed, ""))
    events = correct_reply(
        petition,
        wrong,
        right,
        earlier={other.kind for other in others},
        on=call.today,
        today=call.today,
        filed=_filed(call, right),
    )
    replies = Replies(call.session)
    replies.add(call.who.office, right)
    replies.withdraw(wrong, call.today)
    # The right one first: meanwhile the answer is not owed again.
    OUTBOX.announce(call.session, *events)
    note(
        call,
        petition.number,
        CorrectionKind.REPLY_CORRECTED,
        changed,
        reason=reason,
        reply=wrong.id,
    )
    return right


@api(
    "POST",
    "/petitions/<number>/replies/<reply>/withdrawals",
    roles=CLERKS,
    body=ReplyWithdrawal,
    answer=ReplyView,
)
def withdraw_reply_to_petition(call: Call) -> Reply:
    """
    Withdraw a reply that should never have been recorded.
    """
    petition, wrong, _ = _reply_of(call)
    event = withdraw_reply(petition, wrong, on=call.today, today=call.today)
    Replies(call.session).withdraw(wrong, call.today)
    OUTBOX.announce(call.session, event)
    note(
        call,
        petition.number,
        CorrectionKind.REPLY_WITHDRAWN,
        {},
        reason=call.body["reason"],
        reply=wrong.id,
    )
    return replace(wrong, withdrawn_on=call.today)


def _reply_of(call: Call) -> tuple[Petition, Reply, list[Reply]]:
    """
    The petition of the path, locked; the reply of the path; the others that stand.
    """
    petition, identity = petition_of(call, lock=True), call.path["reply"]
    require_handling_office(call.who.office, petition.office)
    stored = Replies(call.session).of_petition(petition.number)
    found = next((given for given in stored if given.id == identity), None)
    wrong = or_not_found(found, "答复", identity)
    return petition, wrong, [one for one in standing(stored) if one != wrong]


def _filed(call: Call, given: Reply) -> frozenset[str]:
    """
    Those of the documents that a reply names which are files of its petition.
    """
    documents = Documents(call.session, DESK.documents)
    return documents.not_withdrawn(given.petition, given.document_ids)


def _reply(petition: Petition, body: Mapping[str, Any]) -> Reply:
    documents = tuple(body["document_ids"])
    fields = {**body, "document_ids": documents}
    return Reply(
        id=str(uuid7()), petition=petition.number, office=petition.office, **fields
    )
