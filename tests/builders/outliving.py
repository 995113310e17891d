"""
What may still be owed in a case that is resolved, by intent, and why.
"""

from __future__ import annotations

_TO_THE_PETITIONER = "a petition is answered whatever became of its case"
_ON_ITS_OWN = "it was set or asked by another than the case, and is answered to them"

OUTLIVING = {
    # Owed to the petitioner.
    "procedural_reply": _TO_THE_PETITIONER,
    "three_month_answer": _TO_THE_PETITIONER,
    "talk": _TO_THE_PETITIONER,
    "talk_as_booked": "the petitioner has an appointment (S13)",
    "aid_decision": "who applied for aid is told yes or no (TL-35)",
    "social_aid_answer": "what was asked for a petitioner in need is answered",
    "agreement": "a case settled by an agreement is settled once it is kept (XQ-38)",
    "follow_up": "it begins with the closing, or with what comes after it",
    "reopening_decision": "it begins with what comes after the closing (S28)",
    "hand_over": "help and explanation begin with the ending (XQ-35, JZ-50)",
    "hand_over_receipt": "whoever took over says so (XQ-35, JZ-50)",
    # Of the resolution itself.
    "evaluation": "it begins with the closing",
    "analysis": "it begins with the closing",
    "warning": "it begins with the closing",
    "closing_evaluation": "a closing drawn for it is evaluated afterwards (XQ-26)",
    # What a fault in the handling asks for; the outcome does not mend it.
    "traceback": "who first handled it is asked after each flow-back (XQ-49)",
    "explanation": "the group was told of a fault, and is told its reason (JZ-43)",
    "first_handling": "who answers for the first handling is named (PY-46)",
    "remedy": "the cause that was found is in the work, not in the case (PY-49)",
    "block_removed": "the block that was found is in the work (MX-02)",
    "step_mended": "the register lacks the step still (MX-21)",
    "step_accountability": "the step was missed all the same (MX-21, MX-39)",
    "rectification": "what an inspection found is in the work (DY-09)",
    "look_back_correction": "it begins after the case was closed",
    "policy_answer": "the gap in the policy is there for the next case (XQ-37)",
    # What an office above asked for, and waits for.
    "supervision_reply": _ON_ITS_OWN,
    "named_case_answer": _ON_ITS_OWN,
    "attendance": "whoever was called comes on that day (JZ-36)",
    "ledger": "two days from the handing down are over before any closing (JZ-18)",
    "meeting": "as the ledger; the leader met the petitioner or did not (JZ-19)",
    "progress_report": "as the ledger; seven days (JZ-20)",
    # Of the office.
    "milestone": "of a period, not of a case",
    "sensitive_review": "the mark stays on the case until it is reviewed",
}
"""
By kind of duty: why the resolution of the case is not its end.
"""

BEFORE_IT = {
    "leader_named": "a case that is not led is not reported closed (PY-17)",
    "everyday_leader": "a case that is not led is not reported closed (XQ-20)",
    "hearing_decision": "nor one of which it is not decided whether it is heard",
    "everyday_hearing": "nor one of which it is not decided whether it is heard",
    "closing_review": "the review is what resolves the case",
}
"""
By kind of duty: why there is no resolution before it is done.
"""
