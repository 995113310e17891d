"""
Steps with hearings and judicial aid.
"""

from __future__ import annotations

from tests.builders import new_person
from tests.service.asking import at, verification


def aid_granted(amount="12000.00", *, decision=None, jointly=False, **changes):
    """
    Aid is applied for, verified, and granted by the chief: *jointly*, by that of the
    office above, whose budget has a share.
    """

    def send(work):
        body = {
            "person": new_person(),
            "origin": "on_application",
            "applied_on": work.day,
            "hardship": "因案致病，家庭生活困难。",
            **changes,
        }
        path = work.case("aid-applications")
        work.aid = work.send_once_known("aid", path, body)["id"]
        _of_aid(
            work,
            "verifications",
            verification(work.programme.code, work.day, post=work.programme.chief),
        )
        wage_confirmed(work)
        granted = {
            "decision": "granted",
            "amount_yuan": amount,
            "decided_on": work.day,
            "approver_post": work.programme.chief,
            "reason": "符合救助条件。",
            **(decision or {}),
        }
        above = work.hub if jointly else None
        _of_aid(work, "decisions", granted, by="leader", office=above)

    return send


def aid_funded(amount="12000.00"):
    """
    The finance office appropriates what was granted.
    """
    body = {"amount_yuan": amount, "document": "财〔2020〕9号"}
    return lambda work: _of_aid(work, "funds", {"received_on": work.day, **body})


def aid_told(work):
    """
    The person is told to collect the aid.
    """
    _of_aid(work, "notices", {"told_on": work.day, "mode": "phone"})


def aid_paid(amount="12000.00"):
    """
    What was appropriated is paid by a voucher.
    """
    body = {"amount_yuan": amount, "voucher_no": "财〔2020〕18号"}
    return lambda work: _of_aid(work, "payments", {"paid_on": work.day, **body})


def _of_aid(work, what, body, *, by="clerk", office=None):
    path = at("aid-applications", work.aid, what)
    return work.send(path, body, by=by, office=office, service="aid")


def wage_confirmed(work):
    """
    One person enters the wage of the year before, another confirms it.
    """
    year = int(work.day[:4]) - 1
    body = {"year": year, "amount_yuan": "5000.00", "source": "统计公报"}
    wage = work.send("/wages", body, service="aid")["id"]
    work.send(f"/wages/{wage}/confirmations", {}, by="leader", service="aid")


def social_aid_referred(work):
    """
    The person in need is referred to the civil affairs office.
    """
    body = {"to": "县民政局", "help": "最低生活保障", "referred_on": work.day}
    path = work.case("social-aid-referrals")
    work.referral = work.send_once_known("aid", path, {**body, **_LETTER})["id"]


def social_aid_answered(work):
    body = {"answered_on": work.day, "outcome": "已予救助", **_LETTER}
    work.send(at("social-aid-referrals", work.referral, "answers"), body, service="aid")


_LETTER = {"document": "民〔2020〕7号"}


def hearing_decided(decision="not_needed"):
    """
    The chief decides whether the case is heard; assignment has heard of it afterwards.
    """

    def send(work):
        body = {
            "decision": decision,
            "decided_on": work.day,
            "reason": "事实清楚，双方意见明确。",
            "approver_post": work.programme.chief,
        }
        path = work.case("hearing-decisions")
        work.send_once_known("hearing", path, body, by="leader")
        work.eventually(lambda: work.ask(work.case())["hearing_decided"])

    return send
