"""
Handing down, objecting in time, deciding, withdrawing; frozen baselines.
"""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from services.assignment.domain.batches import baselines, batches
from services.assignment.domain.facts.batches import BatchReceived
from shared.errors import Conflict
from shared.policy.calendar import Limit
from shared.policy.current import current_policy
from shared.share import Share
from tests.builders import CITY, COUNTY, PROVINCE

# A Monday; in 2020 the 27 September was worked and 1 to 8 October were not.
HANDED = date(2020, 11, 2)


def programme(code="puyang-2020"):
    return current_policy().programmes.get(code)


def objection(**changes):
    raised = {
        "id": "o1",
        "batch": "b1",
        "number": "清检控申〔2020〕1号",
        "programme": "puyang-2020",
        "office": COUNTY,
        "decider": CITY,
        "raised_on": HANDED,
        "due_on": None,
        "reasons": "不属本院管辖。",
    }
    return batches.Objection(**{**raised, **changes})


def due(received, code="puyang-2020"):
    found = batches.objection_due(
        programme(code), "procuratorate", received, current_policy().calendar
    )
    return found.day if found else None


def late(on, received):
    found = batches.objection_due(
        programme(), "procuratorate", received, current_policy().calendar
    )
    return [problem.code for problem in batches.in_time(on, found)]


@pytest.mark.parametrize(
    ("received", "last_day"),
    [
        (date(2020, 11, 2), date(2020, 11, 9)),
        (date(2020, 9, 25), date(2020, 10, 9)),
        (date(2020, 10, 9), date(2020, 10, 15)),
    ],
)
def test_an_office_may_object_for_five_working_days(received, last_day):
    one = timedelta(days=1)

    assert due(received) == last_day
    assert late(last_day - one, received) == []
    assert late(last_day, received) == []
    assert late(last_day + one, received) == ["objection_late"]


def test_where_the_programme_is_silent_the_law_of_the_day_says_how_long():
    law = SimpleNamespace(
        binds=lambda on, kind: kind == "department",
        limits=(SimpleNamespace(id="objection", limit=Limit.parse("5W")),),
    )
    silent = SimpleNamespace(objections=None, law=(law,))

    assert str(batches.limit_of(silent, "department", HANDED)) == "5W"
    assert batches.limit_of(silent, "court", HANDED) is None


def test_without_a_receipt_the_day_of_sending_counts():
    assert batches.received_on({COUNTY: None}, COUNTY, HANDED, programme()) == HANDED
    assert batches.received_on(
        {COUNTY: date.fromisoformat("2020-11-04")}, COUNTY, HANDED, programme()
    ) == date(2020, 11, 4)


def test_a_stamp_takes_the_place_of_the_receipt_that_was_presumed():
    presumed = BatchReceived(on=HANDED, batch="b1", presumed=True)
    other = BatchReceived(on=HANDED, batch="b2", presumed=True)
    stamp = BatchReceived(on=date(2020, 11, 4), batch="b1")

    assert batches.without_presumed([presumed, other]) == [presumed, other]
    assert batches.without_presumed([presumed, other, stamp]) == [other, stamp]


def test_only_a_programme_whose_clocks_need_it_presumes_receipts():
    assert batches.starts_clocks(programme("jiaozuo-2021"))
    assert not batches.starts_clocks(programme("dy-leaders"))


def decide(raised, verdict, on=HANDED):
    said = {"by": "控申部门 审核人", "reasons": "见附件。"}
    return batches.decide(raised, verdict=verdict, on=on, **said)


def dispute(refused, on=HANDED):
    said = {"by": "清丰县院 承办人", "reasons": "仍有异议。"}
    return batches.dispute(refused, decider=PROVINCE, on=on, **said)


@pytest.mark.parametrize("verdict", ["returned", "refused"])
def test_the_handing_office_returns_or_refuses(verdict):
    decided = decide(objection(), verdict)

    assert decided.state == verdict
    assert [said.reasons for said in decided.course] == ["见附件。"]
    assert batches.verdict_of(decided) == verdict


def test_a_refusal_may_be_disputed_before_the_conference_which_has_the_last_word():
    later = HANDED + timedelta(days=3)
    disputed = dispute(decide(objection(), "refused"), on=later)
    upheld = decide(disputed, "refused", on=later)
    returned = decide(disputed, "returned", on=later)

    assert (disputed.state, disputed.decider) == ("disputed", PROVINCE)
    assert disputed.last_on == later
    assert [said.state for said in upheld.course] == ["refused", "disputed", "upheld"]
    assert batches.verdict_of(upheld) == "refused"
    assert batches.verdict_of(returned) == "returned"
    for ended in (upheld, returned):
        with pytest.raises(Conflict):
            dispute(ended)
        with pytest.raises(Conflict):
            decide(ended, "returned")


# TL-04, TL-19: the handing office decides, the conference has the last word.
MOVES = {
    ("raised", "returned"): "returned",
    ("raised", "refused"): "refused",
    ("raised", "withdraw"): "void",
    ("refused", "dispute"): "disputed",
    ("refused", "withdraw"): "void",
    ("disputed", "returned"): "returned",
    ("disputed", "refused"): "upheld",
    ("disputed", "withdraw"): "void",
}
STATES = ("raised", "refused", "disputed", "returned", "upheld", "void")
REFUSED = "not_in_this_state"


