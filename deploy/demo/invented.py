"""
Identity numbers of persons who cannot exist, for the ledgers of a story.
"""

from __future__ import annotations

from datetime import date

from stdnum.cn import ric

NO_REGION = "999999"  # a region code that was never given out


def id_number(born: date, serial: int) -> str:
    """
    A number of eighteen characters with a right check character; *serial* to 999.
    """
    number = f"{NO_REGION}{born:%Y%m%d}{serial:03d}"
    return number + str(ric.calc_check_digit(number + "0"))
