"""
Who may be named to lead: a post that exists, is eligible and need not stand back.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from services.assignment.domain.leading import Leading, PostOf
from shared.directory import Directory, UnknownOffice
from shared.errors import Fault
from shared.programme import Programme


def faults_of_posts(
    leaders: Collection[PostOf],
    department: str | None,
    responsible_office: str,
    directory: Directory,
    *,
    programme: Programme,
    recused: Collection[PostOf] = (),
) -> Iterator[Fault]:
    """
    A leader holds a post that may lead at its level (DY-05) and need not stand back;
    a department is one of the office's.
    """
    for index, (code, title) in enumerate(leaders):
        yield from _faults_of_post(
            code, title, f"/leaders/{index}", directory, programme
        )
        if (code, title) in recused:
            yield Fault(
                "leader_recused",
                f"“{title}”在本案中应当回避。",
                "请改由其他领导包案；回避事由消失的，先撤销回避。",
                f"/leaders/{index}/post",
            )
    departments = directory.office(responsible_office).departments
    if department and department not in departments:
        yield Fault(
            "no_such_department",
            f"责任单位没有部门“{department}”。",
            f"可填：{'、'.join(departments)}。",
            "/department",
        )


def _faults_of_post(
    code: str, title: str, place: str, directory: Directory, programme: Programme
) -> Iterator[Fault]:
    try:
        office = directory.office(code)
    except UnknownOffice:
        yield Fault(
            "no_such_office",
            f"没有代码为 {code} 的机关。",
            "请核对机关代码。",
            f"{place}/office",
        )
        return
    post = office.posts.get(title)
    able = [
        p.title for p in office.posts.values() if programme.eligible(p, office.level)
    ]
    remedy = f"可填：{'、'.join(able)}。"
    if post is None:
        detail = f"{office.name}没有职务“{title}”。"
        yield Fault("no_such_post", detail, remedy, f"{place}/post")
    elif title not in able:
        detail = f"按专项规定，{office.name}的“{title}”不能包案。"
        yield Fault("post_not_eligible", detail, remedy, f"{place}/post")


def faults_of_responsible(
    title: str | None, office: str, directory: Directory
) -> Iterator[Fault]:
    """
    The leader answerable within the office is one of its posts (JZ-18).
    """
    posts = directory.office(office).posts
    if title is not None and title not in posts:
        yield Fault(
            "no_such_post",
            f"责任单位没有职务“{title}”。",
            f"可填：{'、'.join(posts)}。",
            "/responsible_post",
        )


def faults_of_recusal(
    who: PostOf, leading: Leading, directory: Directory, *, lifted: bool
) -> Iterator[Fault]:
    """
    Only a post that exists stands back, and only one that did may come again.
    """
    code, title = who
    if not directory.exists(code):
        detail = f"没有代码为 {code} 的机关。"
        yield Fault("no_such_office", detail, "请核对机关代码。", "/office")
    elif title not in directory.office(code).posts:
        posts = "、".join(directory.office(code).posts)
        detail = f"该机关没有职务“{title}”。"
        yield Fault("no_such_post", detail, f"可填：{posts}。", "/post")
    elif lifted is not (who in leading.recused):
        standing = "没有回避" if lifted else "已经回避"
        detail = f"“{title}”在本案中{standing}。"
        yield Fault("nothing_to_change", detail, "请核对后再登记。", "/lifted")
