"""
Returns by mail: one mail per recipient, each with its own state, the failed again.

The servers here are scripted: they answer, refuse or hang up where a test says so.
"""

from __future__ import annotations

import contextlib
import io
import re
import socketserver
import threading
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from email import message_from_bytes
from email.policy import default
from uuid import uuid4

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook

from services.reporting.casework import delivery, mail
from services.reporting.casework.delivery import Delivery, Undelivered, ask_again
from services.reporting.casework.mail import Outcome, Server
from services.reporting.domain.figures import (
    FiguresRequest,
    Goal,
    Line,
    checksum,
    compute,
)
from services.reporting.domain.measures import registry
from services.reporting.domain.notices import DeliveryState
from services.reporting.domain.returns import message_ids
from services.reporting.papers import render
from services.reporting.papers.render import Document
from services.reporting.store import OUTBOX, Deliveries, Returns
from shared.errors import Conflict

SENDER = "returns@jianjian.invalid"
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
HANG_UP = "hang up"


@dataclass
class Script:
    """
    What a server answers to each command, and what it took in.
    """

    replies: dict[str, str] = field(default_factory=dict)
    mails: list[bytes] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)

    def reply(self, command):
        usual = {"DATA": "354 go ahead", "QUIT": "221 bye", "GREETING": "220 ready"}
        return self.replies.get(command, usual.get(command, "250 ok"))


class Conversation(socketserver.StreamRequestHandler):
    def handle(self):
        script = self.server.script
        if not self.answer(script.reply("GREETING")):
            return
        while line := self.rfile.readline().decode().strip():
            command = line.partition(" ")[0].upper()
            if command == "RCPT":
                script.recipients.append(re.search(r"<(.+?)>", line)[1])
                command = f"RCPT {script.recipients[-1]}"
            if not self.answer(script.reply(command)) or command == "QUIT":
                return
            if command == "DATA" and script.reply("DATA").startswith("354"):
                script.mails.append(self.content())
                if not self.answer(script.reply("CONTENT")):
                    return

    def answer(self, reply):
        if reply != HANG_UP:
            self.wfile.write(f"{reply}\r\n".encode())
        return reply != HANG_UP

    def content(self):
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line[1:] if line.startswith(b".") else line)
        return b"".join(lines)


@pytest.fixture
def script():
    return Script()


@pytest.fixture
def server(script):
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Conversation) as sink:
        sink.daemon_threads = True
        sink.script = script
        thread = threading.Thread(target=sink.serve_forever, args=(0.01,))
        thread.start()
        yield Server(f"smtp://127.0.0.1:{sink.server_address[1]}")
        sink.shutdown()
        thread.join()


def figures():
    request = FiguresRequest(
        "puyang-2020", "410900", date(2020, 12, 31), datetime.now(UTC)
    )
    return compute(
        request,
        (Line("410900", "濮阳市院", ("410900",)),),
        sums={("410900", "base"): 10, ("410900", "resolved"): 4},
        persons={},
        goal=Goal(request.as_of, 30),
        registry=registry(),
    )


def signed(number="puyang-2020-410900-2020-12-31-1"):
    found = figures()
    return {
        "id": number,
        "programme": "puyang-2020",
        "office": "410900",
        "as_of": date(2020, 12, 31),
        "known_at": datetime(2021, 1, 5, 1, tzinfo=UTC),
        "revision": 1,
        "signed_by": "濮阳市院 审核人",
        "reason": None,
        "title": "濮阳市检察机关集中治理重复信访专项工作",
        "office_name": "濮阳市人民检察院",
        "ended_counts": False,
        "figures": found,
        "figures_checksum": checksum(found),
        "under_way": {"intake": 2, "hearing": None, "aid": 0},
        "differences": [],
    }


def letter(recipient="xinfang@henan.jcy.invalid", page=None):
    row = signed()
    document = Document(
        number=row.pop("id"),
        **{k: v for k, v in row.items() if k not in {"programme", "office"}},
    )
    return mail.letter(
        document,
        workbook=render.workbook(document),
        page=page or render.page(document),
        sender=SENDER,
        recipient=recipient,
        message_id="<puyang.1@jianjian.invalid>",
        traceparent=TRACE,
    )


