"""
Who signs a closing, in which order (JZ-23, JZ-32, XQ-25, A-47).

The route is the programme's; a signature is stored as it was given and never changed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from services.assignment.domain.closings.closing import (
    Closing,
    ClosingCase,
    Signature,
    check_waiting,
    standing_after,
)
from services.assignment.domain.closings.evidence import withdrawn_under
from services.assignment.domain.facts.base import Fact
from services.assignment.domain.facts.documents import filed_documents
from shared.errors import Forbidden, Problem, reject_if
from shared.policy.directory import Office
from shared.policy.parts.closing import Route, Signer
from shared.rules import (
    day_has_come,
    day_not_before,
    is_account,
    no_such_document,
    post_exists,
)


@dataclass(frozen=True)
class Signing:
    """
    Which signature is given, by which post, on which day, and by which account; with
    *document_id* it is recorded from the filed page that carries it.
    """

    signer: str
    post: str
    on: date
    opinion: str | None
    recorded_by: str
    document_id: str | None = None


@dataclass(frozen=True)
class Seats:
    """
    Who can sign: the offices `own`, `hub` and `upper`, the hub's department, the
    (office, post) that lead the case, and the department responsible for it, whose line
    the case belongs to.
    """

    offices: Mapping[str, Office]
    department: str
    leaders: Collection[tuple[str, str]]
    line: str | None = None

    def posts_of(self, signer: Signer) -> tuple[str, ...]:
        """
        The posts that may give a signature; for who leads the case only those.
        """
        office = self.offices[signer.office]
        posts = signer.posts_of(office, self.department, self.line)
        if signer.post != "leader":
            return posts
        return tuple(post for post in posts if (office.code, post) in self.leaders)


def unsigned(
    route: Route | None, signatures: Sequence[Signature]
) -> tuple[Signer, ...]:
    """
    Who is still to sign, the next one first.
    """
    signed = {signature.signer for signature in signatures}
    signers = route.signers if route else ()
    return tuple(signer for signer in signers if signer.id not in signed)


def to_sign(closing: Closing, route: Route | None) -> tuple[Signer, ...]:
    """
    Who is still to sign a closing, in order; nobody once it was reviewed.
    """
    waits = closing.state == "submitted"
    return unsigned(route, closing.signatures) if waits else ()


def sign(
    matter: ClosingCase,
    closing: Closing,
    signing: Signing,
    *,
    route: Route | None,
    seats: Seats,
    today: date,
    facts: Collection[Fact] = (),
) -> Signature:
    """
    Sign a closing that waits for review, in the order of its route; *facts*: what
    happened in the case.

    Raises `Conflict` if it does not wait, `Forbidden` to an account that acted as
    another person, `Rejected` with every problem.
    """
    check_waiting(closing)
    standing_after(matter, "return")  # as long as it can be returned, it waits
    # A signer that the route has not is one problem among the others (`_turn`).
    signers = {signer.id: signer for signer in route.signers} if route else {}
    signer = signers.get(signing.signer)
    if signer and not signing.document_id:
        _require_own_hand(closing, signing, seats.offices[signer.office].code)
    last, name = closing.last_act
    reject_if(
        [
            *day_has_come(signing.on, today, "/on"),
            *day_not_before(signing.on, last, "/on", name),
            *withdrawn_under(closing, facts, "/number"),
            *_turn(signing.signer, route, closing.signatures),
            *_on_page(signing, route, facts),
            *(_content(signing, signer, seats) if signer else ()),
        ]
    )
    return Signature(
        signer=signing.signer,
        title=signers[signing.signer].title,
        office=seats.offices[signers[signing.signer].office].code,
        post=signing.post,
        on=signing.on,
        opinion=signing.opinion,
        recorded_by=signing.recorded_by,
        document_id=signing.document_id,
    )


def _require_own_hand(closing: Closing, signing: Signing, office: str) -> None:
    """
    One account is one person: it signs for one post of its office, and for none if it
    reported the closing. What it recorded from a page, it did not sign itself.

    Raises `Forbidden`.
    """
    other_signers = [
        signature.recorded_by
        for signature in closing.signatures
        if not signature.document_id
        and (signature.office, signature.post) != (office, signing.post)
    ]
    done_by = closing.submitted_by, *other_signers
    if any(is_account(account, signing.recorded_by) for account in done_by):
        raise Forbidden.because(
            "own_signature",
            "报结人，或者已经以别的职务签过字的人，不能再签这一项。",
            "请由任该职务的人用本人的令牌签字；纸上已签字的，请收存签字页，"
            "再写明 document_id（本专项允许的）。",
        )


def _on_page(
    signing: Signing, route: Route | None, facts: Collection[Fact]
) -> Iterator[Problem]:
    """
    A page that carries signatures counts where the programme says so, and is filed with
    the case.
    """
    if signing.document_id is None or route is None:
        return
    if not route.on_paper:
        yield Problem(
            "not_on_paper",
            "本专项的签字须由签字人本人办理，不能凭签字页登记。",
            "请由任该职务的人用本人的令牌签字，不填 document_id。",
            "/document_id",
        )
    if signing.document_id not in filed_documents(facts):
        yield no_such_document(signing.document_id, "/document_id")


def _turn(
    signer_id: str, route: Route | None, signatures: Sequence[Signature]
) -> Iterator[Problem]:
    """
    The level is one of the route, and the next one to sign.
    """
    signers_left = unsigned(route, signatures)
    by_signer = {signature.signer: signature for signature in signatures}
    if route is None:
        yield Problem(
            "no_such_signer",
            "这件报结不需要逐级签字。",
            "请由牵头单位直接审核。",
            "/signer",
        )
    elif signer_id in by_signer:
        earlier = by_signer[signer_id]
        yield Problem(
            "already_signed",
            f"“{earlier.title}”已于 {earlier.on} 签字。",
            "签字不能更改；意见有变的，请由牵头单位退回后重新报结。",
            "/signer",
        )
    elif signer_id not in {signer.id for signer in signers_left}:
        choices = "、".join(
            f"{signer.id}（{signer.title}）" for signer in route.signers
        )
        yield Problem(
            "no_such_signer",
            f"“{route.title}”的签批里没有“{signer_id}”。",
            f"可填：{choices}。",
            "/signer",
        )
    elif signer_id != signers_left[0].id:
        yield Problem(
            "not_in_turn",
            f"还没有轮到签字，前面尚缺“{signers_left[0].title}”。",
            f"请先由“{signers_left[0].title}”签字（{signers_left[0].id}）。",
            "/signer",
        )


def _content(signing: Signing, signer: Signer, seats: Seats) -> Iterator[Problem]:
    """
    By the right post, with an opinion where the route needs one (XQ-25).
    """
    office, able = seats.offices[signer.office], seats.posts_of(signer)
    remedy = f"可填：{'、'.join(able) or '（无）'}。"
    if signing.post not in office.posts:
        yield from post_exists(signing.post, able, "/post", office.name)
    elif signing.post not in able:
        message = f"“{signer.title}”一项不能由{office.name}“{signing.post}”签字。"
        yield Problem("post_not_entitled", message, remedy, "/post")
    if signer.opinion and not signing.opinion:
        yield Problem(
            "opinion_missing",
            f"“{signer.title}”，意见不能为空。",
            "请填写 opinion。",
            "/opinion",
        )
