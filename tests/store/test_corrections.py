"""
What was registered wrongly is corrected or withdrawn, and every service follows: done
here in one transaction, without processes, and taken back.
"""

from __future__ import annotations

import io
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import orjson
import pytest
import sqlalchemy as sa

from services.assignment.endpoints.views import summary
from services.assignment.store import Duties, Matters
from services.intake.casework.forms import form_of
from services.intake.casework.importing.batch import take_batch
from services.intake.casework.importing.line import Line
from services.intake.casework.importing.repeats import known_repeats, typed_again
from services.intake.casework.moves import follow_moves
from services.intake.casework.proposals import open_case_of
from services.intake.casework.repeats import (
    count_anew,
    count_missed_repeats,
    count_repeat,
    lock_repeating,
    take_back_repeat,
)
from services.intake.domain.cases.ledgers import Import
from services.intake.domain.corrections.case_corrections import (
    reinstate_case,
    withdraw_case,
)
from services.intake.domain.corrections.correcting import (
    correct_petition,
    withdraw_petition,
)
from services.intake.ledger import Context, read_ledger
from services.intake.store import (
    Cases,
    CountedRepeats,
    History,
    NewCase,
    NewPetitions,
    Petitions,
)
from services.intake.store.repeats import counted_repeats
from shared import clock, telemetry
from shared.policy.current import current_policy
from tests.builders import COUNTY, NEIGHBOUR, a_registration, reply_given
from tests.builders.ledger_files import FORM, OFFICES
from tests.builders.programme_ledgers import a_line, json_of
from tests.service.asking import PROGRAMME, a_row, as_json
from tests.store.test_figures_of_others import CAME, TODAY
from tests.store.test_figures_of_others import Offices as AtWork
from tests.store.test_moves import moved, read

NUMBER = "清检信〔2020〕8001号"
LATER = TODAY + timedelta(days=5)


class Office(AtWork):
    """
    One office and the five services, in one transaction.
    """

    def __init__(self, session, patch):
        super().__init__(session)
        self.patch = patch

    def on(self, day):
        self.patch.setattr(clock, "today", lambda: day)

    def push(self, *rows, dry_run=False, office=COUNTY):
        content = io.BytesIO(as_json(*rows))
        context = Context(
            today=clock.today(), office_of={**OFFICES, office: office}.get
        )
        read = read_ledger(content, filename="a.json", form=FORM, context=context)
        job = Import(
            id=str(uuid4()),
            office=office,
            programme=PROGRAMME,
            filename="a.json",
            dry_run=dry_run,
            moved_at=clock.now(),
        )
        programme = current_policy().programmes.get(PROGRAMME)
        found = [Line(orjson.loads(orjson.dumps(r.as_json())), programme) for r in read]
        result = take_batch(self.session, job, programme, found, 0)
        History(self.session).add(*result.corrections)
        self.announce(*result.events)
        return result

    def entries(self, measure, number=NUMBER):
        query = sa.text(
            "SELECT day, sum(amount) FROM reporting.entries WHERE measure = :measure"
            " AND case_number = :number GROUP BY day HAVING sum(amount) <> 0"
            " ORDER BY day"
        )
        rows = self.session.execute(query, {"measure": measure, "number": number})
        return [(day, int(amount)) for day, amount in rows]

    def duties(self, number=NUMBER):
        return {duty.kind: duty for duty in Duties(self.session).of_matter(number)}

    def case(self, number=NUMBER):
        return Cases(self.session).get(number)


@pytest.fixture
def office(owner_engine):
    with at_work(owner_engine) as found:
        yield found


@contextmanager
def at_work(engine):
    with (
        pytest.MonkeyPatch.context() as patch,
        telemetry.work("test", trace=telemetry.background_context()),
        engine.connect() as session,
    ):
        office = Office(session, patch)
        office.on(TODAY)
        yield office


OPENED = date(2020, 11, 2)


def row(**changes):
    return a_row(NUMBER, **changes)


