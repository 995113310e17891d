"""
The gauges of reporting for Prometheus, computed from the database at each scrape.

Labels are the programme and the level of offices, never an office or a case: which
office is behind stands in the returns, for those who may read them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from prometheus_client.core import GaugeMetricFamily, Metric
from sqlalchemy import Connection

from services.reporting.casework.drafting import by_line, frozen_list, goal_of
from services.reporting.casework.overtaken import overtaken_by_programme
from services.reporting.casework.roll_ups import levels_of
from services.reporting.domain.baselines import on_frozen_list
from services.reporting.domain.figures import (
    Counts,
    FiguresRequest,
    Line,
    missing,
    whole_of,
)
from services.reporting.domain.measures import registry
from services.reporting.store import Ledger
from services.reporting.store.backlog import Backlog
from shared import clock
from shared.policy.current import current_policy
from shared.policy.programme import Programme

_STATES = ("base", "resolved", "ended", "led")


def metrics(session: Connection) -> list[Metric]:
    """
    The gauges as of the business day.
    """
    return [*_stand(session), _overtaken(session), *_mails(session)]


def _overtaken(session: Connection) -> Metric:
    gauge = GaugeMetricFamily(
        "jianjian_returns_overtaken",
        "Signed returns, of the latest, that facts that arrived later would change",
        labels=["programme"],
    )
    counts = overtaken_by_programme(session)
    for programme in current_policy().programmes:
        gauge.add_metric([programme.code], counts[programme.code])
    return gauge


def _stand(session: Connection) -> list[Metric]:
    cases = GaugeMetricFamily(
        "jianjian_cases", "Cases in scope", labels=["programme", "level", "state"]
    )
    overdue = GaugeMetricFamily(
        "jianjian_duties_overdue",
        "Duties overdue",
        labels=["programme", "level"],
    )
    rate = GaugeMetricFamily(
        "jianjian_rate_percent", "Resolved of base", labels=["programme"]
    )
    target = GaugeMetricFamily(
        "jianjian_target_percent", "Next milestone", labels=["programme"]
    )
    short_by = GaugeMetricFamily(
        "jianjian_short_by", "Cases missing to the target", labels=["programme"]
    )
    today = clock.today()
    for programme in current_policy().programmes:
        levels, total = _counts(session, programme, today)
        for level, sums in levels.items():
            for state, count in sorted(sums.items()):
                if state in _STATES:
                    cases.add_metric([programme.code, level, state], count)
                elif state == "overdue":
                    overdue.add_metric([programme.code, level], count)
        goal = goal_of(programme, today)
        part, base = total.parts(registry().shortfall, ended_counts=goal.ended_counts)
        # Without cases there is no rate, and 0 would look like one.
        if base > 0:
            rate.add_metric([programme.code], 100 * part / base)
        if goal.percent:
            target.add_metric([programme.code], goal.percent)
            short_by.add_metric([programme.code], missing(total, goal, registry()) or 0)
    return [cases, overdue, rate, target, short_by]


def _counts(
    session: Connection, programme: Programme, today: date
) -> tuple[dict[str, Mapping[str, int]], Counts]:
    """
    The sums of the offices of each level, by its name, and the counts of all together.
    """
    ledger, directory = Ledger(session), current_policy().directory
    root = programme.offices_root
    request = FiguresRequest(programme.code, root, today, clock.now())
    all_of_it = Line(root, "", directory.subtree(root, today))
    levels = [
        Line(name, name.rpartition("/")[2], tuple(offices))
        for name, offices in sorted(levels_of(directory, root, today).items())
    ]
    frozen = frozen_list(ledger, programme, request)
    sums = ledger.line_sums(programme.code, today, [all_of_it, *levels])
    together = by_line(sums, [all_of_it])
    listed = on_frozen_list(frozen, together) if frozen else None
    total = whole_of(together, listed, registry())
    return {level.name: sums.of(level) for level in levels}, total


def _mails(session: Connection) -> list[Metric]:
    backlog = Backlog(session)
    return [
        GaugeMetricFamily(
            "jianjian_oldest_unsent_mail_seconds",
            "Age of the oldest mail that no server has accepted yet",
            value=backlog.oldest_unsent_seconds(),
        ),
        GaugeMetricFamily(
            "jianjian_returns_undelivered",
            "Signed returns that have not reached every recipient",
            value=backlog.undelivered(),
        ),
        GaugeMetricFamily(
            "jianjian_notices_unaddressed",
            "Mailings of supervision notices that had nobody to go to",
            value=backlog.unaddressed(),
        ),
    ]
