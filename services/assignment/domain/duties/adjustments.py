"""
Extension, pause, override and release of a duty: what a signed record must satisfy.

Nothing else moves a due day. The caps come from the rule; every broken one is named.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from services.assignment.domain.duties.duty import Duty
from services.assignment.domain.facts.base import Fact
from services.assignment.domain.facts.duties import DutyExtended, SignedRecord
from shared.errors import Problem
from shared.policy.calendar import Calendar
from shared.policy.directory import Directory
from shared.policy.parts.duties import DutyRule, Extension
from shared.rules import day_has_come, day_not_before


@dataclass(frozen=True)
class SignedAdjustment:
    """
    Who signed what about a duty, on which day.
    """

    on: date
    by_office: str
    by_post: str
    reason: str
    until: date | None = None
    days: int | None = None
    told_petitioner_on: date | None = None


def in_order(
    signed: SignedAdjustment, duty: Duty, directory: Directory, today: date
) -> Iterator[Problem]:
    """
    What holds for every record: a day that has come, an office that owes the duty or is
    above who does, a post of it.
    """
    yield from _day_problems(signed.on, duty, today)
    if not directory.is_within(duty.office, signed.by_office, today):
        responsible, by = (
            directory.office(o).name for o in (duty.office, signed.by_office)
        )
        yield Problem(
            "office_unrelated",
            f"{by}既不承担“{duty.title}”，也不是承担单位{responsible}的上级。",
            "请由承担单位或其上级机关签署。",
            "/by_office",
        )
    if signed.by_post not in directory.office(signed.by_office).posts:
        yield _no_post(signed, directory)


def extension_problems(
    signed: SignedAdjustment,
    duty: Duty,
    rule: DutyRule | None,
    facts: Sequence[Fact],
    *,
    calendar: Calendar,
    directory: Directory,
    hub: str,
) -> Iterator[Problem]:
    """
    Within the rule's cap and times, in time, by the right post or the *hub*, petitioner
    informed.
    """
    yield from _state_problems(duty, "open")
    extension = rule.extension if rule else None
    if extension is None:
        yield Problem(
            "not_extendable",
            f"“{duty.title}”没有可以延期的规定。",
            "请在期限内履行。",
            "/duty",
        )
        return
    yield from _times(signed, duty, extension, facts)
    yield from _length(signed, duty, extension, calendar)
    yield from _signer(signed, extension, directory, hub)
    if extension.tell_petitioner and signed.told_petitioner_on is None:
        yield Problem(
            "petitioner_not_told",
            "延期应当告知信访人延期理由。",
            "请填写告知日期。",
            "/told_petitioner_on",
        )


def _times(
    signed: SignedAdjustment, duty: Duty, extension: Extension, facts: Sequence[Fact]
) -> Iterator[Problem]:
    """
    Not more often than the rule allows, and before the due day is over.
    """
    # By the records, not by the duty: its due day may have moved for other reasons.
    times = sum(isinstance(f, DutyExtended) and f.duty == duty.id for f in facts)
    if times >= extension.times:
        yield Problem(
            "extension_used",
            f"按{extension.source}只能延期 {extension.times} 次，已延期 {times} 次。",
            "不能再次延期。",
            "/duty",
        )
    if extension.before_due and signed.on > duty.due_on:
        yield Problem(
            "extension_late",
            f"延期应在 {duty.due_on} 届满前批准。",
            "逾期后不能补办延期。",
            "/on",
        )


def _length(
    signed: SignedAdjustment, duty: Duty, extension: Extension, calendar: Calendar
) -> Iterator[Problem]:
    days, latest = (
        granted_days(signed, duty),
        calendar.due(duty.due_on, extension.at_most),
    )
    if days is None or days <= 0:
        yield Problem(
            "extension_empty",
            "须写明延长的天数，或晚于现期限的日期，二者择一。",
            f"现期限为 {duty.due_on}。",
            "/until",
        )
    elif days > (latest.day - duty.due_on).days:
        yield Problem(
            "extension_too_long",
            f"延期不得超过 {extension.at_most}，最迟到 {latest.day}。",
            f"依据：{extension.source}。",
            "/until",
        )


def granted_days(signed: SignedAdjustment, duty: Duty) -> int | None:
    """
    The days granted on top of the due day (A-38); None unless written in one way.
    """
    if (signed.until is None) == (signed.days is None):
        return None
    if signed.until is not None:
        return (signed.until - duty.due_on).days
    return signed.days


def _signer(
    signed: SignedAdjustment, extension: Extension, directory: Directory, hub: str
) -> Iterator[Problem]:
    if extension.by == "hub":
        if not directory.is_within(hub, signed.by_office, signed.on):
            yield Problem(
                "hub_grants",
                f"延期应由{directory.office(hub).name}批准。",
                "请由该单位签署。",
                "/by_office",
            )
        return
    post = directory.office(signed.by_office).posts.get(signed.by_post)
    if post is None:
        return
    entitled = post.chief if extension.by == "chief" else post.leader or post.chief
    if not entitled:
        who = "机关主要负责人" if extension.by == "chief" else "单位领导"
        yield Problem(
            "post_not_entitled",
            f"延期应由{who}批准。",
            "请由有权批准的职务签署。",
            "/by_post",
        )


def pause_problems(duty: Duty, rule: DutyRule | None) -> Iterator[Problem]:
    """
    Only an open duty whose rule allows a pause (A-37).
    """
    yield from _state_problems(duty, "open")
    if rule is None or not rule.pausable:
        yield Problem(
            "not_pausable",
            f"“{duty.title}”没有可以中止期限的规定。",
            "请在期限内履行。",
            "/duty",
        )


def pause_late(signed: SignedAdjustment, duty: Duty) -> Iterator[Problem]:
    """
    A duty that is overdue cannot be paused.
    """
    if signed.on > duty.due_on:
        yield Problem(
            "pause_late",
            f"期限已于 {duty.due_on} 届满。",
            "届满后不能中止。",
            "/on",
        )


def resumption_problems(signed: SignedAdjustment, duty: Duty) -> Iterator[Problem]:
    """
    Only a paused duty, and not on a day before its pause.
    """
    yield from _state_problems(duty, "paused")
    if duty.state == "paused" and signed.on < duty.state_on:
        yield Problem(
            "date_before_start",
            f"恢复日期早于中止日期 {duty.state_on}。",
            "请核对日期的先后。",
            "/on",
        )


def override_problems(
    signed: SignedAdjustment, duty: Duty, rule: DutyRule | None
) -> Iterator[Problem]:
    """
    Another due day by the office that handed the case over, if the rule allows it.
    """
    yield from _state_problems(duty, "open")
    if rule is None or not rule.overridable:
        yield Problem(
            "not_overridable",
            f"“{duty.title}”的期限不能另行确定。",
            "需要更多时间的，请办理延期。",
            "/duty",
        )
    if signed.until is None:
        yield Problem("required", "须写明期限。", "请填写 until。", "/until")
    elif signed.until < duty.opened_on:
        yield Problem(
            "date_before_start",
            f"期限早于职责产生之日 {duty.opened_on}。",
            "请核对日期。",
            "/until",
        )


def release_problems(duty: Duty) -> Iterator[Problem]:
    """
    Only a duty that is still owed can be released.
    """
    # A paused duty is owed too, and may be released.
    if duty.closed:
        yield from _state_problems(duty, "open")


def not_from_above(signed: SignedAdjustment, duty: Duty, hub: str) -> Iterator[Problem]:
    """
    No office but the hub, which has no office above it in the programme, sets another
    day for its own duties or releases them (JZ-22); `in_order` refuses those below it.
    """
    if signed.by_office == duty.office != hub:
        yield Problem(
            "own_office",
            f"“{duty.title}”由本机关承担，期限不能由本机关另行确定或者解除。",
            "请由交办单位或上级机关签署。",
            "/by_office",
        )


def _state_problems(duty: Duty, required: str) -> Iterator[Problem]:
    if duty.state != required:
        state = {"open": "正在计算", "paused": "已中止"}[required]
        yield Problem(
            "duty_not_" + required,
            f"“{duty.title}”的期限并非{state}。",
            "请核对职责的现状。",
            "/duty",
        )


def _day_problems(on: date, duty: Duty, today: date) -> Iterator[Problem]:
    yield from day_has_come(on, today, "/on")
    yield from day_not_before(on, duty.opened_on, "/on", "职责产生之日")


def _no_post(signed: SignedAdjustment, directory: Directory) -> Problem:
    office = directory.office(signed.by_office)
    posts = "、".join(title for title, post in office.posts.items() if post.leader)
    return Problem(
        "no_such_post",
        f"{office.name}没有职务“{signed.by_post}”。",
        f"可填：{posts}。",
        "/by_post",
    )


def record(
    kind: type[SignedRecord], signed: SignedAdjustment, duty: Duty, identity: str
) -> SignedRecord:
    """
    The signed record as a fact of the matter.
    """
    return kind(
        on=signed.on,
        record=identity,
        duty=duty.id,
        by_office=signed.by_office,
        by_post=signed.by_post,
        reason=signed.reason,
        due_before=duty.due_on,
        days=granted_days(signed, duty),
        until=signed.until,
        told_petitioner_on=signed.told_petitioner_on,
    )
