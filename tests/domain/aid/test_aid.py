"""
Aid by the rules: once per case and person, on verified grounds, within cap and budget.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from services.aid.domain import funds, social
from services.aid.domain.application import (
    MOVES,
    Act,
    AnotherCase,
    Clue,
    Notice,
    OverCap,
    Share,
    State,
    refusal_code,
)
from services.aid.domain.applying import apply_for_aid
from services.aid.domain.budgets import Spending
from services.aid.domain.elsewhere import require_another_case
from services.aid.events import (
    AidFundsReceived,
    AidGranted,
    AidOpened,
    AidRefused,
    AidTold,
)
from shared.errors import Conflict, Rejected
from shared.policy.current import current_policy
from shared.vocabulary import ReplyMode
from tests.builders import places
from tests.builders.aid import (
    APPLIED,
    CAP,
    CASE,
    CLERK,
    COMMON,
    LEADER,
    PERSON,
    TERMS,
    TODAY,
    answers,
    decided,
    funded,
    granted,
    verified,
)


def applying(earlier=(), *, case=CASE, may_see=lambda _: True, **facts):
    return apply_for_aid(
        case,
        earlier,
        PERSON,
        **{
            "identity": "a1",
            "today": TODAY,
            "by": CLERK,
            "once": True,
            "may_see": may_see,
            "origin": "on_application",
            "applied_on": date(2021, 5, 10),
            "hardship": "因案致贫，无其他收入来源",
        }
        | facts,
    )


# -- applying


def test_an_application_opens_and_names_nobody():
    application, event = applying()

    assert application == APPLIED
    assert event == AidOpened(
        **COMMON,
        occurred_on=date(2021, 5, 10),
        in_scope=True,
        origin="on_application",
    )


def test_an_application_is_refused_with_all_its_faults_at_once():
    with pytest.raises(Rejected) as refused:
        applying(applied_on=date(2021, 5, 29), hardship=" ", origin="own_motion")

    assert places(refused) == {
        ("hardship_missing", "/hardship"),
        ("date_in_future", "/applied_on"),
        ("clue_missing", "/clue"),
    }


def test_own_motion_begins_with_the_clue_of_a_department():
    clue = Clue(found_on=date(2021, 5, 8), department="第一检察部")
    application, event = applying(origin="own_motion", clue=clue)

    assert application.clue == clue
    assert event.origin == "own_motion"
    with pytest.raises(Rejected) as refused:
        applying(clue=replace(clue, found_on=date(2021, 5, 11)))
    assert places(refused) == {("date_before_start", "/applied_on")}


def test_a_person_is_aided_once_in_a_case():
    with pytest.raises(Conflict) as refused:
        applying([replace(APPLIED, state=State.REFUSED), granted()])

    assert places(refused) == {("already_aided", "/person/id_no")}
    assert "a1" in refused.value.problems[0].detail


def test_another_office_is_told_of_no_application_that_it_may_not_see():
    with pytest.raises(Conflict) as refused:
        applying([granted(office="410923")], may_see=lambda code: code == "410902")

    assert places(refused) == {("already_aided", "/person/id_no")}
    assert "a1" not in refused.value.problems[0].detail


def test_after_a_refusal_a_person_may_apply_again():
    refusal, _ = decided(
        verified(refusals=answers(own_fault=True)), decision="refused", amount=None
    )

    assert refusal.once is None
    assert applying([refusal])[0].state is State.APPLIED


def test_a_merged_case_takes_no_applications_from_its_merge_on():
    merged = replace(CASE, merged_into="其他", merged_on=date(2021, 5, 10))

    with pytest.raises(Conflict) as refused:
        applying(case=merged)

    assert refused.value.code == "case_merged"
    assert applying(case=merged, applied_on=date(2021, 5, 9))


# -- verifying


@pytest.mark.requirement("TL-35")
def test_every_ground_is_answered_once_and_no_other():
    with pytest.raises(Rejected) as refused:
        verified(
            grounds=answers(hurt=True, wealth=True),
            refusals=answers(own_fault=True) * 2,
            post="厅长",
        )

    assert places(refused) == {
        ("ground_unanswered", "/grounds"),
        ("no_such_ground", "/grounds/1/ground"),
        ("ground_repeated", "/refusals/0/ground"),
        ("ground_repeated", "/refusals/1/ground"),
        ("no_such_post", "/post"),
    }


def test_what_shows_a_ground_was_filed_with_the_case():
    (hurt, support) = answers(hurt=True, support=False)
    shown = (replace(hurt, document_ids=("d1", "d2")), support)

    with pytest.raises(Rejected) as refused:
        verified(grounds=shown, filed={"d1"})

    assert places(refused) == {("no_such_document", "/grounds/0/document_ids/1")}
    assert verified(grounds=shown, filed={"d1", "d2"}).verification.grounds == shown


def test_a_newer_verification_takes_the_place_of_the_one_before():
    again = verified(verified(), award=500_000)

    assert again.state is State.VERIFIED
    assert again.verification.award == 500_000


def test_where_no_law_asks_nothing_is_answered():
    application = verified(law=None, grounds=(), refusals=())

    assert decided(application, terms=replace(TERMS, law=None))[0].amount == 1_200_000


# -- deciding


def test_nothing_is_decided_without_a_verification():
    with pytest.raises(Conflict) as refused:
        decided(APPLIED)

    assert refused.value.code == "not_verified"


def test_a_grant_is_announced_with_its_amount_and_explained():
    application, event = decided()

    assert event == AidGranted(
        **COMMON, occurred_on=date(2021, 5, 20), amount=1_200_000
    )
    assert application.decision.explanation == (
        "经核实，符合：刑事被害人重伤（第一项）。救助金额12000.00元，"
        "相当于濮阳市院2020年职工月平均工资5200.00元（市统计公报）的2.31倍；"
        "上限为36个月，即187200.00元。"
    )
    assert (application.decision.wage, application.decision.cap) == (520_000, CAP)


def test_a_refusal_is_announced_without_its_reason_and_explained():
    barred = verified(refusals=answers(own_fault=True))
    application, event = decided(barred, decision="refused", amount=None)

    assert event == AidRefused(**COMMON, occurred_on=date(2021, 5, 20))
    assert application.decision.explanation == "经核实，属于：有重大过错（第三款）。"


def test_nobody_is_refused_against_the_verification():
    with pytest.raises(Rejected) as refused:
        decided(decision="refused", amount=None)

    assert places(refused) == {("refusal_without_ground", "/decision")}


@pytest.mark.parametrize(
    ("record", "code"),
    [
        ({"grounds": answers(hurt=False, support=False)}, "no_ground"),
        ({"refusals": answers(own_fault=True)}, "refusal_ground"),
    ],
)
def test_nothing_is_granted_against_the_verification(record, code):
    with pytest.raises(Rejected) as refused:
        decided(verified(**record))

    assert places(refused) == {(code, "/decision")}


def test_the_cap_itself_may_be_granted():
    assert decided(amount=CAP)[0].amount == CAP


def test_a_fen_over_the_cap_is_refused_and_the_cap_named():
    with pytest.raises(Rejected) as refused:
        decided(amount=CAP + 1)

    assert places(refused) == {("amount_over_cap", "/amount_yuan")}
    assert "187200.00" in refused.value.problems[0].detail


def test_beyond_the_cap_goes_only_what_the_chief_approved_by_a_document():
    over = OverCap(document="政法委〔2021〕3号", reason="损失特别重大")
    beyond, _ = decided(amount=CAP + 100, over_cap=over)

    assert "政法委〔2021〕3号" in beyond.decision.explanation
    with pytest.raises(Rejected) as refused:
        decided(amount=CAP + 100, over_cap=over, approver_post="副检察长")
    assert places(refused) == {("over_cap_by", "/approver_post")}


def test_never_more_than_a_court_should_award():
    with pytest.raises(Rejected) as refused:
        decided(verified(award=1_199_999))

    assert places(refused) == {("amount_over_award", "/amount_yuan")}


def test_while_no_wage_is_confirmed_it_is_said_who_enters_which_where():
    with pytest.raises(Rejected) as refused:
        decided(terms=replace(TERMS, wage=None))

    (problem,) = refused.value.problems
    assert (problem.code, problem.location) == ("wage_unknown", "/amount_yuan")
    assert "华龙区院 2020 年度" in problem.detail
    assert "POST /wages" in problem.remedy


@pytest.mark.parametrize("amount", [None, 0])
def test_a_grant_needs_an_amount(amount):
    with pytest.raises(Rejected) as refused:
        decided(amount=amount)

    assert places(refused) == {("amount_missing", "/amount_yuan")}


def test_a_decision_is_refused_with_all_its_faults_at_once():
    with pytest.raises(Rejected) as refused:
        decided(
            decided_on=date(2021, 5, 9),
            approver_post="检察官",
            reason=" ",
            amount=CAP * 2,
        )

    assert places(refused) == {
        ("date_before_start", "/decided_on"),
        ("approver_not_a_leader", "/approver_post"),
        ("reason_missing", "/reason"),
        ("amount_over_cap", "/amount_yuan"),
    }


def test_a_refusal_has_no_amount():
    with pytest.raises(Rejected) as refused:
        decided(verified(refusals=answers(own_fault=True)), decision="refused")

    assert places(refused) == {("amount_on_refusal", "/amount_yuan")}


def test_who_applied_or_ever_verified_does_not_decide():
    # Who verified first as well, though another verified it anew.
    first, second, third = ("410902/甲", "410902/乙", "410902/丙")
    again = verified(verified(verified(by=first), by=second), by=third)
    for by in (APPLIED.applied_by, first, second, third):
        with pytest.raises(Conflict) as refused:
            decided(again, terms=replace(TERMS, by=by))
        assert refused.value.code == "applicant_decides"


@pytest.mark.parametrize("decision", ["granted", "refused"])
def test_an_application_is_decided_once(decision):
    with pytest.raises(Conflict) as refused:
        decided(granted(), decision=decision)

    assert refused.value.code == "already_decided"


# -- joint aid and budgets


@pytest.mark.requirement("DY-26")
def test_offices_that_aid_together_name_their_shares_which_make_the_amount():
    shares = [
        Share(office="410902", amount=200_000),
        Share(office="410900", amount=1_000_000, document="濮检〔2021〕5号"),
    ]
    of_city = replace(TERMS, by="410900/院领导", visible=("410900", "410902"))
    application, _ = decided(terms=of_city, shares=shares)

    assert application.decision.shares == tuple(shares)
    assert "濮阳市院10000.00元" in application.decision.explanation
    with pytest.raises(Rejected) as refused:
        decided(
            terms=of_city,
            shares=[
                Share(office="410900", amount=1),
                Share(office="419999", amount=1),
                Share(office="410902", amount=1),
                Share(office="410902", amount=1),
            ],
        )
    assert places(refused) == {
        ("shares_differ", "/shares"),
        ("share_document_missing", "/shares/0/document"),
        ("no_such_office", "/shares/1/office"),
        ("office_repeated", "/shares/2/office"),
        ("office_repeated", "/shares/3/office"),
    }


def test_no_office_decides_on_the_share_of_one_that_it_does_not_see():
    above = Share(office="410900", amount=1_000_000, document="濮检〔2021〕5号")

    with pytest.raises(Rejected) as refused:
        decided(shares=[Share(office="410902", amount=200_000), above])
    assert places(refused) == {("share_out_of_sight", "/shares/1/office")}


def test_nobody_grants_beyond_the_budget_and_the_figures_are_named():
    short = replace(TERMS, budgets={"410902": Spending(2_000_000, 900_000)})

    with pytest.raises(Rejected) as refused:
        decided(terms=short)

    (problem,) = refused.value.problems
    assert (problem.code, problem.location) == (
        "budget_exceeded",
        "/shares/0/amount_yuan",
    )
    for figure in ("20000.00", "9000.00", "11000.00", "12000.00"):
        assert figure in problem.detail
    assert decided(terms=short, amount=1_100_000)


# -- funds and telling


@pytest.mark.requirement("TL-36")
def test_funds_are_received_whole_and_the_person_is_told():
    received, event = funds.receive(
        CASE, granted(), funded().funds, amount=1_200_000, today=TODAY
    )
    notice = Notice(on=date(2021, 5, 25), by=CLERK, mode=ReplyMode.PHONE)
    told, told_event = funds.tell(CASE, received, notice, today=TODAY)

    assert received.state is State.FUNDED
    assert event == AidFundsReceived(**COMMON, occurred_on=date(2021, 5, 24))
    assert told.notice == notice
    assert told_event == AidTold(**COMMON, occurred_on=notice.on, mode="phone")


def test_funds_are_refused_with_all_their_faults_at_once():
    with pytest.raises(Rejected) as refused:
        funded(amount=1, on=date(2021, 5, 19))

    assert places(refused) == {
        ("date_before_start", "/received_on"),
        ("funds_differ", "/amount_yuan"),
    }


# -- what follows


def test_what_social_aid_answers_is_recorded_once():
    referral, _ = social.refer(
        CASE,
        "r1",
        to="区民政局",
        help="medical",
        referred_on=date(2021, 5, 20),
        document="移〔2021〕1号",
        today=TODAY,
    )
    facts = {
        "answered_on": date(2021, 5, 27),
        "outcome": "helped",
        "document": "民〔2021〕3号",
        "today": TODAY,
    }
    answered, event = social.answer(CASE, referral, **facts)

    assert event.outcome == "helped"
    with pytest.raises(Conflict):
        social.answer(CASE, answered, **facts)


def test_every_move_is_either_made_or_refused_by_name():
    codes = {
        refusal_code(state, act)
        for state in State
        for act in Act
        if (state, act) not in MOVES
    }

    assert codes == {
        "already_decided",
        "already_funded",
        "already_paid",
        "in_payment_file",
        "not_funded",
        "not_granted",
        "not_paid",
        "not_verified",
    }
    assert TERMS.by == LEADER


# -- at an office that this one does not see


def found(**said):
    return AnotherCase(
        **{"office": "410900", "on": TODAY, "document": "濮检核〔2021〕1号", **said}
    )


def required(answer, others=("410922",)):
    require_another_case(
        answer,
        others,
        office="410902",
        directory=current_policy().directory,
        today=TODAY,
    )


def test_whoever_applied_out_of_sight_waits_for_the_office_above_both():
    with pytest.raises(Conflict) as refused:
        required(None)

    (problem,) = refused.value.problems
    assert problem.code == "applied_elsewhere"
    assert "濮阳市人民检察院" in problem.remedy
    assert "清丰" not in problem.detail + problem.remedy
    required(found())
    required(None, others=())


def test_neither_office_finds_it_out_itself():
    with pytest.raises(Rejected) as refused:
        required(found(office="410922", on=date(2021, 5, 29)))

    assert places(refused) == {
        ("not_the_upper_office", "/another_case/office"),
        ("date_in_future", "/another_case/on"),
    }
