"""
Whatever is stopped or killed, wherever it is: nothing is lost, nothing counts twice.
"""

from __future__ import annotations

import signal
from contextlib import contextmanager

import pytest

from services.intake.casework.importing import BATCH
from tests.builders import (
    COUNTY,
    a_petition,
    case_opened,
    petition_registered,
    reply_given,
)
from tests.builders.ledger_files import delimited
from tests.bus.conftest import ENDED_WITHIN
from tests.service.asking import PROGRAMME, a_row

IN_HAND = 8
MATTER = "SELECT 1 FROM assignment.matters WHERE number = :number"


@pytest.fixture
def handling(
    announce, eventually, hold, waiting_for_a_lock, facts_of, outbox_of, broker
):
    """
    While it lasts, assignment has replies in hand: a batch that waits for the row of
    their petition, and those that wait for that batch.
    """

    @contextmanager
    def held():
        petition = petition_registered()
        number = petition.case_number
        announce(petition)
        eventually(lambda: facts_of(number))
        with hold(MATTER, number=number):
            announce(*[reply_given(number)] * IN_HAND)
            eventually(lambda: all(row.published for row in outbox_of(number)))
            eventually(lambda: broker.waiting_in("assignment.in") == 0)
            eventually(lambda: waiting_for_a_lock("jianjian-assignment") == 1)
            yield number

    return held


@pytest.fixture
def needs_own(stack):
    """
    Skips where the servers are not ours to kill.
    """

    def check(name):
        if stack.is_external(name):
            pytest.skip(f"{name} is somebody else's")

    return check


def repeated(stack, figure):
    handled = "jianjian_event_handler_seconds_count"
    return figure(stack.url("assignment"), handled, outcome="repeated")


def test_a_service_asked_to_stop_finishes_what_it_has_in_hand(
    stack, handling, announce, eventually, facts_of, settled, broker, figure
):
    with handling() as number:
        stack.processes.signal("assignment", signal.SIGTERM)
        # The queue of events counts a cancelled reader until all it took is settled.
        eventually(lambda: broker.readers_of("assignment.tasks") == 0)
    ended = stack.processes.wait("assignment", ENDED_WITHIN)
    done = facts_of(number)
    later = petition_registered()
    announce(later)
    stack.start("assignment")
    stack.wait_ready("assignment")
    settled()

    assert ended
    assert done == 1 + IN_HAND
    assert facts_of(later.case_number) == 1
    assert repeated(stack, figure) == 0


def test_a_service_killed_with_messages_in_hand_has_each_effect_once(
    stack, handling, end_sessions, facts_of, settled, as_office
):
    with handling() as number:
        stack.kill("assignment")
        end_sessions("jianjian-assignment")
    lost_so_far = facts_of(number)
    stack.start("assignment")
    settled()

    listed = as_office(COUNTY).get("assignment", "/duties", state="discharged")
    duty = f"{number}/procedural_reply"
    assert lost_so_far == 1
    assert facts_of(number) == 1 + IN_HAND
    assert [each["id"] for each in listed.json()["items"]].count(duty) == 1


def test_a_service_asked_to_stop_hands_its_import_over_at_once(
    stack, as_office, hold, eventually, waiting_for_a_lock, reasons, intake_session
):
    rows = 2 * BATCH + 1
    content = delimited(*(a_row() for _ in range(rows))).getvalue()
    stack.processes.signal("relay", signal.SIGSTOP)
    pushed = as_office(COUNTY).post(
        "intake",
        "/imports",
        params={"programme": PROGRAMME, "filename": "a.csv", "dry_run": "true"},
        content=content,
    )
    number = pushed.json()["id"]
    with hold("SELECT 1 FROM intake.imports WHERE id = :number", number=number):
        stack.processes.signal("relay", signal.SIGCONT)
        eventually(lambda: waiting_for_a_lock("jianjian-intake"))
        stack.processes.signal("intake", signal.SIGTERM)
        eventually(lambda: reasons("intake") == ["stopping"])
    ended = stack.processes.wait("intake", ENDED_WITHIN)

    def progress():
        query = "SELECT state, rows_read FROM imports WHERE id = %s"
        return tuple(intake_session.exec_driver_sql(query, (number,)).one())

    stood = progress()
    assert ended
    stack.start("intake")
    eventually(lambda: progress() == ("done", rows))

    assert stood == ("reading", BATCH)


@pytest.fixture
def ledgers(as_office, intake_session):
    """
    Ledgers that an office pushes, and how far each was read.
    """

    class Ledgers:
        def push(self, *cases):
            pushed = as_office(COUNTY).post(
                "intake",
                "/imports",
                params={"programme": PROGRAMME, "filename": "a.csv"},
                content=delimited(*cases).getvalue(),
            )
            return pushed.json()["id"]

        def state(self, number):
            query = """
                SELECT state, rows_read, rows_kept, rows_corrected FROM imports
                WHERE id = %s
            """
            return tuple(intake_session.exec_driver_sql(query, (number,)).one())

        def announced(self, kind, rows):
            """
            How many events of a kind there are of the cases of some rows, of how many.
            """
            query = """
                SELECT count(*), count(DISTINCT case_number) FROM outbox
                WHERE type = %s AND case_number = ANY(%s)
            """
            asked = kind, [row["case_no"] for row in rows]
            return tuple(intake_session.exec_driver_sql(query, asked).one())

    return Ledgers()