def test_next_weeks_file_corrects_the_row_it_knows_by_office_and_number(office):
    office.push(row())
    office.on(LATER)
    filled = row(
        reported_on="2021年3月22日",
        progress="2021-03-21，接谈，已作答复",
        leader_post="检察长",
        department="第五检察部",
        repeats_in_window=5,
        resolve_by="2021年9月30日",
    )
    again = office.push(filled)
    (made,) = History(office.session).of(NUMBER)

    assert again.counts["rows_corrected"] == 1
    assert again.counts["rows_kept"] == again.counts["rows_rejected"] == 0
    assert set(made.fields) >= {"progress", "leader_post", "repeats_in_window"}
    assert (made.before["repeats_in_window"], made.after["repeats_in_window"]) == (3, 5)
    assert made.on == date(2021, 3, 22)
    assert office.case().repeats == 5
    assert office.case().opened_on == OPENED
    assert office.entries("repeats") == [(OPENED, 3), (date(2021, 3, 22), 2)]
    assert office.entries("base") == [(OPENED, 1)]
    # Who is filled in later leads from that day, not from the beginning.
    assert office.entries("led") == [(date(2021, 3, 22), 1)]
    assert office.duties()["resolve_by"].due_on == date(2021, 9, 30)


UNKNOWN = {
    "leader_post": "县长",
    "department": "后勤处",
    "upper_leader_post": "市长",
    "handler_post": "书记员甲",
}


@pytest.mark.requirement("PY-17", "PY-24", "PY-55")
def test_a_row_that_names_who_is_not_in_the_directory_comes_back(office):
    """
    The counter refuses the same with the same codes; the good rows are kept.
    """
    other = a_row("清检信〔2020〕8002号", leader_post="检察长（兼）")
    pushed = office.push(row(leader_post="检察长"), other)
    again = office.push(row(**UNKNOWN))
    (first,), (problems,) = (
        [r["problems"] for r in p.rejected] for p in (pushed, again)
    )

    assert pushed.counts["rows_kept"] == pushed.counts["rows_rejected"] == 1
    assert again.counts["rows_corrected"] == 0
    (problem,) = first
    assert problem["code"] == "no_such_post"
    assert problem["detail"] == "清丰县人民检察院没有职务“检察长(兼)”。"
    assert problem["remedy"].startswith("可填：检察长、副检察长、")
    assert "检察官" not in problem["remedy"]  # who may not lead
    assert problem["location"] == {
        "sheet": first[0]["location"]["sheet"],
        "row": 2,
        "column": "leader_post",
        "title": "本院包案领导",
        "letter": "",
        "value": "检察长(兼)",
    }
    assert [(p["code"], p["location"]["column"]) for p in problems] == [
        ("no_such_post", "leader_post"),
        ("no_such_post", "handler_post"),
        ("no_such_post", "upper_leader_post"),
        ("no_such_department", "department"),
    ]
    assert problems[2]["detail"] == "濮阳市人民检察院没有职务“市长”。"


@pytest.mark.requirement("PY-17", "PY-55")
def test_a_row_comes_back_once_with_all_that_is_wrong_in_it(office):
    """
    What its office and the directory say of the cells that could be read, too; but a
    row of which nobody knows whose it is, or whose cells are displaced, is not quoted.
    """
    unread = {"repeats_in_window": "三四次", "last_petition_on": "去年春天"}
    both = office.push(row(**unread, leader_post="县长"))
    foreign = office.push(row(**unread, reporting_office=NEIGHBOUR))
    nobodys = office.push(row(**unread, leader_post="县长", reporting_office="某院"))
    shifted = office.push(row(**unread, leader_post="县长", department="13800000000"))

    def columns(pushed):
        (rejected,) = pushed.rejected
        return [p["location"]["column"] for p in rejected["problems"]]

    wrong = ["last_petition_on", "repeats_in_window"]
    assert sorted(columns(both)) == ["last_petition_on", "leader_post", wrong[1]]
    assert sorted(columns(foreign)) == [*wrong, "reporting_office"]
    assert sorted(columns(nobodys)) == [*wrong, "reporting_office"]
    assert "leader_post" not in columns(shifted)


