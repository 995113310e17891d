"""
What stands in most texts that are encrypted: a text is compressed beside these words,
and takes half of what it would take without them.

Never changed: what was compressed beside them opens with no others.
"""

from __future__ import annotations

_NAMES = """
    reason outcome summary hardship note members demand enquiry_code petitioner name
    xingqing topic talked_on talk_mode team struck_off_reason struck_off_on
    struck_off_by responsible_post resolved_on registration_level registered_repeat
    received_by_post prior_is_final policy_heavy place meixian many_people long_span
    lawfully_ended_on leaders hearing_reason hearing_on hearing_decision
    follow_up_result follow_up_on first_here filed_on court_stage courts contact
    checked_judged checked_facts checked_count category annex aid_on aid_given
    aid_amount upper_leader_post first_meeting_on sensitive sensitive_reason batch_ref
    evaluation concluded_on conclusion_kind seq reporting_office reported_on case_no
    origin petitioner_name id_type id_no address phone persons persons_involved
    relation_to_case original_case original_case_no case_kind scope_class
    first_petition_on first_petition_at accepted_on repeats_in_window last_petition_on
    last_petition_form main_demand facts prior_opinions organ_name organ on number
    conclusion final lawfully_ended crux dispositions difficulty cross_separate
    leader_post department handler_post plan resolve_by measures progress supervisions
    evidence
"""
COMMON_WORDS = "".join(f'","{name}":"' for name in _NAMES.split()).encode()
