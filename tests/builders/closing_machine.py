"""
One case of a programme with which anything may be done, right or wrong, and a plain
record of what was given, by which the end of the case is judged without its rules.
"""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta

from services.assignment.domain import case_offices
from services.assignment.domain.closings import (
    closing,
    review,
    signatures,
    standard,
    striking,
    submission,
)
from services.assignment.domain.duties.parties import responsible_parties
from services.assignment.domain.facts.vocabulary import fact_of
from services.assignment.domain.moving import move_event
from shared.errors import Refusal
from shared.policy.current import current_policy
from tests.builders.facts import (
    NUMBER,
    act,
    explained,
    happened,
    named,
    opened,
)
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
# What says that a demand was met, in words alone; else an item of a list.
WORDS = {
    "meixian": {"act": "measure_taken", "kind": "纠正原处理"},
    "jiaozuo-2021": {"act": "outside_help_sought", "to": "民政局"},
    "dy-leaders": {"act": "measure_taken", "kind": "纠正原处理"},
}
# Who may help the office that has the case, if the programme knows of such units.
HELPERS = {"xq-2020": ("640104002", "640104003")}
# The duty of a case that flowed back to have a plan again.
PLANNED_AGAIN = {"xq-2020": "plan_again"}
# What may be asked for in a case, and waits for somebody's answer.
ASKED = {
    "xq-2020": ("coordination_requested", "solve_by_set"),
    "jiaozuo-2021": ("ending_waits",),
}
PAGE = "签字页"
FAULTS = range(13)
RESOLVED = "assignment.case_resolved"