def test_who_stood_in_a_row_before_hinders_no_correction_of_something_else(office):
    office.push(row())
    cases = Cases(office.session)
    values = {**cases.ledger_row(NUMBER), **UNKNOWN}
    cases.correct([NewCase(office.case(), values, "")])
    again = office.push(row(**UNKNOWN, progress="2021-03-08，接谈"))

    assert again.counts["rows_corrected"] == 1, again.rejected
    assert "leader_post" not in again.corrections[0].fields


def test_a_row_pushed_again_unchanged_is_repeated_and_pushed_twice_corrected_once(
    office,
):
    office.push(row())
    again = office.push(row(reported_on="2021年3月8日", seq=7))
    once = office.push(row(repeats_in_window=4))
    twice = office.push(row(repeats_in_window=4))

    assert again.counts["rows_repeated"] == 1
    assert again.events == []
    assert once.counts["rows_corrected"] == twice.counts["rows_repeated"] == 1
    assert office.entries("repeats") == [(OPENED, 3), (TODAY, 1)]
    assert len(History(office.session).of(NUMBER)) == 1


def test_a_dry_run_says_what_would_be_corrected_and_corrects_nothing(office):
    office.push(row())
    tried = office.push(row(repeats_in_window=4), dry_run=True)

    assert tried.counts["rows_corrected"] == 1
    assert tried.corrections[0].fields == ("repeats_in_window",)
    assert office.case().repeats == 3
    assert History(office.session).of(NUMBER) == []
    assert tried.events == []


def test_a_case_corrected_out_of_the_scope_counts_no_more_from_that_day(office):
    office.push(row(leader_post="检察长", department="第五检察部"))
    office.push(
        row(leader_post="检察长", department="第五检察部", case_kind="建议意见")
    )
    out = office.entries("base"), office.entries("led"), office.entries("repeats")
    office.on(LATER)
    office.push(row(leader_post="检察长", department="第五检察部"))

    assert out == (
        [(OPENED, 1), (TODAY, -1)],
        [(OPENED, 1), (TODAY, -1)],
        [(OPENED, 3), (TODAY, -3)],
    )
    assert office.entries("base") == [(OPENED, 1), (TODAY, -1), (LATER, 1)]
    assert office.entries("led") == [(OPENED, 1), (TODAY, -1), (LATER, 1)]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"id_no": "11010519491231002X"}, "another_person"),
        ({"id_no": None, "petitioner_name": "甄他人"}, "another_person"),
        ({"petitioner_name": "甄*"}, "masked_value"),
    ],
)
def test_a_row_of_another_person_or_with_a_masked_name_comes_back(
    office, changes, code
):
    office.push(row())
    again = office.push(row(**changes))

    assert [p["code"] for r in again.rejected for p in r["problems"]] == [code]
    assert again.counts["rows_corrected"] == 0


def test_a_moved_case_that_its_new_office_pushes_is_the_one_that_there_is(office):
    office.push(row())
    follow_moves(office.session, *read("intake", moved(NUMBER)))
    here = row(reporting_office=NEIGHBOUR)
    first, again = (office.push(here, office=NEIGHBOUR) for _ in range(2))
    (of_old_office,) = office.push(row(note="仍由本院办理")).rejected

    assert first.counts["rows_kept"] == first.counts["rows_rejected"] == 0
    assert "intake.case_opened" not in {event.type for event in first.events}
    assert again.counts["rows_repeated"] == 1
    assert [p["code"] for p in of_old_office["problems"]] == ["case_moved_away"]


def test_a_closed_case_takes_the_columns_of_its_closing_but_no_other_figures(office):
    office.push(row())
    Cases(office.session).note_closings([(NUMBER, "resolved", 9)])
    described = office.push(row(evaluation="评查合格", note="已归档"))
    otherwise = row(evaluation="评查合格", note="已归档", repeats_in_window=8)
    counted = office.push(otherwise)
    Cases(office.session).note_closings([(NUMBER, None, 8), (NUMBER, None, 10)])
    reopened = office.push(otherwise)

    assert described.counts["rows_corrected"] == 1
    assert [p["code"] for r in counted.rejected for p in r["problems"]] == [
        "case_closed"
    ]
    assert reopened.counts["rows_corrected"] == 1


