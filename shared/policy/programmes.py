"""
All programmes by code.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from shared.policy.alerts import COMMON, AlertColours
from shared.policy.directory import Directory
from shared.policy.programme import Programme


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
        The colours of what is owed under a programme, also one that is run no more.
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
