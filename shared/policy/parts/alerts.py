"""
三色预警: which colour a duty has for which cause; never from anything about a person.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from shared.errors import Problem
from shared.vocabulary import AlertLevel
from shared.yaml.decode import problem_in

AlertCause = Literal["overdue", "field_missing", "due_soon", "supervised", "owed"]
"""
What can be said of a duty that is not done yet: it is overdue, due soon, a supervision
notice about it waits for an answer, or it is just owed; of a case: a mandatory field is
missing.
"""

CAUSES: Mapping[AlertCause, str] = {
    "overdue": "逾期",
    "field_missing": "必填项缺失",
    "due_soon": "临近到期",
    "supervised": "督办未答复",
    "owed": "尚未办结",
}


@dataclass(frozen=True)
class AlertColours:
    """
    The causes of each colour, the worst colour first (MX-17).
    """

    red: tuple[AlertCause, ...]
    yellow: tuple[AlertCause, ...]
    blue: tuple[AlertCause, ...]
    source: str = field(compare=False)

    def causes(self, level: str) -> tuple[AlertCause, ...]:
        """
        The causes of a colour.
        """
        by_level = {"red": self.red, "yellow": self.yellow, "blue": self.blue}
        return by_level[level]

    def worse_causes(self, level: str) -> tuple[AlertCause, ...]:
        """
        The causes of the colours that are worse than one.
        """
        worse = WORST_FIRST[: WORST_FIRST.index(level)]
        return tuple(cause for each in worse for cause in self.causes(each))

    def level(self, causes: Collection[str]) -> str | None:
        """
        The worst colour that one of these causes gives; None where none does.
        """
        return next(
            (
                level
                for level in WORST_FIRST
                if not {*self.causes(level)}.isdisjoint(causes)
            ),
            None,
        )

    def problems(self) -> Iterator[Problem]:
        """
        A cause gives the worst of its colours, the others never.
        """
        for level in WORST_FIRST:
            for cause in self.causes(level):
                if cause in self.worse_causes(level):
                    message = f"“{cause}”已属于更重的颜色，在这里永远不会成立。"
                    remedy = "请只在一种颜色中写明。"
                    yield problem_in(self, level, "never_fires", message, remedy)


WORST_FIRST = tuple(map(str, AlertLevel))
COMMON = AlertColours(
    red=("overdue", "field_missing"),
    yellow=("due_soon", "supervised"),
    blue=("owed",),
    source="默认值",
)
"""
The colours of a programme that names none of its own.
"""
