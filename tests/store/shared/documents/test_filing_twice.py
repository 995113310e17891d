"""
The same file that is filed twice at once is looked for by one after the other.
"""

from __future__ import annotations

import pytest
from sqlalchemy.exc import OperationalError

from services.hearing.store.tables import documents
from shared.documents.store import Documents
from tests.builders import new_number

pytestmark = pytest.mark.stack


def test_who_files_the_same_file_waits_for_the_one_before(migrated):
    number, engine = new_number(), migrated.engine("hearing")
    with engine.connect() as first, engine.connect() as second:
        Documents(first, documents).same_file(number, "photo", "d")
        second.exec_driver_sql("SET LOCAL lock_timeout = '50ms'")
        later = Documents(second, documents)

        assert later.same_file(number, "photo", "another") is None
        with pytest.raises(OperationalError, match="lock timeout"):
            later.same_file(number, "photo", "d")
    engine.dispose()
