"""
What an office should know of rows that were taken in: which lie outside the scope of
the programme, which name as leader a post that may not lead, and which accuse a unit
that is no office of the directory, from which nothing is kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from services.intake.casework.forms import columns_of
from services.intake.casework.importing.line import Line
from services.intake.domain.cases.named import LEADERS, not_leading
from services.intake.domain.cases.worked import ACCUSED
from shared.policy.current import current_policy
from shared.policy.programme import Programme

_NAMED = 20  # rows that are named of one kind


@dataclass
class Remarks:
    """
    Judges the rows one by one, and says at the end what there is to say of them.
    """

    programme: Programme
    rows: dict[str, list[str]] = field(default_factory=dict)  # by clause or column
    counts: dict[str, int] = field(default_factory=dict)

    def judge(self, line: Line) -> None:
        row = line.row
        if row["problems"] or row["repeated"]:
            return
        kinds = *line.new.case.failing, *self._not_leading(line), *_not_kept(line)
        for kind in kinds:
            named = self.rows.setdefault(kind, [])
            self.counts[kind] = self.counts.get(kind, 0) + 1
            if len(named) < _NAMED:
                named.append(f"{row['sheet']}第{row['row']}行")

    def notices(self) -> Iterator[str]:
        for clause in self.programme.scope.clauses:
            if rows := self._listed(clause.id):
                text = clause.text.rstrip("。")
                yield f"{rows}不在治理范围：{text}（{clause.id}）。"
        columns = columns_of(self.programme.code)
        for name in LEADERS:
            if rows := self._listed(name):
                yield f"{rows}“{columns[name].title}”填的职务不能包案，不算包案。"
        if rows := self._listed(ACCUSED):
            yield (
                f"{rows}“{columns[ACCUSED].title}”不是名录中的单位，系统不能据此回避；"
                "如是名录中的单位，请改填全称或机关代码。"
            )

    def _listed(self, kind: str) -> str:
        named = self.rows.get(kind, [])
        more = f"等{self.counts[kind]}行" if self.counts.get(kind, 0) > _NAMED else ""
        return f"{'、'.join(named)}{more}"

    def _not_leading(self, line: Line) -> Iterator[str]:
        directory, row = current_policy().directory, line.full_values
        own = directory.office(row["reporting_office"])
        hub = directory.office(self.programme.hub)
        yield from not_leading(row, own, hub, self.programme)


def _not_kept(line: Line) -> Iterator[str]:
    row = line.full_values
    if row.get(ACCUSED) and not row.get("accused_office"):
        yield ACCUSED