def moved(state, act):
    """
    The state after an act, or the code with which it is refused.
    """
    standing = objection(state=state)
    if act == "withdraw":
        said = {"by": "控申部门 审核人", "reasons": "另行交办。"}
        ended = [each.state for each in batches.void([standing], on=HANDED, **said)]
        return ended[0] if ended else REFUSED
    try:
        after = dispute(standing) if act == "dispute" else decide(standing, act)
    except Conflict as refused:
        return refused.code
    return after.state


@pytest.mark.parametrize("act", ["returned", "refused", "dispute", "withdraw"])
@pytest.mark.parametrize("state", STATES)
def test_an_objection_moves_as_decided_and_in_no_other_way(state, act):
    assert moved(state, act) == MOVES.get((state, act), REFUSED)


def test_with_the_case_taken_back_an_objection_waits_for_nobody():
    later = HANDED + timedelta(days=3)
    waiting = dispute(decide(objection(), "refused"), on=later)
    ended = decide(objection(id="o2"), "returned")
    said = {"by": "控申部门 审核人", "reasons": "另行交办。"}
    (voided,) = batches.void([waiting, ended], on=HANDED, **said)

    assert (voided.id, voided.state, voided.last_on) == ("o1", "void", later)
    with pytest.raises(Conflict):
        decide(voided, "returned")


def test_a_dispute_goes_one_level_up_where_no_office_is_named_for_it():
    directory = current_policy().directory

    assert programme().conference_over(CITY, directory, HANDED) == PROVINCE
    assert programme().conference_over(PROVINCE, directory, HANDED) == PROVINCE


def test_a_dispute_goes_to_the_conference_that_the_programme_names():
    to = programme("xq-2020").conference_over(
        "640104001", current_policy().directory, HANDED
    )

    assert to == "640104800"


@pytest.mark.requirement("XQ-33")
def test_the_conference_that_handed_down_does_not_decide_the_dispute_with_itself():
    to = programme("xq-2020").conference_over(
        "640104800", current_policy().directory, HANDED
    )

    assert to == "640100800"  # 银川市信访工作联席会议


def test_a_batch_is_of_a_kind_that_the_programme_knows():
    def codes(kind):
        return [f.code for f in batches.kind_problems(kind, programme("xq-2020"))]

    assert codes("first") == codes("second") == codes(None) == []
    assert codes("third") == ["no_such_batch_kind"]


def test_campaign_and_everyday_cases_do_not_go_together_unless_somebody_says_so():
    mixed = [("甲", "campaign"), ("乙", "everyday")]

    assert [f.location for f in batches.track_problems(mixed, None)] == [
        "/case_numbers/1"
    ]
    assert list(batches.track_problems(mixed, "campaign")) == []
    assert list(batches.track_problems([("乙", "everyday")], None)) == []


# -- baselines


def test_the_95_of_xingqing_are_those_handed_down_by_the_conferences():
    handed, none = baselines.stated_in(programme("xq-2020"), "handed95")
    others, _ = baselines.stated_in(programme("xq-2020"), "others")
    _, unknown = baselines.stated_in(programme("xq-2020"), "没有")

    def counted(baseline):
        return baselines.listed_by(baseline, programme("xq-2020"))

    assert none == ()
    assert [problem.code for problem in unknown] == ["no_such_baseline"]
    assert "handed_by_joint_conference" in counted(handed).only
    assert "own_screening" not in counted(handed).only
    assert counted(others) == baselines.Listed(others=counted(handed).only)
    assert counted(None) == baselines.Listed()


def test_the_427_of_jiaozuo_are_the_open_cases_whatever_their_scope():
    # JZ-04: what the office screened itself is not in the scope of JZ-18.
    opening, _ = baselines.stated_in(programme("jiaozuo-2021"), "opening")

    assert baselines.listed_by(opening, programme("jiaozuo-2021")).open


@pytest.mark.requirement("DY-16", "XQ-07")
def test_a_list_is_frozen_on_the_day_of_its_document_or_its_hub_and_a_live_one_never():
    handed, _ = baselines.stated_in(programme("xq-2020"), "handed95")
    others, _ = baselines.stated_in(programme("xq-2020"), "others")
    spp, _ = baselines.stated_in(programme("dy-leaders"), "spp")
    live, _ = baselines.stated_in(programme("puyang-2020"), "live")

    def codes(baseline, on):
        return [problem.code for problem in baselines.freezing_problems(baseline, on)]

    assert codes(handed, date(2020, 10, 30)) == []
    assert codes(handed, date(2020, 10, 31)) == ["other_day"]
    # The documents name no day for these.
    assert codes(others, date(2020, 10, 31)) == []
    assert codes(spp, date(2021, 3, 1)) == []
    assert codes(live, date(2020, 12, 31)) == ["baseline_is_live"]


def test_a_share_of_nothing_is_no_rate():
    assert Share(0, 0).percent == "—"
    assert Share(1, 3).percent == "33.3"
    assert Share(2, 3).percent == "66.7"
