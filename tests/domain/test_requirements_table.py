"""
The table of requirements says what the files, services and tests say, of every one.
"""

from __future__ import annotations

import re
from collections import Counter

import pytest

from deploy.programmes import ambiguities, requirements
from deploy.programmes.requirements import ROOT
from shared.directory import Directory
from shared.programme_files import load_programmes


def test_the_table_is_the_one_the_script_makes():
    assert requirements.TABLE.read_text(encoding="utf-8") == requirements.made()


@pytest.mark.parametrize(
    ("letters", "count"), [("PY", 57), ("DY", 33), ("XQ", 63), ("MX", 35), ("JZ", 49)]
)
def test_every_requirement_has_one_row_with_a_state_and_a_reason(letters, count):
    table = requirements.made()
    found = re.findall(
        rf"^\| ({letters}-\d\d) \| (.+?) \| .* \| (.+) \|$", table, re.MULTILINE
    )

    assert Counter(wanted for wanted, _, _ in found) == Counter(
        f"{letters}-{number:02}" for number in range(1, count + 1)
    )


def test_what_the_table_names_exists():
    paths = set(
        re.findall(r"`((?:services|shared|tests|deploy)/[^`{]+)`", requirements.made())
    )
    paths |= {path for pair in requirements.SERVED.values() for path in pair}

    assert [path for path in paths if not (requirements.ROOT / path).exists()] == []


def test_every_ambiguity_has_a_default_and_what_embodies_it():
    directory = Directory.load(requirements.ROOT / "deploy/directory")
    programmes = load_programmes(requirements.HERE, directory)
    points = {each.id: each for each in ambiguities.points(programmes, ROOT)}

    assert [*points] == [f"A-{number:02}" for number in range(1, 51)]
    assert [p.id for p in points.values() if not p.defaults] == []
    assert [p.id for p in points.values() if not p.embodied] == []
    assert {p.id for p in points.values() if p.state == "default only"} == {
        *ambiguities.NOTHING_ASKS
    }


def test_ranges_of_requirements_are_spelt_out():
    assert list(requirements.cited("JZ-18 .. JZ-20, PY-03")) == [
        "JZ-18",
        "JZ-19",
        "JZ-20",
        "PY-03",
    ]
