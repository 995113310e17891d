"""
The units that help, the plan's steps, and the moves of the case.
"""

from __future__ import annotations

from datetime import timedelta

from services.assignment.domain import case_offices
from services.assignment.domain.facts.vocabulary import fact_of
from services.assignment.domain.moving import move_event
from tests.builders.facts import act, happened

# Who may help the office that has the case, if the programme knows of such units.
HELPERS = {"xq-2020": ("640104002", "640104003")}
# The duty of a case that flowed back to have a plan again.
PLANNED_AGAIN = {"xq-2020": "plan_again"}
# What may be asked for in a case, and waits for somebody's answer.
ASKED = {"xq-2020": ("coordination_requested", "solve_by_set")}


class UnitActs:
    """
    What units do, agree on and ask for.
    """

    @property
    def helping(self):
        """
        The units that have still to report how they helped; a procedural closing is no
        reason not to.
        """
        return set() if self.matter.standing == "struck_off" else self.helpers

    @property
    def plans_owed(self):
        """
        Who owes a plan again, and who should.
        """
        kind = PLANNED_AGAIN.get(self.programme.code)
        wanted = kind and self.unplanned and self.matter.standing != "struck_off"
        return self.offices_owing(kind), {self.matter.office} if wanted else set()

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
        if self.ending_rules:
            self.apply(choice)
        names = ASKED.get(self.programme.code, ())
        if not names or self.matter.standing != "open":
            return
        name = names[(choice or 0) % len(names)]
        key, day = f"a{len(self.known.given)}", self.today
        self.learn(
            act(name, day, until=day + timedelta(days=60))
            if name == "solve_by_set"
            else happened(f"matter.{name}", day, request=key)
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
            fields = {"step": key, "to_office": to_office, "until": until}
            self.learn(happened("matter.plan_step_set", self.today, **fields))

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

    def tell(self, choice):
        """
        A unit that helps reports how it did.
        """
        if self.helping:
            unit = sorted(self.helping)[choice % len(self.helping)]
            fields = {"to_office": unit, "role": "co_handling"}
            self.learn(happened("matter.unit_reported", self.today, **fields))
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
