"""
The table of events: what each of them posts.
"""

from __future__ import annotations

from collections.abc import Mapping

from services.reporting.domain.postings import (
    activities,
    cases,
    closings,
    duties,
    hearings_and_aid,
    petitions,
)
from services.reporting.domain.postings.posting import Rule, every, in_scope

TOLD = "assignment.office_event_told"
LETTER = "assignment.batch_letter_issued"
STEP_REACHED = "assignment.escalation_step_reached"
MAY_NAME_ANOTHER_OFFICE = frozenset({STEP_REACHED, LETTER})
"""
The events whose office is the one that owes the duty, which may be above the office of
the matter, or that handed a batch down, which is no matter. The office of every other
event is that of its matter.
"""
POSTS_NOTHING = frozenset({"assignment.notice_printed", LETTER})
"""
The events that are read for a mail alone; the ledger does not store them.
"""
RULES: Mapping[str, Rule] = {
    "intake.petition_registered": petitions.registered,
    "intake.petition_corrected": petitions.petition_corrected,
    "intake.petition_withdrawn": petitions.petition_stands(-1),
    "intake.petition_restored": petitions.petition_stands(+1),
    "intake.reply_given": petitions.replied,
    "intake.reply_withdrawn": petitions.reply_withdrawn,
    "intake.case_opened": cases.enters_base,
    "intake.case_corrected": cases.case_corrected,
    "intake.case_withdrawn": cases.case_stands(-1),
    "intake.case_reinstated": cases.case_stands(+1),
    "intake.case_enrolled": cases.enters_base,
    "intake.case_enrolment_withdrawn": cases.case_stands(-1),
    "intake.case_repeated": cases.repeated(1),
    "intake.case_repeat_withdrawn": cases.repeated(-1),
    "intake.case_merged": cases.merged(+1),
    "intake.case_unmerged": cases.merged(-1),
    "assignment.case_moved": cases.stock_moved,
    "assignment.stock_followed": cases.stock_moved,
    "assignment.baseline_case_frozen": cases.listed,
    "assignment.leader_named": in_scope("led"),
    "assignment.leader_released": in_scope("led", -1),
    "assignment.everyday_counted": cases.everyday_counted,
    "assignment.case_resolved": closings.closed("resolved"),
    "assignment.case_ended": closings.closed("ended"),
    "assignment.case_concluded": closings.closed("concluded"),
    "assignment.case_reopened": closings.reopened,
    "assignment.closing_withdrawn": closings.closing(-1),
    "assignment.closing_restored": closings.closing(+1),
    "assignment.case_followed_up": closings.followed_up,
    "assignment.closing_evaluated": closings.evaluated,
    "assignment.case_struck_off": in_scope("struck_off"),
    "assignment.case_restored": in_scope("struck_off", -1),
    "assignment.act_recorded": activities.act_recorded,
    "assignment.act_withdrawn": activities.act_withdrawn,
    "assignment.duties_changed": duties.duties_changed,
    "assignment.step_missed": duties.step_missed,
    TOLD: every("told_at_once"),
    STEP_REACHED: every("supervised"),
    "hearing.hearing_decided": hearings_and_aid.hearing_decided,
    "hearing.hearing_moved": hearings_and_aid.hearing_moved,
    "hearing.hearing_called_off": in_scope("hearings_needed", -1),
    "hearing.hearing_held": hearings_and_aid.hearing_held,
    "hearing.opinion_answered": hearings_and_aid.opinion_answered,
    "hearing.hearing_resulted": hearings_and_aid.hearing_resulted,
    "hearing.hearing_watch_over": hearings_and_aid.hearing_watch_over,
    "aid.aid_opened": hearings_and_aid.aid_opened,
    "aid.aid_paid": hearings_and_aid.aid_paid,
    "aid.aid_taken_back": hearings_and_aid.aid_taken_back,
    "aid.social_aid_referred": in_scope("social_aid_referrals"),
    "aid.social_aid_answered": in_scope("social_aid_answers"),
}
