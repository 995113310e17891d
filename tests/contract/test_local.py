"""
The system on this machine, without its servers: processes, ports, mailbox, commands.
"""

from __future__ import annotations

import os
import signal
import smtplib
import socket
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from deploy.local import __main__ as command_line
from deploy.local.ports import Ports, holder, is_taken
from deploy.local.processes import Processes
from deploy.local.stack import Stack, StackError

ROOT = Path(__file__).resolve().parents[2]
PARENT_AND_CHILD = """
import subprocess, sys, time
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"],
                 start_new_session=True)
print("both", flush=True)
time.sleep(60)
"""


@pytest.fixture
def processes(tmp_path):
    processes = Processes(tmp_path)
    yield processes
    for name in processes.names():
        processes.kill(name)


@pytest.fixture
def stack(tmp_path):
    stack = Stack(tmp_path, Ports.free())
    yield stack
    stack.clean()


def start(processes, name="worker", code="import time; time.sleep(60)"):
    command = [sys.executable, "-c", code]
    processes.start(name, command, os.environ, cwd=ROOT)


def children_of(pid):
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    return [int(child) for child in listed.split()]


def test_a_process_is_known_until_it_is_forgotten(processes):
    start(processes)
    pid = processes.pid("worker")
    processes.signal("worker", signal.SIGTERM)
    ended = processes.wait("worker", 10)

    assert pid is not None
    assert ended
    assert processes.pid("worker") is None
    assert processes.names() == ["worker"]


def test_another_program_finds_it_by_its_file(processes, tmp_path):
    start(processes)

    assert Processes(tmp_path).pid("worker") == processes.pid("worker")


def test_killing_takes_what_it_started_in_a_session_of_its_own(processes):
    start(processes, code=PARENT_AND_CHILD)
    pid = processes.pid("worker")
    while "both" not in processes.log("worker").read_text():
        assert processes.pid("worker")
    (child,) = children_of(pid)
    processes.kill("worker")

    assert has_ended(pid)
    assert has_ended(child)


def test_a_process_that_somebody_else_started_is_ended_by_its_name(processes):
    code = "import time; time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", code], start_new_session=True) as own:
        processes.adopt("worker", own.pid)
        pid = processes.pid("worker")
        processes.kill("worker")

    assert pid == own.pid
    assert processes.pid("worker") is None


def has_ended(pid):
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except OSError:
        return True
    return stat.rpartition(")")[2].split()[0] == "Z"


def test_a_number_used_again_by_somebody_else_is_never_signalled(processes, tmp_path):
    start(processes, "somebody")
    pid = processes.pid("somebody")
    (tmp_path / "run/worker.pid").write_text(f"{pid} 1\n", encoding="ascii")
    processes.kill("worker")

    assert processes.pid("worker") is None
    assert processes.pid("somebody") == pid


def test_no_two_systems_choose_one_port_also_when_nobody_listens_on_it_yet():
    chosen = [port for _ in range(40) for port in Ports.free().by_name().values()]

    assert len(set(chosen)) == len(chosen)


def test_free_ports_are_free_and_all_different():
    ports = Ports.free().by_name()

    assert len(set(ports.values())) == len(ports)
    assert not any(is_taken(port) for port in ports.values())


def test_a_variable_moves_one_port_and_a_base_moves_all():
    assert Ports.usual({"INTAKE_PORT": "9"}).intake == 9
    assert Ports.usual({}).assignment == 8102
    assert Ports.usual({"AID_PORT": "9"}, base=7000).aid == 9
    assert Ports.usual({}, base=7000).intake == 7001


def test_whoever_holds_a_port_is_named_with_the_way_out(stack):
    with socket.create_server(("127.0.0.1", stack.ports.smtp)):
        held_by = holder(stack.ports.smtp)
        with pytest.raises(StackError) as refused:
            stack.start("mailbox")

    assert f"process {os.getpid()} " in held_by
    assert "SMTP_PORT=PORT" in str(refused.value)


def test_the_mailbox_keeps_mails_and_refuses_as_told(stack):
    stack.start("mailbox")
    stack.wait_ready("mailbox")
    stack.refuse_mail("b@city.invalid", times=1)
    refusals = [send(stack), send(stack)]
    kept = [mail.read_bytes() for mail in stack.mails()]

    assert refusals == [{"b@city.invalid": (451, b"refused on purpose")}, {}]
    assert kept[0].startswith(b"X-Envelope-To: a@city.invalid\r\nSubject: ")
    assert kept[1].startswith(b"X-Envelope-To: a@city.invalid, b@city.invalid\r\n")


def send(stack):
    with smtplib.SMTP("127.0.0.1", stack.ports.smtp, timeout=10) as server:
        recipients = ["a@city.invalid", "b@city.invalid"]
        return server.sendmail("r@city.invalid", recipients, "Subject: 报表".encode())