@pytest.mark.parametrize(
    ("programme", "office_code", "name", "codes"),
    [
        ("meixian", "610326", "眉县人民检察院", []),
        ("jiaozuo-2021", "410823900", "武陟县人民法院", ["repeats_below_known"]),
    ],
)
def test_a_row_without_the_number_or_the_day_is_judged_by_what_is_known(
    office, programme, office_code, name, codes
):
    """
    The form of Meixian has neither the column of repeats nor that of the day on which
    it was filled in; the courts may leave the number out (A-17).
    """
    office.on(date(2023, 3, 20))
    original = {"original_case_no": "（2019）陕0326刑初8001号"}
    who = {"name": "甄再三", "id_no": "999999194605021872"}
    campaign = current_policy().programmes.get(programme)
    for day in (date(2021, 1, 4), date(2021, 2, 1), date(2021, 2, 2)):
        body = a_registration(day) | {"petitioner": who, **original}
        NewPetitions(office.session).register(body, office=COUNTY, programme=PROGRAMME)
    line = a_line(
        campaign.form, petitioner_name=who["name"], id_no=who["id_no"], **original
    )
    rows = read_ledger(
        io.BytesIO(json_of(campaign.form, line)),
        filename="a.json",
        form=form_of(campaign.form),
        context=Context(today=clock.today(), office_of={name: office_code}.get),
    )
    job = Import(
        id=str(uuid4()),
        office=office_code,
        programme=programme,
        filename="a.json",
        dry_run=False,
        moved_at=clock.now(),
    )
    batch = [Line(orjson.loads(orjson.dumps(r.as_json())), campaign) for r in rows]
    result = take_batch(office.session, job, campaign, batch, 0)

    problems = [p for each in result.rejected for p in each["problems"]]
    assert [p["code"] for p in problems] == codes
    assert {p["location"]["value"] for p in problems} <= {""}
    assert result.counts["rows_kept"] == (not codes)


@pytest.mark.requirement("PY-06")
def test_a_corrected_row_names_no_fewer_repeats_than_the_register_knows(office):
    """
    Three petitions of the matter were there; one that comes later counts by itself.
    """
    original = {"original_case_no": "（2019）豫0922刑初8003号"}
    who = {"name": "李七", "id_no": "999999194605021872"}

    def register(day):
        body = a_registration(day) | {"petitioner": who, **original}
        found = NewPetitions(office.session).register(
            body, office=COUNTY, programme=PROGRAMME
        )
        count_repeat(office.session, found.petition, TODAY)

    for day in (date(2019, 3, 4), date(2019, 5, 6), date(2020, 6, 1)):
        register(day)
    said = {"petitioner_name": who["name"], "id_no": who["id_no"], **original}
    kept = office.push(row(repeats_in_window=3, **said))
    register(date(2020, 6, 30))
    fewer = office.push(row(repeats_in_window=1, note="核对", **said))
    less = office.push(row(repeats_in_window=2, note="核对", **said))
    values = Cases(office.session).ledger_row(NUMBER)
    typed = typed_again(office.case(), values, {**values, "repeats_in_window": 1})
    campaign = current_policy().programmes.get(PROGRAMME)

    (problem,) = [p for each in fewer.rejected for p in each["problems"]]
    assert kept.counts["rows_kept"] == less.counts["rows_corrected"] == 1
    assert (problem["code"], problem["location"]["value"]) == (
        "repeats_below_known",
        "1",
    )
    assert office.case().repeats == 3
    assert known_repeats(office.session, campaign, [typed]) == [2]
    assert typed_again(office.case(), values, {**values, "note": "已归档"}) is None


