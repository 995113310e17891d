"""
The supervision notices and their answers.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import (
    Date,
    Index,
    String,
    column,
    func,
    literal,
    select,
    tuple_,
    update,
    values,
)

from services.assignment.domain.escalation.notices import Notice
from services.assignment.domain.facts.notices import NoticeEnded
from services.assignment.store.tables import metadata
from shared.records.rows import Records
from shared.records.tables import table_of
from shared.web.paging import Page, PageRequest

notices = table_of(
    Notice,
    "notices",
    metadata,
    Index("ix_notices_number", "number"),
    Index("ix_notices_office_issued_on_id", "office", "issued_on", "id"),
    Index("ix_notices_programme_state", "programme", "state"),
    Index("ix_notices_issued_on_id", "issued_on", "id"),
    Index("ix_notices_state_issued_on_id", "state", "issued_on", "id"),
)


class Notices(Records[Notice]):
    """The supervision notices, within one transaction."""

    table, record = notices, Notice

    def end(self, ended: Sequence[NoticeEnded]) -> None:
        """
        What these notices were about is done.
        """
        if ended:
            days = values(column("id", String), column("on", Date), name="ended")
            days = days.data([(fact.notice, fact.on) for fact in ended])
            self.session.execute(
                update(notices)
                .where(notices.c.id == days.c.id)
                .values(state="ended", state_on=days.c.on)
            )

    def set_paper(self, identity: str, document: str) -> None:
        """
        The paper of a notice was printed, and filed as this document.
        """
        this = update(notices).where(notices.c.id == identity)
        self.session.execute(this.values(paper=document))

    def before(self, notice: Notice) -> int:
        """
        How many notices about its matter were issued before it.
        """
        # By day, and of one day by id: ids rise with time.
        earlier = tuple_(notices.c.issued_on, notices.c.id) < tuple_(
            literal(notice.issued_on), literal(notice.id)
        )
        query = select(func.count()).where(notices.c.number == notice.number, earlier)
        return self.session.scalar(query) or 0

    def of_offices(
        self,
        offices: Collection[str],
        request: PageRequest,
        *,
        state: str | None = None,
        number: str | None = None,
        programme: str | None = None,
    ) -> Page[Notice]:
        """
        The notices to *offices*, oldest first.
        """
        query = self.query()
        if state:
            query = query.where(notices.c.state == state)
        if number:
            query = query.where(notices.c.number == number)
        if programme:
            query = query.where(notices.c.programme == programme)
        return self.page_of_offices(
            offices, query, request, notices.c.issued_on, notices.c.id
        )
