"""
Facts for tests, complete and plausible, of which a test states only what it is about.
"""

from __future__ import annotations

import itertools
import os
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

from fpdf import FPDF

from deploy.demo.invented import id_number
from services.intake.events import EXAMPLES
from services.intake.events.cases import CaseMerged, CaseOpened, CaseRepeated
from services.intake.events.lifecycle import PetitionStepTaken
from services.intake.events.petitions import PetitionRegistered, ReplyGiven
from shared.events import Envelope

COUNTY = "410922"
NEIGHBOUR = "410923"
CITY = "410900"
PROVINCE = "410000"
PROGRAMME = "puyang-2020"
DAY = date(2020, 11, 20)

_COUNTER = itertools.count(1)
_EXAMPLES = {type(example): example for example in EXAMPLES}


def new_number(word="清检控申"):
    """
    A case number that no other test has, nor another run.
    """
    return f"{word}〔2020〕{os.getpid()}-{next(_COUNTER)}号"


def new_person(name="甄虚构"):
    """
    Somebody who cannot exist and has applied for nothing, here or elsewhere.
    """
    chance = uuid4().int
    born = date(1940, 1, 1) + timedelta(days=chance % 20_000)
    return {"name": name, "id_no": id_number(born, chance // 20_000 % 1000)}


def _a(kind, number, changes):
    return replace(_EXAMPLES[kind], case_number=number or new_number(), **changes)


def new_petition_number(office=COUNTY):
    """
    Likewise a petition's number, as intake draws them.
    """
    return f"{office}-2020-{os.getpid()}{next(_COUNTER):06}"


def case_opened(number=None, *, office=COUNTY, programme=PROGRAMME, **changes):
    """
    A case in scope, screened by the office itself, that nobody leads yet.
    """
    nobody = {"leaders": (), "department": None, "handler_post": None}
    own = {"office": office, "programme": programme}
    return _a(CaseOpened, number, {**own, **nobody, **changes})


def led_case_opened(number=None, *, office=COUNTY, **changes):
    """
    Likewise, with a leader of its own office and a department in the ledger.
    """
    leading = {"leaders": ((office, "检察长"),), "department": "第五检察部"}
    return case_opened(number, office=office, **{**leading, **changes})


def case_repeated(number, **changes):
    return _a(CaseRepeated, number, {"office": COUNTY, **changes})


def case_merged(number, into=None, **changes):
    into = into or new_number("濮检交")
    return _a(CaseMerged, number, {"into": into, "office": COUNTY, **changes})


def petition_registered(number=None, *, office=COUNTY, programme=PROGRAMME, **changes):
    number = number or new_petition_number(office)
    own = {"office": office, "programme": programme}
    return _a(PetitionRegistered, number, {**own, **changes})


def step_taken(number, step, **changes):
    fields = {"office": COUNTY, "to_office": None, "report_by": None, **changes}
    return _a(PetitionStepTaken, number, {"step": step, **fields})


def reply_given(number, **changes):
    return _a(ReplyGiven, number, {"office": COUNTY, **changes})


def duty_change(what, on, due_on, **more):
    """
    One of the changes in a payload of `assignment.duties_changed`, as JSON.
    """
    change = {
        "what": what,
        "duty": "d1",
        "kind": "leader_named",
        "office": COUNTY,
        "on": on,
        "due_on": due_on,
        **more,
    }
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in change.items()
    }


def an_envelope(kind="intake.reply_given", on=DAY, **changes):
    """
    An event as a service receives it; *changes* of its fields, the payload among them.
    """
    fields = {
        "id": str(uuid4()),
        "version": 1,
        "recorded_at": datetime(2020, 11, 20, 8, tzinfo=UTC),
        "office": COUNTY,
        "case_number": changes.get("case_number") or new_number(),
        "sequence": 1,
        "actor": "承办人",
        "correlation_id": "c1",
        "causation_id": "c1",
        "traceparent": f"00-{'1' * 32}-{'2' * 16}-01",
        "payload": {},
    }
    return Envelope(**{**fields, "type": kind, "occurred_on": on, **changes})


def codes(refused):
    """
    The codes of all problems of a refusal that `pytest.raises` caught.
    """
    return [problem.code for problem in refused.value.problems]


def places(refused):
    """
    Likewise the codes with their locations.
    """
    return {(problem.code, problem.location) for problem in refused.value.problems}


def a_pdf(text="材料"):
    """
    A PDF with a page of its own: other texts give other bytes.
    """
    page = FPDF()
    page.set_creation_date(datetime(2020, 11, 2, tzinfo=UTC))
    page.set_title(text)
    page.add_page()
    return bytes(page.output())


def a_petition(**changes):
    """
    The body of a registration at intake.
    """
    return {
        "channel": "letter",
        "received_on": DAY.isoformat(),
        "petitioner": {"name": "张三", "phone": "13800000000"},
        "category": "claim",
        "case_kind": "complaint",
        "demand": f"请求对不起诉决定进行复查（{new_number()}）。",
        **changes,
    }


def a_registration(on):
    """
    The same as intake stores it.
    """
    return {
        **a_petition(),
        "received_on": on,
        "origin": "own_screening",
        "persons": 1,
    }
