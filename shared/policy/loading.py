"""
The programmes as files: read, checked, and joined with the law that they name.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from shared.errors import Problem
from shared.policy.calendar import Calendar
from shared.policy.checks.programme import check_programme, check_rule_set
from shared.policy.directory import Directory
from shared.policy.parts.duties import Vocabulary
from shared.policy.programme import Programme
from shared.policy.programmes import Programmes
from shared.policy.rule_sets import RuleSet, lawful_rules, read_rule_sets, sources_of
from shared.yaml.decode import Decoder, problem_in
from shared.yaml.load import ConfigurationError, YamlFile, read_folder


@dataclass(frozen=True)
class Policy:
    """
    What the offices decided, as frozen objects: programmes, directory and calendar.
    """

    programmes: Programmes
    directory: Directory
    calendar: Calendar


class ProgrammeError(ConfigurationError):
    """
    Programmes that cannot be used; lists every fault with file and line.
    """


def load_programmes(
    folder: Path, directory: Directory, rule_sets: Path | None = None
) -> Programmes:
    """
    The rule sets lie in the folder `rulesets` beside it unless said otherwise.

    Raises:
        ProgrammeError: lists all faults of all files.
    """
    programmes, sources = read_programmes(folder, directory, rule_sets=rule_sets)
    problems = [problem for source in sources for problem in source.by_line()]
    if problems:
        raise ProgrammeError(problems)
    return programmes


def read_programmes(
    folder: Path,
    directory: Directory,
    vocabulary: Vocabulary | None = None,
    rule_sets: Path | None = None,
) -> tuple[Programmes, list[YamlFile]]:
    """
    The programmes without faults, and all files with their problems.

    Without a `vocabulary` the names of facts are not checked.
    """
    sets, files = read_rule_sets(rule_sets or folder.parent / "rulesets")
    for decoder, rule_set in files:
        check_rule_set(decoder, rule_set, vocabulary)
    programmes: dict[str, Programme] = {}
    sources = read_folder(folder)
    for source in sources:
        decoder = Decoder(source)
        programme = decoder.decode(Programme)
        check_programme(decoder, programme, directory, vocabulary, sets)
        decoder.check(_duplicate_id(programme, programmes))
        if not source.problems:
            programmes[programme.code] = _under_law(programme, sets)
    return Programmes(programmes.values()), [*sources_of(files), *sources]


def _under_law(programme: Programme, sets: Mapping[str, RuleSet]) -> Programme:
    """
    The programme joined with the rule sets that it names.
    """
    law = tuple(sets[name] for name in programme.rule_sets)
    lawful = lawful_rules(law)
    duties = tuple(
        rule.within(lawful[rule.id]) if rule.id in lawful else rule
        for rule in programme.duties
    )
    return replace(programme, duties=duties, law=law)


def _duplicate_id(programme: Programme, codes: Collection[str]) -> Iterator[Problem]:
    if programme.code in codes:
        message = f"专项代码“{programme.code}”已被另一文件使用。"
        yield problem_in(programme, "code", "duplicate_id", message, "请改用别的代码。")