@pytest.fixture
def killed_meanwhile(stack, hold, eventually, waiting_for_a_lock, end_sessions):
    """
    Intake, killed in its second batch of a ledger: while it waits for the case of the
    last row. Then it is started again.
    """

    def kill(ledgers, *rows):
        held = "SELECT 1 FROM intake.cases WHERE number = :number"
        with hold(held, number=rows[-1]["case_no"]):
            number = ledgers.push(*rows)
            eventually(lambda: ledgers.state(number)[1] == BATCH)
            eventually(lambda: waiting_for_a_lock("jianjian-intake"))
            stack.kill("intake")
            end_sessions("jianjian-intake")
        stack.start("intake")
        eventually(lambda: ledgers.state(number)[0] == "done")
        return ledgers.state(number)

    return kill


def test_intake_killed_in_mid_import_registers_and_corrects_each_row_once(
    ledgers, killed_meanwhile, eventually
):
    """
    The same result as without: of the rows all but the last are new, and the last one
    corrects a case that is there; then all are corrected.
    """
    rows = [a_row() for _ in range(BATCH + 20)]
    new, last = rows[:-1], rows[-1]
    first = ledgers.push(last)
    eventually(lambda: ledgers.state(first)[0] == "done")

    ended = killed_meanwhile(ledgers, *new, last | {"repeats_in_window": 4})
    assert ended == ("done", len(rows), len(new), 1)
    assert ledgers.announced("intake.case_opened", rows) == (len(rows), len(rows))
    assert ledgers.announced("intake.case_corrected", rows) == (1, 1)

    ended = killed_meanwhile(ledgers, *(row | {"repeats_in_window": 5} for row in rows))
    assert ended == ("done", len(rows), 0, len(rows))
    assert ledgers.announced("intake.case_opened", rows) == (len(rows), len(rows))
    assert ledgers.announced("intake.case_corrected", rows) == (
        len(rows) + 1,
        len(rows),
    )


def test_every_other_process_killed_takes_up_what_came_meanwhile(
    stack, announce, settled
):
    others = ("hearing", "aid", "reporting", "relay")
    announce(*(petition_registered() for _ in range(5)))
    stack.kill(*others)
    announce(*(case_opened() for _ in range(5)))
    stack.start(*others)
    settled()


def test_intake_killed_keeps_what_it_accepted(stack, as_office, settled):
    office, body = as_office(COUNTY), a_petition()
    accepted = office.post("intake", "/petitions", body, key="killed-1")
    stack.kill("intake")
    stack.start("intake")
    stack.wait_ready("intake")
    again = office.post("intake", "/petitions", body, key="killed-1")
    settled()

    assert accepted.status_code == 201
    assert again.json() == accepted.json()


def test_the_broker_killed_and_back_again_loses_nothing(
    stack, announce, settled, as_office, reasons, eventually, needs_own
):
    needs_own("rabbitmq")
    announce(*(petition_registered() for _ in range(20)))
    stack.kill("rabbitmq")
    meanwhile = as_office(COUNTY).post("intake", "/petitions", a_petition())
    announce(*(petition_registered() for _ in range(20)))
    eventually(lambda: any("broker" in why for why in reasons("assignment")))
    stack.start("rabbitmq")
    stack.wait_ready("rabbitmq")
    # The broker forgets a binding that was made just before it was killed, as by the
    # test before this one.
    stack.topology()
    settled()

    assert meanwhile.status_code == 201
    eventually(lambda: reasons("assignment") == [])


def test_the_database_killed_and_back_again_loses_nothing(
    stack, announce, settled, as_office, reasons, eventually, needs_own, dead_letters
):
    needs_own("postgres")
    office, body = as_office(COUNTY), a_petition()
    announce(*(petition_registered() for _ in range(20)))
    stack.kill("postgres")
    refused = office.post("intake", "/petitions", body, key="database-1")
    eventually(lambda: any("database" in why for why in reasons("assignment")))
    stack.start("postgres")
    stack.wait_ready("postgres")
    accepted = eventually(
        lambda: (
            (
                answer := office.post("intake", "/petitions", body, key="database-1")
            ).is_success
            and answer
        )
    )
    again = office.post("intake", "/petitions", body, key="database-1")
    announce(petition_registered())
    settled()

    assert refused.status_code == 503
    assert refused.json()["code"] == "try_again"
    assert again.json() == accepted.json()
    assert dead_letters("assignment") == []
