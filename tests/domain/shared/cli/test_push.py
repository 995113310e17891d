"""
`jianjian push` over a line that breaks off, against an intake that answers as it would.
"""

from __future__ import annotations

import stat

import httpx
import pytest
from click.testing import CliRunner

from shared.cli.push import push as command
from shared.cli.pushing import ExitCode, line, push, send_spooled, sending
from shared.cli.pushing.line import Line, PushRefused
from shared.cli.pushing.spool import Spool
from shared.media_types import XLSX

JOB = {
    "id": "an-import",
    "state": "done",
    "stands_still": False,
    "dry_run": False,
    "rows_read": 3,
    "rows_kept": 3,
    "rows_repeated": 0,
    "rows_corrected": 0,
    "rows_rejected": 0,
    "out_of_scope": 0,
    "notices": [],
    "problems": [],
    "rejected_url": None,
}
WAITING = {**JOB, "state": "waiting", "rows_read": 0}
DOWN = httpx.ConnectError("down")


def refusal(code, pointer=""):
    problem = {"code": code, "pointer": pointer, "detail": "不行。", "remedy": "改。"}
    return {"code": code, "detail": "不行。", "errors": [problem]}


class Intake:
    """
    Answers requests in turn with what it was given; what it was asked stands in `seen`.
    """

    def __init__(self, *answers):
        self.answers = list(answers)
        self.seen = []

    def __call__(self, request):
        self.seen.append(request)
        answer = self.answers.pop(0)
        request.read()
        if isinstance(answer, BaseException):
            raise answer
        if isinstance(answer, httpx.Response):
            return answer
        if isinstance(answer, bytes):
            kind = {"Content-Type": XLSX}
            return httpx.Response(200, content=answer, headers=kind)
        status, document = answer if isinstance(answer, tuple) else (200, answer)
        return httpx.Response(status, json=document)

    def line(self):
        return Line("http://intake", "token", httpx.MockTransport(self))


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    """
    Nobody waits.
    """
    monkeypatch.setattr(line.time, "sleep", lambda _: None)
    monkeypatch.setattr(sending.time, "sleep", lambda _: None)


@pytest.fixture
def ledger(tmp_path):
    file = tmp_path / "台账.xlsx"
    file.write_bytes(b"cells")
    return file


@pytest.fixture
def spool(tmp_path):
    return Spool(tmp_path / "spool")


def pushed(intake, file, *, spool=None, wait=60.0):
    with intake.line() as open_line:
        return push(
            open_line,
            file,
            "puyang-2020",
            dry_run=False,
            rejected=None,
            wait=wait,
            spool=spool,
        )


def test_a_line_that_breaks_off_is_tried_again_with_the_same_key(ledger):
    passing = (503, refusal("stopping"))
    intake = Intake(DOWN, passing, (202, WAITING), DOWN, {**WAITING}, JOB)

    assert pushed(intake, ledger) is ExitCode.DONE
    assert len({r.headers["Idempotency-Key"] for r in intake.seen[:3]}) == 1
    assert intake.seen[2].content == b"cells"
    assert intake.seen[-1].url.path == "/imports/an-import"


def test_the_same_file_again_follows_the_import_under_way(ledger):
    before = (409, refusal("ledger_already_pushed", "/imports/an-import"))

    assert pushed(Intake(before, WAITING, JOB), ledger) is ExitCode.DONE


def test_rows_that_came_back_are_stored_and_explained_whole(ledger, capsys):
    remedy = "请" + "逐条" * 200 + "改正。"
    problem = {"sheet": "台账", "row": 5, "column": "AB", "title": "案件来源"}
    problem |= {"detail": "没有填写。", "remedy": remedy}
    job = {**JOB, "rows_rejected": 1, "problems": [problem], "notices": ["第2行。"]}
    intake = Intake((202, job | {"rejected_url": "/imports/x/rejected"}), b"xlsx")

    assert pushed(intake, ledger) is ExitCode.ROWS_BACK
    assert ledger.with_name("台账-退回.xlsx").read_bytes() == b"xlsx"
    assert intake.seen[-1].url.params["purpose"] == "改正退回的行后再次报送"
    printed = capsys.readouterr().out
    assert f"台账 第5行AB列【案件来源】：没有填写。{remedy}\n" in printed
    assert "注意：第2行。" in printed


@pytest.mark.parametrize(
    ("job", "wait", "said"),
    [
        ({"state": "reading", "stands_still": True}, 60, "停滞"),
        ({"state": "given_up"}, 60, "停滞"),
        ({"state": "reading"}, 0, "不再等待"),
    ],
)
def test_an_import_that_does_not_end_is_not_waited_for_without_bound(
    ledger, capsys, job, wait, said
):
    intake = Intake((202, {**JOB, **job}))

    assert pushed(intake, ledger, wait=wait) is ExitCode.UNFINISHED
    assert said in capsys.readouterr().err


def test_a_file_that_cannot_be_read_and_a_request_that_is_refused_differ(ledger):
    assert pushed(Intake((202, {**JOB, "state": "failed"})), ledger) == 3
    with pytest.raises(PushRefused, match="不行。改。") as refused:
        pushed(Intake((403, refusal("no"))), ledger)
    assert refused.value.exit_code == ExitCode.REFUSED


