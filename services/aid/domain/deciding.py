"""
The decision on an application: granted within the cap, or refused (TL-35).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from services.aid.domain import explaining
from services.aid.domain.accounts import require_not_applicant
from services.aid.domain.application import (
    Act,
    Application,
    Decision,
    OverCap,
    Problems,
    Share,
    state_after,
)
from services.aid.domain.budgets import Spending
from services.aid.domain.wages import Wage
from services.aid.events import AidGranted, AidRefused
from shared.cases.case import Case, about
from shared.errors import Problem, reject_if
from shared.numerals import yuan
from shared.policy.parts.aid import AidLaw, EarlierWage
from shared.rules import (
    check_rules,
    day_has_come,
    day_not_before,
    leader_approves,
    text_is_given,
)
from shared.vocabulary import AidDecision


@dataclass(frozen=True, kw_only=True)
class Terms:
    """
    What a decision is measured by, on one day, in one office.

    *approvers* and *chiefs* are the posts that may approve within the cap and beyond
    it. *wage*: the confirmed average monthly wage of the first of the *years* that has
    one, None if none has; *place* names the office that must enter it. *names* are the
    offices', by code; *visible* are those that the deciding office sees, and *budgets*
    what each of them may grant and has granted in the year. *earlier_wage* is the rule
    by which the wage of the year before last may be used, None if there is none.
    """

    today: date
    by: str
    approvers: Collection[str]
    chiefs: Collection[str]
    wage: Wage | None
    years: Sequence[int]
    place: str
    months: int
    law: AidLaw | None
    names: Mapping[str, str]
    visible: Collection[str]
    budgets: Mapping[str, Spending]
    earlier_wage: EarlierWage | None = None

    @property
    def cap(self) -> int | None:
        """
        The highest sum in fen: so many months of the average wage.
        """
        return None if self.wage is None else self.wage.amount * self.months


def decision_has_a_reason(decided: Decision, _of: Application, _t: Terms) -> Problems:
    """
    A decision has a reason, whether it grants or refuses.
    """
    yield from text_is_given(decided.reason, "/reason", "reason_missing", "理由")


def decision_has_come(decided: Decision, of: Application, terms: Terms) -> Problems:
    yield from day_has_come(decided.on, terms.today, "/decided_on", "决定日期")
    start = of.verification.on if of.verification else of.applied_on
    yield from day_not_before(decided.on, start, "/decided_on", "核实日期", "决定日期")


def a_leader_approves(decided: Decision, _of: Application, terms: Terms) -> Problems:
    """
    Aid is approved by the office's leading group (TL-35).
    """
    yield from leader_approves(decided.approver_post, terms.approvers, "/approver_post")


DECIDING = (decision_has_a_reason, decision_has_come, a_leader_approves)


def the_verification_allows(
    _decided: Decision, of: Application, terms: Terms
) -> Problems:
    """
    Aid is granted on a ground that was verified, and not against one of refusal.
    """
    if of.verification is None:
        return
    if not of.verification.eligible:
        yield Problem(
            "no_ground",
            "核实记录中没有一项救助情形成立。",
            "请重新核实，或决定不予救助。",
            "/decision",
        )
    refusals = terms.law.refusals if terms.law else ()
    for ground in refusals:
        if ground.id in of.verification.barred_by:
            yield Problem(
                "refusal_ground",
                f"核实记录认定：{ground.title}（{ground.source}），一般不予救助。",
                "请重新核实，或决定不予救助。",
                "/decision",
            )


def an_amount_is_granted(decided: Decision, _of: Application, _t: Terms) -> Problems:
    """
    The opinion on a granted application carries its amount (TL-35).
    """
    if not decided.amount:
        yield Problem(
            "amount_missing",
            "予以救助的决定没有写明大于零的金额。",
            "请填写救助金额。",
            "/amount_yuan",
        )


def amount_is_within_the_cap(
    decided: Decision, _of: Application, terms: Terms
) -> Problems:
    """
    Normally at most so many months of last year's average wage of the place; beyond
    only with a special approval (国家司法救助意见第三条).
    """
    if terms.cap is None:
        yield _wage_unknown(terms)
    elif decided.amount and decided.amount > terms.cap:
        yield from _beyond_the_cap(decided, terms, terms.cap)


def _wage_unknown(terms: Terms) -> Problem:
    """
    No confirmed wage measures the grant: the problem says who has to enter which wage,
    and what the programme allows until it is published.
    """
    years = "、".join(f"{year} 年度" for year in terms.years)
    if len(terms.years) > 1:
        until = f"{terms.years[0]} 年度的尚未公布的，可先录入 {terms.years[1]} 年度的。"
    elif terms.earlier_wage:
        until = (
            f"方案只许在 {terms.earlier_wage.through_month} 月底前按更早年度的数计算"
            f"（aid.earlier_wage），请录入 {terms.years[0]} 年度的。"
        )
    else:
        until = (
            "尚未公布的，等公布后录入；方案没有写明公布前可按更早年度的数计算"
            "（aid.earlier_wage）。"
        )
    return Problem(
        "wage_unknown",
        f"{terms.place} {years}的职工月平均工资还没有经确认的数，无法核对救助上限。",
        f"请由{terms.place}或其上级机关一人录入（POST /wages，写明来源），"
        f"再由另一人确认（POST /wages/{{编号}}/confirmations）。{until}",
        "/amount_yuan",
    )


def _beyond_the_cap(decided: Decision, terms: Terms, cap: int) -> Problems:
    basis = f"{terms.months} 个月的月平均工资"
    year = f"{terms.wage.year} 年度 " if terms.wage else ""
    if decided.over_cap is None or terms.law is None:
        yield Problem(
            "amount_over_cap",
            f"救助金额 {yuan(decided.amount or 0)} 元超过上限"
            f" {yuan(cap)} 元（{year}{basis}）。",
            f"请改为不超过 {yuan(cap)} 元；确需突破的，请在 over_cap 写明"
            "严格审批的文号和理由。",
            "/amount_yuan",
        )
    # Only the chief goes beyond the cap, and with a document (国家司法救助意见第三条).
    elif decided.approver_post not in terms.chiefs:
        yield Problem(
            "over_cap_by",
            f"突破 {basis}的救助须由{'、'.join(terms.chiefs)}批准。",
            "请由其批准，或改小金额。",
            "/approver_post",
        )


def amount_is_within_the_award(
    decided: Decision, of: Application, _terms: Terms
) -> Problems:
    """
    Never more than a court should award, if that was stated (国家司法救助意见第三条).
    """
    award = of.verification.award if of.verification else None
    if award is not None and decided.amount and decided.amount > award:
        yield Problem(
            "amount_over_award",
            f"救助金额 {yuan(decided.amount)} 元超过依法应当判决的赔偿数额"
            f" {yuan(award)} 元。",
            f"请改为不超过 {yuan(award)} 元。",
            "/amount_yuan",
        )


def shares_add_up(decided: Decision, of: Application, terms: Terms) -> Problems:
    """
    What the offices of a joint grant contribute is the amount; each office but that of
    the case by its own document (DY-26). Nobody spends the budget of an office that is
    out of sight: an office above all of them decides.
    """
    offices = [share.office for share in decided.shares]
    if decided.amount and sum(s.amount for s in decided.shares) != decided.amount:
        total = yuan(sum(share.amount for share in decided.shares))
        yield Problem(
            "shares_differ",
            f"各机关分担合计 {total} 元，救助金额 {yuan(decided.amount)} 元。",
            "请改正各机关的份额或救助金额。",
            "/shares",
        )
    for number, share in enumerate(decided.shares):
        place = f"/shares/{number}"
        if share.office not in terms.names:
            yield Problem(
                "no_such_office",
                f"没有代码为 {share.office} 的机关。",
                "请核对机关代码。",
                f"{place}/office",
            )
        elif share.office not in terms.visible:
            yield Problem(
                "share_out_of_sight",
                f"{terms.names[share.office]}不属于作出决定的机关及其下级，"
                "本决定不能动用其预算。",
                "请由能看到分担各机关的上级机关的领导作出决定。",
                f"{place}/office",
            )
        elif offices.count(share.office) > 1:
            yield Problem(
                "office_repeated",
                f"{terms.names[share.office]}列了不止一次。",
                "请合并为一项。",
                f"{place}/office",
            )
        elif share.office != of.office and not share.document:
            yield Problem(
                "share_document_missing",
                f"{terms.names[share.office]}的份额没有写明该机关同意的文号。",
                "请填写 document。",
                f"{place}/document",
            )


def budgets_suffice(decided: Decision, _of: Application, terms: Terms) -> Problems:
    """
    No office grants more in a year than its budget, if it has entered one.
    """
    for number, share in enumerate(decided.shares):
        spending = terms.budgets.get(share.office)
        if spending is not None and share.amount > spending.remaining:
            yield Problem(
                "budget_exceeded",
                f"{terms.names[share.office]} {decided.on.year} 年救助预算"
                f" {yuan(spending.budget)} 元，已决定 {yuan(spending.granted)} 元，"
                f"余 {yuan(spending.remaining)} 元，不足 {yuan(share.amount)} 元。",
                "请改小金额、由别的机关分担，或先登记追加的预算（POST /aid-budgets）。",
                f"/shares/{number}/amount_yuan",
            )


GRANTING = (
    *DECIDING,
    the_verification_allows,
    an_amount_is_granted,
    amount_is_within_the_cap,
    amount_is_within_the_award,
    shares_add_up,
    budgets_suffice,
)


def a_refusal_has_a_ground(
    _decided: Decision, of: Application, _terms: Terms
) -> Problems:
    """
    Nobody is refused whose verification found a ground of aid and none of refusal.
    """
    verified = of.verification
    if verified and verified.grounds and verified.eligible and not verified.barred_by:
        yield Problem(
            "refusal_without_ground",
            "核实记录认定符合救助情形，也没有不予救助的情形，不能决定不予救助。",
            "请重新核实，或决定予以救助。",
            "/decision",
        )


def a_refusal_has_no_amount(decided: Decision, _of: Application, _t: Terms) -> Problems:
    if decided.amount is not None or decided.shares or decided.over_cap:
        yield Problem(
            "amount_on_refusal",
            "不予救助的决定不应有金额。",
            "请删去金额，或改为予以救助。",
            "/amount_yuan",
        )


REFUSING = (*DECIDING, a_refusal_has_a_ground, a_refusal_has_no_amount)


def decide(
    case: Case,
    applied: Application,
    terms: Terms,
    *,
    decision: str,
    decided_on: date,
    approver_post: str,
    reason: str,
    amount: int | None = None,
    shares: Sequence[Share] = (),
    over_cap: OverCap | None = None,
) -> tuple[Application, AidGranted | AidRefused]:
    """
    Grant or refuse, once, by another account than that of the application.

    Raises `Conflict` the second time, `Rejected` with all problems.
    """
    grants = AidDecision(decision) is AidDecision.GRANTED
    state = state_after(applied, Act.GRANT if grants else Act.REFUSE)
    require_not_applicant(applied, terms.by)
    if grants and amount and not shares:
        # A grant of one office is a joint grant of one share, so that budgets have one
        # rule.
        shares = (Share(office=case.office, amount=amount),)
    decided = Decision(
        on=decided_on,
        approver_post=approver_post,
        by=terms.by,
        reason=reason,
        explanation="",
        amount=amount,
        over_cap=over_cap,
        shares=tuple(shares),
    )
    rules = GRANTING if grants else REFUSING
    reject_if(check_rules(rules, decided, applied, terms))
    event = about(case, decided_on)
    if not grants:
        decided = replace(decided, explanation=explaining.refusal(applied, terms.law))
        # `once` is unique for person and matter: after a refusal the person may apply
        # again.
        refused = replace(applied, state=state, once=None, decision=decided)
        return refused, AidRefused(**event, aid=applied.id)
    granted = replace(applied, state=state, decision=_measured(decided, applied, terms))
    return granted, AidGranted(**event, aid=applied.id, amount=amount or 0)


def _measured(decided: Decision, applied: Application, terms: Terms) -> Decision:
    """
    A grant with what it was measured by.
    """
    if terms.wage is None:
        return decided
    explanation = explaining.grant(
        decided,
        applied,
        wage=terms.wage,
        earlier=terms.earlier_wage,
        months=terms.months,
        law=terms.law,
        names=terms.names,
    )
    return replace(
        decided, wage=terms.wage.amount, cap=terms.cap, explanation=explanation
    )
