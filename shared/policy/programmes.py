"""
All programmes by code.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from shared.policy.directory import Directory
from shared.policy.parts.alerts import COMMON, AlertColours
from shared.policy.programme import Programme
from shared.vocabulary import Role


def role_title(role: Role, programmes: Iterable[Programme]) -> str:
    """
    What the offices of *programmes* call who has a role: leaders as each of these says.
    """
    if role is not Role.LEADER:
        return role.chinese
    titles = dict.fromkeys(programme.leader_title for programme in programmes)
    return "或".join(titles) or role.chinese


class UnknownProgramme(KeyError):  # noqa: N818 - an answer to a question
    """
    No programme has this code.
    """


class Programmes:
    """
    All programmes by code.
    """

    def __init__(self, programmes: Iterable[Programme]) -> None:
        self._programmes = {programme.code: programme for programme in programmes}

    def __iter__(self) -> Iterator[Programme]:
        return iter(self._programmes.values())

    @property
    def codes(self) -> tuple[str, ...]:
        """
        The codes of all programmes that run here.
        """
        return tuple(self._programmes)

    def colours_of(self, code: str) -> AlertColours:
        """
        The colours of what is owed under a programme, also one that no longer runs.
        """
        programme = self._programmes.get(code)
        return programme.alerts if programme else COMMON

    def get(self, code: str) -> Programme:
        """
        Raises:
            UnknownProgramme: no programme has this code.
        """
        try:
            return self._programmes[code]
        except KeyError:
            raise UnknownProgramme(code) from None

    def of_office(
        self, office: str, directory: Directory, on: date
    ) -> tuple[Programme, ...]:
        """
        The programmes that cover an office: first those that run on a day, then those
        that ended, the last of them first, then those that have still to begin.
        """
        covering = (
            programme
            for programme in self
            if directory.is_within(office, programme.offices_root, on)
        )

        def distance(programme: Programme) -> tuple[int, int]:
            window = programme.window
            if on in window:
                return 0, 0
            if window.to < on:
                return 1, (on - window.to).days
            return 2, (window.from_ - on).days

        return tuple(sorted(covering, key=distance))

    def covering(
        self, office: str, directory: Directory, on: date
    ) -> tuple[Programme, ...]:
        """
        Those of them that run on that day.
        """
        programmes = self.of_office(office, directory, on)
        return tuple(programme for programme in programmes if on in programme.window)
