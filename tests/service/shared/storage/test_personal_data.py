"""
What people wrote, and what was written of them, stands nowhere unencrypted: not in a
table, the database's log or WAL, the broker's queues, a log or a temporary file.
"""

from __future__ import annotations

import io
import mmap
import tempfile
from datetime import date
from itertools import chain
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook

from deploy.demo.invented import id_number
from shared.settings import SERVICES
from tests.builders import COUNTY, new_number
from tests.service.asking import a_row, all_items, as_json, at

pytestmark = pytest.mark.last


class Search:
    """
    Everything that the system has written since the search began.
    """

    def __init__(self, stack, session):
        self.stack = stack
        self.session = session
        # The moment by the clock of the files, whatever the processes see.
        began = stack.var / "search-began"
        began.touch()
        self.began = began.stat().st_mtime
        self.first = session.scalar(
            sa.text("SELECT pg_current_xact_id()::text::bigint")
        )
        self.data = Path(session.scalar(sa.text("SHOW data_directory")))
        logs = (stack.var / "log").glob("*")
        self.read = {log: log.stat().st_size for log in logs}

    def places_of(self, *groups):
        """
        For each group of texts the tables and files that hold one of them, as it is or
        in hexadecimal.
        """
        spelled = [
            [s for n in group for s in (n, n.encode().hex())] for group in groups
        ]
        found = [set() for _ in groups]
        for place, held in chain(self._tables(spelled), self._files(spelled)):
            for places, holds in zip(found, held, strict=True):
                places.update([place] if holds else ())
        return found

    def _tables(self, groups):
        listed = sa.text(
            "SELECT table_schema || '.' || table_name FROM information_schema.tables"
            " WHERE table_schema = ANY(:services) AND table_type = 'BASE TABLE'"
        )
        patterns = {
            f"p{n}": [f"%{text}%" for text in group] for n, group in enumerate(groups)
        }
        held = ", ".join(f"bool_or(line LIKE ANY(:{name}))" for name in patterns)
        for table in self.session.scalars(listed, {"services": list(SERVICES)}).all():
            query = (
                f"SELECT {held} FROM (SELECT t::text AS line FROM {table} t"  # noqa: S608
                " WHERE t.xmin::text::bigint >= :first OFFSET 0) AS new"
            )
            row = self.session.execute(
                sa.text(query), {**patterns, "first": self.first}
            )
            yield table, row.one()

    def _files(self, groups):
        folders = [
            (self.stack.var, "**/*"),
            (self.data / "pg_wal", "*"),
            (self.data / "base", "pgsql_tmp/*"),
            (Path(tempfile.gettempdir()), "tmp*"),
            (Path(tempfile.gettempdir()), "tmp*/*"),
        ]
        for folder, pattern in folders:
            for file in filter(self._is_new, folder.glob(pattern)):
                yield self._name(file), self._held(file, groups)

    def _is_new(self, file):
        try:
            known = file.stat()
        except OSError:
            return False
        is_heap = self.data / "base" in file.parents  # its rows are searched by SQL
        return (
            file.is_file()
            and known.st_size > 0
            and known.st_mtime >= self.began - 1
            and not is_heap
        )

    def _held(self, file, groups):
        with (
            file.open("rb") as opened,
            mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as content,
        ):
            start = self.read.get(file, 0)
            return [
                any(content.find(text.encode(), start) >= 0 for text in group)
                for group in groups
            ]

    def _name(self, file):
        if file.parent.name == "pg_wal":
            return "WAL"
        return f"{file.parent.name}/{file.name}"


@pytest.fixture
def search(stack, owner_session):
    """
    While it lasts, the database's log holds every statement that writes.
    """
    owner_session.execute(sa.text("ALTER SYSTEM SET log_statement = 'mod'"))
    owner_session.execute(sa.text("SELECT pg_reload_conf()"))
    yield Search(stack, owner_session)
    owner_session.execute(sa.text("ALTER SYSTEM RESET log_statement"))
    owner_session.execute(sa.text("SELECT pg_reload_conf()"))


