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


class Person:
    """
    Somebody whose name, number and words are known by a mark that nothing else has.
    """

    def __init__(self):
        self.mark = uuid4().hex
        self.identity = id_number(date(1951, 2, 3), 77)
        self.phone = "13912340987"
        self.name = f"甄{self.mark}"
        self.words = f"{self.mark}，电话{self.phone}"
        self.secrets = [self.mark, self.identity, self.phone]
        self.row = {
            "petitioner_name": self.name,
            "id_no": self.identity,
            "phone": self.phone,
            "address": f"濮阳市{self.mark}村",
            "original_case": f"{self.mark}一案",
            "main_demand": f"请求{self.mark}",
            "facts": self.words,
            "note": self.mark,
        }

    def ledgers(self, number, other):
        """
        A good ledger of two cases, one of bad rows, one of another form, one cut off.
        """
        name, identity = self.name, self.identity
        shifted = {"origin": name, "persons": identity, "petitioner_name": self.phone}
        misplaced = {**self.row, "handler_post": name}
        faulty = {**self.row, "accepted_on": "2019年13月5日"}
        return [
            as_json(a_row(number, **self.row), a_row(other, **self.row)),
            as_json(a_row(**faulty), a_row(**shifted), a_row(**misplaced)),
            f'[{{"姓名": "{name}", "身份证号": "{identity}"}}]'.encode(),
            as_json(a_row(**self.row))[:-20],
        ]

    def petition(self):
        petitioner = {"name": self.name, "id_no": self.identity, "phone": self.phone}
        return {
            "channel": "letter",
            "received_on": "2020-11-19",
            "petitioner": petitioner,
            "category": "claim",
            "case_kind": "complaint",
            "demand": f"请求{self.mark}",
        }

    def reply(self):
        return {
            "replied_on": "2020-11-20",
            "kind": "procedural",
            "mode": "phone",
            "outcome": f"{self.mark}知悉",
            "summary": self.words,
        }

    def demand(self):
        fixed = {"fixed_on": "2020-11-20", "mode": "in_person", "post": "检察长"}
        return {**fixed, "points": [f"{self.mark}要求答复，电话{self.phone}"]}


def test_personal_data_stands_nowhere_unencrypted(
    search, as_office, desk, owner_session, eventually, jianjian
):
    person, clerk = Person(), as_office(COUNTY)
    number, other = new_number(), new_number()

    def post(service, path, body):
        return clerk.post(service, path, body, key=uuid4().hex)

    jobs = [
        desk.push(each, filename=f"-{person.mark}.json")
        for each in person.ledgers(number, other)
    ]
    why = f"{person.mark}与{person.identity}"
    merge = {"into": other, "merged_on": "2020-11-10", "reason": why}
    merged = post("intake", at("cases", number, "merge"), merge)
    registered = post("intake", "/petitions", person.petition())
    path = at("petitions", registered.json()["number"], "replies")
    replied = post("intake", path, person.reply())
    aided = {"name": person.name, "id_no": person.identity}
    aid = desk.applied_for_aid(other, person=aided, hardship=person.words)
    path = at("aid-applications", aid.json()["id"], "openings")
    opened = clerk.post("aid", path, {"purpose": "核实。"})
    eventually(lambda: clerk.get("assignment", at("cases", other)).is_success)
    demands = at("cases", other, "demands")
    fixed = post("assignment", demands, person.demand())

    assert [job["state"] for job in jobs] == ["done"] * 2 + ["failed"] * 2
    assert [job["rows_rejected"] for job in jobs[:2]] == [0, 3]
    answers = (merged, registered, replied, aid, fixed)
    assert [each.status_code for each in answers] == [200, 201, 201, 201, 201]
    assert person.mark not in aid.text + fixed.text
    assert not [each for each in person.secrets if each in str(_problems(jobs))]
    files = sa.text(
        "SELECT count(*) FROM intake.file_parts WHERE import_id = ANY(:ids)"
    )
    assert not owner_session.scalar(files, {"ids": [job["id"] for job in jobs]})

    # Who handles the case reads it all the same.
    returned = clerk.get("intake", jobs[1]["rejected_url"], purpose="改正").content
    sheet = load_workbook(io.BytesIO(returned)).active
    (read,) = clerk.get("assignment", demands).json()["items"]
    code, trail = jianjian("audit", number)
    shown = clerk.get("intake", at("cases", number)).json()["row"]

    assert opened.json()["hardship"] == person.words
    assert read["points"] == person.demand()["points"]
    assert shown["facts"] == person.row["facts"]
    assert person.name in str(list(sheet.values))
    assert code == 0
    assert why in trail
    assert f'"merged_into": [null, "{other}"]' in trail
    assert not {"facts", "note", "main_demand"} & {
        name for case in all_items(clerk, "intake", "/cases") for name in case["row"]
    }

    open_places, private = search.places_of([other], person.secrets)
    assert {"WAL", "log/postgres.log", "intake.outbox", "intake.cases"} <= open_places
    assert private == set()


def _problems(jobs):
    return [job["problems"] for job in jobs]
