"""
How an office reads the number of a matter.

A case or petition is read as it is. An office's own matter is numbered
`programme/office/report/period` (no case's number holds a slash) and is read as the
office and the period: what report it is stands beside it.
"""

from __future__ import annotations

from shared.policy.directory import Directory


def read_as(number: str, directory: Directory) -> str:
    _, *own = number.split("/")
    if not own:
        return number
    office = own[0]
    name = directory.office(office).name if directory.exists(office) else office
    return " ".join((name, *own[2:]))
