"""
What can be wrong between a programme and the directory: offices and posts that are not.

A duty, a leader or a signature for which no post exists would never be due.
"""

from __future__ import annotations

from collections.abc import Iterator

from shared.errors import Problem
from shared.policy.directory import Directory
from shared.policy.programme import Programme
from shared.yaml.decode import did_you_mean, problem_in


def offices_meant(
    office: str, programme: Programme, directory: Directory
) -> tuple[str, ...]:
    """
    Which offices `own`, `hub` or `upper` may be in a programme; whose decision is
    appealed against (`deciding`, `above_deciding`) may be any of the directory.
    """
    if not directory.exists(programme.offices_root):
        return ()
    if office in {"deciding", "above_deciding"}:
        return tuple(each.code for each in directory.offices())
    if office == "hub":
        return (programme.hub,) if directory.exists(programme.hub) else ()
    day = programme.window.from_
    below = directory.subtree(programme.offices_root, day)
    if office == "own":
        return below
    above = (directory.parent(code, day) for code in below)
    return tuple(dict.fromkeys(code for code in above if code is not None))


def _root(programme: Programme, directory: Directory) -> Iterator[Problem]:
    if not directory.exists(programme.offices_root):
        yield _no_office(programme, "offices_root", programme.offices_root, directory)


def _hub(programme: Programme, directory: Directory) -> Iterator[Problem]:
    if not directory.exists(programme.hub):
        yield _no_office(programme, "hub", programme.hub, directory)
        return
    departments = directory.office(programme.hub).departments
    if programme.hub_department not in departments:
        near = did_you_mean(programme.hub_department, departments)
        message = f"牵头机关没有“{programme.hub_department}”。{near}"
        remedy = f"可用：{'、'.join(departments)}。"
        yield problem_in(
            programme, "hub_department", "unknown_department", message, remedy
        )
    if not directory.is_within(
        programme.hub, programme.offices_root, programme.window.from_
    ):
        message = "牵头机关不在专项覆盖的范围之内。"
        remedy = "请改正 hub 或 offices_root。"
        yield problem_in(programme, "hub", "hub_outside", message, remedy)


def _recipients(programme: Programme, directory: Directory) -> Iterator[Problem]:
    returns = programme.returns
    for name in ("recipients", "above_root"):
        for recipient in getattr(returns, name):
            if "@" not in recipient and not directory.exists(recipient):
                yield _no_office(returns, name, recipient, directory)


def _conference(programme: Programme, directory: Directory) -> Iterator[Problem]:
    objections = programme.objections
    if (
        objections
        and objections.dispute_to
        and directory.called(objections.dispute_to) is None
    ):
        yield _no_office(objections, "dispute_to", objections.dispute_to, directory)


def _competent_offices(programme: Programme, directory: Directory) -> Iterator[Problem]:
    for each in programme.competences:
        if not directory.exists(each.office):
            yield _no_office(each, "office", each.office, directory)


def _bound_offices(programme: Programme, directory: Directory) -> Iterator[Problem]:
    for rule in programme.duties:
        for code in rule.binds.offices:
            if not directory.exists(code):
                yield _no_office(rule.binds, "offices", code, directory)


def _no_office(owner: object, field: str, code: str, directory: Directory) -> Problem:
    near = did_you_mean(code, [office.code for office in directory.offices()])
    remedy = "请改正代码，或先在名录中登记该机关。"
    return problem_in(
        owner, field, "unknown_office", f"单位 {code} 不存在。{near}", remedy
    )


def _leaders_nowhere(programme: Programme, directory: Directory) -> Iterator[Problem]:
    for rule in programme.leader_rules:
        for need in rule.need:
            posts = [
                post
                for code in offices_meant(need.office, programme, directory)
                if need.level in {None, directory.office(code).level}
                for post in directory.office(code).posts.values()
            ]
            if posts and not any(need.met_by(post) for post in posts):
                message = (
                    f"没有任何单位有“{need.words('department')}”的职务，永远无人包案。"
                )
                remedy = "请改正要求，或在名录中补上职务。"
                yield problem_in(need, None, "nobody_named", message, remedy)


def _owners_nowhere(programme: Programme, directory: Directory) -> Iterator[Problem]:
    for rule in programme.duties:
        owner = rule.owner
        if owner.office in {"from", "to"}:
            continue
        offices = offices_meant(owner.office, programme, directory)
        if not offices:
            message = "承担这项职责的单位不存在。"
            yield problem_in(rule, "owner", "nobody_named", message, "请改正 office。")
        for code in offices if owner.post in {"leader", "chief"} else ():
            posts = directory.office(code).posts.values()
            if not any(getattr(post, owner.post) for post in posts):
                name = directory.office(code).name
                message = f"{name}没有这种职务，这项职责落不到任何人。"
                remedy = "请改正 post，或在名录中补上职务。"
                yield problem_in(rule, "owner", "nobody_named", message, remedy)
                break


def _signers_nowhere(programme: Programme, directory: Directory) -> Iterator[Problem]:
    """
    A closing whose route nobody can sign is never confirmed.
    """
    day, below = programme.window.from_, offices_meant("own", programme, directory)
    if not directory.exists(programme.hub):
        return
    for route in programme.closing.routes:
        served = [
            code
            for code in below
            if not route.levels or directory.office(code).level in route.levels
        ]
        for signer in route.signers:
            for code in served:
                upper = directory.parent(code, day) or programme.hub
                offices = {"own": code, "hub": programme.hub, "upper": upper}
                office = directory.office(offices[signer.office])
                if not all(
                    signer.posts_of(office, programme.hub_department, line)
                    for line in signer.departments or (None,)
                ):
                    message = f"{office.name}没有这种职务，无人能签字，报结无法确认。"
                    remedy = "请改正 post，或在名录中补上职务。"
                    yield problem_in(signer, "post", "nobody_named", message, remedy)
                    break


def _routes_nowhere(programme: Programme, directory: Directory) -> Iterator[Problem]:
    """
    A route to a department that no office has is never suggested.
    """
    for route in programme.routes if directory.exists(programme.hub) else ():
        offices = offices_meant(route.office, programme, directory)
        departments = {
            name for code in offices for name in directory.office(code).departments
        }
        if route.department and route.department not in departments:
            near = did_you_mean(route.department, departments)
            message = f"没有任何单位有“{route.department}”。{near}"
            remedy = "请改正部门，或在名录中补上。"
            yield problem_in(route, "department", "unknown_department", message, remedy)


CHECKS = (
    _root,
    _hub,
    _recipients,
    _conference,
    _bound_offices,
    _competent_offices,
    _leaders_nowhere,
    _owners_nowhere,
    _signers_nowhere,
    _routes_nowhere,
)
"""
Each takes the programme and the directory and yields what is wrong.
"""
