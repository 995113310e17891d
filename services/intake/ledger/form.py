"""
The form of a ledger: its columns, their titles and the labels of their codes, as
deploy/forms writes them. It says what a sheet should look like and reads none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, Self

from services.intake.domain.cases.worked import ACCUSED
from services.intake.ledger.cells.text import label
from shared.errors import Problem
from shared.policy.conditions import Condition
from shared.policy.parts.words import WordFact
from shared.yaml.decode import Decoder, did_you_mean, duplicates, problem_in
from shared.yaml.load import ConfigurationError, read_yaml

Kind = Literal[
    "text",
    "integer",
    "date",
    "code",
    "list",
    "boolean",
    "booleans",
    "money",
    "office",
    "opinions",
    "entries",
]
Need = Literal["filing", "handed", "gate", "closing", "optional"]
Writing = Literal["plain", "folded", "compact", "name"]
Code = str | int

CASE_NO = "case_no"  # the column that identifies a case
COMMON = "common"  # what the forms of a folder share
NATIONAL = "national"  # the form of the lists of the national petition system
# Stands in a ledger that was taken out without what is personal.
MASKED = "（不含信访人信息和案情，不能用于报送）"

WORD_COLUMNS: Mapping[str, WordFact] = {
    "case_kind": "case_kind",
    "origin": "origin",
    "last_petition_form": "channel",
    "topic": "topic",
    "registration_level": "registration_level",
}
"""
The columns that hold words of the programme, each with the fact of which.
"""

# What the system makes of a column of this id, and of which type it is.
FACTS: Mapping[str, Kind] = {
    "reporting_office": "office",
    "reported_on": "date",
    CASE_NO: "text",
    "origin": "code",
    "batch_ref": "text",
    "case_kind": "code",
    "scope_class": "code",
    "topic": "code",
    "registration_level": "code",
    "registered_repeat": "boolean",
    "persons": "integer",
    "petitioner_name": "text",
    "id_type": "code",
    "id_no": "text",
    "phone": "text",
    "address": "text",
    "original_case_no": "text",
    "first_petition_on": "date",
    "first_petition_at": "text",
    "first_here": "boolean",
    ACCUSED: "text",
    "accepted_on": "date",
    "repeats_in_window": "integer",
    "last_petition_on": "date",
    "prior_opinions": "opinions",
    "prior_is_final": "booleans",
    "difficulty": "code",
    "sensitive": "boolean",
    "cross_separate": "list",
    "long_span": "boolean",
    "many_people": "boolean",
    "policy_heavy": "boolean",
    "upper_leader_post": "text",
    "leader_post": "text",
    "responsible_post": "text",
    "territorial_office": "office",
    "department": "text",
    "handler_post": "text",
    "contact": "text",
    "team": "text",
    "resolve_by": "date",
}
# Columns that every form has and every row fills in, and facts that every case has.
_KEYS = ("reporting_office", CASE_NO)
_OF_EVERY_CASE = ("reported_on", "origin", "case_kind", "difficulty")


@dataclass(frozen=True)
class Column:
    """
    One leaf column; the meaning of each key stands at the head of the form's file.
    """

    id: str
    title: str
    type: Kind
    required: Need
    group: str = ""
    aliases: tuple[str, ...] = ()
    personal: bool = False
    narrative: bool = False
    max: int = 0
    writing: Writing = "plain"
    future: bool = False
    codes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def labels(self) -> tuple[str, ...]:
        """
        What the office may write, one label for each code.
        """
        return tuple(spellings[0] for spellings in self.codes.values())

    @cached_property
    def code_by_label(self) -> Mapping[str, Code]:
        """
        Every tidied spelling, and the code itself. Codes of digits are numbers.
        """
        return {
            label(spelling): int(code) if code.isdecimal() else code
            for code, spellings in self.codes.items()
            for spelling in (*spellings, code)
        }

    def problems(self) -> Iterator[Problem]:
        kind = FACTS.get(self.id)
        if kind is not None and self.type != kind:
            message = f"“{self.id}”列的类型应为 {kind}。"
            remedy = "请改正 type，或改用别的 id。"
            yield problem_in(self, "type", "other_type", message, remedy)
        if self.type == "code" and not self.codes:
            message = "代码列没有可填写的内容。"
            yield problem_in(self, "codes", "no_codes", message, "请补上 codes。")
        owners: dict[str, str] = {}
        for code, spellings in self.codes.items():
            if not spellings:
                message = f"{code} 没有名称。"
                yield problem_in(
                    self, "codes", "no_label", message, "请至少写一个名称。"
                )
            for spelling in spellings:
                if owners.setdefault(label(spelling), code) != code:
                    message = f"“{spelling}”同时指向两个代码。"
                    yield problem_in(
                        self, "codes", "two_codes", message, "请只保留一处。"
                    )


@dataclass(frozen=True)
class Limits:
    """
    What one file may hold, and where its titles are looked for.
    """

    rows: int
    unpacked_mib: int
    heading_within: int

    @property
    def unpacked_bytes(self) -> int:
        return self.unpacked_mib * 1024 * 1024


@dataclass(frozen=True)
class Together:
    """
    Columns that a row fills in together: where `column` is filled in, or has one of the
    values of `is_`, so are those that it `needs`.
    """

    column: str
    needs: tuple[str, ...]
    source: str
    is_: Condition | None = None

    def asked_for(self, values: Mapping[str, Any]) -> tuple[str, ...]:
        """
        The columns that a row with these values lacks.
        """
        value = values.get(self.column)
        applies = value not in (None, []) if self.is_ is None else self.is_.holds(value)
        if not applies:
            return ()
        return tuple(name for name in self.needs if values.get(name) in (None, []))


@dataclass(frozen=True)
class Default:
    """
    What holds where a form does not ask: written as a plain value.
    """

    value: Code | bool

    @classmethod
    def parse(cls, written: object) -> Self:
        """
        Raises:
            TypeError: not a plain value.
        """
        if not isinstance(written, str | int):
            raise TypeError("应写一个值：文字、整数、true 或 false。")
        return cls(written)


@dataclass(frozen=True)
class ReturnedColumns:
    """
    Titles of the columns that the file of rejected rows adds at its end.
    """

    row: str
    faults: str
    remedies: str

    def titles(self) -> tuple[str, str, str]:
        return self.row, self.faults, self.remedies


@dataclass(frozen=True)
class Form:
    """
    One form. Use `load_form`.

    `defaults` and `same_as` say what holds where the form has no such column, or the
    row says nothing: a value, or the value of another column.
    """

    id: str
    title: str
    source: str
    limits: Limits
    earliest_date: date
    blanks: tuple[str, ...]
    yes: tuple[str, ...]
    no: tuple[str, ...]
    totals: tuple[str, ...]
    remarks: tuple[str, ...]
    returned_columns: ReturnedColumns
    not_collected: tuple[str, ...]
    columns: tuple[Column, ...]
    shares: tuple[str, ...] = ()
    handed_origins: tuple[str, ...] = ()
    together: tuple[Together, ...] = ()
    defaults: Mapping[str, Default] = field(default_factory=dict)
    same_as: Mapping[str, str] = field(default_factory=dict)

    def completed(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """
        The values of a row with what the form says of those that it lacks.
        """
        full = {name: value for name, value in values.items() if value is not None}
        for name, other in self.same_as.items():
            if other in full:
                full.setdefault(name, full[other])
        for name, default in self.defaults.items():
            full.setdefault(name, default.value)
        return full

    @cached_property
    def column_by_id(self) -> Mapping[str, Column]:
        """
        The columns by their ids.
        """
        return {column.id: column for column in self.columns}

    def column_by_title(self) -> dict[str, Column]:
        """
        Every tidied title, alias, id and "group + title".
        """
        columns = {label(column.title): column for column in self.columns}
        for column in self.columns:
            for title in (column.id, column.group + column.title, *column.aliases):
                columns.setdefault(label(title), column)
        return columns

    def _lacking(self) -> Iterator[Problem]:
        """
        What no case could be registered without.
        """
        filled = {column.id for column in self.required()}
        for name in _KEYS:
            if name not in filled:
                message = f"没有必填（required: filing）的“{name}”列，无法区分案件。"
                remedy = "请补上该列。"
                yield problem_in(self, "columns", "no_case_number", message, remedy)
        filled |= {*self.defaults, *self.same_as}
        for name in _OF_EVERY_CASE:
            if name not in filled:
                message = f"没有必填的“{name}”列，也没有写缺了它怎么办。"
                remedy = "请补上该列，或写在 defaults、same_as 中。"
                yield problem_in(self, "columns", "no_such_fact", message, remedy)

    def _forbidden(self) -> Iterator[Problem]:
        """
        Columns about persons that no office is asked for.
        """
        forbidden = set(map(label, self.not_collected))
        for column in self.columns:
            if _tidied_titles(column) & forbidden:
                message = f"“{column.title}”是不得采集的内容。"
                yield problem_in(column, None, "not_collected", message, "请删除该列。")

    def _belonging(self) -> Iterator[Problem]:
        """
        Columns that go together and are none.
        """
        columns = {column.id for column in self.columns}
        for together in self.together:
            for name in (together.column, *together.needs):
                if name not in columns:
                    message = f"没有“{name}”列。{did_you_mean(name, columns)}"
                    yield problem_in(
                        together, None, "no_such_column", message, "请改正。"
                    )

    def _completing(self) -> Iterator[Problem]:
        """
        Defaults for a key that is not a fact, or whose value is not one of the fact's
        codes.
        """
        columns = {column.id: column for column in self.columns}
        for written, names in (("defaults", self.defaults), ("same_as", self.same_as)):
            for name in names:
                if name not in FACTS:
                    message = f"“{name}”不是系统使用的事实。"
                    remedy = f"可用：{'、'.join(FACTS)}。"
                    yield problem_in(self, written, "unknown_key", message, remedy)
        for name, other in self.same_as.items():
            if other not in columns:
                message = f"“{name}”取自“{other}”，而没有这一列。"
                yield problem_in(self, "same_as", "no_such_fact", message, "请改正。")
        for name, default in self.defaults.items():
            codes = columns[name].codes if name in columns else {}
            if codes and str(default.value) not in codes:
                message = f"“{default.value}”不是“{name}”列的代码。"
                remedy = f"可用：{'、'.join(codes)}。"
                yield problem_in(self, "defaults", "unknown_value", message, remedy)

    def required(self) -> tuple[Column, ...]:
        """
        The columns without which no row can be read.
        """
        return tuple(c for c in self.columns if c.required == "filing")

    def problems(self) -> Iterator[Problem]:
        yield from duplicates(self.columns, "id")
        yield from self._lacking()
        yield from self._completing()
        yield from self._forbidden()
        yield from self._belonging()
        titles = Counter(
            title for column in self.columns for title in _tidied_titles(column)
        )
        for column in self.columns:
            for title in _tidied_titles(column):
                if titles[title] > 1:
                    message = f"“{title}”同时是另一列的名称。"
                    yield problem_in(
                        column, None, "two_columns", message, "请只保留一处。"
                    )


def load_form(path: Path) -> Form:
    """
    Raises:
        ConfigurationError: names all faults of the file.
    """
    form, decoder = read_form(path)
    if decoder.source.problems:
        raise ConfigurationError(decoder.source.problems)
    return form


def read_form(path: Path) -> tuple[Form, Decoder]:
    """
    A form as far as it could be read, and the decoder of its file with its problems.

    What the file does not say it has from `COMMON` beside it: whole keys, and of
    each column of the same id what the column does not say itself.
    """
    source = read_yaml(path)
    if isinstance(source.value, dict):
        shares = source.value.get("shares")
        names = map(str, shares if isinstance(shares, list) else ())
        for position, name in enumerate((*names, COMMON)):
            shared = path.with_name(f"{name}.yaml")
            if name != COMMON and not shared.is_file():
                there = "、".join(
                    sorted(each.stem for each in path.parent.glob("*.yaml"))
                )
                detail = f"没有格式文件“{name}.yaml”。"
                place = "shares", position
                source.report(place, "no_such_form", detail, f"可用：{there}。")
            elif shared.is_file():
                other = read_yaml(shared)
                source.problems += other.problems
                source.value = _joined(source.value, other.value)
    decoder = Decoder(source)
    return decoder.decode(Form), decoder


def _joined(own: dict[str, Any], shared: Any) -> dict[str, Any]:
    """
    What a form says, and what it leaves out from a file that it shares with others.
    Nothing that one of the two forbids is collected.
    """
    shared = shared if isinstance(shared, dict) else {}
    columns = own.get("columns")
    if isinstance(columns, list):
        by_id = _by_id(shared.get("columns"))
        columns = [
            {**by_id.get(column.get("id"), {}), **column}
            if isinstance(column, dict)
            else column
            for column in columns
        ]
    joined = {**shared, **own, "columns": columns}
    forbidden = [each.get("not_collected") for each in (shared, own)]
    if all(isinstance(each, list) for each in forbidden):
        joined["not_collected"] = [title for each in forbidden for title in each or ()]
    return joined


def _by_id(columns: Any) -> dict[Any, dict[str, Any]]:
    listed = columns if isinstance(columns, list) else ()
    return {each.get("id"): each for each in listed if isinstance(each, dict)}


def _tidied_titles(column: Column) -> set[str]:
    return {label(title) for title in (column.title, *column.aliases)}
