"""
Leading groups, teams, liaisons and duty desks of offices, by post and holder (PY-39).

A body changes by a new version that holds from a day on; earlier versions stay.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from services.assignment.domain.people.holders import Holdings, holder_problems
from shared.errors import Problem
from shared.policy.directory import Directory, Office
from shared.policy.parts.bodies import BodyKind, BodyRole
from shared.policy.programme import Programme
from shared.rules import office_exists, post_exists


@dataclass(frozen=True)
class Member:
    """
    A post of an office in a role of a body; *holder*: who of those that hold it.
    """

    role: str
    office: str
    post: str
    holder: str | None = None


@dataclass(frozen=True)
class Body:
    """
    A version of a *body* that holds from *since* on, until the next one or, where it is
    the *ending*, no more. *telephone*: of the office, where it is a duty desk.
    """

    id: str
    body: str
    programme: str
    office: str
    kind: str
    name: str
    since: date
    document: str | None
    telephone: str | None
    members: tuple[Member, ...]
    recorded_by: str
    ending: bool = False


def kind_of(programme: Programme, identity: str) -> BodyKind | None:
    return next((kind for kind in programme.bodies if kind.id == identity), None)


def offices_of(
    kind: BodyKind, programme: Programme, directory: Directory, on: date
) -> tuple[str, ...]:
    """
    The offices that are to have such a body.
    """
    if kind.of == "hub":
        return (programme.hub,)
    if kind.of == "each_child_of_hub":
        return directory.children(programme.hub, on)
    below = directory.subtree(programme.hub, on)
    return tuple(code for code in below if directory.exists(code, on))


def kind_problems(
    identity: str, office: str, programme: Programme, directory: Directory, on: date
) -> Iterator[Problem]:
    """
    The programme knows the body and asks it of the office.
    """
    kind = kind_of(programme, identity)
    if kind is None:
        kinds = "、".join(f"{each.id}（{each.title}）" for each in programme.bodies)
        yield Problem(
            "no_such_body",
            f"本专项没有规定组织“{identity}”。",
            f"可填：{kinds}。" if kinds else "本专项没有规定此类组织。",
            "/kind",
        )
    elif office not in offices_of(kind, programme, directory, on):
        yield Problem(
            "office_outside_programme",
            f"机关 {office} 不在“{kind.title}”的范围内。",
            "请核对机关代码和专项。",
            "/office",
        )


def version_problems(
    version: Body,
    kind: BodyKind,
    programme: Programme,
    directory: Directory,
    holdings: Holdings,
) -> Iterator[Problem]:
    """
    What a version of a body must say, and who may be in it.
    """
    if kind.document and version.document is None:
        yield Problem(
            "document_missing",
            f"“{kind.title}”须写明成立或调整的文号。",
            f"依据：{kind.source}。",
            "/document",
        )
    if kind.telephone is not (version.telephone is not None):
        demand = "须填写值班室的单位电话" if kind.telephone else "不填写电话"
        detail, remedy = f"“{kind.title}”{demand}。", f"依据：{kind.source}。"
        yield Problem("telephone_unfit", detail, remedy, "/telephone")
    for index, member in enumerate(version.members):
        yield from _member_problems(
            member,
            f"/members/{index}",
            version.since,
            kind=kind,
            programme=programme,
            directory=directory,
            holdings=holdings,
        )
        if member in version.members[:index]:
            yield Problem(
                "member_repeated",
                f"“{member.post}”填写了不止一次。",
                "同一职务有数人的，请分别写明 holder。",
                f"/members/{index}",
            )
    yield from _number_problems(version.members, kind)


def _member_problems(
    member: Member,
    place: str,
    on: date,
    *,
    kind: BodyKind,
    programme: Programme,
    directory: Directory,
    holdings: Holdings,
) -> Iterator[Problem]:
    role = kind.role(member.role)
    if role is None:
        roles = "、".join(f"{each.id}（{each.title}）" for each in kind.roles)
        detail = f"“{kind.title}”没有“{member.role}”。"
        yield Problem("no_such_role", detail, f"可填：{roles}。", f"{place}/role")
    if not directory.is_within(member.office, programme.offices_root, on):
        yield from office_exists(member.office, directory, on, f"{place}/office")
        if directory.exists(member.office, on):
            yield Problem(
                "office_outside_programme",
                f"机关 {member.office} 不在本专项的范围内。",
                "请核对机关代码。",
                f"{place}/office",
            )
        return
    yield from _post_problems(member, role, directory.office(member.office), place)
    who = (member.office, member.post)
    holders = holdings.of(who, on)
    yield from holder_problems(who, member.holder, holdings, on, f"{place}/holder")
    if member.holder is None and len(holders) > 1:
        yield Problem(
            "holder_missing",
            f"“{member.post}”当时由{len(holders)}人担任，没有写明是哪一人。",
            f"可填：{'、'.join(holders)}。",
            f"{place}/holder",
        )


def _post_problems(
    member: Member, role: BodyRole | None, office: Office, place: str
) -> Iterator[Problem]:
    post = office.posts.get(member.post)
    able = [
        each.title
        for each in office.posts.values()
        if role is None or role.open_to(each)
    ]
    if post is None:
        yield from post_exists(member.post, able, f"{place}/post", office.name)
    elif role is not None and not role.open_to(post):
        detail = f"“{member.post}”不能任{role.title}。"
        yield Problem(
            "post_not_eligible", detail, f"可填：{'、'.join(able)}。", f"{place}/post"
        )


def _number_problems(members: Sequence[Member], kind: BodyKind) -> Iterator[Problem]:
    counts = Counter(member.role for member in members)
    for role in kind.roles:
        most = len(members) if role.at_most is None else role.at_most
        if not role.at_least <= counts[role.id] <= most:
            limit = (
                f"至少{role.at_least}人"
                if counts[role.id] < role.at_least
                else f"至多{role.at_most}人"
            )
            yield Problem(
                "number_of_members",
                f"{role.title}应为{limit}，填写了{counts[role.id]}人。",
                f"依据：{kind.source}。",
                "/members",
            )


def change_problems(version: Body, before: Body) -> Iterator[Problem]:
    """
    A body changes after it was last changed, and not once it has ended.
    """
    if before.ending:
        yield Problem(
            "body_ended",
            f"“{before.name}”已于 {before.since} 撤销。",
            "请另行登记新的组织。",
            "/since",
        )
    elif version.since <= before.since:
        yield Problem(
            "date_before_start",
            f"日期 {version.since} 不晚于上次变动的日期（{before.since}）。",
            "请核对日期的先后。",
            "/since",
        )


def with_only_holder(member: Member, holdings: Holdings, on: date) -> Member:
    """
    The member with the holder of its post, where there is but one.
    """
    holders = holdings.of((member.office, member.post), on)
    if member.holder is None and len(holders) == 1:
        return replace(member, holder=holders[0])
    return member


def shown_members(
    body: Body, kind: BodyKind | None, visible: Collection[str]
) -> list[Mapping[str, str | None]]:
    """
    The members with the titles of their roles; the holders of offices that the reader
    may not see are left out.
    """
    return [
        {
            **vars(member),
            "role_title": role.title if role else member.role,
            "holder": member.holder if member.office in visible else None,
        }
        for member in body.members
        for role in [kind.role(member.role) if kind else None]
    ]
