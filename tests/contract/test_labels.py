"""
Answers say codes in words, whatever asked for them.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from functools import cache

import pytest
from marshmallow import ValidationError, fields

from services.assignment.schemas.closings.closings import ClosingBody
from services.assignment.schemas.duties.escalation import NoticeActView
from services.assignment.schemas.working.cases import DutyView
from services.intake.casework.forms import labels_of
from services.intake.domain.petitions.steps import Step
from services.intake.schemas import ReplyView
from services.intake.schemas.petitions.lifecycle import StepView
from shared.policy.current import current_policy
from shared.vocabulary import PetitionState, PetitionStep
from shared.web.schema.descriptions import descriptions
from shared.web.schema.field_kinds import Account, Labelled, Labels, PostTitle
from shared.web.schema.named import PARTS, WORDS, named
from tests.contract.test_openapi_documents import SERVICES, endpoints_of, made_of


def test_an_answer_made_of_what_was_asked_has_the_labels_of_its_codes():
    given = {"kind": "procedural", "mode": "phone", "replied_on": date(2020, 11, 20)}

    labels = ReplyView().dump(given)["labels"]
    assert labels == {"kind": "程序性回复", "mode": "电话"}


def test_a_duty_says_its_state_its_colour_and_to_whom_it_is_owed():
    duty = {"state": "overdue", "alert_level": "red", "creditor": "petitioner"}

    labels = DutyView().dump(duty)["labels"]
    assert labels == {"state": "逾期", "alert_level": "红色", "creditor": "对信访人"}


def test_a_closing_is_of_a_kind_by_the_title_of_its_programme():
    """
    实质化解 in Puyang, 结案销号 in Xingqing: both are the vocabulary's 化解.
    """
    field = ClosingBody().fields["kind"]
    shown = {"programme": "xq-2020"}

    written = ("resolved", "化解", "实质化解", "结案销号")
    assert {field.deserialize(each) for each in written} == {"resolved"}
    assert field.label("resolved", shown) == "结案销号"
    assert field.label("resolved", {}) == "化解"
    with pytest.raises(ValidationError):
        field.deserialize("息事宁人")


def test_a_ledger_row_has_the_labels_of_its_codes():
    row = {"relation_to_case": "party", "hearing_decision": "hold", "note": "无"}

    labels = labels_of(row, "puyang-2020")
    assert labels == {"relation_to_case": "当事人", "hearing_decision": "是"}


def test_who_did_something_is_an_account_of_an_office_in_every_answer():
    """
    Namings, moves, objections, lists, bodies and documents too, not closings alone.
    """
    answered = {
        (owner.__name__, name): field
        for service in SERVICES
        for owner, name, field in fields_within(asked_and_answered(service)[1])
        # The logs of readings and of leaks have the office in a field of its own.
        if not (name == "actor" and "opened_at" in owner._declared_fields)
        if not owner.__name__.startswith("LeakAttempt")
    }
    accounts = {each for each, kind in answered.items() if isinstance(kind, Account)}
    names = {name for _, name in accounts}

    assert accounts >= {
        ("SignedView", "by"),
        ("CaseMoveView", "by"),
        ("ObjectionStepView", "by"),
        ("NoticeActView", "by"),
        ("BodyView", "recorded_by"),
        ("FiledDocumentView", "filed_by"),
        ("CorrectionView", "actor"),
    }
    assert {
        each
        for each, field in answered.items()
        if each[1] in names and isinstance(field, fields.String)
    } == accounts


@pytest.mark.parametrize(
    ("by", "shown"),
    [
        ("410922/承办人", {"by": "清丰县人民检察院 承办人"}),
        ("system", {}),  # what nobody did
    ],
)
def test_an_account_says_its_office_and_its_name(by, shown):
    act = {"act": "answered", "on": "2020-11-20", "by": by}

    labels = NoticeActView().dump(act)["labels"]
    assert {name: label for name, label in labels.items() if name == "by"} == shown


def test_a_name_that_means_something_else_in_one_schema_is_described_there():
    schemas = made_of("assignment")[0]["components"]["schemas"]
    points = schemas["DemandBody"]["properties"]["points"]["description"]
    source = schemas["BatchBody"]["properties"]["source"]["description"]
    changes = made_of("intake")[0]["components"]["schemas"]["CaseCorrection"]

    assert "分数" not in points
    assert source == descriptions()["BatchBody.source"] != descriptions()["source"]
    assert "更正" in changes["properties"]["changes"]["description"]


def test_what_a_programme_names_is_written_by_its_title_in_bodies_as_by_its_id():
    """
    Every part of every programme, unless its title stands for several.
    """
    policy = current_policy()
    for part, of in PARTS.items():
        pairs = {pair for programme in policy.programmes for pair in of(programme)}
        titles = Counter(title for _, title in pairs)
        field = named(part)
        for code, title in pairs:
            assert field.deserialize(code) == code
            if titles[title] == 1:
                assert field.deserialize(title) == code, (part, title)


def fields_within(schemas):
    """
    The fields of schemas and of those nested in them; of a list its items.
    """
    for schema in schemas:
        for name, declared in schema._declared_fields.items():
            inner = declared
            while isinstance(inner, fields.List):
                inner = inner.inner
            yield schema, name, inner
            if isinstance(inner, fields.Nested):
                yield from fields_within([type(inner.schema)])


def asked_and_answered(service):
    """
    The schemas of a service: of what is sent to it, and of what it answers.
    """
    endpoints = endpoints_of(service)
    sent = [each for e in endpoints for each in (e.body, e.query) if each is not None]
    return (
        {each if isinstance(each, type) else type(each) for each in sent},
        {
            e.answer if isinstance(e.answer, type) else type(e.answer)
            for e in endpoints
            if e.answer is not None
        },
    )


@cache
def coded():
    """
    The names under which some schema has a code.
    """
    return {
        name
        for service in SERVICES
        for schemas in asked_and_answered(service)
        for _, name, field in fields_within(schemas)
        if isinstance(field, Labelled)
    } | {*WORDS}


# Why something is done is free text almost everywhere; `by` says how a list counts, and
# the logs of readings have the name of an actor beside its office.
_RARELY_CODES = {"reason", "by", "actor"}
# What such a name is in other schemas: free text, an id, an account, a day.
_NO_CODE = {
    *("EndingView.level", "CandidateView.level"),  # of signers, of rules of matching
    "CaseActBody.kind",
    "CaseActBody.result",
    "CorrectionView.reply",
    "DeliveryBody.step",
    "DeliveryView.reply",
    "DeliveryView.step",
    "DocumentForm.kind",
    "EntryBody.result",
    "EvidenceView.outcome",
    "HearingView.subject",
    "HistoryView.cause",
    "LeakAttemptView.act",
    "LeakAttemptView.subject",
    "MemberRegistered.role",
    "MemberView.role",
    "NoticeView.step",
    "OfficeActBody.kind",
    "OfficeActBody.result",
    "OpenedReply.outcome",
    "OwnItemView.act",
    "ProgressView.state",
    "ReopeningBody.cause",
    "ReplyBody.outcome",
    "ReplyCorrection.outcome",
    "SeatView.role",
    "SuggestedUnitView.role",
}


def test_a_code_is_taken_by_its_label_and_shown_with_it():
    """
    Every field of every request and answer. The words of a matter are understood in
    requests with the programme it came in under (`services.intake.domain.words`).
    """
    plain = set()
    every = [asked_and_answered(service) for service in SERVICES]
    asked, answered = (set().union(*schemas) for schemas in zip(*every, strict=True))
    for schemas, understood in ((asked, {*WORDS}), (answered, set())):
        for owner, name, field in fields_within(schemas):
            label = {f"{name}_title", "title"} & owner._declared_fields.keys()
            is_plain = isinstance(field, fields.String | fields.Raw)
            if (
                is_plain
                and name in coded() - understood
                and not isinstance(field, Labelled)
                and not (label and schemas is answered)
            ):
                plain |= {f"{owner.__name__}.{name}"}
            if schemas is answered and isinstance(field, Labelled):
                beside = owner._declared_fields.values()
                if not label and not any(isinstance(each, Labels) for each in beside):
                    plain |= {f"{owner.__name__}.labels"}

    rare = {each for each in plain if each.partition(".")[2] in _RARELY_CODES}
    assert plain - rare == _NO_CODE


def test_a_value_that_may_be_of_any_field_has_labels_beside_it():
    """
    What was before and after a correction is now a code, now a day; a figure is none.
    """
    figures = {"CellView.now", "CellView.signed"}
    answered = set().union(*(asked_and_answered(each)[1] for each in SERVICES))

    assert {
        f"{owner.__name__}.{name}"
        for owner, name, field in fields_within(answered)
        if type(field) is fields.Raw
        if not any(isinstance(f, Labels) for f in owner._declared_fields.values())
    } == figures


def test_a_post_is_read_in_every_request_as_the_directory_spells_it():
    asked = {
        (owner.__name__, name, field)
        for service in SERVICES
        for owner, name, field in fields_within(asked_and_answered(service)[0])
    }
    posts = {name for _, name, field in asked if isinstance(field, PostTitle)}

    assert {
        f"{owner}.{name}"
        for owner, name, field in asked
        if name in posts or name == "issued_by" or name.endswith("_post")
        if not isinstance(field, PostTitle)
    } == set()


def test_a_step_says_its_reason_and_verdict_in_words():
    refused = Step(
        id="1",
        petition="410922-2022-0000001",
        kind=PetitionStep.NOT_ACCEPTED,
        on=date(2022, 6, 1),
        state=PetitionState.NOT_ACCEPTED,
        reason="in_progress",
    )

    labels = StepView().dump(refused)["labels"]
    assert labels == {
        "step": "不予受理",
        "state": "不予受理",
        "reason": "同一事项正在其他机关依法办理",
    }


def test_a_code_of_several_titles_has_no_label_unless_the_programme_has_one():
    """
    `registration` of a petition is owed by the old law's words or by the new one's.
    """
    for part, of in PARTS.items():
        field, everywhere = named(part), dict[str, set[str]]()
        for programme in current_policy().programmes:
            titles = dict[str, set[str]]()
            for code, title in of(programme):
                titles.setdefault(code, set()).add(title)
                everywhere.setdefault(code, set()).add(title)
            for code, own in titles.items():
                shown = {"programme": programme.code}
                if part != "programme":
                    assert field.label(code, shown) == only(own), (part, code)
        for code, words in everywhere.items():
            assert field.label(code, {}) == only(words), (part, code)


def only(words):
    return next(iter(words)) if len(words) == 1 else None