def test_a_withdrawn_case_counts_no_more_until_it_is_reinstated(office):
    office.push(row(leader_post="检察长", department="第五检察部"))
    owed = {each.id: (each.state, each.due_on) for each in office.duties().values()}
    case, event = withdraw_case(
        office.case(),
        on=TODAY,
        today=TODAY,
        cause="registered_by_mistake",
        same_as=None,
    )
    Cases(office.session).update(case)
    office.announce(event)
    again = office.push(row(leader_post="检察长", department="第五检察部"))
    matters = Matters(office.session)
    shown = summary(matters.get(NUMBER), matters.withdrawn([NUMBER]))

    assert (shown["merged"], shown["withdrawn"]) == (False, True)
    assert office.entries("base") == [(OPENED, 1), (TODAY, -1)]
    assert office.entries("led") == [(OPENED, 1), (TODAY, -1)]
    assert {duty.state for duty in office.duties().values()} <= {
        "released",
        "discharged",
    }
    assert [p["code"] for r in again.rejected for p in r["problems"]] == [
        "case_withdrawn"
    ]
    office.on(LATER)
    case, event = reinstate_case(
        office.case(), on=LATER, today=LATER, approver_post="甲", leaders=["甲"]
    )
    Cases(office.session).update(case)
    office.announce(event)
    row_again = office.push(row(leader_post="检察长", department="第五检察部"))

    assert office.entries("base") == [(OPENED, 1), (TODAY, -1), (LATER, 1)]
    assert office.entries("led") == [(OPENED, 1), (TODAY, -1), (LATER, 1)]
    assert owed == {d.id: (d.state, d.due_on) for d in office.duties().values()}
    assert row_again.counts["rows_repeated"] == 1
    assert matters.withdrawn([NUMBER]) == set()


def test_a_letter_registered_while_its_case_was_withdrawn_counts_from_the_reinstatement(
    office,
):
    session, cases = office.session, Cases(office.session)
    came = date(2020, 3, 2)  # the programme counts what repeats before July
    person = {"name": "李四", "id_no": "410922197001010018"}

    def register(day):
        body = a_registration(day) | {
            "petitioner": person,
            "original_case_no": "（2019）豫0922刑初8001号",
        }
        found = NewPetitions(session).register(body, office=COUNTY, programme=PROGRAMME)
        return found.petition

    _, case = open_case_of(session, register(came), came, {}, TODAY)
    withdrawn, _ = withdraw_case(
        case,
        on=came + timedelta(days=5),
        today=TODAY,
        cause="registered_by_mistake",
        same_as=None,
    )
    cases.update(withdrawn)
    for petition in [register(came + timedelta(days=n)) for n in (4, 6, 7)]:
        count_repeat(session, petition, TODAY)
    on = came + timedelta(days=9)
    reinstated, _ = reinstate_case(
        withdrawn, on=on, today=TODAY, approver_post="甲", leaders=["甲"]
    )
    with sent_meanwhile(session) as sent:
        after = count_missed_repeats(session, reinstated, on, TODAY)
    again = count_missed_repeats(session, after, on, TODAY)
    days = session.execute(
        sa.select(counted_repeats.c.on).where(
            counted_repeats.c.case_number == case.number
        )
    )

    assert (case.repeats, after.repeats, again.repeats) == (0, 3, 3)
    assert cases.get(case.number).repeats == 3
    assert [*days.scalars()] == [on] * 3
    assert len([each for each in sent if not each.startswith("NOTIFY")]) <= 4