def test_a_mail_arrives_with_its_page_its_text_and_its_workbook(script, server):
    outcome = server.send(letter())

    (taken,) = script.mails
    arrived = message_from_bytes(taken, policy=default)
    (attached,) = arrived.iter_attachments()
    assert outcome == Outcome(DeliveryState.SENT, "250 ok")
    assert arrived["Subject"].startswith("濮阳市检察机关集中治理重复信访专项工作统计表")
    assert arrived["Message-ID"] == "<puyang.1@jianjian.invalid>"
    assert arrived["Date"] == "Tue, 05 Jan 2021 09:00:00 +0800"
    assert arrived["X-Traceparent"] == TRACE
    assert "已化解4件" in arrived.get_body(("plain",)).get_content()
    assert ">40.0%<" in arrived.get_body(("html",)).get_content()
    assert attached.get_filename() == "濮阳市人民检察院统计表-2020-12-31-第1版.xlsx"
    assert load_workbook(io.BytesIO(attached.get_content())).active["B5"].value == 10


def test_a_mail_goes_out_in_plain_seven_bit_lines(script, server):
    server.send(letter())

    (taken,) = script.mails
    assert taken.isascii()
    assert max(len(line) for line in taken.splitlines()) <= 998


def test_a_line_that_begins_with_a_dot_arrives_whole(script, server):
    message = letter()
    message.clear_content()
    message.set_content("..\r\n.hidden\r\nlast\r\n", cte="7bit")

    server.send(message)

    assert script.mails[0].endswith(b"..\r\n.hidden\r\nlast\r\n")


@pytest.mark.parametrize(
    ("at", "reply", "state"),
    [
        ("GREETING", "421 busy", DeliveryState.FAILED),
        ("GREETING", "554 not for you", DeliveryState.REFUSED),
        ("GREETING", HANG_UP, DeliveryState.FAILED),
        ("MAIL", "451 later", DeliveryState.FAILED),
        ("RCPT xinfang@henan.jcy.invalid", "450 full", DeliveryState.FAILED),
        ("RCPT xinfang@henan.jcy.invalid", "550 no such user", DeliveryState.REFUSED),
        ("DATA", "452 no room", DeliveryState.FAILED),
        ("DATA", HANG_UP, DeliveryState.FAILED),
        ("CONTENT", "451 later", DeliveryState.FAILED),
        ("CONTENT", "554 looks like spam", DeliveryState.REFUSED),
        ("CONTENT", HANG_UP, DeliveryState.UNCERTAIN),
        ("QUIT", HANG_UP, DeliveryState.SENT),
        ("QUIT", "421 going down", DeliveryState.SENT),
    ],
)
def test_what_the_server_says_decides_the_state(script, server, at, reply, state):
    script.replies[at] = reply

    outcome = server.send(letter())

    assert outcome.state == state
    if reply != HANG_UP and at != "QUIT":
        assert outcome.reply == reply


def test_a_server_that_is_not_there_is_tried_again():
    outcome = Server("smtp://127.0.0.1:9").send(letter())

    assert outcome.state == DeliveryState.FAILED


def test_every_state_of_a_mail_has_its_moves():
    assert set(delivery.MOVES) == set(DeliveryState)


# -- what follows keeps its state in the database


@pytest.fixture
def session(database):
    """
    In one transaction, of which nothing is kept.
    """
    with database.engine("reporting").connect() as session:
        yield session
        session.rollback()


@pytest.fixture
def number(session):
    """
    A signed return with three recipients.
    """
    number = f"puyang-2020-410900-2020-12-31-{uuid4().hex[:8]}"
    recipients = [f"{name}@henan.jcy.invalid" for name in "abc"]
    row = signed(number) | {"revision": int(uuid4().hex[:6], 16)}
    Returns(session).add(row, message_ids(number, recipients, SENDER))
    return number


