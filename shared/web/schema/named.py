"""
Fields whose values a programme names: acts, kinds of batches, items of lists and more.

Either the identifier or the title may be written. What neither is stays as it was
written, so that whoever knows the programme refuses it with what may be written there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

from marshmallow.utils import get_value

from shared.policy.current import current_policy
from shared.policy.parts.words import TITLES, WordFact
from shared.policy.programme import Programme
from shared.policy.programmes import Programmes
from shared.vocabulary import Term
from shared.web.schema.field_kinds import LABELS, Labelled
from shared.web.schema.fields import one_of, text_rules

PART = "x-part"
PROGRAMME = "programme"

K = TypeVar("K")
Pairs = Iterable[tuple[str, str]]


def _titled(parts: Iterable[Any]) -> Pairs:
    return ((part.id, part.title) for part in parts)


def _worded(parts: Iterable[Any]) -> Pairs:
    return ((part.id, part.text) for part in parts)


def _refusals(programme: Programme) -> Pairs:
    lawful = (reason for law in programme.law for reason in law.refusals)
    return _titled((*programme.refusals, *lawful))


def _verdicts(programme: Programme) -> Pairs:
    return _titled(verdict for law in programme.law for verdict in law.verdicts)


def _roles(programme: Programme) -> Pairs:
    return _titled(role for kind in programme.bodies for role in kind.roles)


def _items(programme: Programme) -> Pairs:
    return _worded(item for each in programme.duty_lists for item in each.items)


def _signers(programme: Programme) -> Pairs:
    return _titled(each for route in programme.closing.routes for each in route.signers)


def _grounds(programme: Programme) -> Pairs:
    ending = programme.closing.ending
    return _titled(ending.grounds if ending else ())


def _links(programme: Programme) -> Pairs:
    look_back = programme.closing.look_back
    return _titled(look_back.links if look_back else ())


def _faults(programme: Programme) -> Pairs:
    look_back = programme.closing.look_back
    return _titled(look_back.faults if look_back else ())


def _aid_grounds(programme: Programme) -> Pairs:
    law = programme.aid_law
    return _titled((*law.grounds, *law.refusals) if law else ())


def _words(fact: WordFact) -> Callable[[Programme], Pairs]:
    return lambda programme: _titled(programme.words[fact])


WORDS: tuple[WordFact, ...] = (*TITLES, "case_class")
PARTS: Mapping[str, Callable[[Programme], Pairs]] = {
    PROGRAMME: lambda programme: [(programme.code, programme.title)],
    **{fact: _words(fact) for fact in WORDS},
    "refusal": _refusals,
    "verdict": _verdicts,
    "act": lambda programme: _titled(programme.every_act()),
    "third_party": lambda programme: _titled(programme.third_parties),
    "batch_kind": lambda programme: _titled(programme.batch_kinds),
    "baseline": lambda programme: _titled(programme.baselines),
    "drive_kind": lambda programme: _titled(programme.drives),
    "body_kind": lambda programme: _titled(programme.bodies),
    "body_role": _roles,
    "roster": lambda programme: _titled(programme.rosters),
    "duty": lambda programme: _titled(
        (*programme.every_duty_rule(), *programme.report_schedules)
    ),
    "list": lambda programme: _titled(programme.duty_lists),
    "list_item": _items,
    "closing_kind": lambda programme: _titled(programme.closing.kinds),
    "closing_item": lambda programme: _worded(programme.closing.checklist),
    "return_reason": lambda programme: _worded(programme.closing.return_reasons),
    "signer": _signers,
    "ending_ground": _grounds,
    "inquiry_cause": lambda programme: _titled(programme.closing.inquiry_causes),
    "link": _links,
    "fault": _faults,
    "hearing_subject": lambda programme: _titled(programme.hearing.subjects),
    "aid_ground": _aid_grounds,
}
"""
What a programme names, each with its identifier and its title.
"""


@dataclass(frozen=True)
class _Names:
    """
    What the programmes that run name as one part: the identifiers that a title stands
    for, and the title of an identifier, by programme and whatever the programme; None
    where it has several.
    """

    codes: Mapping[str, frozenset[str]]
    own: Mapping[tuple[str, str], str | None]
    any_: Mapping[str, str | None]


@lru_cache
def _names(part: str, programmes: Programmes) -> _Names:
    named_by = [
        (programme.code, *pair)
        for programme in programmes
        for pair in PARTS[part](programme)
    ]
    codes = _gathered((title, code) for _, code, title in named_by)
    own = _gathered(((programme, code), title) for programme, code, title in named_by)
    any_ = _gathered((code, title) for _, code, title in named_by)
    return _Names(codes, own=_single(own), any_=_single(any_))


@lru_cache
def example_of(part: str, programmes: Programmes) -> str | None:
    """
    An identifier that one of the programmes gives to such a part, if any does.
    """
    of = PARTS[part]
    return next((code for each in programmes for code, _ in of(each)), None)


def _gathered(pairs: Iterable[tuple[K, str]]) -> dict[K, frozenset[str]]:
    values = dict[K, frozenset[str]]()
    for key, value in pairs:
        values[key] = values.get(key, frozenset()) | {value}
    return values


def _single(values: Mapping[K, frozenset[str]]) -> dict[K, str | None]:
    """
    The value of each key that has one alone, None of the others.
    """
    return {key: None if more else value for key, (value, *more) in values.items()}


class Named(Labelled):
    """
    The identifier of a *part* of a programme, which may also be written as its title,
    unless that stands for several.
    """

    def __init__(self, part: str, **more: Any) -> None:
        self.part = part
        super().__init__(metadata={PART: part} | more.pop("metadata", {}), **more)

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        written: str = super()._deserialize(value, *args, **kwargs)
        names = _names(self.part, current_policy().programmes)
        codes = names.codes.get(written, frozenset())
        return next(iter(codes)) if len(codes) == 1 else written

    def label(self, code: str, shown: Any) -> str | None:
        """
        As the programme of what is *shown* says it; where that is not known or says
        nothing of it, as all others do. None where there are several titles, as those
        of an old law and a new one: which one holds, the code does not say.
        """
        names, programme = _names(self.part, current_policy().programmes), None
        if self.part != PROGRAMME:
            programme = get_value(shown, PROGRAMME, None)
        of_its_own = (programme or "", code)
        if of_its_own in names.own:
            return names.own[of_its_own]
        return names.any_.get(code)


class NamedTerm(Named):
    """
    A term of the vocabulary of which a programme may have a title of its own: either
    is understood, and the programme's is shown.
    """

    def __init__(self, part: str, labels: Mapping[str, str], **more: Any) -> None:
        self.labels = dict(labels)
        self.code_of = {label: code for code, label in labels.items()}
        super().__init__(part, metadata={LABELS: self.labels}, **more)

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        code = super()._deserialize(value, *args, **kwargs)
        return self.code_of.get(code, code)

    def label(self, code: str, shown: Any) -> str | None:
        return super().label(code, shown) or self.labels.get(code)


def named_term(part: str, kind: type[Term], *, required: bool = True) -> NamedTerm:
    """One of the terms, also by the title that a programme gives it as this *part*."""
    term = one_of(kind)
    return NamedTerm(
        part,
        term.labels,
        required=required,
        validate=term.validate,
        error_messages=term.error_messages,
    )


def named(
    part: str, *, required: bool = True, shown: bool = False, **more: Any
) -> Named:
    """One of the *part* of the programme; in an answer, where it is *shown*, as is."""
    bounds = more if shown else text_rules(60, **more)
    return Named(part, required=required, **bounds)
