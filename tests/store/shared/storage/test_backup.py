"""
A backup is one moment of all five schemas, and a restore never overwrites unasked.
"""

from __future__ import annotations

import json
from hashlib import sha256

import pytest
import sqlalchemy as sa

from services.intake.store import OUTBOX
from shared.storage.backup import BackupError, backup, restore
from shared.telemetry import background_context, work
from tests.builders import petition_registered

A_DOCUMENT = sa.text(
    "INSERT INTO hearing.documents (id, number, office, kind, media_type, size,"
    " digest, scan, dated, filed_on, filed_by, made_here, encrypted)"
    " VALUES ('d', 'n', 'o', 'photo', 'm', 1, 'd1', 'clean', '2022-01-01',"
    " '2022-01-01', 'a', false, 'x')"
)
NO_DOCUMENT = sa.text("DELETE FROM hearing.documents")
DIGESTS = sa.text("SELECT digest FROM documents")
ANNOUNCED = sa.text("SELECT id FROM intake.outbox WHERE case_number = :number")


@pytest.fixture(scope="module")
def own(fresh_database):
    """
    A database with all tables of which these tests know all documents.
    """
    return fresh_database().with_tables()


@pytest.fixture
def lost_document(own):
    """
    A document of which no folder has the content.
    """

    def lose():
        with own.engine().begin() as session:
            session.execute(A_DOCUMENT)

    yield lose
    with own.engine().begin() as session:
        session.execute(NO_DOCUMENT)


def test_what_is_restored_is_what_was_there_and_serves_its_roles(
    own, fresh_database, tmp_path
):
    petition = petition_registered()
    with (
        own.engine("intake").begin() as session,
        work("test", trace=background_context()),
    ):
        OUTBOX.announce(session, petition)
    folder, there = tmp_path / "backup", {"number": petition.case_number}
    documents, empty = tmp_path / "documents", tmp_path / "empty"
    (documents / "0f").mkdir(parents=True)
    (documents / "0f" / "0f1").write_bytes(b"encrypted")
    backup(own.urls["owner"], folder, documents)
    with pytest.raises(BackupError, match="never overwrites"):
        backup(own.urls["owner"], folder, documents)
    with pytest.raises(BackupError, match="--replace"):
        restore(own.urls["owner"], folder, empty, replace=False)
    fresh = fresh_database()
    restore(fresh.urls["owner"], folder, empty, replace=False)
    restore(fresh.urls["owner"], folder, empty, replace=True)

    with own.engine("intake").connect() as session:
        before = session.execute(ANNOUNCED, there).all()
    with fresh.engine("intake").begin() as session:
        assert session.execute(ANNOUNCED, there).all() == before
        with work("test", trace=background_context()):
            OUTBOX.announce(session, petition)
    assert len(before) == 1
    assert (empty / "0f" / "0f1").read_bytes() == b"encrypted"


def test_a_backup_that_cannot_be_read_replaces_nothing(own, lost_document, tmp_path):
    """
    Nor does one that has a document without its content count as whole.
    """
    url, folder, lost = own.urls["owner"], tmp_path / "a", tmp_path / "lost"
    backup(url, folder, tmp_path)
    lost_document()
    with pytest.raises(BackupError, match="1 contents of documents were lost"):
        backup(url, lost, tmp_path)
    (folder / "jianjian.dump").write_bytes(b"PGDMP, and no more")
    with pytest.raises(BackupError, match="damaged or cut off"):
        restore(url, folder, tmp_path, replace=True)
    manifest = json.loads((folder / "manifest.json").read_text())
    seal = {"bytes": 18, "sha256": sha256(b"PGDMP, and no more").hexdigest()}
    (folder / "manifest.json").write_text(json.dumps({**manifest, "dump": seal}))
    with pytest.raises(BackupError, match="pg_restore failed"):
        restore(url, folder, tmp_path, replace=True)

    with own.engine("hearing").connect() as session:
        assert session.execute(DIGESTS).scalars().all() == ["d1"]
    named = json.loads((lost / "manifest.json").read_text())["lost_documents"]
    assert named == ["d1"]


def test_a_backup_that_was_cut_off_is_none(own, tmp_path):
    with pytest.raises(BackupError, match="no complete backup"):
        restore(own.urls["owner"], tmp_path, tmp_path, replace=True)
