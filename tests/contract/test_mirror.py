"""
Tests stand where what they test stands: tests/domain/hearing tests services/hearing.

At the root of the rung of tables stands only what goes through several services; at
that of the lowest rung nothing.
"""

from __future__ import annotations

import re
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


def test_what_stands_at_the_root_of_the_rung_of_tables_goes_through_several_services():
    def services_of(file):
        named = re.findall(
            r"^from services\.(\w+)", file.read_text("utf-8"), re.MULTILINE
        )
        return {*named} & {*SERVICES}

    files = (ROOT / "tests" / "store").glob("test_*.py")
    assert [file.name for file in files if len(services_of(file)) == 1] == []


def test_nothing_stands_at_the_root_of_the_lowest_rung():
    assert [*(ROOT / "tests" / "domain").glob("*.py")] == []
