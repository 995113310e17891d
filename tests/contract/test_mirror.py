"""
Tests stand where what they test stands: tests/domain/hearing tests services/hearing.

At the root of a rung stands only what goes through several services.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from shared.settings import SERVICES

ROOT = Path(__file__).resolve().parents[2]
RUNGS = ("domain", "store", "service")
# The tests of these run on the other system: Xingqing's programme makes days dear.
OTHER_SYSTEM = "xingqing"


def stands_for(folder):
    """
    Where in the tree the subject of a *folder* of tests may stand.
    """
    first, *rest = folder.parts
    if first not in SERVICES:
        return [ROOT / folder]
    service = ROOT / "services" / first
    return [service.joinpath(*rest), service.joinpath("domain", *rest)]


def is_there(place):
    """
    Whether a folder has files: git leaves that of a removed room to its cache.
    """
    return any(each.is_file() for each in place.glob("*"))


@pytest.mark.parametrize("rung", RUNGS)
def test_every_test_stands_in_a_folder_whose_subject_exists(rung):
    tests = ROOT / "tests" / rung
    folders = {file.parent.relative_to(tests) for file in tests.rglob("test_*.py")}
    folders -= {Path(), Path(OTHER_SYSTEM)}

    assert [
        f"{rung}/{folder.as_posix()}"
        for folder in sorted(folders)
        if not any(map(is_there, stands_for(folder)))
    ] == []


def test_nothing_stands_at_the_root_of_the_lowest_rung():
    assert [*(ROOT / "tests" / "domain").glob("*.py")] == []
