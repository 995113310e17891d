"""
The papers of one service: the files of deploy/papers/<service>, read and checked, and
those that an office has instead in a folder of its code below that.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from shared.errors import Conflict, Problem, reject_if
from shared.papers.template import PaperTemplate
from shared.settings import settings
from shared.yaml.decode import Decoder, problem_in
from shared.yaml.load import ConfigurationError, read_yaml


@dataclass(frozen=True, eq=False)
class Papers:
    """
    *titles*: what a paper of the *service* may tell of (`states`), with Chinese titles.
    *names*: what its texts may name, each with an example; a list has an entry.
    *names_of*: further names of the papers that tell of one thing.
    """

    service: str
    titles: Mapping[str, str]
    names: Mapping[str, Any]
    names_of: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def in_force(self) -> Mapping[str, PaperTemplate]:
        """
        The papers of this installation by their ids, read once.

        Raises `ConfigurationError` naming every fault.
        """
        return _in_force(self)[0]

    def of_office(self, template: PaperTemplate, office: str) -> PaperTemplate:
        """
        What the *office* prints instead of a paper; the paper itself if it has no own.
        """
        return self.own_in_force().get((office, template.id), template)

    def own_in_force(self) -> Mapping[tuple[str, str], PaperTemplate]:
        """
        What offices print instead of the papers `in_force`, by the office and the id.
        """
        return _in_force(self)[1]

    def load(
        self, folder: Path, kinds: Collection[str] | None = None
    ) -> dict[str, PaperTemplate]:
        """
        The papers of this service in *folder*, which has a folder for each service;
        *kinds*: as which documents may be filed, to be checked if given.

        Raises `ConfigurationError` naming file, line and reason of every fault.
        """
        papers = self._read_all(folder, "*.yaml", kinds, {})
        return {name: paper for (_, name), paper in papers.items()}

    def load_own(
        self,
        folder: Path,
        papers: Mapping[str, PaperTemplate],
        kinds: Collection[str] | None = None,
        offices: Collection[str] | None = None,
    ) -> dict[tuple[str, str], PaperTemplate]:
        """
        What *offices* (checked if given) print instead of these *papers*, by the office
        and the id of the paper: *folder*/<service>/<office>/*.yaml, otherwise as
        `load`.
        """
        return self._read_all(folder, "*/*.yaml", kinds, papers, offices)

    def _read_all(
        self,
        folder: Path,
        pattern: str,
        kinds: Collection[str] | None,
        instead_of: Mapping[str, PaperTemplate],
        offices: Collection[str] | None = None,
    ) -> dict[tuple[str, str], PaperTemplate]:
        """
        The papers in the files of a *pattern*, by the name of the folder and their id.
        """
        papers, problems = dict[tuple[str, str], PaperTemplate](), list[Problem]()
        for path in sorted((folder / self.service).glob(pattern)):
            paper, wrong = self._read(path, kinds, instead_of, offices)
            problems += wrong
            if not wrong:
                papers[path.parent.name, paper.id] = paper
        if problems:
            raise ConfigurationError(problems)
        return papers

    def _read(
        self,
        path: Path,
        kinds: Collection[str] | None,
        instead_of: Mapping[str, PaperTemplate],
        offices: Collection[str] | None,
    ) -> tuple[PaperTemplate, list[Problem]]:
        """
        The paper of a file and what is wrong with it, without which it is complete.
        """
        source = read_yaml(path)
        decoder = Decoder(source)
        paper = decoder.decode(PaperTemplate)
        if not source.problems:
            decoder.check(paper.misused(self.examples(paper.states)))
            decoder.check(self._nothing_stated(paper))
            decoder.check(_unknown_kind(paper, kinds))
            if instead_of:
                decoder.check(_replaces_nothing(paper, instead_of))
            if offices is not None:
                decoder.check(_unknown_office(paper, path.parent.name, offices))
        return paper, source.by_line()

    def examples(self, states: str) -> dict[str, Any]:
        """
        An example of everything that a paper which tells of *states* may name.
        """
        return {**self.names, **self.names_of.get(states, {})}

    def check(
        self,
        folder: Path,
        kinds: Collection[str] | None = None,
        offices: Collection[str] | None = None,
    ) -> list[Problem]:
        """
        Everything wrong in the papers of this service in *folder*; *kinds* and
        *offices* as `load` and `load_own` take them.
        """
        try:
            self.load_own(folder, self.load(folder, kinds), kinds, offices)
        except ConfigurationError as wrong:
            return list(wrong.problems)
        return []

    def template(self, name: str) -> PaperTemplate:
        """
        The paper of an id, or of a title that no other has.

        Raises `Rejected` with what there is to choose from.
        """
        papers = self.in_force()
        titled = [paper for paper in papers.values() if paper.title == name]
        if len(titled) == 1 and name not in papers:
            return titled[0]
        if name not in papers:
            names = "、".join(
                f"{paper.id}（{paper.title}）" for paper in papers.values()
            )
            remedy = f"可选：{names}。"
            reject_if([Problem("not_in_list", "没有这种文书。", remedy, "/paper")])
        return papers[name]

    def nothing_to_state(self, template: PaperTemplate) -> Conflict:
        """
        The refusal of a paper while what it tells of is not recorded.
        """
        return Conflict.because(
            "nothing_to_state",
            f"还没有登记“{self.titles[template.states]}”，不能制作{template.title}。",
            "请先登记，再制作文书。",
            "/paper",
        )

    def _nothing_stated(self, paper: PaperTemplate) -> Iterator[Problem]:
        if paper.states not in self.titles:
            yield problem_in(
                paper,
                "states",
                "unknown_value",
                f"没有“{paper.states}”这种事项可供文书说明。",
                f"可填：{'、'.join(self.titles)}。",
            )


def _unknown_kind(
    paper: PaperTemplate, kinds: Collection[str] | None
) -> Iterator[Problem]:
    if kinds is not None and paper.filed_as not in {"", *kinds}:
        yield problem_in(
            paper,
            "filed_as",
            "unknown_value",
            f"没有“{paper.filed_as}”这种材料，文书无法归入案卷。",
            f"可填：{'、'.join(kinds)}。",
        )


def _replaces_nothing(
    paper: PaperTemplate, papers: Mapping[str, PaperTemplate]
) -> Iterator[Problem]:
    """
    What an office prints instead is a paper that there is, of the same thing.
    """
    general = papers.get(paper.id)
    if general is None or general.states != paper.states:
        fitting = [each.id for each in papers.values() if each.states == paper.states]
        yield problem_in(
            paper,
            "id",
            "unknown_value",
            f"没有说明“{paper.states}”的文书“{paper.id}”可供替换。",
            f"可填：{'、'.join(fitting) or '（无）'}。",
        )


def _unknown_office(
    paper: PaperTemplate, office: str, offices: Collection[str]
) -> Iterator[Problem]:
    if office not in offices:
        yield problem_in(
            paper,
            None,
            "unknown_office",
            f"机关名录里没有“{office}”，它的文书不会使用。",
            "请以机关代码命名文件夹。",
        )


@cache
def _in_force(
    papers: Papers,
) -> tuple[Mapping[str, PaperTemplate], Mapping[tuple[str, str], PaperTemplate]]:
    folder = settings.deploy / "papers"
    general = papers.load(folder)
    return general, papers.load_own(folder, general)
