"""
Computes the returns of the story by itself: the independent check of the product.

It reads the ledgers and `story.yaml` and shares no code with anything else here or in
the services: own reading of cells, own counting of days, own book-keeping.
`python -m deploy.demo.expected` writes `expected.json`.

How it counts, in the words of the plan (濮阳 2020-12-29) and of the agreement on the
figures: a case in scope counts from the day it was reported; resolved counts on the day
the closing was concluded, if the city confirmed it, and no longer from the day the case
flows back; a duplicate stops counting on the day it is merged into the other case.
Each office owes each year's rate; a signed return that shows it discharges that duty.
No answer to a supervision notice is owed: in this plan people issue notices, or the
case was named by the province (PY-37, PY-48), and the story tells of neither.
"""

from __future__ import annotations

import json
import unicodedata
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import yaml
from openpyxl import load_workbook

HERE = Path(__file__).parent
PROVINCE, CITY = "410000", "410900"
OFFICES = {
    "濮阳市人民检察院": "410900",
    "濮阳市华龙区人民检察院": "410902",
    "清丰县人民检察院": "410922",
    "南乐县人民检察院": "410923",
    "范县人民检察院": "410926",
    "台前县人民检察院": "410927",
    "濮阳县人民检察院": "410928",
}
YEAR_ENDS = (date(2020, 12, 31), date(2021, 12, 31), date(2022, 12, 31))
TARGETS = dict(zip(YEAR_ENDS, (30, 50, 100), strict=True))
SAME_TITLE = {  # 南乐's form
    "受理日期": "登记受理日期",
    "身份证号码": "证件号码",
    "包案领导": "本院包案领导",
    "办结时限": "化解时限",
}
PHASE_ONE_ENDS = date(2020, 12, 15)
# What was due before the plan was issued is backdated and never overdue.
PLAN_ISSUED = date(2020, 12, 29)

# The State Council's notices for 2020-11 to 2022-12: days off and make-up days.
DAYS_OFF = (
    ("2021-01-01", "2021-01-03"),
    ("2021-02-11", "2021-02-17"),
    ("2021-04-03", "2021-04-05"),
    ("2021-05-01", "2021-05-05"),
    ("2021-06-12", "2021-06-14"),
    ("2021-09-19", "2021-09-21"),
    ("2021-10-01", "2021-10-07"),
    ("2022-01-01", "2022-01-03"),
    ("2022-01-31", "2022-02-06"),
    ("2022-04-03", "2022-04-05"),
    ("2022-04-30", "2022-05-04"),
    ("2022-06-03", "2022-06-05"),
    ("2022-09-10", "2022-09-12"),
    ("2022-10-01", "2022-10-07"),
    ("2022-12-31", "2023-01-02"),
)
MADE_UP = (
    "2021-02-07",
    "2021-02-20",
    "2021-04-25",
    "2021-05-08",
    "2021-09-18",
    "2021-09-26",
    "2021-10-09",
    "2022-01-29",
    "2022-01-30",
    "2022-04-02",
    "2022-04-24",
    "2022-05-07",
    "2022-10-08",
    "2022-10-09",
)


def works(day: date) -> bool:
    """
    Whether offices work on *day*.
    """
    written = day.isoformat()
    if written in MADE_UP:
        return True
    off = any(first <= written <= last for first, last in DAYS_OFF)
    return not off and day.weekday() < 5


def rolled(day: date) -> date:
    """
    *day*, or the first working day after it.
    """
    while not works(day):
        day += timedelta(days=1)
    return day


def natural_days(start: date, count: int) -> date:
    return rolled(start + timedelta(days=count))


def months(start: date, count: int) -> date:
    later = start.month - 1 + count
    year, month = start.year + later // 12, later % 12 + 1
    return rolled(date(year, month, min(start.day, monthrange(year, month)[1])))


def working_days(start: date, count: int) -> date:
    day = start
    while count:
        day += timedelta(days=1)
        count -= works(day)
    return day


