"""
Of a matter of which an office learns only how far it is, no endpoint of any service
shows it a text (XQ-56, decision 0088).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from importlib import import_module

import pytest
from marshmallow import fields

from services.assignment.domain.matter import MatterState
from shared.service.base import Service
from shared.settings import SERVICES
from shared.vocabulary import Role
from shared.web.auth import Identity
from shared.web.call import Call
from shared.web.progress import NAMES_OF_MATTERS, is_content, keep_to_progress
from shared.web.schema.field_kinds import Labels
from tests.contract.test_openapi_documents import endpoints_of

UNIT, HUB = "640104010", "640104800"
NUMBER, SAID = "银信〔2020〕1号", "只有办理单位知道的话"
DAY = date(2020, 11, 20)
KEPT = MatterState(NUMBER, office=UNIT, programme="xq-2020", case_kind="law_and_court")

# Answers about offices, drives, batches and money: nothing is said of a matter.
OF_NO_MATTER = {
    *("BatchSummary", "BatchView", "BodyHistoryView", "BodyView", "BudgetView"),
    *("DeadlineView", "DriveSummary", "DriveView", "FeedKeyView", "FilingView"),
    *("GapsView", "HandedOverView", "HolderView", "ImportView", "LeakAttemptView"),
    *("ListVersionView", "LogCorrectionView", "MailingView", "NationalListView"),
    *("OfficeView", "OversightView", "PaymentFileView", "ProgrammeView"),
    *("ProgressView", "Reconciliation", "ResponsibilityView", "SpendingView"),
    *("WageView",),
    # Figures.
    *("CaseCountsView", "CountsView", "EntriesView", "MeasuresView"),
    *("PetitionCountsView", "TalliesView", "TopicsView"),
}


def filled(schema):
    """
    What an answer shows: of one matter, and the same words wherever it has a text.
    """
    record = {}
    for name, field in schema.fields.items():
        shown_as = field.data_key or name
        record[shown_as] = _value(schema, shown_as, field)
    return record


def _value(schema, name, field):
    if name in NAMES_OF_MATTERS:
        return [NUMBER] if isinstance(field, fields.List) else NUMBER
    if isinstance(field, fields.List):
        return [_value(schema, name, field.inner)]
    if isinstance(field, fields.Nested):
        one = filled(field.schema)
        return [one] if field.many else one
    if isinstance(field, Labels):
        return {
            each: SAID if is_content(schema, each, beside) else "x"
            for each, beside in schema.fields.items()
            if not isinstance(getattr(beside, "inner", beside), fields.Nested)
        }
    return SAID if is_content(schema, name, field) else "x"


def asked(endpoint, reader):
    part = endpoint.url.split("/")[1]
    of_matter = part in {"cases", "petitions", "duties"}
    path = {"number": NUMBER} if of_matter and "<" in endpoint.url else {"id": "x"}
    who = Identity("审核人", reader, Role.REVIEWER, "t", 0)
    return Call(who, None, {}, path, DAY)


@pytest.mark.requirement("XQ-56")
@pytest.mark.parametrize("service", [each for each in SERVICES if each != "reporting"])
def test_no_answer_shows_the_hub_a_text_of_such_a_matter(service):
    """
    A new answer about a matter names it; one that is about none stands above.
    """
    leaks = {
        (endpoint.name, type(endpoint.answer).__name__)
        for endpoint in endpoints_of(service)
        if endpoint.answer is not None
        and type(endpoint.answer).__name__ not in OF_NO_MATTER
        and SAID in str(told(endpoint))
    }

    assert leaks == set()
    assert (
        import_module(f"services.{service}.service").SERVICE.matters_of
        is not Service.matters_of
    )


def told(endpoint):
    shown = filled(endpoint.answer)
    shown = {"items": [shown], "next": None} if endpoint.many else shown
    call = asked(endpoint, HUB)
    return keep_to_progress(call, endpoint.answer, shown, lambda *_: [KEPT])


@pytest.mark.requirement("XQ-56")
def test_reporting_has_no_text_of_a_matter():
    answers = (each.answer for each in endpoints_of("reporting"))
    of_matters = [a for a in answers if a and {*a.fields} & {*NAMES_OF_MATTERS}]

    assert of_matters
    assert SAID not in str([*map(filled, of_matters)])


@pytest.mark.requirement("XQ-56")
def test_what_is_addressed_to_the_hub_and_what_it_wrote_itself_it_reads():
    notice = {"number": NUMBER, "text": SAID, "answer": SAID, "by_office": HUB}
    (endpoint,) = [e for e in endpoints_of("assignment") if e.name == "show_notice"]
    call = asked(endpoint, HUB)

    for by, reads in ((HUB, True), (UNIT, False)):
        shown = notice | {"by_office": by}
        answer = keep_to_progress(call, endpoint.answer, shown, lambda *_: [KEPT])
        assert (answer["answer"] == SAID) is reads
        assert ("withheld" in answer) is not reads


def test_what_is_left_of_a_programme_that_no_longer_runs_is_shown_as_it_is():
    (endpoint,) = [e for e in endpoints_of("assignment") if e.name == "list_plans"]
    shown = {"items": [filled(endpoint.answer)], "next": None}
    call, left = asked(endpoint, HUB), replace(KEPT, programme="gone-2019")

    assert keep_to_progress(call, endpoint.answer, shown, lambda *_: [left]) == shown


@pytest.mark.requirement("XQ-56")
def test_the_unit_itself_and_offices_below_it_read_all():
    (endpoint,) = [e for e in endpoints_of("assignment") if e.name == "list_plans"]
    shown = {"items": [filled(endpoint.answer)], "next": None}
    call = asked(endpoint, UNIT)

    assert keep_to_progress(call, endpoint.answer, shown, lambda *_: [KEPT]) == shown
