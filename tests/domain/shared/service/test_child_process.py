"""
Processes of their own: what they are given, and what they say when they break down.
"""

from __future__ import annotations

import os
import resource
from argparse import ArgumentParser
from pathlib import Path

import pytest

from shared.service import child_process as child_processes
from shared.service.child_process import (
    Bounds,
    Spares,
    add_bounds,
    child_process,
    in_memory,
    keep_bounds,
    report_error,
)

BOUNDS = Bounds(memory=256, seconds=10)


def said_by(module, *arguments, files=()):
    with child_process(module, arguments, BOUNDS, files) as process:
        return process.stdout.read().decode()


@pytest.fixture
def module(tmp_path, monkeypatch):
    """
    Makes a module that the process finds.
    """

    def make(text):
        (tmp_path / "worked_apart.py").write_text(text)
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))
        return "worked_apart"

    return make


def test_a_process_has_no_key_and_no_password(module, monkeypatch):
    monkeypatch.setenv("DOCUMENT_KEYS", "k1:secret")
    monkeypatch.setenv("INTAKE_DATABASE_URL", "postgresql://secret")

    names = said_by(module("import os; print(*os.environ)")).split()

    assert "PATH" in names
    assert not [name for name in names if "KEY" in name or "URL" in name]


def test_a_process_sees_the_time_that_the_suite_sees(module, monkeypatch):
    shown = module("import sitecustomize; print(sitecustomize.AHEAD)")
    clock = Path(__file__).parents[3] / "clock"
    monkeypatch.setenv("PYTHONPATH", f"{clock}:{os.environ['PYTHONPATH']}")
    monkeypatch.setenv("PYTHON_SECONDS_AHEAD", "864000")

    assert said_by(shown) == "864000\n"


def test_a_process_reads_a_file_that_is_on_no_disk(module):
    text = "import sys; print(open(sys.argv[1]).read())"
    with in_memory("given", [b"ab", b"c"]) as file:
        said = said_by(module(text), f"/dev/fd/{file}", files=[file])

    assert said == "abc\n"


def test_a_process_is_told_its_bounds_and_keeps_them(module, monkeypatch):
    parser = ArgumentParser()
    add_bounds(parser)
    given = said_by(module("import sys; print(*sys.argv[1:])")).split()
    kept = {}
    monkeypatch.setattr(resource, "setrlimit", kept.__setitem__)
    monkeypatch.setattr(os, "getppid", os.getpid)
    monkeypatch.setattr("ctypes.CDLL", lambda _: _Kernel())

    keep_bounds(parser.parse_args(given))

    assert kept == {
        resource.RLIMIT_AS: (256 * 1024 * 1024,) * 2,
        resource.RLIMIT_CPU: (10, 10),
    }


class _Kernel:
    def prctl(self, *_):
        return 0


def test_an_error_of_a_process_repeats_no_data(capsys):
    cell = "甄单元格"
    try:
        int(cell)
    except ValueError as error:
        report_error(ValueError, error, error.__traceback__)

    printed = capsys.readouterr().err
    assert printed.startswith("ValueError in ")
    assert cell not in printed


_WAITING = """
import sys, resource
from shared.service.child_process import arguments_of
given, file = arguments_of(sys.argv[1:])
print(given, open(file).read(), resource.getrlimit(resource.RLIMIT_CPU)[0])
"""


@pytest.fixture
def spares(module):
    made = Spares(module(_WAITING), BOUNDS, files=1)
    yield made
    for spare in made.waiting:
        spare.end()


def work_of(spares, content):
    with spares.one() as spare:
        path = f"/dev/fd/{spare.files[0]}"
        spare.set_to_work([content], ["given", path])
        return spare.process.pid, spare.process.stdout.read().decode()


def test_a_process_that_waits_is_bound_and_does_one_piece_of_work(spares):
    spares.keep_ready()

    first, said = work_of(spares, b"ab")
    spares.replace()
    (waiting,) = spares.waiting
    second, said_then = work_of(spares, b"c")

    assert (said, said_then) == ("given ab 10\n", "given c 10\n")
    assert first != second == waiting.process.pid


def test_one_that_ended_while_it_waited_is_replaced(spares):
    spares.keep_ready()
    with spares.one() as spare:
        pass  # killed
    spares.replace()
    (waiting,) = spares.waiting
    waiting.process.kill()
    waiting.process.wait()

    _, said = work_of(spares, b"ab")

    assert not spare.is_alive
    assert said == "given ab 10\n"


def test_work_that_is_done_stands_though_the_next_process_cannot_begin(
    spares, monkeypatch
):
    def fail(*_):
        raise BlockingIOError

    spares.keep_ready()
    with spares.one() as spare:
        spare.set_to_work([b"ab"], ["given", f"/dev/fd/{spare.files[0]}"])
        said = spare.process.stdout.read().decode()
    monkeypatch.setattr(child_processes, "Spare", fail)
    spares.replace()

    assert (said, spares.waiting) == ("given ab 10\n", [])


def test_none_waits_where_none_is_kept_ready(spares):
    work_of(spares, b"ab")
    spares.replace()

    assert spares.waiting == []


def test_one_that_is_never_needed_ends_with_its_input(spares):
    with spares.one() as spare:
        spare.process.stdin.close()

        assert spare.process.wait(timeout=20) == 0
