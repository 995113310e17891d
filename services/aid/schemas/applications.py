"""
Applications, their verification, decision, funds, notice and payment.
"""

from __future__ import annotations

from typing import Any

from marshmallow import post_load

from services.aid.domain.application import (
    AnotherCase,
    Answer,
    Application,
    Clue,
    Decision,
    Funds,
    Notice,
    OverCap,
    Payment,
    Share,
    State,
    Verification,
)
from services.aid.domain.social import FollowUp
from shared.records.views import view_of
from shared.vocabulary import AidDecision, AidOrigin, ReplyMode
from shared.web.schema.fields import (
    Strict,
    day,
    flag,
    identity_number,
    many,
    money,
    nested,
    office_code,
    one_of,
    post,
    text,
)
from shared.web.schema.fields import document_ids as files_of_matter
from shared.web.schema.named import named
from shared.web.schema.queries import ListQuery

_MOST_SHARES = 20
_MOST_GROUNDS = 50
_MOST_FOLLOW_UPS = 1000


class PersonNamed(Strict):
    """Who is to be aided; of the number the keyed hash and four digits are kept."""

    name = text(longest=50)
    id_no = identity_number()


class ClueBody(Strict):
    """Which department found that aid may be needed, and when (DY-24)."""

    found_on = day()
    department = text(longest=80)

    @post_load
    def _clue(self, values: dict[str, Any], **_: Any) -> Clue:
        return Clue(**values)


class AnotherCaseBody(Strict):
    """Which office above found that it is another case, when, in which document."""

    office = office_code(required=True)
    on = day()
    document = text(longest=80)

    @post_load
    def _another_case(self, values: dict[str, Any], **_: Any) -> AnotherCase:
        return AnotherCase(**values)


class Applied(Strict):
    """
    An application for aid, or the office's own motion with its clue (DY-24);
    *another_case*: if the person has applied at an office that this one does not see.
    """

    person = nested(PersonNamed)
    origin = one_of(AidOrigin)
    applied_on = day()
    hardship = text(longest=2000)
    clue = nested(ClueBody, required=False)
    another_case = nested(AnotherCaseBody, required=False)
    original_case_no = text(longest=80, required=False)


class AnswerBody(Strict):
    """Whether one ground holds, and what shows it."""

    ground = named("aid_ground")
    holds = flag()
    evidence = text(longest=500)
    document_ids = files_of_matter(most=5)

    @post_load
    def _answer(self, values: dict[str, Any], **_: Any) -> Answer:
        documents = tuple(values.pop("document_ids"))
        return Answer(**values, document_ids=documents)


class Verified(Strict):
    """
    The verification: every ground of aid and of refusal is answered; *award_yuan*: the
    compensation that a court should award, if known.
    """

    verified_on = day(attribute="on")
    post = post()
    grounds = many(nested(AnswerBody), most=_MOST_GROUNDS)
    refusals = many(nested(AnswerBody), most=_MOST_GROUNDS)
    award_yuan = money(attribute="award", required=False)


class ShareBody(Strict):
    """What one office contributes to a joint grant (DY-26)."""

    office = office_code(required=True)
    amount_yuan = money(attribute="amount")
    document = text(longest=80, required=False)

    @post_load
    def _share(self, values: dict[str, Any], **_: Any) -> Share:
        return Share(**values)


class OverCapBody(Strict):
    """The special approval of a grant beyond the cap."""

    document = text(longest=80)
    reason = text(longest=500)

    @post_load
    def _over_cap(self, values: dict[str, Any], **_: Any) -> OverCap:
        return OverCap(**values)


class DecisionMade(Strict):
    """Granted with an amount, or refused; why either way."""

    decision = one_of(AidDecision)
    amount_yuan = money(attribute="amount", required=False)
    decided_on = day()
    approver_post = post()
    reason = text(longest=2000)
    shares = many(nested(ShareBody), most=_MOST_SHARES, required=False)
    over_cap = nested(OverCapBody, required=False)


