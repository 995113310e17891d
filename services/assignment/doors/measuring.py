"""
What leaders carry: whom to propose for a case, and how the work is shared out.
"""

from __future__ import annotations

from typing import Any

from services.assignment import leader_schemas
from services.assignment.domain import measures, suggesting
from services.assignment.led import LedCases
from services.assignment.store import Profiles
from shared.http import Call, api


class MeasureDoor(LedCases):
    """
    包案建议与包案情况.
    """

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


def _as_of(call: Call) -> Any:
    return call.query.get("as_of") or call.today


def _coverage(coverage: measures.Coverage) -> dict[str, Any]:
    """
    None of them led though there are some: that is worth a warning (PY-22).
    """
    led = measures.Share(coverage.led, coverage.base)
    below = coverage.led * 100 < coverage.target * coverage.base
    none = bool(coverage.base) and not coverage.led
    return {**vars(coverage), "led": led, "warning": below or none}
