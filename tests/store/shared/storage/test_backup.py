"""
A backup is one moment of all five schemas, and a restore never overwrites unasked.
"""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from services.intake.store import OUTBOX
from shared.storage.backup import BackupError, backup, restore
from shared.telemetry import background_context, work
from tests.builders import petition_registered

ANNOUNCED = sa.text("SELECT id FROM intake.outbox WHERE case_number = :number")


def test_what_is_restored_is_what_was_there_and_serves_its_roles(
    migrated, fresh_database, tmp_path
):
    petition = petition_registered()
    with (
        migrated.engine("intake").begin() as session,
        work("test", trace=background_context()),
    ):
        OUTBOX.announce(session, petition)
    folder, there = tmp_path / "backup", {"number": petition.case_number}
    documents, empty = tmp_path / "documents", tmp_path / "empty"
    (documents / "0f").mkdir(parents=True)
    (documents / "0f" / "0f1").write_bytes(b"encrypted")
    backup(migrated.urls["owner"], folder, documents)
    with pytest.raises(BackupError, match="never overwrites"):
        backup(migrated.urls["owner"], folder, documents)
    with pytest.raises(BackupError, match="--replace"):
        restore(migrated.urls["owner"], folder, empty, replace=False)
    fresh = fresh_database()
    restore(fresh.urls["owner"], folder, empty, replace=False)
    restore(fresh.urls["owner"], folder, empty, replace=True)

    with migrated.engine("intake").connect() as session:
        before = session.execute(ANNOUNCED, there).all()
    with fresh.engine("intake").begin() as session:
        assert session.execute(ANNOUNCED, there).all() == before
        with work("test", trace=background_context()):
            OUTBOX.announce(session, petition)
    assert len(before) == 1
    assert (empty / "0f" / "0f1").read_bytes() == b"encrypted"


def test_a_backup_that_was_cut_off_is_none(migrated, tmp_path):
    with pytest.raises(BackupError, match="no complete backup"):
        restore(migrated.urls["owner"], tmp_path, tmp_path, replace=True)
