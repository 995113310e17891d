"""
A programme (专项工作) as frozen objects, read from its file under deploy/programmes/.

Answers what the documents of an office order; decides nothing about a case. The parts
are declared in scope, duties, leading and programme_parts and can be had from here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from shared.decoding import Decoder, Slip
from shared.directory import Directory
from shared.duties import DutyRule, Trigger, Until
from shared.leading import Gap, LeaderRule, Need
from shared.programme_checks import EventTypes, check_programme
from shared.programme_parts import (
    AidRules,
    ChecklistItem,
    Closing,
    ClosingKind,
    Document,
    HearingRules,
    Milestone,
    Phase,
    ReturnRules,
    Settings,
    Wage,
)
from shared.scope import Clause, Scope, Span, Test
from shared.yamlfile import ConfigurationError, YamlFile, read_folder

__all__ = [
    "AidRules",
    "ChecklistItem",
    "Clause",
    "Closing",
    "ClosingKind",
    "Document",
    "DutyRule",
    "Gap",
    "HearingRules",
    "LeaderRule",
    "Milestone",
    "Need",
    "Phase",
    "Programme",
    "ProgrammeError",
    "Programmes",
    "ReturnRules",
    "Scope",
    "Settings",
    "Span",
    "Test",
    "Trigger",
    "UnknownProgramme",
    "Until",
    "Wage",
    "load_programmes",
    "read_programmes",
]


class ProgrammeError(ConfigurationError):
    """
    Programmes that cannot be used; lists every fault with file and line.
    """


class UnknownProgramme(KeyError):  # noqa: N818 - an answer to a question
    """
    No programme has this code.
    """


@dataclass(frozen=True)
class Programme:
    """
    One programme: window, scope, targets, duties and how its work is done.

    `offices_root`: it covers this office and all below. `shared_phase_day` says which
    phase wins on a day that two share (A-03). `everyday_from`: repeats from this day
    on take the everyday track, not the campaign (PY-47).
    """

    code: str
    title: str
    documents: tuple[Document, ...]
    offices_root: str
    window: Span
    phases: tuple[Phase, ...]
    scope: Scope
    milestones: tuple[Milestone, ...]
    leader_rules: tuple[LeaderRule, ...]
    filing_requires: tuple[Literal["leader", "department"], ...]
    hub: str
    hub_department: str
    closing: Closing
    duties: tuple[DutyRule, ...]
    hearing: HearingRules
    aid: AidRules
    returns: ReturnRules
    form: str
    settings: Settings
    shared_phase_day: Literal["later", "earlier"] | None = None
    everyday_from: date | None = None

    def phase_on(self, day: date) -> Phase | None:
        """
        The phase of a day; None before, between and after the phases (A-02).
        """
        running = [phase for phase in self.phases if day in phase]
        if not running:
            return None
        wins = min if self.shared_phase_day == "earlier" else max
        return wins(running, key=lambda phase: phase.from_)

    def milestone_for(self, as_of: date) -> Milestone:
        """
        The next milestone on or after a day, after the last one the last.
        """
        in_order = sorted(self.milestones, key=lambda each: each.on)
        return next((each for each in in_order if as_of <= each.on), in_order[-1])

    def duty_rules_for(
        self, event_type: str, payload: Mapping[str, object]
    ) -> tuple[DutyRule, ...]:
        """
        The duties that an event opens.
        """
        return tuple(rule for rule in self.duties if rule.opens(event_type, payload))

    def leader_gaps(
        self,
        *,
        handed: bool,
        responsible_office: str,
        leaders: Iterable[tuple[str, str]],
        department: str | None,
        directory: Directory,
    ) -> tuple[Gap, ...]:
        """
        What a case lacks to be led (PY-23, PY-24); `leaders` are (office, post title).

        Raises:
            UnknownOffice: the responsible office is not in the directory.
        """
        offices = {"hub": self.hub, "own": responsible_office}
        named = tuple(leaders)
        gaps = [
            gap
            for rule in self.leader_rules
            if rule.applies(handed=handed)
            for gap in rule.gaps(offices, named, department, directory)
        ]
        return tuple(dict.fromkeys(gaps))

    def return_recipients(
        self, office: str, directory: Directory, on: date
    ) -> tuple[str, ...]:
        """
        The mail addresses that an office's return goes to, one level up (PY-53).

        Raises:
            UnknownOffice: the office is not in the directory.
        """
        parent = directory.parent(office, on)
        upward = (parent,) if parent else self.returns.above_root
        if office == self.hub:
            upward = self.returns.recipients
        addresses: list[str] = []
        for each in upward:
            addresses += [each] if "@" in each else directory.office(each).mail
        return tuple(dict.fromkeys(addresses))


class Programmes:
    """
    All programmes by code.
    """

    def __init__(self, programmes: Iterable[Programme]) -> None:
        self._programmes = {programme.code: programme for programme in programmes}

    def __iter__(self) -> Iterator[Programme]:
        return iter(self._programmes.values())

    def get(self, code: str) -> Programme:
        """
        Raises:
            UnknownProgramme: no programme has this code.
        """
        try:
            return self._programmes[code]
        except KeyError:
            raise UnknownProgramme(code) from None

    def covering(
        self, office: str, directory: Directory, on: date
    ) -> tuple[Programme, ...]:
        """
        The programmes that run on a day and cover an office.
        """
        return tuple(
            programme
            for programme in self
            if on in programme.window
            and directory.is_within(office, programme.offices_root, on)
        )


def load_programmes(folder: Path, directory: Directory) -> Programmes:
    """
    Raises:
        ProgrammeError: lists all faults of all files of the folder.
    """
    programmes, sources = read_programmes(folder, directory)
    findings = [finding for source in sources for finding in source.findings]
    if findings:
        raise ProgrammeError(findings)
    return programmes


def read_programmes(
    folder: Path, directory: Directory, event_types: EventTypes | None = None
) -> tuple[Programmes, list[YamlFile]]:
    """
    The programmes without faults, and all files with their findings.

    Without `event_types` the names of events are taken on trust.
    """
    programmes: dict[str, Programme] = {}
    sources = read_folder(folder)
    for source in sources:
        decoder = Decoder(source)
        programme = decoder.decode(Programme)
        check_programme(decoder, programme, directory, event_types)
        decoder.check(_taken(programme, programmes))
        if not source.findings:
            programmes[programme.code] = programme
    return Programmes(programmes.values()), sources


def _taken(programme: Programme, codes: Collection[str]) -> Iterator[Slip]:
    if programme.code in codes:
        message = f"专项代码“{programme.code}”已被另一文件使用。"
        yield Slip(programme, "code", "duplicate_id", message, "请改用别的代码。")
