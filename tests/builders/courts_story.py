"""
A case of Jiaozuo's courts, handed down on 2021-03-15.
"""

from __future__ import annotations

from datetime import date

from tests.builders.programme_story import Story, handed_down, named, opened, received

CODE = "jiaozuo-2021"


COURT, CITY = "410825900", "410800900"


HANDED = date(2021, 3, 15)


def the_case(*facts, on=HANDED):
    first = opened(on, origin="handed_by_city", resolve_by=None)
    return Story(CODE, COURT, first, handed_down(on), received(on), *facts)


def led(on=HANDED):
    return named(
        on,
        (COURT, "院长"),
        (CITY, "副院长"),
        department="立案庭",
        responsible_post="副院长",
        handler_post="法官",
        contact="0391-0000000",
    )
