"""
The papers of a hearing, to print, sign and serve; people are named by role alone.
"""

from __future__ import annotations

from services.hearing.documents import DESK
from services.hearing.domain.terms import Participant
from services.hearing.papers import PAPERS, paper_of
from services.hearing.schemas.papers import FiledHearingPaper, HearingPaper
from services.hearing.store import Cases, Hearings
from shared.documents.filled_papers import FilledPaper, filled_paper_endpoints
from shared.web.call import CLERKS, Call
from shared.web.lookup import in_sight


def _fill(call: Call) -> FilledPaper:
    body, identity = call.body, call.path["identity"]
    hearing = in_sight(call, Hearings(call.session).get(identity), "听证", identity)
    fields = {name: body[name] for name in ("document", "on") if name in body}
    if "addressee" in body:
        fields["addressee"] = Participant(body["addressee"]).chinese
    template = PAPERS.template(body["paper"])
    return FilledPaper(
        paper=paper_of(hearing, template, **fields),
        template=template,
        number=hearing.case_number,
        matter=Cases(call.session).get(hearing.case_number),
    )


PRINTED = filled_paper_endpoints(
    *("hearing", DESK, _fill),
    *("hearing", "/hearings/<identity>/papers"),
    roles=CLERKS,
    body=HearingPaper,
    body_to_file=FiledHearingPaper,
)