def plain(cell: object) -> str:
    """
    A cell's text with ordinary digits and no space around it.
    """
    return "" if cell is None else unicodedata.normalize("NFKC", str(cell)).strip()


def day_of(cell: object) -> date:
    """
    The date in a cell, in any of the shapes that offices write.

    Raises `ValueError` if there is none.
    """
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = plain(cell)
    for mark in "年月/":
        text = text.replace(mark, "-")
    year, month, day = text.removesuffix("日").split("-")
    return date(int(year), int(month), int(day))


@dataclass
class Duty:
    """What an office owes by a day; done on a day, or released, or neither."""

    office: str
    due: date
    over: date | None = None
    backdated: bool = False

    def overdue(self, on: date) -> bool:
        late = self.due < on and (self.over is None or self.over > on)
        return late and not self.backdated


@dataclass
class Case:
    """A row in scope and what became of it."""

    number: str
    office: str
    handed: bool
    reported: date
    repeats: int
    leader_duty: Duty
    resolve_duty: Duty
    upper: bool
    own: bool
    department: bool
    led: date | None = None
    merged: date | None = None
    resolved: date | None = None
    reopened: date | None = None
    ended: date | None = None

    def look_for_leaders(self, on: date) -> None:
        """
        PY-23: a leader of the own office; PY-24: handed down, one of the city too.
        """
        complete = self.own and self.department and (self.upper or not self.handed)
        if complete and self.led is None:
            self.led = self.leader_duty.over = on

    def counts(self, on: date) -> bool:
        return self.reported <= on and (self.merged is None or self.merged > on)

    def is_resolved(self, on: date) -> bool:
        back = self.reopened is not None and self.reopened <= on
        return self.resolved is not None and self.resolved <= on and not back


@dataclass
class Book:
    """Everything that happened up to the day the story has come to."""

    cases: dict[str, Case] = field(default_factory=dict)
    out_of_scope: int = 0
    duties: list[Duty] = field(default_factory=list)
    hearings: list[tuple[date, str]] = field(default_factory=list)
    payments: list[tuple[date, str, str, Decimal]] = field(default_factory=list)


def rows(file: Path) -> Iterator[dict[str, Any]]:
    """
    The rows of a ledger by their titles, header and notes left out.
    """
    sheet = load_workbook(file).active
    lines = [list(line) for line in sheet.iter_rows(values_only=True)]
    top = next(n for n, line in enumerate(lines) if "案件编号" in map(plain, line))
    titles = [
        plain(lower) or plain(upper)
        for upper, lower in zip(lines[top], lines[top + 1], strict=True)
    ]
    titles = [SAME_TITLE.get(title, title) for title in titles]
    for line in lines[top + 2 :]:
        row = dict(zip(titles, line, strict=True))
        if plain(row["案件编号"]):
            yield row


def in_scope(row: dict[str, Any]) -> bool:
    """
    PY-06 .. PY-10. Raises `ValueError` for a row that cannot be read.
    """
    accepted = day_of(row["登记受理日期"])
    repeats = int(plain(row["重复信访次数"]))
    kind = int(plain(row["治理范围类别"]))
    if kind not in (1, 2, 3, 4):
        raise ValueError(f"no such class: {kind}")
    opinions = [part for part in plain(row["已作处理意见"]).split(";") if part]
    answers = plain(row["是否终结性处理意见"]).split(";")
    final = [o for o, answer in zip(opinions, answers, strict=True) if answer == "是"]
    decided = {
        1: plain(row["案件来源"]) == "联席办交办",
        2: any("检察院" in opinion for opinion in opinions),
        3: any("法院" in o for o in final) and any("检察院" in o for o in final),
        4: any("检察院" in opinion for opinion in final),
    }[kind]
    in_window = date(2015, 6, 30) <= accepted <= date(2020, 6, 30)
    return in_window and repeats > 0 and decided


