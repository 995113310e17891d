"""
What the record of an act must contain by the programme's file.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime
from typing import Any, Literal

from services.assignment.domain.facts.base import Fact, Recorded
from services.assignment.domain.facts.corrected import (
    as_corrected,
    without_withdrawn_acts,
)
from services.assignment.domain.facts.leaders import ActRecorded
from services.assignment.domain.facts.received import PetitionRegistered
from shared.errors import Conflict, Problem
from shared.policy.calendar import Calendar
from shared.policy.parts.reports import Act
from shared.policy.parts.working import ThirdParty
from shared.policy.rule_sets import LimitFound
from shared.rules import (
    day_has_come,
    day_not_before,
    leader_approves,
    post_exists,
    shown_by_files,
)

WORDS = {
    "kind": "种类",
    "post": "职务",
    "evidence": "凭证",
    "to": "对象单位",
    "until": "期限",
    "text": "内容",
    "consent": "信访人同意的记录",
    "document": "文号",
    "count": "数量",
    "nil": "是否零报告",
    "parties": "参与的第三方",
    "result": "结果",
    "new_number": "新案号",
    "place": "地点",
    "attended_at": "到场时刻",
}
_MOST_SHOWN = 10


def act_problems(
    acts: Mapping[str, Act],
    body: Mapping[str, Any],
    posts: Collection[str],
    *,
    of: Literal["case", "office"],
    unnamed: Mapping[str, str] | None = None,
    third_parties: Collection[ThirdParty] = (),
) -> Iterator[Problem]:
    """
    Check that the act exists for a case or an office, and that its record has
    everything the act needs.

    *unnamed*: the mandatory fields that the case does not name, with their titles.
    *third_parties*: who may take part.
    """
    act = acts.get(body["act"])
    if act is None or act.of not in {of, "both"}:
        fitting = "、".join(
            f"{act.id}（{act.title}）"
            for act in acts.values()
            if act.of in {of, "both"}
        )
        yield Problem(
            "no_such_act",
            f"没有可在此记录的履职事项“{body['act']}”。",
            f"可填：{fitting}。",
            "/act",
        )
        return
    yield from _needs_missing(act, body)
    if act.filed:
        files = body.get("document_ids") or ()
        yield from shown_by_files(act.title, act.source, files)
    yield from _fields_missing(act, unnamed or {})
    yield from _choice_unknown(act, "kind", body.get("kind"), act.kinds)
    yield from _choice_unknown(act, "result", body.get("result"), act.results)
    yield from _choice_unknown(act, "place", body.get("place"), act.places)
    yield from _parties(body.get("parties") or (), body["on"], third_parties)
    if body["post"] is not None:
        yield from post_exists(body["post"], posts, "/post")


def _needs_missing(act: Act, body: Mapping[str, Any]) -> Iterator[Problem]:
    """
    Everything that the act needs is there, except in a report of nothing.
    """
    for name in act.needs:
        value = body.get(name)
        missing = value is None or (name in {"consent", "parties"} and not value)
        if missing and not (body.get("nil") and name != "nil"):
            yield Problem(
                f"{name}_missing",
                f"“{act.title}”须记录{WORDS[name]}。",
                f"请在 {name} 中填写。依据：{act.source}。",
                f"/{name}",
            )


def _fields_missing(act: Act, unnamed: Mapping[str, str]) -> Iterator[Problem]:
    """
    The case names the mandatory fields that come before the act.
    """
    for field in act.fields:
        if field in unnamed:
            yield Problem(
                "field_missing",
                f"“{act.title}”前，须先明确{unnamed[field]}。",
                f"请先在包案情况（leaders）中填写。依据：{act.source}。",
                "/act",
            )


def _choice_unknown(
    act: Act, name: str, chosen: str | None, allowed: Collection[str]
) -> Iterator[Problem]:
    """
    A kind or a result of the act is one that the programme lists.
    """
    if chosen is not None and chosen not in allowed:
        choices = "、".join(allowed)
        yield Problem(
            "not_in_list",
            f"“{act.title}”没有{WORDS[name]}“{chosen}”。",
            f"可填：{choices}。" if choices else f"请不要填写{WORDS[name]}。",
            f"/{name}",
        )


def _parties(
    parties: Collection[Mapping[str, Any]], on: date, allowed: Collection[ThirdParty]
) -> Iterator[Problem]:
    """
    Third parties are of a role of the programme, each once, and took part after the
    petitioner had agreed (XQ-39, XQ-67).
    """
    roles = {party.id for party in allowed}
    choices = "、".join(f"{party.id}（{party.title}）" for party in allowed)
    named_roles: set[str] = set()
    for index, party in enumerate(parties):
        role, place = party["role"], f"/parties/{index}"
        if role not in roles:
            yield Problem(
                "no_such_role",
                f"第三方的身份里没有“{role}”。",
                f"可填：{choices}。" if choices else "本专项没有列出第三方，请删去。",
                f"{place}/role",
            )
        if role in named_roles:
            yield Problem(
                "given_twice", f"“{role}”写了两次。", "请删去重复的。", f"{place}/role"
            )
        named_roles.add(role)
        yield from _agreed_before(party["consented_on"], on, place)


def _agreed_before(consented_on: date, on: date, place: str) -> Iterator[Problem]:
    if consented_on > on:
        yield Problem(
            "consent_too_late",
            f"信访人 {consented_on} 才同意，晚于第三方参与之日（{on}）。",
            "第三方参与须事先经信访人同意，请核对日期。",
            f"{place}/consented_on",
        )


def attendance_problems(
    attended_at: datetime | None, on: date, now: datetime
) -> Iterator[Problem]:
    """
    Somebody came to the place on the day of the act, and has come; *attended_at* and
    *now* by local time.
    """
    if attended_at is not None and attended_at > now:
        yield Problem(
            "date_in_future",
            f"到场时刻 {attended_at:%Y-%m-%d %H:%M} 还没有到。",
            "请填写已经到场的时刻。",
            "/attended_at",
        )
    elif attended_at is not None and attended_at.date() != on:
        yield Problem(
            "not_on_that_day",
            f"到场时刻 {attended_at:%Y-%m-%d %H:%M} 不在 {on}。",
            "请核对到场时刻和日期。",
            "/attended_at",
        )


def late_problems(
    act: Act, on: date, facts: Recorded, limit: LimitFound, calendar: Calendar
) -> Iterator[Problem]:
    """
    Check that the act is not later than a *limit* after another act of the case (TL-28,
    TL-34).
    """
    acts = without_withdrawn_acts(facts).values()
    days = [
        fact.on
        for fact in acts
        if isinstance(fact, ActRecorded) and fact.act == act.after
    ]
    if not days:
        return
    due = calendar.due(max(days), limit.limit).day
    if on > due:
        yield Problem(
            "act_late",
            f"“{act.title}”应在 {due} 前（{limit.title}，{limit.source}）。",
            "请告知当事人逾期不予受理。",
            "/on",
        )


def first_only_problems(act: Act, facts: Recorded) -> Iterator[Problem]:
    """
    Check that an act for first petitions only is not recorded for a petition that
    repeats another, as far as is known now (TL-50).
    """
    current = as_corrected(facts).values()
    if act.first_only and any(
        isinstance(fact, PetitionRegistered) and not fact.first for fact in current
    ):
        yield Problem(
            "first_petitions_only",
            f"“{act.title}”只用于初次信访，本件是重复信访。",
            f"请按普通程序办理。依据：{act.source}。",
            "/act",
        )


def followed_problems(
    act: Act, followed: str | None, facts: Recorded, titles: Mapping[str, str]
) -> Iterator[Problem]:
    """
    An act that carries on another names it: one of the case, not withdrawn.
    """
    if not act.follows and followed is not None:
        yield Problem(
            "nothing_to_follow",
            f"“{act.title}”不是接续其他事项的。",
            "请删去 follows。",
            "/follows",
        )
    if not act.follows:
        return
    acts = without_withdrawn_acts(facts)
    target = acts.get(followed or "")
    if not isinstance(target, ActRecorded) or target.act != act.follows:
        earlier = [
            f"{identity}（{fact.on}）"
            for identity, fact in acts.items()
            if isinstance(fact, ActRecorded) and fact.act == act.follows
        ]
        title = titles.get(act.follows, act.follows)
        yield Problem(
            "follows_missing",
            f"“{act.title}”须写明接续哪一次“{title}”。",
            f"可填：{'、'.join(earlier[-_MOST_SHOWN:])}。"
            if earlier
            else f"请先记录“{title}”。",
            "/follows",
        )


def check_withdrawable(fact: Fact, *, withdrawn: bool, standing: str) -> None:
    """
    Raises `Conflict` for an act that was withdrawn, or of a case that is closed: its
    closing rests on what was recorded.
    """
    if withdrawn:
        raise Conflict.because(
            "already_withdrawn",
            "这项记录已经撤销。",
            "请查看办理日志。",
        )
    if standing != "open":
        raise Conflict.because(
            "not_in_this_state",
            f"案件已经报结或销号，{fact.on} 的记录是其依据，不能撤销。",
            "请先退回报结或重启案件。",
        )


def withdrawal_problems(
    fact: Fact, on: date, post: str, leaders: Collection[str], today: date
) -> Iterator[Problem]:
    """
    A leader of the office that recorded an act has it withdrawn, after its day.
    """
    yield from day_has_come(on, today, "/on")
    yield from day_not_before(on, fact.on, "/on", "该事项的日期")
    yield from leader_approves(post, leaders, "/approver_post")
