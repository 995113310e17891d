"""
A petition that holds an accusation and a claim, split into two.
"""

from __future__ import annotations

from typing import Any

from services.intake.casework.corrections import count_corrected
from services.intake.casework.forms import coded
from services.intake.casework.matters import lock_matter
from services.intake.casework.proposals import follow_change
from services.intake.casework.splits import changed_by_split
from services.intake.domain.corrections.correcting import correct_petition, standing
from services.intake.domain.corrections.corrections import CorrectionKind
from services.intake.domain.openings import require_handling_office
from services.intake.domain.petitions.petitions import Petition, registered
from services.intake.domain.petitions.progress import new_code
from services.intake.domain.petitions.splitting import PARTS, check_split, split
from services.intake.domain.words import in_words
from services.intake.endpoints.corrections.history import note
from services.intake.endpoints.lookup import offices_of, petition_of
from services.intake.endpoints.petitions.petitions import shown_petition
from services.intake.schemas.petitions.splitting import SplitBody, SplitView
from services.intake.store import OUTBOX, NewPetitions, Replies
from shared.policy.current import current_policy
from shared.web.call import CLERKS, Call
from shared.web.endpoint import api


@api(
    "POST",
    "/petitions/<number>/splits",
    roles=CLERKS,
    body=SplitBody,
    answer=SplitView,
    status=201,
)
def split_petition(call: Call) -> dict[str, Any]:
    """
    Split an accusation from a claim (A-49): what is split off is a petition of the same
    day with a number, clocks and an enquiry code of its own.
    """
    lock_matter(call.session, petition_of(call))
    petition, petitions = petition_of(call, lock=True), NewPetitions(call.session)
    require_handling_office(call.who.office, petition.office)
    parts, on = _parts(call, petition), call.body["split_on"]
    number = petitions.next_number(petition.office, petition.received_on)
    result = split(petition, parts, number, on)
    replies = standing(Replies(call.session).of_petition(petition.number))
    remaining, corrected = correct_petition(
        petition, result.remaining, on=on, today=call.today, replies=replies
    )
    private = petitions.private(petition.number)
    code = new_code()
    petitions.split_off(
        result.part,
        {**private, "demand": parts["part"]["demand"], "enquiry_code": code},
        code,
    )
    petitions.correct(
        remaining,
        {**private, "demand": parts["remaining"]["demand"]},
        petitions.matter(petition.number),
    )
    OUTBOX.announce(call.session, corrected)
    count_corrected(
        call.session, petition, remaining, on=on, today=call.today, anew=False
    )
    OUTBOX.announce(call.session, registered(result.part))
    remaining, part = (
        follow_change(call.session, each, on, call.today, by=call.who.account)
        for each in (remaining, result.part)
    )
    demands = private["demand"], parts["remaining"]["demand"]
    note(
        call,
        petition.number,
        CorrectionKind.PETITION_SPLIT,
        {"demand": demands, **changed_by_split(petition, remaining)},
        reason=call.body["reason"],
        split_into=result.part.number,
    )
    return {
        "remaining": shown_petition(call, remaining),
        "part": {**shown_petition(call, part), "enquiry_code": code},
    }


def _parts(call: Call, petition: Petition) -> dict[str, dict[str, Any]]:
    """
    What stays and what is split off, in the words of the petition's programme. Raises
    `Conflict` if it cannot be split, `Rejected` with every reason.
    """
    policy = current_policy()
    programme = policy.programmes.get(petition.programme)
    body = call.body | {part: coded(call.body[part], programme) for part in PARTS}
    check_split(
        petition,
        body,
        programme.words,
        policy.directory,
        had_by=offices_of(call, petition),
        progress_only=programme.progress_only,
        today=call.today,
    )
    return {name: body[name] | in_words(body[name], programme.words) for name in PARTS}
