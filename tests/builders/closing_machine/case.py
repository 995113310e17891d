"""
The case itself: how it stands, who leads it, when it flows back or is struck off.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta

from services.assignment.domain.closings import closing, signatures, striking
from services.assignment.domain.closings.endings import LAPSED
from services.assignment.domain.duties.parties import responsible_parties
from services.assignment.domain.facts.vocabulary import fact_of
from shared.errors import Refusal
from shared.policy.current import current_policy
from tests.builders.facts import happened, named, opened
from tests.builders.matters import Known
from tests.builders.outliving import OUTLIVING

# The office that begins, another to which the case may move, and the first day.
PLACES = {
    "puyang-2020": ("410922", "410923", date(2021, 1, 4)),
    "xq-2020": ("640104001", "640104002", date(2020, 11, 2)),
    "meixian": ("610326", None, date(2023, 4, 3)),
    "jiaozuo-2021": ("410825900", "410823900", date(2021, 3, 15)),
    "dy-leaders": ("990101", "990102", date(2021, 4, 6)),
}
# Who leads with the chief of the office that has the case (JZ-07).
BESIDE = {"jiaozuo-2021": [("410800900", "副院长")]}
PAGE = "签字页"


class CaseOfProgramme:
    """
    A case that was opened in a programme, and who has it.
    """

    def __init__(self, code):
        self.rules = current_policy()
        self.programme = self.rules.programmes.get(code)
        self.office, self.other, self.today = PLACES[code]
        self.hub, self.report, self.reported = self.programme.hub, None, None
        self.filed, self.withdrawn_files = set(), set()
        self.measures_taken = set()
        self.parts, self.helpers, self.unplanned = set(), set(), False
        self.kind, self.ending, self.agreed = "resolved", None, []
        self.plans, self.approved, self.finding = [], {}, None
        self.known = Known(code)
        self.learn(
            opened(
                self.today,
                office=self.office,
                programme=code,
                origin="own_screening",
                handed=False,
                difficulty="ordinary",
                resolve_by=None,
            ),
            happened("hearing.hearing_decided", self.today, decision="not_needed"),
        )
        for name in (PAGE, *self.packet):
            self.file(name)

    @property
    def matter(self):
        return self.known.matter

    @property
    def chief(self):
        """
        The post of the chief of the office that has the case.
        """
        posts = self.rules.directory.office(self.matter.office).posts
        return next(title for title, post in posts.items() if post.chief)

    @property
    def waits(self):
        return self.matter.standing == "submitted"

    @property
    def packet(self):
        return self.packet_of(self.kind)

    def packet_of(self, kind):
        packets = self.programme.closing.packets_for(kind)
        return packets[0].documents if packets else ("办结报告",)

    @property
    def seats(self):
        office = self.matter.office
        parties = responsible_parties(
            office, self.matter.opened_on, self.programme, self.rules.directory
        )
        offices = {"own": office, "upper": self.hub, **parties.offices}
        return signatures.Seats(
            {name: self.rules.directory.office(each) for name, each in offices.items()},
            self.programme.hub_department,
            list(self.matter.leaders),
            self.matter.department,
        )

    @property
    def owing(self):
        """
        Who owes something, beside steps of the plan that units do while they take part.
        """
        return {
            duty.office
            for duty in self.matter.duties.values()
            if not duty.closed
            and not (duty.kind == "plan_step" and duty.office in self.parts)
        }

    @property
    def entitled_to_owe(self):
        """
        The office that has the case, the hub, and those above, none that had it before;
        and the units that help by the last division.
        """
        directory, office = self.rules.directory, self.matter.office
        above = directory.lineage(office, self.today)
        return {office, self.hub, *above, *self.helping}

    @property
    def owed_without_reason(self):
        """
        The kinds of duties that are owed, but not by intent once the case is resolved.
        """
        duties = self.matter.duties.values()
        return {d.kind for d in duties if not d.closed} - {*OUTLIVING}

    def offices_owing(self, kind):
        duties = self.matter.duties.values()
        return {d.office for d in duties if not d.closed and d.kind == kind}

    def do(self, step, choice, days=1):
        """
        Do a step some days later, or on the same day; what is refused changes nothing.
        """
        self.today += timedelta(days=days)
        with suppress(Refusal):
            getattr(self, step)(choice)

    def learn(self, *happenings):
        self.known.learn(*happenings)
        ended = self.matter.standing in closing.OVER - {"struck_off"}
        if ended and self.ending and self.ending.state == "waiting":
            self.ending = replace(self.ending, state=LAPSED)

    def file(self, name):
        self.learn(happened("matter.document_filed", self.today, document=name))
        self.filed.add(name)

    def lead(self):
        office = self.rules.directory.office(self.matter.office)
        self.learn(
            named(
                self.today,
                (office.code, self.chief),
                *BESIDE.get(self.programme.code, ()),
                department=office.departments[0] if office.departments else None,
                team="专班",
                responsible_post=self.chief,
                handler_post=self.chief,
                contact="电话",
                resolve_by=self.today + timedelta(days=300),
            )
        )

    def reopen(self, choice):
        case = self.matter.as_closed()
        _, event = closing.reopen(case, on=self.today, today=self.today)
        self.known.announced.append(event)
        self.learn(fact_of(event))
        self.measures_taken.clear()
        self.agreed = []
        self.unplanned = True

    def strike_off(self, choice):
        self._strike(striking.strike_off)

    def restore(self, choice):
        self._strike(striking.restore, struck_off_on=self.today)

    def _strike(self, act, **fields):
        decision = striking.StrikeOff(self.today, "事由清楚。", "院长")
        _, event = act(
            self.matter.as_closed(),
            decision,
            leaders=["院长"],
            today=self.today,
            **fields,
        )
        self.learn(fact_of(event))
