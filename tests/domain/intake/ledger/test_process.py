import io
import json
import os
import resource
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path

import eventlet
import pytest

from services.intake.casework.importing import reader
from services.intake.ledger.__main__ import main
from shared.policy.current import current_policy
from shared.policy.directory import Directory
from shared.policy.office_names import spellings_of
from shared.service.child_process import Spares
from tests.builders.ledger_files import ROOT, a_case, xlsx


def asked(path, *more):
    offices = path.with_name("offices.json")
    directory = Directory.load(ROOT / "deploy" / "directory")
    offices.write_text(json.dumps(spellings_of(directory.offices())), "utf-8")
    return [
        str(path),
        f"--form={ROOT / 'deploy' / 'forms' / 'annex2.yaml'}",
        f"--offices={offices}",
        "--today=2020-11-30",
        *more,
    ]


@pytest.fixture
def a_ledger(tmp_path):
    path = tmp_path / "upload.bin"
    path.write_bytes(xlsx(a_case(1), a_case(2, accepted_on="x")).getvalue())
    return path


def test_the_process_writes_a_line_for_each_row_and_then_the_end(a_ledger):
    done = subprocess.run(
        [sys.executable, "-m", "services.intake.ledger", *asked(a_ledger)],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )

    first, second, end = map(json.loads, done.stdout.decode().splitlines())

    assert first["values"]["reporting_office"] == "410922"
    assert first["problems"] == []
    assert second["problems"][0]["code"] == "date_invalid"
    assert end == {"end": {"rows": 2, "faulty": 1, "notices": []}}
    assert done.stderr == b""


def test_a_file_that_cannot_be_read_is_one_line(tmp_path):
    path = tmp_path / "upload.bin"
    path.write_bytes(b"%PDF")
    out = io.BytesIO()

    assert main(out, asked(path, "--filename=台账.xlsx")) == 0

    assert json.loads(out.getvalue())["unreadable"][0]["code"] == "not_a_spreadsheet"


def test_the_process_has_a_bound_of_memory_and_of_time(a_ledger, monkeypatch):
    bounds = {}
    monkeypatch.setattr(resource, "setrlimit", bounds.__setitem__)

    main(io.BytesIO(), asked(a_ledger, "--memory=64", "--seconds=5"))

    assert bounds == {
        resource.RLIMIT_AS: (64 * 1024 * 1024,) * 2,
        resource.RLIMIT_CPU: (5, 5),
    }


@pytest.fixture
def lines(monkeypatch):
    """
    What is read of a pushed file, with or without a process.
    """
    monkeypatch.setattr(reader.clock, "today", lambda: date(2020, 11, 30))
    programme = current_policy().programmes.get("puyang-2020")

    def read(content, *, small):
        monkeypatch.setenv("SMALL_LEDGER", str(small))
        return list(reader.read_lines("-.xlsx", programme.form, content))

    return read


def test_the_file_reaches_the_process_without_a_name_on_any_disk(
    monkeypatch, tmp_path, lines
):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    content = json.dumps([a_case(1)]).encode()
    eventlet.hubs.get_hub()  # has a descriptor of its own
    before = set(Path("/dev/fd").iterdir())

    row, end = lines(content, small=0)

    assert row["values"]["case_no"] == "清检控申〔2020〕1号"
    assert end["end"]["rows"] == 1
    assert set(Path("/dev/fd").iterdir()) == before


def test_a_reader_that_began_before_the_file_came_reads_it(lines, monkeypatch):
    content = json.dumps([a_case(1)]).encode()
    at_once = lines(content, small=0)
    kept = Spares(reader.READERS.module, reader.READERS.bounds, reader.READERS.files)
    monkeypatch.setattr(reader, "READERS", kept)
    kept.keep_ready()

    assert lines(content, small=0) == at_once
    for spare in kept.waiting:
        spare.end()


def test_a_small_file_is_read_without_a_process_and_says_the_same(monkeypatch, lines):
    content = xlsx(a_case(1), a_case(2, accepted_on="x"), a_case(3)).getvalue()
    of_process = lines(content, small=0)
    monkeypatch.setattr(reader, "READERS", None)

    assert lines(content, small=len(content)) == of_process


def test_a_file_whose_reading_breaks_down_is_left_to_the_process(monkeypatch, lines):
    def breaks_down(*_, **__):
        raise BaseException  # noqa: TRY002 - as a panic of the reader in Rust is one

    content = json.dumps([a_case(1)]).encode()
    monkeypatch.setattr(reader, "lines_of", breaks_down)

    row, _ = lines(content, small=len(content))

    assert row["values"]["case_no"] == "清检控申〔2020〕1号"


_PARENT = """
import os, subprocess, sys
reader = [sys.executable, "-m", "services.intake.ledger", "--parent", str(os.getpid())]
print(subprocess.Popen([*reader, *sys.argv[1:]]).pid, flush=True)
sys.stdin.read()
"""


def test_the_process_ends_when_its_parent_is_killed(tmp_path, eventually):
    endless = tmp_path / "never-written"
    os.mkfifo(endless)
    parent = subprocess.Popen(
        [sys.executable, "-c", _PARENT, *asked(endless)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    child = Path("/proc") / parent.stdout.readline().decode().strip()
    assert child.exists()
    parent.kill()
    parent.communicate()

    def has_ended():
        status = child / "stat"
        return not status.exists() or ") Z " in status.read_text()

    eventually(has_ended, 20)
