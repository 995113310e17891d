"""
The papers of an application for aid, made as documents of its case.
"""

from __future__ import annotations

from services.aid.casework.documents import DESK
from services.aid.domain.application import Application
from services.aid.domain.wages import Wage
from services.aid.endpoints.lookup import application_of
from services.aid.papers import PAPERS, true_since, values
from services.aid.store import Wages
from services.aid.store.tables import paper_numbers
from shared.documents.printing import PaperContent, paper_endpoints
from shared.errors import Forbidden
from shared.papers import PaperTemplate
from shared.policy.current import current_policy
from shared.web.call import Call


def _of_application(call: Call, template: PaperTemplate) -> PaperContent | None:
    """
    The paper is the handling office's own, and only that office makes it.
    """
    case, application = application_of(call)
    if call.who.office != application.office:
        raise Forbidden.because(
            "not_handling_office",
            f"此件由机关 {application.office} 办理，文书由办理机关制作。",
            "请使用办理机关的令牌。",
        )
    day = true_since(template.states, application)
    if day is None:
        return None
    policy = current_policy()
    return PaperContent(
        values=values(
            application,
            law=policy.programmes.get(case.programme).aid_law,
            wage=_wage_of(call, application),
            directory=policy.directory,
        ),
        office=application.office,
        day=day,
        record=application.id,
        number=case.number,
        matter=case,
    )


def _wage_of(call: Call, application: Application) -> Wage | None:
    """
    The figure that the decision was measured by, also if it was corrected since.
    """
    decision = application.decision
    if decision is None or decision.wage is None:
        return None
    lineage = current_policy().directory.lineage(application.office, decision.on)
    figures = Wages(call.session).used(lineage, decision.on.year - 1)
    fitting = [wage for wage in figures if wage.amount == decision.wage]
    return min(fitting, key=lambda wage: lineage.index(wage.place), default=None)


PRINTED = paper_endpoints(
    *(PAPERS, DESK, {"aid-applications": _of_application}),
    numbers=paper_numbers,
    key="identity",
    only_filed=True,
)