def enter(book: Book, row: dict[str, Any]) -> bool:
    """
    Take a row into the book if it is in scope; False if it cannot be read.
    """
    try:
        inside = in_scope(row)
    except ValueError:
        return False
    if not inside:
        book.out_of_scope += 1
        return True
    number = "".join(plain(row["案件编号"]).split())
    office = OFFICES[plain(row["填报单位"])]
    reported = day_of(row["填报日期"])
    leader_due = max(reported, PHASE_ONE_ENDS)
    case = Case(
        number=number,
        office=office,
        handed=plain(row["案件来源"]) != "本院排查",
        reported=reported,
        repeats=int(plain(row["重复信访次数"])),
        leader_duty=Duty(office, leader_due, backdated=leader_due < PLAN_ISSUED),
        resolve_duty=Duty(office, day_of(row["化解时限"])),
        upper=bool(plain(row["上级包案领导"])),
        own=bool(plain(row["本院包案领导"])),
        department=bool(plain(row["责任部门"])),
    )
    case.look_for_leaders(reported)
    book.cases[number] = case
    book.duties += [case.leader_duty, case.resolve_duty]
    return True


class Teller:
    """
    Goes through the story and keeps the book; one method for each kind of action.
    """

    def __init__(self) -> None:
        self.book = Book()
        self.unread: dict[str, dict[str, Any]] = {}
        self.answers: dict[str, tuple[Duty, Duty]] = {}
        self.aid: dict[str, tuple[str, str, Duty]] = {}
        self.closings: dict[str, tuple[str, date]] = {}

    def tell(self, action: dict[str, Any], on: date) -> None:
        office = action["by"].split()[0]
        act = getattr(self, action["do"], None)
        if act is not None:  # filings, batches and returns move no figure
            act(action, on, office)

    def case(self, number: str) -> Case:
        return self.book.cases[unicodedata.normalize("NFKC", number)]

    def push(self, action: dict[str, Any], _on: date, _office: str) -> None:
        for row in rows(HERE / "ledgers" / action["file"]):
            if not enter(self.book, row):
                self.unread[row["案件编号"].strip()] = row

    def push_corrected(self, action: dict[str, Any], _on: date, _office: str) -> None:
        row = self.unread.pop(action["case"]) | action["cells"]
        if not enter(self.book, row):
            raise ValueError(f"still wrong: {action['case']}")

    def merge(self, action: dict[str, Any], on: date, _office: str) -> None:
        case = self.case(action["case"])
        case.merged = on
        for duty in (case.leader_duty, case.resolve_duty):
            duty.over = duty.over or on

    def name_leaders(self, action: dict[str, Any], on: date, _office: str) -> None:
        case = self.case(action["case"])
        case.upper |= any(one["office"] == CITY for one in action["leaders"])
        case.own |= any(one["office"] == case.office for one in action["leaders"])
        case.department = True
        case.look_for_leaders(on)

    def petition(self, action: dict[str, Any], on: date, office: str) -> None:
        duties = (Duty(office, natural_days(on, 7)), Duty(office, months(on, 3)))
        self.answers[action["ref"]] = duties
        self.book.duties += duties

    def reply(self, action: dict[str, Any], on: date, _office: str) -> None:
        first, answer = self.answers[action["petition"]]
        first.over = first.over or on
        if action["kind"] in ("progress", "result"):
            answer.over = answer.over or on

    def sit(self, action: dict[str, Any], on: date, _office: str) -> None:
        self.book.hearings.append((on, self.case(action["case"]).office))

    def apply_for_aid(self, action: dict[str, Any], on: date, _office: str) -> None:
        office = self.case(action["case"]).office
        duty = Duty(office, working_days(on, 10))
        self.aid[action["ref"]] = (office, action["person"]["id_no"], duty)
        self.book.duties.append(duty)

    def decide_aid(self, action: dict[str, Any], on: date, _office: str) -> None:
        self.aid[action["aid"]][2].over = on

    def pay_aid(self, action: dict[str, Any], on: date, _office: str) -> None:
        office, person, _ = self.aid[action["aid"]]
        self.book.payments.append((on, office, person, Decimal(action["amount_yuan"])))

    def close(self, action: dict[str, Any], on: date, _office: str) -> None:
        self.closings[action["case"]] = (action["kind"], on)

    def review(self, action: dict[str, Any], _on: date, _office: str) -> None:
        if action["verdict"] != "confirmed":
            return
        case = self.case(action["case"])
        kind, concluded = self.closings.pop(action["case"])
        if kind == "resolved":
            case.resolved = case.resolve_duty.over = concluded
        elif kind == "lawful_ending":
            case.ended = case.resolve_duty.over = concluded

    def reopen(self, action: dict[str, Any], on: date, _office: str) -> None:
        case = self.case(action["case"])
        case.reopened, case.resolve_duty.over = on, None


