"""
Referrals to social aid, and follow-ups of how aid was used.
"""

from __future__ import annotations

from collections.abc import Collection

from services.aid.domain.social import FollowUp, Referral
from services.aid.store.tables import SEALED_FOLLOW_UP, follow_ups, referrals
from shared.records.rows import Records
from shared.records.sealed import SealedRecords
from shared.web.paging import Page, PageRequest


class Referrals(Records[Referral]):
    """
    The referrals to organs of social aid.
    """

    table = referrals
    record = Referral

    def of_offices(
        self, offices: Collection[str], request: PageRequest
    ) -> Page[Referral]:
        return self.page_of_offices(offices, self.query(), request)


class FollowUps(SealedRecords[FollowUp]):
    """
    The follow-ups; what was found about the use of aid is encrypted.
    """

    table = follow_ups
    record = FollowUp
    sealed = SEALED_FOLLOW_UP

    def of_application(self, application: str) -> list[FollowUp]:
        query = self.query().where(follow_ups.c.application == application)
        return self.all(query.order_by(follow_ups.c.id))
