"""
Rules that hold in every service: each once, with one stable code.

Each is a generator of what is wrong, to be collected with the rules of a subject so
that a client learns of everything at once. *location* is a JSON pointer into its
request.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date
from typing import Any

from shared.errors import KeptSecret, Problem
from shared.policy.directory import Directory


def check_rules(
    rules: Iterable[Callable[..., Iterator[Problem]]], *facts: Any
) -> Iterator[Problem]:
    """
    The problems that *rules* name in *facts*, which each of them takes.
    """
    for rule in rules:
        yield from rule(*facts)


def day_has_come(
    day: date | None, today: date, location: str, title: str = "日期"
) -> Iterator[Problem]:
    """
    What has happened is not dated in the future.
    """
    if day and day > today:
        yield Problem(
            "date_in_future",
            f"{title} {day} 晚于今天（{today}）。",
            "请填写已经发生的日期。",
            location,
        )


def day_not_before(
    day: date | None,
    start: date | None,
    location: str,
    start_title: str = "前一步的日期",
    title: str = "日期",
) -> Iterator[Problem]:
    """
    An act is not dated before the act it follows; *start_title* names *start*.
    """
    if day and start and day < start:
        yield Problem(
            "date_before_start",
            f"{title} {day} 早于{start_title}（{start}）。",
            "请核对日期的先后。",
            location,
        )


def text_is_given(
    text: str | None, location: str, code: str, title: str
) -> Iterator[Problem]:
    """
    A text of blanks counts as missing.
    """
    if not (text or "").strip():
        yield Problem(code, f"没有写明{title}。", f"请写明{title}。", location)


def post_exists(
    post: str | None, posts: Collection[str], location: str, office: str = "该机关"
) -> Iterator[Problem]:
    """
    A person is named by a post of the directory; *posts* are those of the office.
    """
    if post not in posts:
        yield Problem(
            "no_such_post",
            f"{office}没有职务“{post}”。",
            f"可填：{'、'.join(posts)}。",
            location,
        )


def leader_approves(
    post: str | None, leaders: Collection[str], location: str
) -> Iterator[Problem]:
    """
    Who approves holds a leader's post in the office that decides.
    """
    if post not in leaders:
        yield Problem(
            "approver_not_a_leader",
            f"批准人“{post}”不是作出决定的机关的领导职务。",
            f"可选：{'、'.join(leaders)}。",
            location,
        )


def office_exists(
    code: str, directory: Directory, on: date, location: str
) -> Iterator[Problem]:
    """
    An office stands in the directory on the day *on*.
    """
    if not directory.exists(code, on):
        yield Problem(
            "no_such_office",
            f"没有代码为 {code} 的机关。",
            "请核对机关代码。",
            location,
        )


def is_account(by: str | None, account: str) -> bool:
    """
    Whether what is stored of who did something names this *account*: an office and who
    of it.
    """
    return by == account


def not_the_accused(
    code: str | None,
    accused: str | None,
    directory: Directory,
    on: date,
    location: str,
) -> Iterator[KeptSecret]:
    """
    No accusation comes into the hands of the office that it accuses, nor of one below
    that (条例第三十条). It is for the office above the accused one, or where there is
    none for an organ outside the system (decision 0089).
    """
    if code is None or accused is None or not directory.exists(code, on):
        return
    if directory.is_within(code, accused, on):
        yield KeptSecret(
            "accused_office",
            f"检举控告的对象是{directory.office(accused).name}（{accused}），"
            f"不得由该单位或其下级{directory.office(code).name}（{code}）接收、办理。",
            _who_receives(accused, directory, on),
            location,
            accused,
        )


def none_named_is_accused(
    written: str | None,
    accused: str | None,
    directory: Directory,
    on: date,
    location: str,
) -> Iterator[KeptSecret]:
    """
    Likewise of a receiver that is written as a text: it names neither the accused
    office nor one below, by whatever name of the directory.
    """
    if written is not None and accused is not None and directory.exists(accused, on):
        code = directory.named_within(written, accused, on)
        yield from not_the_accused(code, accused, directory, on, location)


def receiver_outside(
    written: str | None,
    accused: str | None,
    directory: Directory,
    on: date,
    location: str,
    *,
    field: str,
) -> Iterator[Problem]:
    """
    A receiver that is written as a text is neither the *accused* office nor another one
    of the directory, which the *field* receives by its code.
    """
    refused = [*none_named_is_accused(written, accused, directory, on, location)]
    yield from refused
    code = directory.named(written) if written is not None else None
    if not refused and code is not None and directory.exists(code, on):
        yield Problem(
            "office_of_directory",
            f"“{written}”是本系统的单位{directory.office(code).name}（{code}）。",
            f"请在 {field} 填写 {code}；这里只写系统外的单位。",
            location,
        )


def _who_receives(accused: str, directory: Directory, on: date) -> str:
    """
    Who may have an accusation of an office, as a remedy.
    """
    above = directory.parent(accused, on)
    if above is None:
        return (
            "本系统中没有其上级机关，请勿在本系统登记内容；"
            "请密封移送系统外的上级机关或者纪检监察机关。"
        )
    return (
        f"请由其上级机关{directory.office(above).name}（{above}）或者纪检监察机关接收；"
        "上级机关可以自行办理，也可以转交被检举控告单位及其下级以外的机关。"
    )


def programme_exists(
    code: str, programmes: Collection[str], location: str
) -> Iterator[Problem]:
    """
    A programme is one of *programmes*, by code: those loaded, or those of an office.
    """
    if code not in programmes:
        yield Problem(
            "no_such_programme",
            f"没有名为“{code}”的专项工作。",
            f"可用：{'、'.join(sorted(programmes))}。"
            if programmes
            else "目前没有可用的专项；启用哪些由管理员在 PROGRAMMES 中写明。",
            location,
        )


def documents_filed(
    ids: Iterable[str], filed: Collection[str], location: str = "/document_ids"
) -> Iterator[Problem]:
    """
    The references to documents that were never filed with this matter; *filed*: the ids
    of those that were.
    """
    for place, identity in enumerate(ids):
        if identity not in filed:
            yield no_such_document(identity, f"{location}/{place}")


def shown_by_files(
    title: str, source: str, files: Collection[str]
) -> Iterator[Problem]:
    """
    Files of the case show what was done, where the programme asks for them.
    """
    if not files:
        yield Problem(
            "document_ids_missing",
            f"“{title}”须以收存的材料证明，不能只用文字说明。",
            "请先上传材料（POST …/documents），再把编号填入 document_ids。"
            f"依据：{source}。",
            "/document_ids",
        )


def no_such_document(identity: str, location: str) -> Problem:
    """
    A reference to what was never filed with the matter, or with another.
    """
    return Problem(
        "no_such_document",
        f"本件没有编号为“{identity}”的材料。",
        "请先上传材料（POST …/documents），再填它的编号。",
        location,
    )
