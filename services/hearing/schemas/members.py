"""
The register of hearing members over HTTP.
"""

from __future__ import annotations

from services.hearing.domain.members import Member
from services.hearing.domain.terms import Eligibility, MemberStatus
from shared.records.views import view_of
from shared.web.schema.fields import Strict, day, many, number_text, one_of, text
from shared.web.schema.queries import ListQuery

MemberView = view_of(Member)


class MemberRegistered(Strict):
    """
    A member by role and trade under a number that the office chooses; no name. Every
    condition of article 7 is confirmed.
    """

    number = number_text()
    role = text(longest=40)
    trade = text(longest=40)
    term_from = day()
    term_to = day()
    eligibility = many(one_of(Eligibility), least=1, most=len(Eligibility))
    confirmed_on = day()


class StatusChanged(Strict):
    """That a member is suspended, taken back, or leaves the register."""

    status = one_of(MemberStatus)
    on = day()
    reason = text(longest=500)


class MemberList(ListQuery):
    """The filter and the page of a list of members."""

    status = one_of(MemberStatus, required=False)
