"""
Where papers are filed, for the tests of the store.
"""

from __future__ import annotations

from datetime import date

import pytest

from shared import clock
from shared.storage import contents
from shared.storage.encryption import FieldCipher

DAY = date(2021, 3, 1)


@pytest.fixture
def session(session, monkeypatch, tmp_path):
    """
    The transaction, with a folder and a key of its own for documents, on a `DAY`.
    """
    monkeypatch.setenv("DOCUMENTS_FOLDER", str(tmp_path))
    monkeypatch.setenv("DOCUMENT_KEYS", "k1:" + "A" * 43 + "=")
    cipher = FieldCipher({"k1": bytes(32)}, "DOCUMENT_KEYS")
    monkeypatch.setattr(contents, "document_cipher", lambda: cipher)
    monkeypatch.setattr("shared.documents.store.document_cipher", lambda: cipher)
    monkeypatch.setattr(clock, "today", lambda: DAY)
    return session