def test_a_process_that_ends_at_once_is_told_with_its_log(stack):
    with pytest.raises(StackError, match="mailbox has ended"):
        stack.wait_ready("mailbox")


def test_secrets_are_for_their_owner_alone(stack):
    stack.environment()

    assert (stack.var / "secrets.json").stat().st_mode & 0o077 == 0


def test_a_service_gets_its_own_password_only(stack):
    hearing = stack.environment("hearing")

    assert "HEARING_DATABASE_URL" in hearing
    assert "INTAKE_DATABASE_URL" not in hearing
    assert "DATABASE_URL" not in hearing
    assert "FIELD_KEYS" not in hearing


def test_servers_that_exist_already_are_used_as_they_are(stack, monkeypatch):
    monkeypatch.setenv("AMQP_URI", "amqp://a:b@broker.invalid//")
    monkeypatch.setenv("DATABASE_URL", "postgresql://o:p@db.invalid:5432/city")
    monkeypatch.delenv("AID_DATABASE_URL", raising=False)
    found = stack.environment()

    assert found["AMQP_URI"] == "amqp://a:b@broker.invalid//"
    assert found["AID_DATABASE_URL"].endswith("@db.invalid:5432/city")
    assert found["AID_DATABASE_URL"].startswith("postgresql://jianjian_aid:")
    assert stack.is_external("rabbitmq")
    assert stack.is_external("postgres")


@pytest.fixture
def used(stack, monkeypatch):
    """
    A system with data that is not running; nobody is there to answer a question.
    """
    stack.environment()
    monkeypatch.delenv("FORCE", raising=False)
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False, raising=False)
    return stack


def removed(stack, *arguments):
    with pytest.MonkeyPatch.context() as patch:
        command = ["deploy.local", "--var", str(stack.var), "clean", *arguments]
        patch.setattr(sys, "argv", command)
        return command_line.main() == 0 and not (stack.var / "secrets.json").exists()


def test_a_system_in_use_is_removed_only_by_who_says_so(used, monkeypatch, capsys):
    refused = removed(used)
    sentence = capsys.readouterr().err
    monkeypatch.setenv("FORCE", "1")

    assert not refused
    assert "FORCE=1" in sentence
    assert removed(used)


def test_an_answer_at_a_terminal_decides(used, monkeypatch):
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda _question: "")
    refused = removed(used)
    monkeypatch.setattr("builtins.input", lambda _question: "y")

    assert not refused
    assert removed(used)


@pytest.mark.parametrize(
    ("base", "arguments", "folder"),
    [
        ("", [], ROOT / "var"),
        ("9400", [], ROOT / "var/9400"),
        ("", ["--port-base", "9400"], ROOT / "var/9400"),
        ("9400", ["--var", "/elsewhere"], Path("/elsewhere")),
    ],
)
def test_a_second_system_is_meant_as_make_means_it(
    monkeypatch, base, arguments, folder
):
    monkeypatch.setenv("PORT_BASE", base)
    options = command_line.parser().parse_args([*arguments, "status"])

    assert command_line.folder_of(options) == folder


def test_there_are_no_settings_before_there_is_a_system(tmp_path, monkeypatch, capsys):
    command = ["deploy.local", "--var", str(tmp_path), "env"]
    monkeypatch.setattr(sys, "argv", command)

    assert command_line.main() == 1
    assert "holds no system" in capsys.readouterr().err
    assert [*tmp_path.iterdir()] == []


def test_a_demonstration_never_removes_another_system(used, monkeypatch, capsys):
    monkeypatch.setenv("FORCE", "1")
    refused = removed(used, "--demonstration")
    sentence = capsys.readouterr().err
    used.set_business_day(date(2020, 11, 1))

    assert not refused
    assert "PORT_BASE=9100 make demo" in sentence
    assert removed(used, "--demonstration")


def test_a_demonstration_replaces_another_that_still_runs_but_clean_asks(used):
    used.set_business_day(date(2020, 11, 1))
    used.start("mailbox")
    refused = removed(used)
    replaced = removed(used, "--demonstration")

    assert not refused
    assert replaced
    assert not used.running("mailbox")


def test_a_demonstration_never_replaces_a_running_system(used, monkeypatch):
    monkeypatch.setenv("FORCE", "1")
    used.start("mailbox")

    assert not removed(used, "--demonstration")
    assert used.running("mailbox")


def test_nothing_is_asked_where_there_is_nothing(stack):
    assert removed(stack)


def test_a_second_system_has_its_own_ports_and_folder():
    shown = subprocess.run(
        ["make", "--no-print-directory", "-n", "status", "PORT_BASE=9100"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert "--var var/9100 --port-base 9100 status" in shown.stdout


def test_make_help_lists_every_target():
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    promised = text.split(".PHONY: ")[1].splitlines()[0].split()
    shown = subprocess.run(
        ["make", "--no-print-directory", "help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert {line.split()[0] for line in shown.stdout.splitlines()} == set(promised)