def test_what_cannot_be_sent_lies_in_the_spool_until_it_was_read(ledger, spool):
    down = Intake(*[DOWN] * 4)

    assert pushed(down, ledger, spool=spool) is ExitCode.NOT_SENT
    (name, waiting), *_ = spool.ledgers()
    assert (waiting.content, waiting.filename) == (b"cells", "台账.xlsx")
    assert stat.S_IMODE((spool.folder / name).stat().st_mode) == 0o600

    intake = Intake((202, WAITING), *[DOWN] * 4, (202, WAITING), JOB)
    with intake.line() as open_line:
        ends = [send_spooled(open_line, spool, wait=60) for _ in range(2)]

    assert ends == [ExitCode.UNFINISHED, ExitCode.DONE]
    key = down.seen[0].headers["Idempotency-Key"]
    sent = [each for each in intake.seen if each.method == "POST"]
    assert {each.headers["Idempotency-Key"] for each in sent} == {key}
    assert list(spool.ledgers()) == []


def test_what_is_refused_stays_in_the_spool_and_what_is_unreadable_is_set_aside(
    ledger, spool
):
    for _ in range(3):
        pushed(Intake(*[DOWN] * 4), ledger, spool=spool)
    intake = Intake(
        (401, refusal("expired")), (202, {**JOB, "state": "failed"}), *[DOWN] * 4
    )
    with intake.line() as open_line:
        end = send_spooled(open_line, spool, wait=60)

    assert end is ExitCode.NOT_SENT
    assert len(list(spool.ledgers())) == 2
    assert len(list(spool.folder.glob("*.unreadable.json"))) == 1


def test_a_trial_says_that_nothing_was_registered_and_what_would_change(ledger, capsys):
    job = JOB | {"dry_run": True, "rows_kept": 1, "rows_corrected": 1}
    change = {"number": "南检信〔2022〕1号", "fields": [{"title": "责任部门"}]}

    pushed(Intake((202, job), {"items": [change], "next": None}), ledger)

    said = capsys.readouterr().out
    assert "什么也没有登记" in said
    assert "报送编号 an-import" in said
    assert "更正 南检信〔2022〕1号：责任部门" in said


def test_an_office_reads_in_chinese_why_nothing_was_sent(ledger, capsys):
    pushed(Intake(*[DOWN] * 4), ledger)

    assert "没有送达：连接不上（ConnectError）" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("strange", "said"),
    [
        (httpx.Response(200, html="<html>请登录</html>"), "答复的不是本系统（200"),
        (httpx.Response(302, headers={"Location": "http://portal"}), "（302"),
        (httpx.Response(200, json={"message": "请登录"}), "答复的不是本系统（200"),
        (httpx.Response(409, html="<html>conflict</html>"), "（409"),
        (httpx.Response(403, json={"message": "no"}), "答复的不是本系统（403"),
        (httpx.Response(404, json={"detail": "Not Found"}), "答复的不是本系统（404"),
        (httpx.Response(422, json=["no"]), "答复的不是本系统（422"),
        (httpx.Response(502, html="<html>gateway</html>"), "系统暂时不能接收"),
        (httpx.Response(429, json={}), "系统暂时不能接收"),
    ],
)
def test_what_somebody_between_answers_is_no_answer(
    ledger, spool, capsys, strange, said
):
    """
    A proxy, or the page by which a network wants to be logged in to: the ledger waits
    in the spool, and no script takes it for a result.
    """
    assert pushed(Intake(*[strange] * 4), ledger, spool=spool) is ExitCode.NOT_SENT
    assert said in capsys.readouterr().err
    assert len(list(spool.ledgers())) == 1
    assert pushed(Intake(strange, (202, JOB)), ledger) is ExitCode.DONE


@pytest.mark.parametrize(
    ("detail", "said"),
    [
        ("报送的内容超过 20 MB。", "报送的内容超过 20 MB。"),
        ("", "413 Request Entity Too Large"),
    ],
)
def test_a_refusal_without_single_reasons_still_says_why(ledger, detail, said):
    """
    As our web server refuses what is too large (deploy/nginx).
    """
    large = {"code": "body_too_large", "detail": detail, "errors": []}

    with pytest.raises(PushRefused) as refused:
        pushed(Intake((413, large)), ledger)
    assert refused.value.message == said


def test_what_is_not_let_through_holds_up_no_other_in_the_spool(ledger, spool):
    for _ in range(3):
        pushed(Intake(*[DOWN] * 4), ledger, spool=spool)
    blocked = httpx.Response(403, html="<html>blocked</html>")
    intake = Intake(*[blocked] * 4, (202, JOB), (202, JOB))
    with intake.line() as open_line:
        assert send_spooled(open_line, spool, wait=60) is ExitCode.NOT_SENT

    assert len(list(spool.ledgers())) == 1


@pytest.mark.parametrize("url", ["localhost:8101", "http://[::1"])
def test_a_wrong_address_is_refused_at_once(ledger, url):
    arguments = [str(ledger), "--programme", "puyang-2020", "--url", url]
    run = CliRunner().invoke(command, [*arguments, "--token", "token"])

    assert (run.exit_code, "地址（--url）不对" in run.output) == (2, True)


def test_what_is_broken_off_by_hand_is_not_taken_for_rows_that_came_back(
    ledger, spool, capsys
):
    """
    The exit code of Ctrl-C would else be that of rejected rows.
    """
    assert pushed(Intake(KeyboardInterrupt()), ledger, spool=spool) == 5
    assert pushed(Intake((202, WAITING), KeyboardInterrupt()), ledger) == 4
    assert "发送已中断" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["没有.xlsx", "--programme", "puyang-2020"], "没有文件“没有.xlsx”"),
        ([__file__], "请用 --programme 写明专项"),
        ([], "请写明台账文件"),
    ],
)
def test_what_the_command_lacks_is_said_in_chinese(arguments, said):
    answer = CliRunner().invoke(command, [*arguments, "--token", "t"])

    assert answer.exit_code == ExitCode.REFUSED
    assert said in answer.output
