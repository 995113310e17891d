"""
Who may be named to a case, who stands back, and what a judgement of it must say.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta

from services.assignment.domain.facts.base import Fact, PostOf
from services.assignment.domain.facts.leaders import CaseAppraised
from services.assignment.domain.leaders.leading import Leadership
from shared.errors import Problem
from shared.policy.directory import Directory
from shared.policy.parts.words import CaseClass, choices
from shared.policy.programme import Programme
from shared.rules import office_exists, post_exists


def posts_problems(
    leaders: Sequence[PostOf],
    department: str | None,
    responsible_office: str,
    directory: Directory,
    *,
    programme: Programme,
    on: date,
    recused: Collection[PostOf] = (),
) -> Iterator[Problem]:
    """
    A leader holds a post that may lead at its level (DY-05), is named once and need
    not stand back; a department is one of the office's.
    """
    for index, who in enumerate(leaders):
        place = f"/leaders/{index}"
        yield from _post_problems(*who, place, directory, programme=programme, on=on)
        yield from _office_problems(who[0], responsible_office, place, directory, on)
        yield from _recused_problems(who, recused, f"{place}/post")
        if who in leaders[:index]:
            yield Problem(
                "leader_repeated",
                f"“{who[1]}”填写了不止一次。",
                "每个职务只填一次。",
                place,
            )
    departments = directory.office(responsible_office).departments
    if department and department not in departments:
        yield Problem(
            "no_such_department",
            f"责任单位没有部门“{department}”。",
            f"可填：{'、'.join(departments)}。",
            "/department",
        )


def _office_problems(
    code: str, responsible: str, place: str, directory: Directory, on: date
) -> Iterator[Problem]:
    """
    Leaders are of the responsible office or of one above it.
    """
    if directory.exists(code, on) and not directory.is_within(responsible, code, on):
        responsible_name = directory.office(responsible).name
        name = directory.office(code).name
        yield Problem(
            "office_unrelated",
            f"{name}既不是责任单位{responsible_name}，也不是它的上级。",
            "请填写责任单位或其上级机关的职务。",
            f"{place}/office",
        )


def _recused_problems(
    who: PostOf, recused: Collection[PostOf], place: str
) -> Iterator[Problem]:
    if who in recused:
        yield Problem(
            "leader_recused",
            f"“{who[1]}”在本案中应当回避。",
            "请改由他人负责；回避事由消失的，先撤销回避。",
            place,
        )


def _post_problems(
    code: str,
    title: str,
    place: str,
    directory: Directory,
    *,
    programme: Programme,
    on: date,
) -> Iterator[Problem]:
    if not directory.exists(code, on):
        yield from office_exists(code, directory, on, f"{place}/office")
        return
    office = directory.office(code)
    posts = office.posts.values()
    able = [post.title for post in posts if programme.eligible(post, office.level)]
    if title not in office.posts:
        yield from post_exists(title, able, f"{place}/post", office.name)
    elif title not in able:
        detail = f"按专项规定，{office.name}的“{title}”不能包案。"
        remedy = f"可填：{'、'.join(able)}。"
        yield Problem("post_not_eligible", detail, remedy, f"{place}/post")


def named_problems(
    responsible: str | None,
    handler: str | None,
    office: str,
    directory: Directory,
    *,
    recused: Collection[PostOf] = (),
) -> Iterator[Problem]:
    """
    The leader answerable within the office is one of its posts (JZ-18); neither that
    one nor who handles the case need stand back.
    """
    posts = directory.office(office).posts
    if responsible is not None:
        yield from post_exists(responsible, posts, "/responsible_post", "责任单位")
    for title, place in ((responsible, "responsible_post"), (handler, "handler_post")):
        if title is not None:
            yield from _recused_problems((office, title), recused, f"/{place}")


def recusal_problems(
    who: PostOf,
    leading: Leadership,
    directory: Directory,
    *,
    office: str,
    lifted: bool,
    holder: str | None = None,
) -> Iterator[Problem]:
    """
    Only a post that exists, or who handles the case of *office*, stands back; only one
    that did may come again. *holder*: only this one of the post's holders.
    """
    code, title = who
    stands_back = who in leading.recused
    if holder is not None:
        stands_back = (*who, holder) in leading.recused_holders
    handles = who == (office, leading.handler_post)
    if not directory.exists(code):
        detail = f"没有代码为 {code} 的机关。"
        yield Problem("no_such_office", detail, "请核对机关代码。", "/office")
    elif title not in directory.office(code).posts and not (
        handles or who in leading.recused
    ):
        posts = directory.office(code).posts
        yield from post_exists(title, posts, "/post", "该机关")
    elif lifted is not stands_back:
        state = "没有回避" if lifted else "已经回避"
        detail = f"“{title}”在本案中{state}。"
        yield Problem("nothing_to_change", detail, "请核对后再登记。", "/lifted")


def class_problems(
    case_class: str | None,
    classes: Collection[CaseClass],
    on: date,
    facts: Iterable[Fact],
) -> Iterator[Problem]:
    """
    A case is put into one of the classes of its programme (JZ-06, XQ-04), and into
    another on a later day: what it owes follows from the days.
    """
    if case_class is None:
        return
    if not any(each.id == case_class for each in classes):
        yield Problem(
            "no_such_class",
            f"本专项没有案件分类“{case_class}”。",
            f"可填：{choices(classes)}。" if classes else "本专项不分类，请不要填写。",
            "/case_class",
        )
    appraisals = [f for f in facts if isinstance(f, CaseAppraised) and f.case_class]
    last = max(appraisals, key=lambda fact: fact.on, default=None)
    if last is not None and on <= last.on:
        yield Problem(
            "already_classed",
            f"本案已于 {last.on} 分类，改变分类的日期应在其后。",
            "请填写以后的日期。",
            "/on",
        )
    if last is not None and case_class == last.case_class:
        yield Problem(
            "nothing_to_change",
            "本案已在这一分类中。",
            "分类不变的，请删去 case_class。",
            "/case_class",
        )


def appraisal_problems(
    judged: Mapping[str, object],
    on: date,
    review_on: date | None,
    *,
    most: int | None = None,
) -> Iterator[Problem]:
    """
    Something is judged; what is marked sensitive is looked at again on a later day,
    after so many days at *most*.
    """
    if all(value is None for value in judged.values()):
        yield Problem(
            "nothing_appraised",
            "没有对任何一项作出评定。",
            "请至少填写一项。",
            "/difficulty",
        )
    if judged["sensitive"] and review_on is None:
        yield Problem(
            "review_missing",
            "标为重大敏感的，须写明何时复核该标记。",
            "请填写复核日期。",
            "/review_on",
        )
    if review_on is not None and review_on <= on:
        yield Problem(
            "review_too_early",
            f"复核日期 {review_on} 应在评定日 {on} 之后。",
            "请核对复核日期。",
            "/review_on",
        )
    if review_on and most and review_on > on + timedelta(days=most):
        yield Problem(
            "review_too_late",
            f"重大敏感标记最长 {most} 日须复核一次，复核日期 {review_on} 过晚。",
            "请提前复核日期；到期仍需标记的，届时重新评定。",
            "/review_on",
        )