class FundsReceived(Strict):
    """The appropriation that the finance office made for a grant."""

    received_on = day(attribute="on")
    amount_yuan = money(attribute="amount")
    document = text(longest=80)


class Told(Strict):
    """How the person was told to collect the aid, or that it is refused and why."""

    told_on = day(attribute="on")
    mode = one_of(ReplyMode)


class Paid(Strict):
    """The payment of what was granted, by a voucher."""

    paid_on = day(attribute="on")
    amount_yuan = money(attribute="amount")
    voucher_no = text(longest=80)


_ShareView = view_of(Share, without=("amount",), amount_yuan=money(attribute="amount"))
_FundsView, _NoticeView, _PaymentView = (
    view_of(each, without=("by",)) for each in (Funds, Notice, Payment)
)
_DECIDED: dict[str, Any] = {
    "amount_yuan": money(attribute="amount", allow_none=True),
    "monthly_wage_yuan": money(attribute="wage", allow_none=True),
    "cap_yuan": money(attribute="cap", allow_none=True),
    "shares": many(nested(_ShareView), most=_MOST_SHARES),
}
_NOT_DECIDED = ("by", "amount", "wage", "cap", "shares")
_TEXTS_OF_DECISION = ("reason", "explanation", "over_cap")
_DecisionView = view_of(Decision, without=_NOT_DECIDED, **_DECIDED)
_BareDecision = view_of(
    Decision,
    "DecisionWithoutTexts",
    without=(*_NOT_DECIDED, *_TEXTS_OF_DECISION),
    **_DECIDED,
)


def _verification_view(answer: type[Strict], name: str) -> type[Strict]:
    return view_of(
        Verification,
        name,
        without=("by", "award", "earlier"),
        grounds=many(nested(answer), most=_MOST_GROUNDS),
        refusals=many(nested(answer), most=_MOST_GROUNDS),
        award_yuan=money(attribute="award", allow_none=True),
    )


_GROUND = named("aid_ground", shown=True)
_VerificationView = _verification_view(
    view_of(Answer, ground=_GROUND), "VerificationView"
)
_BareVerification = _verification_view(
    view_of(Answer, "AnswerWithoutEvidence", without=("evidence",), ground=_GROUND),
    "VerificationWithoutTexts",
)


def _view(
    verification: type[Strict],
    decision: type[Strict],
    *sealed: str,
    name: str,
    **fields: Any,
) -> type[Strict]:
    """
    An application without the fields that are *sealed*, and with *fields*.
    """
    return view_of(
        Application,
        name,
        without=(
            *("person", "matter", "once", "name", "applied_by", *sealed),
            *("verification", "decision", "funds", "notice", "payment"),
        ),
        amount_yuan=money(attribute="amount", allow_none=True),
        verification=nested(verification, allow_none=True),
        decision=nested(decision, allow_none=True),
        funds=nested(_FundsView, allow_none=True),
        notice=nested(_NoticeView, allow_none=True),
        payment=nested(_PaymentView, allow_none=True),
        **fields,
    )


_OF_PERSON = ("hardship", "id_last_four")
ApplicationView = _view(
    _BareVerification, _BareDecision, *_OF_PERSON, name="ApplicationView"
)
"""
What everybody sees who sees the application: no text about the person.
"""
DecidedApplication = _view(
    _BareVerification, _DecisionView, *_OF_PERSON, name="DecidedApplication"
)
"""
Likewise, with the words of the decision, for who decides.
"""
OpenedApplication = _view(
    _VerificationView,
    _DecisionView,
    name="OpenedApplication",
    follow_ups=many(nested(view_of(FollowUp, "OpenedFollowUp")), most=_MOST_FOLLOW_UPS),
)
"""
All of it, opened for a purpose, with how the aid was used.
"""


class ApplicationList(ListQuery):
    """The filters and the page of a list of applications."""

    state = one_of(State, required=False)
    origin = one_of(AidOrigin, required=False)
