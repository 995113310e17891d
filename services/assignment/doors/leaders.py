"""
Leaders and filing: who answers for a case, and the gate before the hub (PY-17).
"""

from __future__ import annotations

from typing import Any

from uuid_utils import uuid7

from services.assignment import events, leader_schemas, schemas
from services.assignment.domain import closing, leading, measures, suggesting
from services.assignment.domain.facts import NAMED, Fact
from services.assignment.filing import filing_faults
from services.assignment.led import LedCases
from services.assignment.store import Batches, Matters, Profiles
from shared.errors import Conflict, Fault, reject_if
from shared.http import CLERKS, LEADERS, Call, Page, after, api, page_of
from shared.security import require_office


class LeaderDoor(LedCases):
    """
    包案与备案.
    """

    @api(
        "POST",
        "/cases/<number>/leaders",
        roles=LEADERS,
        body=leader_schemas.LeadersBody,
        answer=leader_schemas.LeadersView,
    )
    def name_leaders(self, call: Call) -> dict[str, Any]:
        """
        Name the leaders and the department of a case (PY-23, PY-24).
        """
        row, body = self.case_of(call, lock=True), call.body
        leaders = [(each["office"], each["post"]) for each in body["leaders"]]
        known = self.leading_of(call.session, row)
        reject_if(
            [
                *closing.has_come(body["named_on"], call.today, "/named_on"),
                *closing.not_before(body["named_on"], row.opened_on, "/named_on"),
                *leading.faults_of_posts(
                    leaders,
                    body["department"],
                    row.office,
                    self.directory,
                    programme=self.programmes.get(row.programme),
                    recused=known.recused,
                ),
                *leading.faults_of_responsible(
                    body["responsible_post"], row.office, self.directory
                ),
            ]
        )
        for office, _ in leaders:
            # Leaders are named by their own office or by one above it.
            require_office(call.who, office, self.directory, call.today)
        said = {
            **body,
            "leaders": leaders,
            "new_holders": [
                (each["office"], each["post"])
                for each in body["leaders"]
                if each["new_holder"]
            ],
            "named_on": body["named_on"].isoformat(),
            "resolve_by": body["resolve_by"] and body["resolve_by"].isoformat(),
            "programme": row.programme,
        }
        self.announce(
            call.session,
            events.LeadersConfirmed(
                office=row.office,
                case_number=row.number,
                occurred_on=body["named_on"],
                programme=row.programme,
                leaders=tuple(leaders),
                department=body["department"],
                team=body["team"],
            ),
        )
        self.add_fact(
            call.session, row.number, str(uuid7()), Fact(NAMED, body["named_on"], said)
        )
        gaps = self.leading_of(call.session, row).gaps
        return {"number": row.number, "complete": not gaps, "missing": gaps}

    @api("GET", "/cases/<number>/leaders", answer=leader_schemas.LeaderSheetView)
    def leaders(self, call: Call) -> dict[str, Any]:
        """
        Show who leads a case, who led it when (A-50), and what is missing.
        """
        return self._sheet(call)

    @api(
        "POST",
        "/cases/<number>/recusals",
        roles=LEADERS,
        body=leader_schemas.RecusalBody,
        answer=leader_schemas.LeaderSheetView,
        status=201,
    )
    def recuse(self, call: Call) -> dict[str, Any]:
        """
        A leader stands back from a case and must be replaced, or need no longer.
        """
        row, body = self.case_of(call, lock=True), call.body
        known = self.leading_of(call.session, row)
        reject_if(
            [
                *closing.has_come(body["on"], call.today, "/on"),
                *closing.not_before(body["on"], row.opened_on, "/on"),
                *leading.faults_of_recusal(
                    (body["office"], body["post"]),
                    known,
                    self.directory,
                    lifted=body["lifted"],
                ),
            ]
        )
        require_office(call.who, body["office"], self.directory, call.today)
        event = events.LeaderRecused(
            office=row.office,
            case_number=row.number,
            occurred_on=body["on"],
            programme=row.programme,
            leader_office=body["office"],
            post=body["post"],
            lifted=body["lifted"],
        )
        self.announce(call.session, event)
        said = {**event.payload(), "reason": body["reason"], "by": call.who.actor}
        fact = Fact(event.type, event.occurred_on, said)
        self.add_fact(call.session, row.number, str(uuid7()), fact)
        return self._sheet(call)

    @api(
        "POST",
        "/cases/<number>/appraisals",
        roles=CLERKS,
        body=leader_schemas.AppraisalBody,
        answer=leader_schemas.LeaderSheetView,
        status=201,
    )
    def appraise(self, call: Call) -> dict[str, Any]:
        """
        Judge what bears on who must lead a case, with the reason (XQ-21, PY-26).
        """
        row, body = self.case_of(call, lock=True), call.body
        judged = {name: body[name] for name in ("difficulty", *leading.MARKS)}
        reject_if(
            [
                *closing.has_come(body["on"], call.today, "/on"),
                *closing.not_before(body["on"], row.opened_on, "/on"),
                *_appraisal_faults(judged, body["review_on"]),
            ]
        )
        event = events.CaseAppraised(
            office=row.office,
            case_number=row.number,
            occurred_on=body["on"],
            programme=row.programme,
            in_scope=row.in_scope,
            **judged,
        )
        self.announce(call.session, event)
        review_on = body["review_on"] and body["review_on"].isoformat()
        reason = {"reason": body["reason"], "by": call.who.actor}
        said = {**event.payload(), **reason, "review_on": review_on}
        fact = Fact(event.type, event.occurred_on, said)
        self.add_fact(call.session, row.number, str(uuid7()), fact)
        return self._sheet(call)

    def _sheet(self, call: Call) -> dict[str, Any]:
        row, led, programme = self.led_case(call)
        unit = leading.work_unit(led, row.office, programme, self.directory)
        advice = leading.gaps_of(
            led, row.office, programme, self.directory, call.today, advice=True
        )
        return {
            **vars(led),
            "number": row.number,
            "office": row.office,
            "handed": led.handed,
            "complete": not led.gaps,
            "missing": led.gaps,
            "leaders": [each for each in led.periods if each.until is None],
            "history": led.periods,
            "recused": [_post(each) for each in led.recused],
            "work_unit": None if unit is None else [_post(each) for each in unit],
            "missing_fields": leading.missing_fields(led, programme),
            "advice": advice,
        }

    @api(
        "GET",
        "/cases/<number>/leader-suggestions",
        answer=leader_schemas.SuggestionsView,
    )
    def suggest_leaders(self, call: Call) -> dict[str, Any]:
        """
        Propose who could lead a case, by rule, with the load each post has now.
        """
        row, led, programme = self.led_case(call)
        measured = self._measured(call, programme.code, self._around(programme, row))
        loads = {
            (each.office, each.post): suggesting.Load(each.open, each.hard)
            for each in measured.posts
        }
        found = suggesting.suggest(
            led, row.office, programme, self.directory, loads=loads, on=call.today
        )
        return {"number": row.number, "suggestions": tuple(found)}

    def _around(self, programme: Any, row: Any) -> tuple[str, ...]:
        """
        The offices whose cases the posts in question may be leading.
        """
        offices = self.directory.subtree(programme.hub, self.today())
        return offices if row.office in offices else (*offices, row.office)

    @api(
        "GET",
        "/leaders/measures",
        query=leader_schemas.MeasuresQuery,
        answer=leader_schemas.MeasuresView,
    )
    def measure_leaders(self, call: Call) -> dict[str, Any]:
        """
        Load, hard cases, averages and floors, coverage of first petitions, advice.
        """
        programme = self.programme_of(call.query["programme"])
        measured = self._measured(call, programme.code, call.offices())
        return {
            "programme": programme.code,
            "office": call.office(),
            "as_of": _as_of(call),
            "posts": [
                {**vars(each), "hard": measures.Share(each.hard, each.cases)}
                for each in measured.posts
            ],
            "levels": [
                {
                    "level": each.level,
                    "average": measures.Share(each.cases, each.heads),
                    "hard": measures.Share(each.hard, each.cases),
                }
                for each in measured.levels
            ],
            "floors": measured.floors,
            "targets": [_coverage(each) for each in measured.targets],
            "advice": [_coverage(each) for each in measured.advice],
        }

    def _measured(
        self, call: Call, programme: str, offices: tuple[str, ...]
    ) -> measures.Measures:
        as_of = _as_of(call)
        measuring = measures.Measuring(
            self.programmes.get(programme), self.directory, offices, as_of
        )
        for case in Profiles(call.session).led(programme, offices, as_of):
            measuring.take(case)
        return measuring.result()

    @api(
        "POST",
        "/filings",
        roles=CLERKS,
        body=schemas.FilingBody,
        answer=schemas.FilingView,
        status=201,
    )
    def file(self, call: Call) -> dict[str, Any]:
        """
        File an office's list: only when every case is led and placed (PY-17) and has
        each field that the programme makes mandatory.
        """
        body, office = call.body, call.office(call.body.get("office"))
        programme = self.programme_of(body["programme"])
        closing.check_has_come(body["filed_on"], call.today, "/filed_on")
        cases = Matters(call.session).to_file(office, programme.code)
        facts = Matters(call.session).facts_of_cases([row.number for row in cases])
        led = (
            (number, office, leading.reckon(office, known, programme, self.directory))
            for number, known in facts.items()
        )
        faults = tuple(filing_faults(led, programme, self.directory))
        if faults:
            raise Conflict(*faults, code="filing_incomplete")
        filing = {
            "id": str(uuid7()),
            "programme": programme.code,
            "office": office,
            "filed_on": body["filed_on"],
            "cases": len(cases),
            "received_by": programme.hub_department,
        }
        Batches(call.session).add_filing(**filing)
        self.announce(
            call.session,
            events.FilingAccepted(
                office=office,
                case_number=f"{programme.code}/{office}",
                occurred_on=body["filed_on"],
                programme=programme.code,
                cases=len(cases),
            ),
        )
        return filing

    @api(
        "GET", "/filings", query=schemas.ListQuery, answer=schemas.FilingView, many=True
    )
    def filings(self, call: Call) -> Page:
        """
        List the filings of an office and of those below it.
        """
        limit = call.query["limit"]
        rows = Batches(call.session).filings_of(
            call.offices(), after(call.query), limit + 1
        )
        return page_of(rows, limit, lambda row: row.id)


def _as_of(call: Call) -> Any:
    return call.query.get("as_of") or call.today


def _post(who: leading.PostOf) -> dict[str, str]:
    return {"office": who[0], "post": who[1]}


def _coverage(coverage: measures.Coverage) -> dict[str, Any]:
    """
    None of them led though there are some: that is worth a warning (PY-22).
    """
    led = measures.Share(coverage.led, coverage.base)
    below = coverage.led * 100 < coverage.target * coverage.base
    none = bool(coverage.base) and not coverage.led
    return {**vars(coverage), "led": led, "warning": below or none}


def _appraisal_faults(judged: dict[str, Any], review_on: Any) -> Any:
    if all(value is None for value in judged.values()):
        yield Fault(
            "nothing_appraised",
            "没有对任何一项作出评定。",
            "请至少填写一项。",
            "/difficulty",
        )
    if judged["sensitive"] and review_on is None:
        yield Fault(
            "review_missing",
            "标为重大敏感的，须写明何时复核该标记。",
            "请填写复核日期。",
            "/review_on",
        )