def test_personal_data_stands_nowhere_unencrypted(
    search, as_office, desk, owner_session, eventually, jianjian
):
    mark, identity, phone = uuid4().hex, id_number(date(1951, 2, 3), 77), "13912340987"
    number, other = new_number(), new_number()
    clerk = as_office(COUNTY)
    about = {
        "petitioner_name": f"甄{mark}",
        "id_no": identity,
        "phone": phone,
        "address": f"濮阳市{mark}村",
        "original_case": f"{mark}一案",
        "main_demand": f"请求{mark}",
        "facts": f"{mark}，电话{phone}",
        "note": mark,
    }
    shifted = {"origin": f"甄{mark}", "persons": identity, "petitioner_name": phone}
    misplaced = {**about, "handler_post": f"甄{mark}"}
    faulty = {**about, "accepted_on": "2019年13月5日"}
    ledgers = [
        as_json(a_row(number, **about), a_row(other, **about)),
        as_json(a_row(**faulty), a_row(**shifted), a_row(**misplaced)),
        f'[{{"姓名": "甄{mark}", "身份证号": "{identity}"}}]'.encode(),
        as_json(a_row(**about))[:-20],
    ]
    jobs = [desk.push(each, filename=f"-{mark}.json") for each in ledgers]
    merge = {"into": other, "merged_on": "2020-11-10", "reason": f"{mark}与{identity}"}
    merged = clerk.post("intake", at("cases", number, "merge"), merge, key=uuid4().hex)
    petition = {
        "channel": "letter",
        "received_on": "2020-11-19",
        "petitioner": {"name": f"甄{mark}", "id_no": identity, "phone": phone},
        "category": "claim",
        "case_kind": "complaint",
        "demand": f"请求{mark}",
    }
    registered = clerk.post("intake", "/petitions", petition, key=uuid4().hex)
    reply = {
        "replied_on": "2020-11-20",
        "kind": "procedural",
        "mode": "phone",
        "outcome": f"{mark}知悉",
        "summary": f"{mark}，电话{phone}",
    }
    path = at("petitions", registered.json()["number"], "replies")
    replied = clerk.post("intake", path, reply, key=uuid4().hex)
    person = {"name": f"甄{mark}", "id_no": identity}
    aid = desk.applied_for_aid(other, person=person, hardship=f"{mark}，电话{phone}")
    path = at("aid-applications", aid.json()["id"], "openings")
    opened = clerk.post("aid", path, {"purpose": "核实。"})
    trail = jianjian("audit", number)
    shown = clerk.get("intake", at("cases", number)).json()["row"]
    returned = load_workbook(
        io.BytesIO(clerk.get("intake", jobs[1]["rejected_url"], purpose="改正").content)
    )

    assert [job["state"] for job in jobs] == ["done"] * 2 + ["failed"] * 2
    assert [job["rows_rejected"] for job in jobs[:2]] == [0, 3]
    assert [each.status_code for each in (merged, registered, replied, aid)] == [
        *(200, 201, 201, 201)
    ]
    assert mark not in aid.text
    assert opened.json()["hardship"] == f"{mark}，电话{phone}"
    assert shown["facts"] == about["facts"]
    assert about["petitioner_name"] in str(list(returned.active.values))
    assert not {"facts", "note", "main_demand"} & {
        name for case in all_items(clerk, "intake", "/cases") for name in case["row"]
    }
    assert trail[0] == 0
    assert merge["reason"] in trail[1]
    assert f'"merged_into": [null, "{other}"]' in trail[1]
    assert mark not in str([job["problems"] for job in jobs])
    assert phone not in str([job["problems"] for job in jobs])
    files = sa.text(
        "SELECT count(*) FROM intake.file_parts WHERE import_id = ANY(:ids)"
    )
    assert not owner_session.scalar(files, {"ids": [job["id"] for job in jobs]})

    eventually(lambda: clerk.get("assignment", at("cases", other)).is_success)
    demands, said = at("cases", other, "demands"), [f"{mark}要求答复，电话{phone}"]
    demand = {"fixed_on": "2020-11-20", "mode": "in_person", "post": "检察长"}
    demand |= {"points": said}
    fixed = clerk.post("assignment", demands, demand, key=uuid4().hex)
    (read,) = clerk.get("assignment", demands).json()["items"]

    assert fixed.status_code == 201, fixed.text
    assert mark not in fixed.text
    assert read["points"] == said
    open_places, private = search.places_of([other], [mark, identity, phone])
    assert {"WAL", "log/postgres.log", "intake.outbox", "intake.cases"} <= open_places
    assert private == set()
