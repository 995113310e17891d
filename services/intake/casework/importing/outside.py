"""
Which rows of a ledger lie outside the scope of its programme, and by which clause.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from services.intake.casework.importing.line import Line
from shared.policy.programme import Programme

_NAMED = 20  # rows of a clause that are named


@dataclass
class OutOfScope:
    """
    Judges the rows one by one and says at the end which are outside.
    """

    programme: Programme
    rows: dict[str, list[str]] = field(default_factory=dict)  # by id of the clause
    counts: dict[str, int] = field(default_factory=dict)

    def judge(self, line: Line) -> None:
        row = line.row
        if row["problems"] or row["repeated"]:
            return
        for clause in line.new.case.failing:
            named = self.rows.setdefault(clause, [])
            self.counts[clause] = self.counts.get(clause, 0) + 1
            if len(named) < _NAMED:
                named.append(f"{row['sheet']}第{row['row']}行")

    def notices(self) -> Iterator[str]:
        for clause in self.programme.scope.clauses:
            if named := self.rows.get(clause.id):
                count = self.counts[clause.id]
                more = f"等{count}行" if count > len(named) else ""
                yield (
                    f"{'、'.join(named)}{more}不在治理范围："
                    f"{clause.text.rstrip('。')}（{clause.id}）。"
                )
