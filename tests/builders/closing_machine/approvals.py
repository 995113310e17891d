"""
Plans that a leader approves and corrections that somebody accepts, right or wrong.
"""

from __future__ import annotations

from datetime import timedelta

from services.assignment.domain.closings import look_back
from services.assignment.domain.working import plans
from shared.errors import reject_if
from tests.builders.facts import NUMBER


class ApprovalActs:
    """
    What one person makes and another decides on. *plans*: its versions; *approved*: by
    plan, which account approved it and whether its post led the case then; *finding*:
    the last one about the work of a department.
    """

    @property
    def clerk(self):
        return f"{self.matter.office}/承办人"

    def draft(self, _choice):
        """
        A version of the plan of the case, while another perhaps waits.
        """
        plan = plans.Plan(
            id=f"p{len(self.plans)}",
            number=NUMBER,
            programme=self.programme.code,
            office=self.matter.office,
            version=len(self.plans) + 1,
            made_on=self.today,
            post=self.chief,
            aim="化解",
            until=self.today + timedelta(days=60),
            steps=(),
            recorded_by=self.clerk,
            reason="情况有变。",
            case_class="other",
        )
        reject_if(
            plans.plan_problems(
                plan,
                self.plans,
                self.programme.plan,
                self.rules.directory,
                opened_on=self.matter.opened_on,
                today=self.today,
                taking_part={self.matter.office, *self.parts},
            )
        )
        self.plans.append(plan)

    def decide_plan(self, choice):
        """
        The last version is approved or returned, by perhaps the wrong person or post.
        """
        if not self.plans:
            return
        *earlier, plan = self.plans
        office, post = next(iter(self.matter.leaders), (self.matter.office, self.chief))
        if choice == 2:
            post = next(iter(reversed(self.rules.directory.office(office).posts)))
        account = plan.recorded_by if choice == 1 else f"{office}/{post}"
        verdict = "returned" if choice in {3, 4} else "approved"
        decided = plans.decide(
            plan,
            plans.Decision(
                *(self.today, verdict, office, post, account),
                opinion="请补充。" if choice == 4 else None,
            ),
            self.programme.plan,
            leaders=self.matter.leaders,
            chiefs=[self.chief],
            needs_document=False,
            today=self.today,
        )
        if decided.state == "in_force":
            self.approved[plan.id] = account, (office, post) in self.matter.leaders
            earlier = [
                plans.as_replaced(each) if each.state == "in_force" else each
                for each in earlier
            ]
        self.plans = [*earlier, decided]

    def find(self, _choice):
        """
        A finding about the work of the chief's department.
        """
        rules = self.programme.closing.look_back
        finding = look_back.LookBack(
            id="f",
            number=NUMBER,
            programme=self.programme.code,
            office=self.hub,
            found_on=self.today,
            link=rules.links[0].id,
            problem=rules.faults[0].id,
            finding="答复不及时。",
            to_office=self.matter.office,
            department=self.chief,
            owner_post=self.chief,
        )
        reject_if(
            look_back.finding_problems(
                finding,
                rules,
                self.rules.directory,
                opened_on=self.matter.opened_on,
                today=self.today,
            )
        )
        self.finding = finding

    def correct(self, choice):
        self._take("correct", "corrected", self.clerk, choice)

    def judge(self, choice):
        """
        The correction is accepted or returned, perhaps by who corrected.
        """
        verdict = "returned" if choice == 4 else "accepted"
        by = self.clerk if choice == 1 else f"{self.hub}/审核人"
        self._take(verdict, verdict, by, choice)

    def _take(self, act, what, by, choice):
        if self.finding:
            on = self.today - timedelta(days=30 * (choice == 3))
            entry = look_back.CorrectionStep(on, what, "已改。", by=by)
            self.finding = look_back.step(self.finding, act, entry, today=self.today)

    def decided_by_nobody_else(self):
        """
        The plans that came into force and the correction that was accepted without
        somebody else's decision.
        """
        in_force = [plan for plan in self.plans if plan.state == "in_force"]
        alone = [plan.id for plan in in_force[1:]]
        for plan in self.plans:
            if plan.state in {"in_force", "replaced"}:
                account, leads = self.approved[plan.id]
                if account == plan.recorded_by or not leads:
                    alone.append(plan.id)
        if self.finding and self.finding.state == "accepted":
            *before, last = self.finding.course
            days = [each.on for each in self.finding.course]
            by = {each.by for each in before if each.what == "corrected"}
            if not by or last.by in by or days != sorted(days):
                alone.append(self.finding.id)
        return alone
