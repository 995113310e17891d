"""
What has not reached its readers: returns, and mails of either kind.
"""

from __future__ import annotations

from sqlalchemy import Connection, func, select

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
            waiting = mails.c.state.not_in(["sent", "refused"])
            ages.append(float(self.session.scalar(select(age).where(waiting)) or 0))
        return max(ages)

    def unaddressed(self) -> int:
        """
        Mailings of notices that reached nobody, for want of an address.
        """
        addressed = select(notice_mails.c.mailing)
        query = select(func.count()).where(mailings.c.id.not_in(addressed))
        return int(self.session.scalar(query) or 0)

    def undelivered(self) -> int:
        query = select(func.count()).where(returns.c.state != "delivered")
        return int(self.session.scalar(query) or 0)
