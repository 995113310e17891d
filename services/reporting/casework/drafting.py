"""
Drafts the figures of an office from the ledger, the programme and the office tree.

The number of queries does not depend on the number of offices. Nothing is stored here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from typing import Any

from services.reporting.domain.baselines import (
    EVERY_CASE,
    CaseList,
    baseline_rate,
    baselines_of,
    governing_list,
    lists_in_figures,
    live_list,
    measures_on,
    on_frozen_list,
)
from services.reporting.domain.figures import (
    Counts,
    FiguresRequest,
    Goal,
    Line,
    Persons,
    Sums,
    by_office,
    compute,
    further_cells,
    stock_flow,
)
from services.reporting.domain.inspection import candidates, measures_of
from services.reporting.domain.late import late_lines
from services.reporting.domain.measures import registry
from services.reporting.store import Ledger, Returns
from services.reporting.store.roll_ups import LineSums
from shared.policy.calendar import ONE_DAY
from shared.policy.directory import Directory
from shared.policy.parts.targets import Baseline
from shared.policy.programme import Programme


@dataclass(frozen=True)
class Further:
    """
    Further cells of each line, and how the stock of open cases of each changed; the
    last of each is of all lines together.
    """

    cells: tuple[dict[str, Any], ...]
    stock: tuple[dict[str, Any], ...]


def draft(
    ledger: Ledger,
    programme: Programme,
    directory: Directory,
    request: FiguresRequest,
    *,
    as_known: bool = False,
) -> dict[str, Any]:
    """
    The figures of a request.

    *as_known*: from the entries posted until `request.known_at`, with the late amounts;
    otherwise from all entries. The rate is that of the frozen list that governs it,
    once it is frozen (A-06).
    Raises `Unbalanced` when the rows do not make the whole.
    """
    lines = lines_of(directory, request.office, request.as_of)
    lines = lines[:1] if request.own else lines
    offices = offices_of(directory, request)
    whole = Line(request.office, "", offices)
    known_at = request.known_at if as_known else None
    frozen = frozen_list(ledger, programme, request, known_at)
    sums = ledger.line_sums(request.programme, request.as_of, [*lines, whole], known_at)
    line_sums = by_line(sums, lines)
    return compute(
        request,
        [line.summed() for line in lines],
        sums=line_sums,
        whole=sums.of(whole),
        listed=on_frozen_list(frozen, line_sums) if frozen else None,
        persons=_persons(ledger, request, lines, sums.of(whole), as_known=as_known),
        goal=goal_of(programme, request.as_of),
        registry=registry(),
        late=_late(ledger, request, lines, offices) if as_known else None,
        baselines=_rates(
            ledger,
            programme,
            offices,
            request,
            lists_in_figures(programme),
            sums=by_line(sums, [whole]),
            as_known=as_known,
        ),
        everyday=programme.everyday_from is not None,
    )


def _persons(
    ledger: Ledger,
    request: FiguresRequest,
    lines: Collection[Line],
    sums: Mapping[str, int],
    *,
    as_known: bool,
) -> Persons:
    """
    How many persons each line counts. *sums*: of all lines together; a measure without
    entries there counts nobody, and costs no query.
    """
    measures = sums.keys() & registry().of_kind("distinct")
    if not measures:
        return {}
    return ledger.persons(request, lines, sorted(measures), as_known=as_known)


def further(
    ledger: Ledger,
    programme: Programme,
    directory: Directory,
    request: FiguresRequest,
    since: date | None = None,
) -> Further:
    """
    What is counted beside the columns of a return: of each line, and of all together;
    and how the cases that are open came about. *since*: only what counts from that day
    on, as in a bulletin of a half-month.
    """
    lines = lines_of(directory, request.office, request.as_of)
    lines = lines[:1] if request.own else lines
    whole = Line(request.office, "合计", offices_of(directory, request))
    every_line = [*lines, whole]
    code, known_at = request.programme, request.known_at
    sums = ledger.line_sums(code, request.as_of, every_line, known_at)
    before = LineSums({}, {})
    if since is not None:
        before = ledger.line_sums(code, since - ONE_DAY, every_line, known_at)
    goal = goal_of(programme, request.as_of)
    cells, stock = [], []
    for line in every_line:
        office_cells = {"office": line.office, "name": line.name}
        added = _added(sums, before, line)
        further = further_cells(line.summed(), added, goal, registry())
        cells.append({**office_cells, **further})
        stock.append({**office_cells, **stock_flow(before.of(line), sums.of(line))})
    return Further(tuple(cells), tuple(stock))


def _added(sums: LineSums, before: LineSums, line: Line) -> Sums:
    """
    The sums of a line under its office, less those *before*.
    """
    earlier = before.of(line)
    return {
        (line.office, name): amount - earlier.get(name, 0)
        for name, amount in sums.of(line).items()
    }


def by_line(sums: LineSums, lines: Iterable[Line]) -> Sums:
    """
    Return the sums of each line under the code of its office.
    """
    return {
        (line.office, name): amount
        for line in lines
        for name, amount in sums.of(line).items()
    }


def offices_by_line(sums: Sums, lines: Iterable[Line]) -> Sums:
    """
    The sums of each line, from the sums of each office.
    """
    line_of = {member: line.office for line in lines for member in line.members}
    added = Counter[tuple[str, str]]()
    for (office, name), amount in sums.items():
        if office in line_of:
            added[line_of[office], name] += amount
    return added


def _late(
    ledger: Ledger,
    request: FiguresRequest,
    lines: Collection[Line],
    offices: Collection[str],
) -> dict[str, Any] | None:
    """
    Return what belongs to the period of the office's last signed return and arrived
    after it; None if the office has signed none.
    """
    earlier = Returns(ledger.session).before(request)
    if earlier is None:
        return None
    sums_then = [
        by_line(
            ledger.line_sums(request.programme, earlier.as_of, lines, moment), lines
        )
        for moment in (request.known_at, earlier.known_at)
    ]
    sums = Counter(sums_then[0])
    sums.subtract(sums_then[1])
    put_off = ledger.put_off_sums(request, offices, earlier)
    sums.update(offices_by_line(put_off, lines))
    summed = [line.summed() for line in lines]
    return late_lines(earlier, summed, sums, registry())


def offices_of(directory: Directory, request: FiguresRequest) -> tuple[str, ...]:
    """
    The offices whose entries make the figures.
    """
    if request.own:
        return (request.office,)
    return directory.subtree(request.office, request.as_of)


def frozen_list(
    ledger: Ledger,
    programme: Programme,
    request: FiguresRequest,
    known_at: datetime | None = None,
) -> str | None:
    """
    The frozen list that governs the rate; None if none did, as known at a moment. Of
    what is known now it is asked before sums are read: a list that is frozen meanwhile
    is in none of them.
    """
    governing = governing_list(programme)
    frozen_on = governing and ledger.frozen_on(
        request.programme, governing, request.as_of, known_at
    )
    return governing if frozen_on else None


@lru_cache(maxsize=256)
def lines_of(directory: Directory, office: str, on: date) -> tuple[Line, ...]:
    """
    A line for the office's own cases, then one for each office directly below.
    """
    children = sorted(directory.children(office, on))
    name = directory.office(office).short_name
    own = Line(office, f"{name}本级" if children else name, (office,))
    below = (
        Line(child, directory.office(child).short_name, directory.subtree(child, on))
        for child in children
    )
    return (own, *below)


def candidates_of(
    ledger: Ledger,
    programme: Programme,
    directory: Directory,
    request: FiguresRequest,
) -> list[dict[str, Any]]:
    """
    The candidates for inspection: the office of the request and those below it.
    """
    offices = offices_of(directory, request)
    thresholds = programme.supervision.thresholds if programme.supervision else ()
    measures = measures_of(thresholds, registry())
    governing = governing_list(programme)
    on_list = measures_on(governing, registry().on_a_list) if governing else ()
    frozen = frozen_list(ledger, programme, request, request.known_at)
    sums = ledger.sums(request, offices, [*measures, *on_list], as_known=True)
    listed = on_frozen_list(frozen, sums) if frozen else None

    def counts_over(days: int | None) -> Mapping[str, Counts]:
        if days is None:
            return by_office(sums, listed, registry())
        first = replace(request, as_of=request.as_of - timedelta(days=days))
        before = ledger.sums(first, offices, measures, as_known=True)
        added = {key: sums[key] - before.get(key, 0) for key in sums}
        return by_office(added, None, registry())

    behind = candidates(
        thresholds,
        cache(counts_over),
        goal_of(programme, request.as_of),
        registry(),
    )
    return [
        {
            "office": candidate.office,
            "name": directory.office(candidate.office).name,
            "threshold": candidate.threshold.id,
            "title": candidate.threshold.title,
            "measure": candidate.threshold.measure,
            "value": candidate.value_shown,
            "reason": candidate.reason,
            "source": candidate.threshold.source,
        }
        for candidate in behind
    ]


def rates_of(
    ledger: Ledger,
    programme: Programme,
    directory: Directory,
    request: FiguresRequest,
) -> list[dict[str, Any]]:
    """
    The rate of each baseline of the programme, on its frozen and on its live list.
    """
    offices = offices_of(directory, request)
    whole = Line(request.office, "", offices)
    sums = ledger.line_sums(request.programme, request.as_of, [whole], request.known_at)
    return _rates(
        ledger,
        programme,
        offices,
        request,
        baselines_of(programme),
        sums=by_line(sums, [whole]),
    )


def _rates(
    ledger: Ledger,
    programme: Programme,
    offices: tuple[str, ...],
    request: FiguresRequest,
    baselines: Iterable[Baseline],
    *,
    sums: Sums,
    as_known: bool = True,
) -> list[dict[str, Any]]:
    """
    *sums*: of all these *offices* together.
    """
    counts = registry().shortfall.counts
    known_at = request.known_at if as_known else None

    @cache
    def live(cases: CaseList) -> Sums:
        if cases == EVERY_CASE:
            return sums
        return ledger.on_live_list(request, offices, cases, counts, as_known=as_known)

    def frozen(baseline: str) -> Sums | None:
        is_frozen = ledger.frozen_on(
            request.programme, baseline, request.as_of, known_at
        )
        return on_frozen_list(baseline, sums) if is_frozen else None

    return [
        baseline_rate(
            baseline,
            goal_of(programme, request.as_of, baseline),
            frozen=frozen(baseline.id),
            live=live(live_list(baseline, programme)),
            registry=registry(),
        )
        for baseline in baselines
    ]


def goal_of(
    programme: Programme, as_of: date, baseline: Baseline | None = None
) -> Goal:
    """
    What is to be reached on a day: by all cases of the programme, or by those of a
    baseline that has milestones of its own.
    """
    target = programme.target_for(as_of)
    if baseline and baseline.milestones:
        target = programme.milestone_for(as_of, baseline.id)
    return Goal(
        target.on if target else as_of,
        target.percent if target else None,
        programme.settings.count_ended_as_resolved,
    )
