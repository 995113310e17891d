import io
import json
import resource
import subprocess
import sys

import pytest

from services.intake.ledger.__main__ import main
from tests.builders.ledger_files import ROOT, a_case, xlsx


def asked(path, *more):
    return [
        str(path),
        f"--form={ROOT / 'deploy' / 'forms' / 'annex2.yaml'}",
        f"--directory={ROOT / 'deploy' / 'directory'}",
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
    out = io.StringIO()

    assert main(asked(path, "--filename=台账.xlsx"), out) == 0

    assert json.loads(out.getvalue())["unreadable"][0]["code"] == "not_a_spreadsheet"


def test_the_process_has_a_bound_of_memory_and_of_time(a_ledger, monkeypatch):
    bounds = {}
    monkeypatch.setattr(resource, "setrlimit", bounds.__setitem__)

    main(asked(a_ledger, "--memory=64", "--seconds=5"), io.StringIO())

    assert bounds == {
        resource.RLIMIT_AS: (64 * 1024 * 1024,) * 2,
        resource.RLIMIT_CPU: (5, 5),
    }
