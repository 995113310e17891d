"""
A petition and its steps for tests, with what each step has to state.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from services.intake.domain.petitions import lifecycle
from services.intake.domain.petitions.circumstances import Circumstances
from services.intake.domain.petitions.deliveries import Delivery
from services.intake.domain.petitions.petitions import Petition
from services.intake.domain.petitions.steps import Step
from shared.policy.current import current_policy
from shared.vocabulary import (
    Category,
    Channel,
    DeliveryOutcome,
    PetitionState,
    PetitionStep,
    ReplyMode,
)
from tests.builders import CITY, COUNTY, NEIGHBOUR, PROVINCE

RECEIVED, STEP, TODAY = date(2020, 11, 2), date(2020, 11, 4), date(2020, 12, 1)
PETITION = Petition(
    number=f"{CITY}-2020-0000001",
    office=CITY,
    programme="puyang-2020",
    received_on=RECEIVED,
    channel=Channel.LETTER,
    category=Category.CLAIM,
    case_kind="complaint",
    repeat_of=None,
    origin="own_screening",
)
STATED = {
    "materials_asked": {"document": "补1", "materials": ("裁判文书",)},
    "accepted": {"document": "受1"},
    "not_accepted": {"document": "不1", "reason": "final"},
    "guided_out": {"document": "告1", "organ": "某市中级人民法院"},
    "forwarded": {"document": "转1", "to_office": NEIGHBOUR},
    "handed_down": {
        "document": "交1",
        "to_office": COUNTY,
        "report_by": date(2021, 1, 29),
    },
    "objected": {"document": "异1", "text": "不属本院管辖。"},
    "objection_refused": {"text": "属你院管辖。"},
    "dispute_raised": {"document": "议1", "text": "仍不属本院管辖。"},
    "dispute_returned": {"document": "联1", "text": "不属该院管辖。"},
    "dispute_upheld": {"document": "联1", "text": "属该院管辖。"},
    "taken_back": {"text": "同意收回。"},
    "reported": {"document": "报1"},
    "already_handled": {"same_as": f"{CITY}-2020-0000002"},
    "unable_to_reply": {"text": "电话停机、无地址。"},
    "opinion_issued": {"document": "意1"},
    "review_asked": {"to_office": PROVINCE},
    "review_decided": {"document": "查1"},
    "final_review_asked": {"to_office": "640100800"},
    "final_review_decided": {"document": "核1"},
}
REVIEWED = ("accepted", "opinion_issued", "review_asked", "review_decided")
FINALLY = (*REVIEWED, "final_review_asked")


def around(**changes):
    policy = current_policy()
    programme = policy.programmes.get("puyang-2020")
    usual = Circumstances(
        today=TODAY,
        directory=policy.directory,
        calendar=policy.calendar,
        refusals=programme.refusals_on(RECEIVED, "procuratorate"),
        objections=programme.objections,
        attempts_needed=programme.settings.delivery_attempts,
        filed={"d1"},
    )
    return replace(usual, **changes)


def reviewed(**changes):
    """
    The circumstances of a matter whose opinions are reviewed, each served at once.
    """
    rules = current_policy().programmes.get("xq-2020")
    served = ("opinion_issued", "review_decided", "final_review_decided")
    usual = {
        "review": rules.review_on(RECEIVED, "township"),
        "served": {f"s-{name}": STEP for name in served},
    }
    return {**usual, **changes}


def a_step(name, on=STEP, **changes):
    shown = {"document_ids": ("d1",)} if name == "unable_to_reply" else {}
    return Step(
        id=f"s-{name}",
        petition=PETITION.number,
        kind=PetitionStep(name),
        on=on,
        state=PetitionState.REGISTERED,
        **{**STATED.get(name, {}), **shown, **changes},
    )


def after(*steps, petition=PETITION, **circumstances):
    """
    The petition after *steps*, those given by name with what they have to state.
    """
    done = []
    for each in steps:
        asked = a_step(each) if isinstance(each, str) else each
        around_it = around(**{"attempts": 3, "earlier": tuple(done), **circumstances})
        petition, taken, event = lifecycle.take(petition, asked, around_it)
        assert event.step == asked.kind
        done.append(taken)
    return petition


DISPUTED = ("objected", "objection_refused", "dispute_raised")


def a_delivery(on, outcome="failed", step="s-accepted"):
    return Delivery(
        id=f"d-{on}",
        petition=PETITION.number,
        step=step,
        on=on,
        mode=ReplyMode.LETTER,
        outcome=DeliveryOutcome(outcome),
    )
