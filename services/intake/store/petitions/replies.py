"""
The replies to petitions; what they say is encrypted.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import Column, ForeignKey, Index, String, select

from services.intake.domain.petitions.petitions import Reply
from services.intake.store.petitions.personal import content_of
from services.intake.store.petitions.petition_table import petitions
from services.intake.store.tables import entered_at, metadata
from shared.records.sealed import SealedRecords
from shared.records.tables import row_of, table_of

_SEALED = ("outcome", "summary", "document_ids")

replies = table_of(
    Reply,
    "replies",
    metadata,
    Column("petition", ForeignKey(petitions.c.number), nullable=False),
    Column("content", String, nullable=False),
    entered_at(),
    Index("ix_replies_petition", "petition", "id"),
    sealed=_SEALED,
)


class Replies(SealedRecords[Reply]):
    """
    The replies to petitions.
    """

    table = replies
    record = Reply
    sealed = _SEALED

    def of_petition(self, number: str) -> list[Reply]:
        """
        The replies to a petition in the order of their recording.
        """
        query = self.query().where(replies.c.petition == number)
        return self.all(query.order_by(replies.c.id))

    def without_texts(self, number: str) -> list[Reply]:
        """
        The replies to a petition that stand, by day, without what they say.
        """
        names = ("id", "petition", "replied_on", "kind", "mode", "office")
        query = select(*(replies.c[name] for name in names)).where(
            replies.c.petition == number, replies.c.withdrawn_on.is_(None)
        )
        found = self.session.execute(query.order_by(replies.c.replied_on))
        return [Reply(**row._asdict(), outcome=None, summary="") for row in found]

    def same(self, office: str, given: Reply) -> Reply | None:
        """
        The very same reply, recorded before and not withdrawn.
        """
        query = self.query().where(
            replies.c.petition == given.petition,
            replies.c.content == _content_of(office, given),
            replies.c.withdrawn_on.is_(None),
        )
        return self.one(query.limit(1))

    def add(self, office: str, given: Reply) -> None:
        values = {**self.values(given), "content": _content_of(office, given)}
        self.session.execute(replies.insert().values(values))

    def withdraw(self, wrong: Reply, on: date) -> None:
        this = replies.c.id == wrong.id
        self.session.execute(replies.update().where(this).values(withdrawn_on=on))


def _content_of(office: str, given: Reply) -> str:
    entered = {**row_of(given), "id": None, "withdrawn_on": None}
    del entered["office"]
    return content_of(office, entered)
