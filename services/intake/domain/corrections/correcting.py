"""
Petitions and replies that were registered wrongly: corrected, or withdrawn.

A petition that should never have been registered was never received: it is uncounted
from the day on which it was counted, and nothing was ever owed because of it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from services.intake.domain.corrections.corrections import same_as_is_given
from services.intake.domain.petitions.petitions import (
    Petition,
    Reply,
    not_withdrawn,
    reply,
)
from services.intake.events.petitions import (
    PetitionCorrected,
    PetitionRestored,
    PetitionWithdrawn,
    ReplyGiven,
    ReplyWithdrawn,
)
from shared.errors import Conflict, Problem, reject_if
from shared.matter_numbers import office_in
from shared.rules import day_has_come, day_not_before

PERSONAL = frozenset(
    {
        *("petitioner", "members", "demand", "original_case_no"),
        *("outcome", "summary", "delivery_note"),
    }
)
"""
The fields of a petition, of its replies and deliveries that are stored encrypted.
"""


def correct_petition(
    before: Petition,
    after: Petition,
    *,
    on: date,
    today: date,
    replies: Collection[Reply],
) -> tuple[Petition, PetitionCorrected]:
    """
    Replace what was registered of a petition, as of the day of the correction.

    Raises `Rejected` with every reason.
    """
    reject_if(
        [
            *not_withdrawn(before),
            *day_has_come(on, today, "/corrected_on", "更正日期"),
            *day_has_come(after.received_on, today, "/changes/received_on", "收到日期"),
            *_replies_follow(after.received_on, replies),
            *_counted_elsewhere(before, after),
        ]
    )
    corrected = replace(after, corrected=before.corrected + 1)
    return corrected, PetitionCorrected(
        office=before.office,
        case_number=before.number,
        occurred_on=on,
        programme=before.programme,
        correction=corrected.corrected,
        received_on=corrected.received_on,
        received_before=before.received_on,
        channel_before=before.channel,
        persons_before=before.persons,
        group=corrected.group_visit,
        group_before=before.group_visit,
        first=corrected.repeat_of is None,
        part=corrected.split_from is not None,
        **{name: getattr(corrected, name) for name in _REGISTERED},
    )


def _counted_elsewhere(before: Petition, after: Petition) -> Iterator[Problem]:
    """
    The day on which another office received a petition, and counted it, stays.
    """
    if _was_moved(before) and after.received_on != before.received_on:
        yield Problem(
            "received_elsewhere",
            f"此件由机关 {office_in(before.number)} 登记并已计入其统计，"
            "收到日期不能更改。",
            "请保留原收到日期；其他内容可以更正。",
            "/changes/received_on",
        )


def _received_elsewhere(petition: Petition) -> Iterator[Problem]:
    """
    What another office received, and counted, is not withdrawn by the one that has it.
    """
    if _was_moved(petition):
        yield Problem(
            "received_elsewhere",
            f"此件由机关 {office_in(petition.number)} 登记并已计入其统计，"
            "本机关不能撤销登记。",
            "请保留登记，在此件上继续办理；登记内容有误的可以更正。",
            "/number",
        )


def _was_moved(petition: Petition) -> bool:
    """
    Whether another office registered a petition than the one that has it now.
    """
    return office_in(petition.number) not in {None, petition.office}


def withdraw_petition(
    petition: Petition,
    *,
    on: date,
    today: date,
    cause: str,
    same_as: str | None,
    replies: Collection[Reply],
    is_case: bool = False,
) -> tuple[Petition, PetitionWithdrawn]:
    """
    Take a petition back that was registered twice or by mistake; *is_case*: a case that
    counts has come of it.

    Raises `Rejected` with every reason.
    """
    reject_if(
        [
            *not_withdrawn(petition),
            *_no_case(petition, is_case=is_case),
            *_received_elsewhere(petition),
            *day_has_come(on, today, "/withdrawn_on", "撤销日期"),
            *day_not_before(on, petition.received_on, "/withdrawn_on", "收到日期"),
            *same_as_is_given(cause, same_as, petition.number),
        ]
    )
    counted = _counted(petition, replies, on)
    return replace(petition, withdrawn_on=on), PetitionWithdrawn(**counted)


def _counted(
    petition: Petition, replies: Collection[Reply], on: date
) -> dict[str, Any]:
    """
    What a petition counts as with its replies, which a withdrawal takes back and a
    restoration counts again.
    """
    answers = sorted(replies, key=lambda given: (given.replied_on, str(given.mode)))
    return {
        "office": petition.office,
        "case_number": petition.number,
        "occurred_on": on,
        "programme": petition.programme,
        "received_on": petition.received_on,
        "channel": petition.channel,
        "replied_on": tuple(given.replied_on for given in answers),
        "reply_modes": tuple(str(given.mode) for given in answers),
        "reply_offices": tuple(given.office or petition.office for given in answers),
        "part": petition.split_from is not None,
        "group": petition.group_visit,
        "persons": petition.persons,
    }


def no_longer_received(passed: Petition, received: Petition) -> Petition:
    """
    What was *passed* on, once its receiver has withdrawn what it registered of it: it
    waits for its receiver again.
    """
    if passed.received_as != received.number:
        return passed
    return replace(passed, received_as=None)


def restore_petition(
    petition: Petition,
    *,
    on: date,
    today: date,
    replies: Collection[Reply],
    passed: Petition | None = None,
) -> tuple[Petition, PetitionRestored]:
    """
    Take back the withdrawal of a petition, with the *replies* that stand: it was one
    after all. *passed*: the petition of another office that was received as this one.

    Raises `Conflict` unless it is withdrawn, `Rejected` with every reason.
    """
    if petition.withdrawn_on is None:
        raise Conflict.because(
            "not_withdrawn", "这件信访没有撤销登记。", "请核对编号。"
        )
    withdrawn = petition.withdrawn_on
    reject_if(
        [
            *day_has_come(on, today, "/restored_on", "恢复日期"),
            *day_not_before(on, withdrawn, "/restored_on", "撤销日期"),
            *_still_passed_on(petition, passed),
        ]
    )
    counted = _counted(petition, replies, on)
    return replace(petition, withdrawn_on=None), PetitionRestored(**counted)


def _still_passed_on(petition: Petition, passed: Petition | None) -> Iterator[Problem]:
    """
    What was passed on is registered once by its receiver, while it is passed on.
    """
    if passed is None:
        return
    waits = passed.to_office == petition.office
    if waits and passed.received_as in {None, petition.number}:
        return
    yield Problem(
        "passed_on_otherwise",
        f"转来的信访件 {passed.number} 已由本机关登记为 {passed.received_as}。"
        if waits
        else f"转来的信访件 {passed.number} 已不在本机关（{passed.state.chinese}）。",
        "请在该件上继续办理。" if waits else "请与转送、交办单位联系。",
        "/number",
    )


def correct_reply(
    petition: Petition,
    wrong: Reply,
    right: Reply,
    *,
    earlier: Collection[str],
    on: date,
    today: date,
    filed: Collection[str] = (),
) -> tuple[ReplyGiven, ReplyWithdrawn]:
    """
    Record the right answer, and take the wrong one back; *earlier*: the kinds of the
    other replies, *filed*: the ids of the documents of the petition.

    Raises `Rejected` with every reason.
    """
    given = reply(petition, right, earlier=earlier, today=today, filed=filed)
    return given, withdraw_reply(petition, wrong, on=on, today=today)


def withdraw_reply(
    petition: Petition, wrong: Reply, *, on: date, today: date
) -> ReplyWithdrawn:
    """
    Take an answer back that was recorded wrongly. Raises `Rejected` with every reason.
    """
    reject_if(
        [
            *not_withdrawn(petition),
            *_reply_stands(wrong),
            *day_has_come(on, today, "/withdrawn_on", "撤销日期"),
        ]
    )
    return ReplyWithdrawn(
        office=petition.office,
        case_number=petition.number,
        occurred_on=on,
        programme=petition.programme,
        reply=wrong.id,
        replied_on=wrong.replied_on,
        mode=wrong.mode,
        given_by=wrong.office or petition.office,
    )


_REGISTERED = (
    *("channel", "category", "case_kind"),
    *("origin", "topic", "registration_level", "persons", "handler_post"),
)
_MASKS = "*＊●█■"
_MASKED = re.compile(f"[{_MASKS}]")
_MASKED_TEXT = re.compile(f"[{_MASKS}]{{2}}")
_OF_PERSON = ("name", "id_no", "phone")


def masked_values(
    petitioner: Mapping[str, Any] | None,
    demand: str | None,
    place: str,
    members: Sequence[Mapping[str, Any]] = (),
) -> Iterator[Problem]:
    """
    A value that was hidden when it was shown is not written back over the real one.
    """
    persons = {f"{place}/petitioner": petitioner or {}}
    persons |= {f"{place}/members/{i}": each for i, each in enumerate(members)}
    places = [
        f"{pointer}/{name}"
        for pointer, given in persons.items()
        for name in (*_OF_PERSON, "address")
        if (_MASKED if name in _OF_PERSON else _MASKED_TEXT).search(
            given.get(name) or ""
        )
    ]
    if demand and _MASKED_TEXT.search(demand):
        places.append(f"{place}/demand")
    for pointer in places:
        yield Problem(
            "masked_value",
            "此项含有遮蔽符号，像是从遮蔽后的显示内容抄来的。",
            "请填写真实内容；原内容可写明目的后查阅。",
            pointer,
        )


def _replies_follow(received_on: date, replies: Collection[Reply]) -> Iterator[Problem]:
    first = min((given.replied_on for given in replies), default=None)
    if first and first < received_on:
        yield Problem(
            "reply_before_receipt",
            f"已登记的答复（{first}）早于更正后的收到日期 {received_on}。",
            "请先更正答复，或核对收到日期。",
            "/changes/received_on",
        )


def _no_case(petition: Petition, *, is_case: bool) -> Iterator[Problem]:
    if is_case:
        yield Problem(
            "petition_is_case",
            "这件信访已立为案件。",
            f"请先撤销案件 {petition.number} 的登记。",
            "/number",
        )


def _reply_stands(wrong: Reply) -> Iterator[Problem]:
    if wrong.withdrawn_on:
        yield Problem(
            "already_withdrawn",
            f"这次答复已于 {wrong.withdrawn_on} 撤销或更正。",
            "请核对答复的编号。",
            "/reply",
        )


def standing(replies: Sequence[Reply]) -> list[Reply]:
    """
    The replies that were not withdrawn.
    """
    return [given for given in replies if given.withdrawn_on is None]
