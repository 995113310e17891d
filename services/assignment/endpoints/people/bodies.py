"""
Leading groups, teams, liaisons and duty desks of offices (PY-27, PY-39, JZ-40).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from uuid_utils import uuid7

from services.assignment.domain.people import bodies
from services.assignment.domain.people.bodies import Body, Member
from services.assignment.endpoints.lookup import programme_of
from services.assignment.schemas.people import bodies as schemas
from services.assignment.store import Bodies, Holders
from shared.errors import Conflict, reject_if
from shared.policy.current import current_policy
from shared.policy.parts.bodies import BodyKind
from shared.policy.programme import Programme
from shared.rules import day_has_come, office_exists
from shared.web.auth import require_office
from shared.web.call import CLERKS, Call
from shared.web.endpoint import api
from shared.web.lookup import in_sight
from shared.web.paging import Page


@api(
    "POST",
    "/offices/<code>/bodies",
    roles=CLERKS,
    body=schemas.BodyBody,
    answer=schemas.BodyView,
    status=201,
)
def register_body(call: Call) -> dict[str, Any]:
    """
    Register a body of the office with its members by post and holder.
    """
    office, body = call.office(call.path["code"]), call.body
    programme = programme_of(body["programme"])
    directory = current_policy().directory
    reject_if(
        bodies.kind_problems(body["kind"], office, programme, directory, body["since"])
    )
    kind = _kind(programme, body["kind"])
    store = Bodies(call.session)
    store.lock(office)
    if not kind.several:
        current = store.current(programme.code, [office], call.today, [kind.id])
        if current:
            raise Conflict.because(
                "body_exists",
                f"本机关已登记“{kind.title}”（{current[0].body}）。",
                "调整组成的，请登记变动；不再设立的，请先登记撤销。",
            )
    identity = str(uuid7())
    new = Body(
        id=identity,
        body=identity,
        programme=programme.code,
        office=office,
        kind=kind.id,
        name=body["name"] or kind.title,
        recorded_by=call.who.account,
        **_written(body, office),
    )
    return shown_body(call, _checked(call, new, kind, programme))


@api(
    "POST",
    "/bodies/<id>/changes",
    roles=CLERKS,
    body=schemas.VersionBody,
    answer=schemas.BodyHistoryView,
    status=201,
)
def change_body(call: Call) -> dict[str, Any]:
    """
    Say who is in a body from another day on; who was in it before stays on record.
    """
    before = _latest(call)
    programme = programme_of(before.programme)
    new = replace(
        before,
        id=str(uuid7()),
        recorded_by=call.who.account,
        **_written(call.body, before.office),
    )
    reject_if(bodies.change_problems(new, before))
    _checked(call, new, _kind(programme, before.kind), programme)
    return _history(call, before.body)


@api(
    "POST",
    "/bodies/<id>/ending",
    roles=CLERKS,
    body=schemas.BodyEndingBody,
    answer=schemas.BodyHistoryView,
)
def end_body(call: Call) -> dict[str, Any]:
    """
    Say from which day a body is no more.
    """
    before, body = _latest(call), call.body
    after = replace(
        before,
        id=str(uuid7()),
        since=body["since"],
        document=body["document"],
        recorded_by=call.who.account,
        ending=True,
    )
    reject_if(
        [
            *day_has_come(after.since, call.today, "/since"),
            *bodies.change_problems(after, before),
        ]
    )
    Bodies(call.session).insert(after)
    return _history(call, before.body)


@api("GET", "/bodies/<id>", answer=schemas.BodyHistoryView)
def show_body(call: Call) -> dict[str, Any]:
    """
    Show a body with all its versions.
    """
    return _history(call, _latest(call).body)


@api("GET", "/bodies", query=schemas.BodiesQuery, answer=schemas.BodyView, many=True)
def list_bodies(call: Call) -> Page[dict[str, Any]]:
    """
    List the bodies of an office and of those below it on a day.
    """
    kind = call.query.get("kind")
    return _listed(call, call.offices(), [kind] if kind else None)


@api(
    "GET",
    "/duty-contacts",
    query=schemas.BodiesQuery,
    answer=schemas.BodyView,
    many=True,
)
def list_duty_contacts(call: Call) -> Page[dict[str, Any]]:
    """
    List the duty desks of all offices of a programme with their telephones (JZ-40).
    """
    programme = programme_of(call.query["programme"])
    directory = current_policy().directory
    root = programme.offices_root
    if not directory.is_within(call.who.office, root, call.today):
        require_office(call.who, root, directory, call.today)
    desks = [kind.id for kind in programme.bodies if kind.telephone]
    office = call.query.get("office") or root
    reject_if(office_exists(office, directory, call.today, "?office"))
    offices = directory.subtree(office, call.today)
    within = [code for code in offices if directory.is_within(code, root, call.today)]
    return _listed(call, within, desks)


def _listed(
    call: Call, offices: Collection[str], kinds: Collection[str] | None
) -> Page[dict[str, Any]]:
    programme = programme_of(call.query["programme"])
    on = call.query.get("on") or call.today
    page = Bodies(call.session).page_on(
        programme.code, offices, on, call.page, kinds=kinds
    )
    return page.map(lambda body: shown_body(call, body))


def _kind(programme: Programme, identity: str) -> BodyKind:
    return next(kind for kind in programme.bodies if kind.id == identity)


def _written(body: dict[str, Any], office: str) -> dict[str, Any]:
    members = tuple(
        Member(**{**member, "office": member["office"] or office})
        for member in body["members"]
    )
    names = ("since", "document", "telephone")
    return {**{name: body[name] for name in names}, "members": members}


def _checked(call: Call, new: Body, kind: BodyKind, programme: Programme) -> Body:
    """
    The version as it is stored, with the holders of posts that have but one. Raises
    `Rejected` with every problem.
    """
    offices = {member.office for member in new.members if call.may_see(member.office)}
    holdings = Holders(call.session).of_offices(offices)
    reject_if(
        [
            *day_has_come(new.since, call.today, "/since"),
            *bodies.version_problems(
                new, kind, programme, current_policy().directory, holdings
            ),
        ]
    )
    members = (
        bodies.with_only_holder(each, holdings, new.since) for each in new.members
    )
    version = replace(new, members=tuple(members))
    Bodies(call.session).insert(version)
    return version


def _latest(call: Call) -> Body:
    """
    The latest version of the body whose id is in the path. Raises `NotFound`.
    """
    identity, store = call.path["id"], Bodies(call.session)
    latest: Body = in_sight(
        call, next(iter(store.versions(identity)), None), "组织", identity
    )
    store.lock(latest.office)
    return store.versions(identity)[0]


def _history(call: Call, identity: str) -> dict[str, Any]:
    versions = Bodies(call.session).versions(identity)
    shown = [shown_body(call, version) for version in versions]
    return {**shown[0], "versions": shown}


def shown_body(call: Call, body: Body) -> dict[str, Any]:
    """
    A body as the caller may see it.
    """
    kind = bodies.kind_of(programme_of(body.programme), body.kind)
    members = bodies.shown_members(body, kind, _visible(call, body))
    return {
        **vars(body),
        "title": kind.title if kind else body.kind,
        "members": members,
    }


def _visible(call: Call, body: Body) -> set[str]:
    return {member.office for member in body.members if call.may_see(member.office)}
