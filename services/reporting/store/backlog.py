"""
What has not reached its readers: returns, and mails of either kind.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, exists, func, select

from services.reporting.domain.notices import DeliveryState
from services.reporting.domain.returns import ReturnState
from services.reporting.store.notices import mailings, notice_mails
from services.reporting.store.returns import deliveries, returns


class Backlog:
    """
    What has not reached its readers, within one transaction.
    """

    def __init__(self, session: Connection) -> None:
        self.session = session

    def oldest_unsent_seconds(self) -> float:
        """
        Age of the oldest mail that is neither sent nor refused; 0 if there is none.
        """
        ages = []
        for mails in (deliveries, notice_mails):
            age = func.extract(
                "epoch", func.clock_timestamp() - func.min(mails.c.created_at)
            )
            query = select(age).where(
                mails.c.state.not_in([DeliveryState.SENT, DeliveryState.REFUSED])
            )
            if mails is deliveries:
                query = query.where(~_superseded())
            ages.append(float(self.session.scalar(query) or 0))
        return max(ages)

    def unaddressed(self) -> int:
        """
        Mailings of notices that reached nobody, for want of an address.
        """
        query = select(func.count()).where(mailings.c.unaddressed)
        return int(self.session.scalar(query) or 0)

    def undelivered(self) -> int:
        """
        Signed returns of which some recipient has neither that revision nor a newer
        one of the same return.
        """
        lacking = _has_mail(deliveries.c.state != DeliveryState.SENT, ~_superseded())
        query = select(func.count()).where(
            returns.c.state != ReturnState.DELIVERED, lacking | ~_has_mail()
        )
        return int(self.session.scalar(query) or 0)


def _has_mail(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """
    Whether a return has a mail that meets these conditions. Not EXISTS: within an OR
    the planner may read the mails of all times for that.
    """
    mail = select(deliveries.c.return_id).where(
        deliveries.c.return_id == returns.c.id, *conditions
    )
    return mail.limit(1).scalar_subquery().is_not(None)


def _superseded() -> ColumnElement[bool]:
    """
    Whether the recipient of a delivery got a newer revision of the same return.
    """
    earlier, newer, sent = returns.alias(), returns.alias(), deliveries.alias()
    return (
        exists()
        .where(
            earlier.c.id == deliveries.c.return_id,
            newer.c.programme == earlier.c.programme,
            newer.c.office == earlier.c.office,
            newer.c.as_of == earlier.c.as_of,
            newer.c.revision > earlier.c.revision,
            sent.c.return_id == newer.c.id,
            sent.c.recipient == deliveries.c.recipient,
            sent.c.state == DeliveryState.SENT,
        )
        .correlate(deliveries)
    )
