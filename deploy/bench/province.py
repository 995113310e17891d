"""
A province of 3,000 counties: the directory of the demonstration, filled up.
"""

from __future__ import annotations

import shutil
from math import ceil
from pathlib import Path

import yaml

from deploy.local.stack import ROOT

PROVINCE = "410000"
OFFICES = 3_000  # of counties, each of which may have cases
_FILE = "henan-procuratorate.yaml"
_CITIES = 18
_FOLDERS = (
    *("calendar", "directory", "documents", "forms", "matching"),
    *("papers", "programmes", "rulesets"),
)


def write(target: Path) -> Path:
    """
    Copy the folder of policies to *target* with a directory of `OFFICES` counties more
    under the province; the real ones stay.
    """
    policies = ROOT / "deploy"
    for name in _FOLDERS:
        shutil.copytree(policies / name, target / name)
    file = target / "directory" / _FILE
    written = yaml.safe_load(file.read_text(encoding="utf-8"))
    codes = {office["code"] for office in written["offices"]}
    added = [_office(city, "city", PROVINCE) for city in _cities() if city not in codes]
    added += [_office(county, "county", county[:6]) for county in counties()]
    written["offices"] += added
    file.write_text(yaml.safe_dump(written, allow_unicode=True), encoding="utf-8")
    return target


def counties() -> list[str]:
    """
    The codes of counties that are added, those of all cities in turn.
    """
    a_city = range(1, ceil(OFFICES / _CITIES) + 1)
    every = [f"{city}{number:03d}" for number in a_city for city in _cities()]
    return every[:OFFICES]


def _cities() -> list[str]:
    return [f"41{number:02d}00" for number in range(1, _CITIES + 1)]


def _office(code: str, level: str, parent: str) -> dict[str, object]:
    return {
        "code": code,
        "name": f"虚构{code}人民检察院",
        "short_name": f"虚构{code}院",
        "level": level,
        "kind": "procuratorate",
        "posts": f"{level}_procuratorate",
        "parents": [{"code": parent}],
        "mail": [],
    }
