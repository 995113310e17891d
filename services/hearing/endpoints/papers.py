"""
The papers of a hearing, to print, sign and serve; people are named by role alone.
"""

from __future__ import annotations

from dataclasses import replace

from services.hearing.casework.documents import DESK
from services.hearing.domain.terms import Participant
from services.hearing.papers import PAPERS, numbered_as, true_since, values
from services.hearing.schemas.papers import FiledHearingPaper, HearingPaper
from services.hearing.store import Cases, Hearings
from services.hearing.store.tables import paper_numbers
from shared.documents.printing import PaperContent, paper_endpoints
from shared.papers import PaperTemplate
from shared.policy.current import current_policy
from shared.web.call import Call
from shared.web.lookup import in_sight, or_not_found


def _of_hearing(call: Call, template: PaperTemplate) -> PaperContent | None:
    """
    The paper is that of the office that holds the hearing, also when the case moved.
    """
    identity = call.path["identity"]
    hearing = in_sight(call, Hearings(call.session).get(identity), "听证", identity)
    day = true_since(template.states, hearing)
    if day is None:
        return None
    case = or_not_found(Cases(call.session).get(hearing.case_number), "听证", identity)
    policy = current_policy()
    addressee = Participant(call.body.get("addressee", Participant.PETITIONER))
    return PaperContent(
        values=values(
            hearing,
            policy.programmes.get(hearing.programme).hearing.subjects,
            office=policy.directory.office(hearing.office).name,
            addressee=addressee.chinese,
        ),
        office=hearing.office,
        day=day,
        record=numbered_as(hearing, template, addressee),
        number=hearing.case_number,
        matter=replace(case, office=hearing.office),
    )


PRINTED = paper_endpoints(
    *(PAPERS, DESK, {"hearings": _of_hearing}),
    numbers=paper_numbers,
    key="identity",
    bodies={"hearings": (HearingPaper, FiledHearingPaper)},
)