def rate(resolved: int, base: int) -> str:
    """
    Percent with one decimal; a dash when there is nothing to resolve (A-40).
    """
    if base == 0:
        return "—"
    percent = Decimal(100 * resolved) / Decimal(base)
    return f"{percent.quantize(Decimal('0.1'), ROUND_HALF_UP)}%"


def figures(book: Book, on: date, offices: set[str]) -> dict[str, Any]:
    """
    The figures of *offices* together, as of *on*.
    """
    cases = [c for c in book.cases.values() if c.office in offices and c.counts(on)]
    base = len(cases)
    resolved = sum(case.is_resolved(on) for case in cases)
    wanted = -(-TARGETS[on] * base // 100)
    paid = [p for p in book.payments if p[0] <= on and p[1] in offices]
    return {
        "base": base,
        "resolved": resolved,
        "rate": rate(resolved, base),
        "target": TARGETS[on],
        "short_by": max(0, wanted - resolved),
        "ended": sum(c.ended is not None and c.ended <= on for c in cases),
        "flowed_back": sum(c.reopened is not None and c.reopened <= on for c in cases),
        "led": sum(c.led is not None and c.led <= on for c in cases),
        "hearings": sum(day <= on and where in offices for day, where in book.hearings),
        "aid_persons": len({person for _, _, person, _ in paid}),
        "aid_yuan": str(sum((yuan for *_, yuan in paid), Decimal("0.00"))),
        "overdue": sum(d.overdue(on) for d in book.duties if d.office in offices),
        "repeats": sum(case.repeats for case in cases),
    }


def expected() -> dict[str, Any]:
    """
    The returns of the city and of the province at the three year ends.
    """
    story = yaml.safe_load((HERE / "story.yaml").read_text(encoding="utf-8"))
    teller = Teller()
    targets = [Duty(office, day) for office in OFFICES.values() for day in TARGETS]
    teller.book.duties += targets
    found: dict[str, Any] = {"city": {}, "province": {}}
    everybody = set(OFFICES.values())
    for day in story["days"]:
        on = day["day"]
        for step in day["steps"]:
            for action in step:
                teller.tell(action, on)
        if on in YEAR_ENDS:
            book = teller.book
            # Facts of later days are not yet in the book: the story is told in order.
            total = figures(book, on, everybody)
            found["city"][on.isoformat()] = {
                "rows": [
                    {"office": office, **figures(book, on, {office})}
                    for office in sorted(everybody)
                ],
                "total": total,
            }
            found["province"][on.isoformat()] = {
                "rows": [
                    {"office": PROVINCE, **figures(book, on, set())},
                    {"office": CITY, **total},
                ],
                "total": total,
            }
            # The city's return, signed this day, is what discharges a target.
            for duty in targets:
                own, wanted = figures(book, on, {duty.office}), TARGETS[duty.due]
                if duty.due <= on and 100 * own["resolved"] >= wanted * own["base"]:
                    late = timedelta(days=duty.due < on)
                    duty.over = duty.over or on + late
    found["out_of_scope"] = teller.book.out_of_scope
    return found


def main() -> None:
    text = json.dumps(expected(), ensure_ascii=False, indent=1) + "\n"
    (HERE / "expected.json").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
