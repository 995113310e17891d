"""
The papers of a petition, to print, sign and serve; each is noted in the read log.
"""

from __future__ import annotations

from services.intake.casework.documents import DESK
from services.intake.domain.petitions.reviews import window_of
from services.intake.endpoints.lookup import seen_by_actor
from services.intake.endpoints.openings import opened
from services.intake.endpoints.petitions.lifecycle import circumstances
from services.intake.papers import PAPERS, Record
from services.intake.store import Petitions, Replies
from shared.documents.filled_papers import FilledPaper, filled_paper_endpoints
from shared.web.call import READERS, Call
from shared.web.papers import PaperBody, PaperToFile


def _fill(call: Call) -> FilledPaper:
    """
    The paper of a review is printed by the office that reviewed.
    """
    petition = seen_by_actor(call)
    template = PAPERS.template(call.body["paper"])
    around = circumstances(call, petition)
    windows = (window_of(step, around) for step in around.earlier)
    record = Record(
        petition,
        Petitions(call.session).private(petition.number),
        around.earlier,
        Replies(call.session).of_petition(petition.number),
        Petitions(call.session).first_of(petition),
        [window for window in windows if window],
    )
    template = PAPERS.of_office(template, record.office_of(template))
    opened(call, petition.number, record.office_of(template), f"制作{template.title}")
    return FilledPaper(
        paper=record.paper(template),
        template=template,
        number=petition.number,
        matter=petition,
    )


PRINTED = filled_paper_endpoints(
    *("intake", DESK, _fill),
    *("petition", "/petitions/<number>/papers"),
    roles=READERS,
    body=PaperBody,
    body_to_file=PaperToFile,
)
