"""
A matter under one of the programme files, lived through day by day without services.

The real files, directory and calendar; the clock runs as the sweeper would run it.
"""

from __future__ import annotations

import heapq
from datetime import date, timedelta

from services.assignment import events
from services.assignment.domain import facts as kinds
from services.assignment.domain.duties import alerts, ledger, recurrence
from services.assignment.domain.escalation import notices
from services.assignment.domain.escalation import steps as supervision
from services.assignment.domain.facts import Fact
from services.assignment.domain.leaders import leadership
from services.assignment.domain.leaders.required_fields import missing_fields
from shared.policy.current import policy
from tests.builders import case_opened, petition_registered
from tests.builders.closing_story import NUMBER, Ending

DAY = timedelta(days=1)
ENDS = {
    events.CaseResolved.type,
    events.CaseEnded.type,
    events.CaseConcluded.type,
    kinds.MERGED,
}
TURNS = {*ENDS, events.CaseReopened.type, kinds.UNMERGED}
ORDINARY = {"origin": "own_screening", "handed": False, "difficulty": "ordinary"}


def programme_of(code):
    return policy().programmes.get(code)


def opened(on, **said):
    """
    A case in scope of which nothing special is known.
    """
    return Fact(kinds.OPENED, on, case_opened(NUMBER, **ORDINARY | said).payload())


def registered(on, **said):
    return Fact(kinds.PETITION, on, petition_registered(NUMBER, **said).payload())


def replied(on, kind, mode="phone"):
    return Fact("intake.reply_given", on, {"kind": kind, "mode": mode})


def handed_down(on, batch="b1"):
    return Fact(kinds.HANDED, on, {"batch": batch})


def received(on, **said):
    return Fact(events.BatchReceived.type, on, {"batch": "b1", **said})


def act(name, on, **said):
    return Fact(kinds.ACT, on, {"act": name, **said})


def named(on, *leaders, department=None, **said):
    said = {"leaders": leaders, "department": department, "handler_post": None, **said}
    return Fact(kinds.NAMED, on, said)


def happened(kind, on, **said):
    """
    A fact of assignment or another service, as `assignment.case_resolved`.
    """
    return Fact(kind, on, said)


