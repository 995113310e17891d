"""
The keys with which calendar programs read the hearings to come of an office.
"""

from __future__ import annotations

from sqlalchemy.dialects.postgresql import insert

from services.hearing.domain.feeds import FeedKey
from services.hearing.store.tables import feed_keys
from shared.records.rows import Records


class FeedKeys(Records[FeedKey]):
    """
    The keys of calendars, one of each office at most.
    """

    table = feed_keys
    record = FeedKey

    def replace(self, key: FeedKey) -> None:
        """
        Let *key* be the key of its office; one that it had before is no longer valid.
        """
        new = insert(self.table).values(self.values(key))
        self.session.execute(
            new.on_conflict_do_update(
                index_elements=[feed_keys.c.office],
                set_={name: new.excluded[name] for name in self.values(key)},
            )
        )

    def revoke(self, office: str) -> bool:
        """
        Revoke the key of *office*; return whether it had one.
        """
        deleted = self.session.execute(
            feed_keys.delete().where(feed_keys.c.office == office)
        )
        return deleted.rowcount > 0

    def of_digest(self, digest: str) -> FeedKey | None:
        return self.one(self.query().where(feed_keys.c.digest == digest))