def test_a_repeat_that_an_enrolment_counts_meanwhile_is_taken_back_there_too(
    office, monkeypatch
):
    """
    What another transaction writes until the case is locked is there once it is.
    """
    session, came = office.session, date(2020, 3, 2)
    original = {"original_case_no": "（2019）豫0922刑初8002号"}
    who = {"petitioner": {"name": "李五", "id_no": "410922197001010018"}}

    def register(day):
        body = a_registration(day) | who | original
        found = NewPetitions(session).register(body, office=COUNTY, programme=PROGRAMME)
        return found.petition

    first = register(came)
    _, case = open_case_of(session, first, came, {}, TODAY)
    second = register(came + timedelta(days=4))
    count_repeat(session, second, TODAY)
    held = list[str]()
    monkeypatch.setattr(Petitions, "lock", lambda _, numbers: held.extend(numbers))
    lock_repeating(session, case)
    repeats, get = CountedRepeats(session), Cases.get

    def enrolled_meanwhile(self, *key, lock=False):
        monkeypatch.setattr(Cases, "get", get)
        found = repeats.of_petition(second.number)
        repeats.save(replace(each, also=("further",)) for each in found)
        return self.get(*key, lock=lock)

    monkeypatch.setattr(Cases, "get", enrolled_meanwhile)
    take_back_repeat(session, second, TODAY)
    query = sa.text(
        "SELECT body -> 'payload' -> 'also' FROM intake.outbox"
        " WHERE case_number = :number AND type = 'intake.case_repeat_withdrawn'"
    )

    assert sorted(held) == sorted([first.number, second.number])
    assert session.scalar(query, {"number": case.number}) == ["further"]


@pytest.mark.requirement("PY-19")
def test_what_counts_as_a_repeat_already_is_not_counted_anew_by_a_decision(office):
    session, came = office.session, date(2020, 3, 2)
    original = {"original_case_no": "（2019）豫0922刑初8003号"}
    who = {"petitioner": {"name": "李六", "id_no": "410922197001010018"}}

    def register(day):
        body = a_registration(day) | who | original
        found = NewPetitions(session).register(body, office=COUNTY, programme=PROGRAMME)
        return found.petition

    _, case = open_case_of(session, register(came), came, {}, TODAY)
    repeat = register(came + timedelta(days=4))
    count_repeat(session, repeat, TODAY)
    count_anew(session, repeat, TODAY, decided_on=TODAY)
    query = sa.text(
        "SELECT type FROM intake.outbox WHERE case_number = :number"
        " AND type LIKE 'intake.case_repeat%'"
    )
    announced = [*session.scalars(query, {"number": case.number})]

    assert announced == ["intake.case_repeated"]
    assert CountedRepeats(session).numbers_of_case(case.number) == [repeat.number]


@contextmanager
def sent_meanwhile(session):
    sent = []

    def note(_connection, _cursor, statement, *_):
        sent.append(statement)

    sa.event.listen(session, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        sa.event.remove(session, "before_cursor_execute", note)


def test_the_clocks_of_a_petition_follow_its_corrected_day_of_receipt(office):
    number = office.register(COUNTY)
    due = office.duties(number)["procedural_reply"].due_on
    petitions = Petitions(office.session)
    before = petitions.get(number)
    after, event = correct_petition(
        before,
        replace(before, received_on=CAME - timedelta(days=3)),
        on=TODAY,
        today=TODAY,
        replies=[],
    )
    private, matter = petitions.private(number), petitions.matter(number)
    petitions.correct(after, private, matter)
    office.announce(event)

    moved = office.duties(number)["procedural_reply"]
    assert moved.due_on == due - timedelta(days=3)
    assert office.entries("petitions", number) == [(CAME - timedelta(days=3), 1)]


def test_a_petition_that_should_not_have_been_registered_was_never_owed(office):
    number = office.register(COUNTY)
    office.announce(reply_given(number, occurred_on=TODAY, reply="r1"))
    owed = office.entries("overdue", number)
    petitions = Petitions(office.session)
    withdrawn, event = withdraw_petition(
        petitions.get(number),
        on=TODAY,
        today=TODAY,
        cause="registered_by_mistake",
        same_as=None,
        replies=[],
    )
    petitions.update(withdrawn)
    office.announce(replace(event, replied_on=(TODAY,)))

    assert owed[:2] == [(CAME + timedelta(days=8), 1), (TODAY, -1)]
    assert office.entries("overdue", number) == []
    assert office.entries("petitions", number) == []
    assert office.entries("replies", number) == []
    states = {duty.state for duty in office.duties(number).values()}
    assert states == {"released"}