class Story(Ending):
    """
    One matter of an office, from its first fact to the day the clock was run to.
    """

    def __init__(self, code, office, *facts):
        rules = policy()
        self.calendar, self.directory = rules.calendar, rules.directory
        self.programme, self.office = programme_of(code), office
        self.facts = list(facts)
        self.notices, self.crossed, self.behind = {}, [], {}
        self.today = None

    def learn(self, *facts):
        self.facts += facts
        return self

    @property
    def kind(self):
        return self.directory.office(self.office).kind

    @property
    def led(self):
        return self._led(self.facts)

    def _led(self, facts):
        return leadership.reckon(self.office, facts, self.programme, self.directory)

    @property
    def gaps(self):
        return [gap.text for gap in self.led.gaps]

    def duties(self, day=date.max):
        """
        The ledger as it stands by what happened until *day*.
        """
        known = [each for each in self.facts if each.on <= day]
        leaders = ()
        if any(each.type == kinds.OPENED for each in known):
            led = self._led(known)
            leaders = led.leaders
            known += [
                Fact(events.LeaderNamed.type, step.on, {})
                for step in led.steps
                if step.kind == "named"
            ]
        answering = self._answering(leaders)
        return ledger.reckon(
            NUMBER,
            self.office,
            known,
            self.programme,
            self.calendar,
            answering=answering,
        )

    def _answering(self, leaders):
        begun = min(each.on for each in self.facts)
        upper = self.directory.parent(self.office, begun) or ""
        posts = self.directory.office(self.office).posts.values()
        own = [post for office, post in leaders if office == self.office]
        return ledger.Answering(
            self.kind,
            {"hub": self.programme.hub, "upper": upper},
            {
                "chief": next(post.title for post in posts if post.chief),
                "leader": own[0] if own else None,
                "hub_department": self.programme.hub_department,
            },
        )

    def owed(self):
        """
        Every duty there is or was: its kind to owner and due day.
        """
        return {
            _short(each): (each.office, each.post, each.due_on)
            for each in self.duties()
        }

    def due(self):
        return {_short(each): each.due_on for each in self.duties()}

    def states(self):
        return {_short(each): (each.state, each.state_on) for each in self.duties()}

    def open(self):
        return {_short(each) for each in self.duties() if not each.closed}

    def colour(self, today):
        missing = bool(missing_fields(self.led, self.programme))
        return alerts.colour_of_case(self.duties(), today, field_missing=missing)

    def fields_missing(self):
        missing = missing_fields(self.led, self.programme)
        return [each.id for each in missing]

    # -- the clock

    def run(self, until):
        """
        Let the clock run day by day to the end of *until*.
        """
        day = self.today + DAY if self.today else min(each.on for each in self.facts)
        while day <= until:
            self._begin_turns(day)
            self._climb(day)
            self.today = day
            day += DAY
        return self

    def _begin_turns(self, day):
        while True:
            coming = recurrence.next_turn(
                NUMBER,
                self.office,
                self.facts,
                self.programme,
                self.calendar,
                kind=self.kind,
            )
            if coming is None or coming.fact.on > day:
                return
            self.facts.append(coming.fact)

    def _climb(self, day):
        ladder = self.programme.supervision
        owed = {each.id: each for each in self.duties(day)}
        self._end_notices(owed, day)
        causes = {
            each.id: supervision.causes_of_duty(each, self.programme)
            for each in owed.values()
        }
        if any(each.type == kinds.OPENED for each in self.facts) and not self.over(day):
            known = [each for each in self.facts if each.on <= day]
            since = supervision.stagnant_since(known, ladder, self.calendar)
            causes["stagnant"] = {"stagnant": since} if since else {}
        tried = list(self.notices.values())
        since = notices.without_progress_since(tried, ladder.interview_after)
        if since:
            causes["fruitless"] = {"notices_without_progress": since}
        come = []
        for subject, true in causes.items():
            steps = self._steps(owed.get(subject), pressing=not since or since > day)
            self._onward(come, subject, true, steps, day)
        while come:
            _, subject, rung, steps = heapq.heappop(come)
            self._cross(rung, owed.get(subject), day)
            self._onward(come, subject, causes[subject], steps, day)

    def _steps(self, duty, *, pressing):
        steps = supervision.steps_of(self.programme, duty and duty.kind)
        if duty and supervision.is_answer(duty.kind, self.programme) and not pressing:
            return tuple(each for each in steps if each.kind != "notice")
        return steps

    def _end_notices(self, owed, day):
        done = {each.id: each.state_on for each in owed.values() if each.closed}
        for notice in list(self.notices.values()):
            on = done.get(notice.duty) or (day if self.over(day) else None)
            if on and notices.can_end(notice):
                self.notices[notice.id], event = notices.end(notice, on)
                self.facts.append(Fact(event.type, event.occurred_on, event.payload()))

    def over(self, day):
        """
        Whether the case stands closed or merged away at the end of a day.
        """
        turns = [each for each in self.facts if each.on <= day and each.type in TURNS]
        last = max(turns, key=lambda each: each.on, default=None)
        return last is not None and last.type in ENDS

    def _onward(self, come, subject, causes, steps, day):
        behind = self.behind.setdefault(subject, set())
        rung = supervision.next_rung(subject, causes, behind, steps, self.calendar)
        if rung and rung.on <= day:
            heapq.heappush(come, (rung.on, subject, rung, steps))

    def _cross(self, rung, duty, day):
        steps = self.programme.supervision.steps
        step = next(each for each in steps if each.id == rung.step)
        self.behind[rung.subject].add((rung.step, rung.since))
        crossing = supervision.crossing_of(
            rung,
            step,
            number=NUMBER,
            office=duty.office if duty else self.office,
            duty=duty,
            programme=self.programme,
            directory=self.directory,
        )
        self.crossed.append(crossing)
        notice = notices.notice_of(
            crossing, step, duty, day, calendar=self.calendar, directory=self.directory
        )
        if notice:
            self.notices[notice.id] = notice
            issued = notices.issued(notice)
            self.facts.append(Fact(issued.type, day, issued.payload()))

    def answer(self, on, post, *, progress):
        """
        The office answers every notice that waits.
        """
        for notice in list(self.notices.values()):
            if notice.waits:
                answered, event = notices.answer(
                    notice,
                    on=on,
                    by="承办人",
                    post=post,
                    text="已研究。",
                    progress=progress,
                    today=on,
                    directory=self.directory,
                )
                self.notices[notice.id] = answered
                self.facts.append(Fact(event.type, on, event.payload()))
        return self

    def escalations(self, duty=None):
        """
        What was crossed, of one kind of duty or of the matter: step and day.
        """
        return [
            (each.step, each.on)
            for each in self.crossed
            if duty is None or (each.duty or "").startswith(f"{NUMBER}/{duty}")
        ]


def papers(code, cadence, day):
    """
    Who owes the paper of the period that holds a day, and until when.
    """
    rules, programme = policy(), programme_of(code)
    paper = next(each for each in programme.cadences if each.id == cadence)
    period = paper.period_on(day, rules.calendar)
    if period is None:
        return None
    begun = list(recurrence.papers_of(programme, paper, period, rules.directory))
    who = [(each.office, each.fact.payload["department"]) for each in begun]
    [due_on] = {
        duty.due_on
        for each in begun
        for duty in ledger.reckon(
            each.number, each.office, [each.fact], programme, rules.calendar
        )
        if duty.kind == cadence
    }
    return period.id, due_on, who


def _short(duty):
    return duty.id.removeprefix(f"{NUMBER}/")