class ClosingMachine:
    """
    The case, the report of closing that waits or was the last, and who gave what.
    """

    def __init__(self, code):
        self.rules = current_policy()
        self.programme = self.rules.programmes.get(code)
        self.office, self.other, self.today = PLACES[code]
        self.hub, self.report, self.reported = self.programme.hub, None, None
        self.filed, self.gone, self.taken = set(), set(), set()
        self.parts, self.helpers, self.unplanned = set(), set(), False
        self.led_off_the_list = False
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

    # -- how it stands

    @property
    def matter(self):
        return self.known.matter

    @property
    def waits(self):
        return self.matter.standing == "submitted"

    @property
    def packet(self):
        packets = self.programme.closing.packets_for("resolved")
        return packets[0].documents if packets else ("办结报告",)

    @property
    def route(self):
        level = self.rules.directory.office(self.matter.office).level
        return self.programme.closing.route_for(
            "resolved", level, self.matter.department
        )

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
    def helping(self):
        """
        The units that have still to report how they helped; a procedural closing is no
        reason not to.
        """
        return set() if self.matter.standing == "struck_off" else self.helpers

    @property
    def owed_without_reason(self):
        """
        The kinds of duties that are owed, but not by intent once the case is resolved.
        A leader named while it was struck off is asked for again when it is restored.
        """
        duties = self.matter.duties.values()
        asked_again = {"leader_named"} if self.led_off_the_list else set()
        return {d.kind for d in duties if not d.closed} - {*OUTLIVING} - asked_again

    def offices_owing(self, kind):
        duties = self.matter.duties.values()
        return {d.office for d in duties if not d.closed and d.kind == kind}

    @property
    def plans_owed(self):
        """
        Who owes a plan again, and who should.
        """
        kind = PLANNED_AGAIN.get(self.programme.code)
        wanted = kind and self.unplanned and self.matter.standing != "struck_off"
        return self.offices_owing(kind), {self.matter.office} if wanted else set()

    @property
    def counted_as_resolved(self):
        """
        How often the announcements count the case as resolved.
        """
        told = Counter()
        for event in self.known.announced:
            told[event.type] += event.type == RESOLVED
            undone = event.type == "assignment.case_reopened"
            told[RESOLVED] -= undone and event.was == "resolved"
        return told[RESOLVED]

    def signed_in_turn(self):
        """
        Whether those who signed did so in the order of the route and of the days, for
        posts that were theirs, each in person or on a filed page.
        """
        if self.report is None or not self.waits:
            return True
        given = self.report.signatures
        order = [signer.id for signer in self.route.signers] if self.route else []
        by_hand = [each for each in given if not each.document_id]
        whose = {(each.recorded_by, each.office, each.post) for each in by_hand}
        persons = {each.recorded_by for each in by_hand}
        pages = {each.document_id for each in given if each.document_id}
        days = [self.report.submitted_on, *(each.on for each in given), self.today]
        return (
            days == sorted(days)
            and [each.signer for each in given] == order[: len(given)]
            and len(persons) == len(whose)
            and self.report.submitted_by not in persons
            and all(each.recorded_by.startswith(each.office) for each in given)
            and all(map(self._is_entitled, given))
            and pages <= self.filed
        )

    def _is_entitled(self, given):
        """
        Whether the post that signed is of the kind that the file of the programme asks
        for, and said its opinion where it must.
        """
        (signer,) = (each for each in self.route.signers if each.id == given.signer)
        post = self.rules.directory.office(given.office).posts[given.post]
        office = self.hub if signer.office == "hub" else self.matter.office
        kinds = {
            "leader": (given.office, given.post) in self.matter.leaders,
            "chief": post.chief,
            "vice": post.leader and not post.chief,
            "hub_department": given.post.startswith(self.programme.hub_department),
            "line": given.post.startswith(self.matter.department or "\0"),
            "group": post.leader,
        }
        spoken = given.opinion or not signer.opinion
        return given.office == office and kinds[signer.post] and spoken

    def missing_in_resolution(self):
        """
        What the resolution lacks of that which the file of the programme names.
        """
        rules, report = self.programme.closing, self.report
        files = {each.name: each.document_id for each in report.documents}
        valid = {name for name, file in files.items() if file in self.filed}
        shown = {
            each.head for each in report.head_evidence if {*each.documents} <= valid
        }
        ticked = {each.item for each in report.checklist if each.documents}
        signed = [each.signer for each in report.signatures]
        wanted = [each.id for each in self.route.signers] if self.route else []
        days = [report.concluded_on, report.submitted_on, report.reviewed_on]
        given = {
            "its days": days == sorted(days),
            "the kind": rules.counts_as(report.kind) == "resolved",
            "leaders": self.reported["led"],
            "heads": bool(report.dispositions),
            "measures": {*report.measures} & self.taken,
            "what shows the measures": {*report.measures} <= self.taken,
            "what shows the heads": shown >= {*report.dispositions},
            "the packet": {*self.packet} <= valid,
            "the standard": ticked
            >= {
                item.id
                for item in rules.checklist
                if item.mandatory and "resolved" in item.kinds
            },
            "the signatures": signed == wanted,
            "another reviewer": report.reviewed_by != report.submitted_by,
            "its own file": not self.gone & {*filter(None, files.values())},
        }
        return [name for name, there in given.items() if not there]

    # -- what is done

    def do(self, step, choice, days=1):
        """
        Do a step some days later, or on the same day; what is refused changes nothing.
        """
        self.today += timedelta(days=days)
        with suppress(Refusal):
            getattr(self, step)(choice)

    def learn(self, *happenings):
        self.known.learn(*happenings)

    def file(self, name):
        self.learn(happened("matter.document_filed", self.today, document=name))
        self.filed.add(name)

    def next(self, fault):
        """
        What the course of the case asks for next: leaders, a report, the signatures,
        the review.
        """
        if not self.matter.is_led and fault != 11:
            return self.lead()
        for name in self.packet:
            if name not in self.filed:
                # Withdrawn: its content is filed again as another document.
                self.file(name)
        if not self.waits:
            if not self.taken and fault != 10:
                self.explain()
            return self.submit(fault)
        missing = signatures.to_sign(self.report, self.route)
        if missing and fault != 0:
            return self.sign_as(missing[0], fault)
        return self.review(fault)

    def lead(self):
        self.led_off_the_list |= self.matter.standing == "struck_off"
        office = self.rules.directory.office(self.matter.office)
        chief = next(title for title, post in office.posts.items() if post.chief)
        self.learn(
            named(
                self.today,
                (office.code, chief),
                *BESIDE.get(self.programme.code, ()),
                department=office.departments[0] if office.departments else None,
                team="专班",
                responsible_post=chief,
                handler_post=chief,
                contact="电话",
                resolve_by=self.today + timedelta(days=300),
            )
        )

    def explain(self):
        self.learn(explained(self.programme.code, self.today))
        self.taken.add("explanation")

    def say_solved(self):
        """
        An item of the heads or an act that shows one, in words and without a paper.
        """
        said = {**WORDS.get(self.programme.code, {})}
        item = {"list": "four_dispositions", "item": "solve", "evidence": "台账"}
        self.learn(
            act(said.pop("act"), self.today, text="已解决。", **said)
            if said
            else happened("matter.checklist_item_done", self.today, **item)
        )

    def submit(self, fault):
        if fault == 9:
            self.say_solved()
        names = self.packet[:-1] if fault == 1 else self.packet
        heads = () if fault == 2 else ("reasonable_solve",)
        shows = () if fault in (2, 3, 9) else names[:1]
        kind = "procedural" if fault == 4 else "resolved"
        said = {6: (), 8: ("explanation", "mediation")}
        report = closing.Closing(
            id=f"c{len(self.known.given)}",
            number=NUMBER,
            kind=kind,
            concluded_on=self.today + timedelta(days=int(fault == 5)),
            submitted_on=self.today,
            dispositions=heads,
            measures=said.get(fault, ("explanation",)),
            narrative="已释法说理。",
            submitted_by=f"{self.matter.office}/承办人",
            documents=tuple(
                closing.Document(
                    name, "卷一", {7: f"假{name}", 12: None}.get(fault, name)
                )
                for name in names
            ),
            head_evidence=tuple(
                closing.HeadEvidence(head, tuple(shows)) for head in heads if shows
            ),
            standard=standard.standard_on(self.programme.closing, kind, self.today),
        )
        case = replace(
            self.matter.as_closed(),
            reopened_on=closing.last_reopened(self.known.facts),
        )
        _, event = submission.submit(
            case,
            report,
            programme=self.programme,
            today=self.today,
            facts=self.known.facts,
        )
        self.report, self.reported = report, {"led": self.matter.is_led}
        self.learn(fact_of(event))

    def sign(self, choice):
        """
        A signature of the route that is perhaps not the next.
        """
        if self.report and self.route:
            signers = self.route.signers
            self.sign_as(signers[choice % len(signers)], None)

    def sign_as(self, signer, fault):
        office = self.seats.offices[signer.office]
        able = self.seats.posts_of(signer)
        used = {(each.office, each.post) for each in self.report.signatures}
        fresh = [post for post in able if (office.code, post) not in used]
        post = (fresh or able or ("院长",))[0]
        account = f"{office.code}/{post}"
        if fault == 1:
            account = self.report.submitted_by
        if fault == 2 and self.report.signatures:
            account = self.report.signatures[-1].recorded_by
        if fault == 3:
            post = next(iter(reversed(office.posts)))
        page = {4: PAGE, 5: "没有的页"}.get(fault)
        opinion = None if fault == 6 else "同意。"
        day = self.today - timedelta(days=30 * (fault == 7))
        signed = signatures.sign(
            self.matter.as_closed(),
            self.report,
            signatures.Signing(signer.id, post, day, opinion, account, page),
            route=self.route,
            seats=self.seats,
            today=self.today,
            facts=self.known.facts,
        )
        self.report = replace(self.report, signatures=(*self.report.signatures, signed))

    def confirm(self, choice):
        """
        A review at any time, perhaps with an item left out.
        """
        if self.report:
            self.review(choice)

    def review(self, fault):
        brought = tuple(each.name for each in self.report.documents)
        items = [item.id for item in self.report.standard]
        ticks = [] if fault == 1 else items[1:] if fault == 2 else items
        by = self.report.submitted_by if fault == 3 else f"{self.hub}/审核人"
        verdict = "returned" if fault in (4, 5) else "confirmed"
        codes = [reason.id for reason in self.programme.closing.return_reasons]
        _, self.report, told = review.review(
            self.matter.as_closed(),
            self.report,
            review.Review(
                verdict,
                self.today,
                by,
                tuple(
                    standard.Checked(item, () if fault == 6 else brought)
                    for item in ticks
                ),
                tuple(codes[:1]) if fault == 4 else (),
                "材料不全。" if fault == 4 else None,
            ),
            programme=self.programme,
            route=self.route,
            facts=self.known.facts,
            today=self.today,
        )
        self.known.announced += told
        self.learn(*map(fact_of, told))
        if self.matter.standing == "resolved":
            self.helpers, self.unplanned = set(), False

    def reopen(self, choice):
        case = self.matter.as_closed()
        _, event = closing.reopen(case, on=self.today, today=self.today)
        self.known.announced.append(event)
        self.learn(fact_of(event))
        self.taken.clear()
        self.unplanned = True

    def plan(self, choice):
        """
        A plan is made, at a time when the case is worked on.
        """
        if self.matter.standing == "open":
            self.learn(act("plan_made", self.today))
            self.unplanned = False

    def ask(self, choice):
        """
        Coordination, a day by which it is solved, or the ending by law is asked for.
        """
        names = ASKED.get(self.programme.code, ())
        if not names or self.matter.standing != "open":
            return
        name = names[(choice or 0) % len(names)]
        key, day = f"a{len(self.known.given)}", self.today
        self.learn(
            act(name, day, until=day + timedelta(days=60))
            if name == "solve_by_set"
            else happened(
                f"matter.{name}",
                day,
                **{
                    "coordination_requested": {"request": key},
                    "ending_waits": {"step": key, "to_office": self.hub},
                }[name],
            )
        )

    def step(self, choice):
        """
        A step of a plan is set for the office that has the case, or for a unit.
        """
        if "plan_step" not in {rule.id for rule in self.programme.duties}:
            return
        if self.matter.standing == "open":
            offices = sorted({self.matter.office, *self.parts})
            to_office = offices[(choice or 0) % len(offices)]
            key, until = f"s{len(self.known.given)}", self.today + timedelta(days=9)
            said = {"step": key, "to_office": to_office, "until": until}
            self.learn(happened("matter.plan_step_set", self.today, **said))

    def divide(self, choice):
        """
        The units agree anew who helps the office that has the case, perhaps nobody.
        """
        chosen = {
            code
            for place, code in enumerate(HELPERS.get(self.programme.code, ()))
            if (choice or 0) >> place & 1 and code != self.matter.office
        }
        if self.matter.standing != "open":
            return
        units = ((self.matter.office, "lead"), *((c, "co_handling") for c in chosen))
        self.learn(happened("matter.units_agreed", self.today, units=units))
        self.helpers = (self.helpers & chosen) | (chosen - self.parts)
        self.parts = chosen

    def withdraw(self, choice):
        """
        A document on which no closing stands is withdrawn.
        """
        if self.waits or self.matter.is_over:
            return
        name = (PAGE, *self.packet)[choice % (1 + len(self.packet))]
        if name in self.filed:
            self.learn(happened("matter.document_withdrawn", self.today, document=name))
            self.filed.discard(name)
            self.gone.add(name)

    def tell(self, choice):
        """
        A unit that helps reports how it did.
        """
        if self.helping:
            unit = sorted(self.helping)[choice % len(self.helping)]
            said = {"to_office": unit, "role": "co_handling"}
            self.learn(happened("matter.unit_reported", self.today, **said))
            self.helpers.discard(unit)

    def move(self, choice):
        to = self.other if self.matter.office == self.office else self.office
        faults = case_offices.problems(
            self.today,
            "/to_office",
            standing=self.matter.standing,
            merged=self.matter.merged,
            facts=self.known.facts,
        )
        if to and not list(faults):
            event = move_event(
                self.matter, to, self.today, "handed_on", self.known.policy
            )
            self.parts -= {self.matter.office, to}
            self.helpers -= {self.matter.office, to}
            self.learn(fact_of(event))

    def strike_off(self, choice):
        self._strike(striking.strike_off)

    def restore(self, choice):
        self._strike(striking.restore, struck_off_on=self.today)

    def _strike(self, act, **said):
        decision = striking.StrikeOff(self.today, "事由清楚。", "院长")
        _, event = act(
            self.matter.as_closed(),
            decision,
            leaders=["院长"],
            today=self.today,
            **said,
        )
        self.learn(fact_of(event))