@pytest.fixture
def carrier(session, server):
    @contextlib.contextmanager
    def transaction():
        with session.begin_nested():
            yield session

    return Delivery(transaction, server.send, lambda do, *with_: do(*with_), SENDER)


def states(session, number):
    return "".join(each.state[0] for each in Deliveries(session, number).all())


def announced(session, number):
    outbox = OUTBOX.table
    query = sa.select(outbox.c.type).where(outbox.c.case_number == number)
    return list(session.scalars(query))


def test_a_return_is_frozen_mailed_and_announced_once(session, carrier, script, number):
    carrier.deliver(number, TRACE)
    counts = carrier.deliver(number, TRACE)

    kept = Returns(session).get(number)
    assert counts["sent"] == 3
    assert len(script.mails) == 3
    assert kept.state == "delivered"
    assert len(kept.checksum) == 64
    assert announced(session, number) == ["reporting.return_delivered"]


def test_only_those_not_reached_are_mailed_again(session, carrier, script, number):
    script.replies["RCPT b@henan.jcy.invalid"] = "451 later"
    with pytest.raises(Undelivered, match="2 sent, 1 failed"):
        carrier.deliver(number, TRACE)
    script.replies.clear()

    carrier.deliver(number, TRACE)

    arrived = Counter(message_from_bytes(m)["To"] for m in script.mails)
    assert arrived == {f"{name}@henan.jcy.invalid": 1 for name in "abc"}
    assert Returns(session).get(number).state == "delivered"


def test_a_recipient_refused_does_not_hold_up_the_others(
    session, carrier, script, number
):
    script.replies["RCPT a@henan.jcy.invalid"] = "550 no such user"

    counts = carrier.deliver(number, TRACE)

    assert (counts["refused"], counts["sent"]) == (1, 2)
    assert Returns(session).get(number).state == "failed"
    assert announced(session, number) == []


def test_a_refused_recipient_is_mailed_again_when_a_person_asks(
    session, carrier, script, number
):
    script.replies["RCPT a@henan.jcy.invalid"] = "550 no such user"
    carrier.deliver(number, TRACE)
    script.replies.clear()

    ask_again(Deliveries(session, number))
    carrier.deliver(number, TRACE)

    assert states(session, number) == "sss"
    assert len(script.mails) == 3
    assert Returns(session).get(number).state == "delivered"
    with pytest.raises(Conflict):
        ask_again(Deliveries(session, number))


def test_mails_whose_task_was_given_up_can_be_asked_for_again(
    session, carrier, script, number
):
    ask_again(Deliveries(session, number))
    carrier.deliver(number, "00-" + "a" * 31 + "\x85-" + "b" * 16 + "-01")

    assert states(session, number) == "sss"
    assert message_from_bytes(script.mails[0])["X-Traceparent"] is None


def test_a_mail_in_doubt_is_sent_once_more_with_the_same_message_id(
    session, carrier, script, number
):
    script.replies["CONTENT"] = HANG_UP
    for _ in range(2):
        with contextlib.suppress(Undelivered):
            carrier.deliver(number, TRACE)
    carrier.deliver(number, TRACE)

    ids = Counter(message_from_bytes(m)["Message-ID"] for m in script.mails)
    assert states(session, number) == "uuu"
    assert set(ids.values()) == {2}
    assert len(ids) == 3
    assert Returns(session).get(number).state == "failed"


def test_what_a_dead_process_was_sending_is_in_doubt_and_waits(
    session, carrier, script, number
):
    first = Deliveries(session, number).all()[0]
    Deliveries(session, number).move(
        first.recipient, "sending", allowed=["due"], tried=1
    )

    with pytest.raises(Undelivered):
        carrier.deliver(number, TRACE)

    assert states(session, number) == "uss"

    carrier.deliver(number, TRACE)

    assert states(session, number) == "sss"


def test_what_is_frozen_is_never_rendered_again(session, carrier, number):
    carrier.deliver(number, TRACE)
    before = Returns(session).get(number)

    Returns(session).freeze(number, b"other", "other", "other")
    after = Returns(session).get(number)

    assert bytes(after.workbook) == bytes(before.workbook)
    assert after.checksum == before.checksum
