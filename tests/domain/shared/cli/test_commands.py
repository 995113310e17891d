"""
What a command says when it cannot do what it was asked: one sentence, and not that it
has done it.
"""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from shared.cli import main, policy
from shared.settings import Settings


def run(*arguments):
    done = CliRunner().invoke(main, arguments)
    return done.exit_code, done.output


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("dead-letters", "replay"), "give the ids of messages, or --all"),
        (("dead-letters", "replay", "--all", "x"), "give the ids of messages"),
        (("reconcile", "--since", "gestern"), "gestern is no ISO instant"),
        (("resend", "--since", "2022"), "2022 is no ISO instant"),
        (("migrate", "--to", "base"), "removes all data"),
        (("migrate", "--to", "0003"), "'0003' is not one of"),
        (("token", "revoke", "garbage"), "neither a token nor"),
        (("token", "revoke", "a.b.c"), "neither a token nor"),
    ],
)
def test_what_a_command_cannot_take_is_named(monkeypatch, arguments, reason):
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    monkeypatch.setenv("REVOCATIONS", "/nowhere/revoked.json")
    code, said = run(*arguments)

    assert code == 2
    assert reason in said


def test_a_server_that_is_away_is_named_in_a_sentence(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    code, said = run("audit", "410922-2022-0000001")

    assert code == 1
    assert said.startswith("Error: database: ")
    assert "Traceback" not in said


def test_a_folder_that_is_not_there_is_named_in_a_sentence(monkeypatch):
    monkeypatch.setenv("REVOCATIONS", "/nowhere/revoked.json")

    code, said = run("token", "revoke", "0" * 32)

    assert code == 1
    assert "/nowhere/revoked.lock" in said


@pytest.mark.parametrize(
    ("named", "unknown"),
    [("", []), ("all", []), ("meixian", []), ("meixian,nope", ["nope"])],
)
def test_a_programme_that_has_no_file_cannot_be_run(monkeypatch, named, unknown):
    monkeypatch.setattr(policy, "settings", Settings({"PROGRAMMES": named}))
    problems = policy._unknown_programmes(["meixian", "xq-2020"])

    assert [problem.detail for problem in problems] == [
        f"没有“{code}”这个专项。" for code in unknown
    ]
