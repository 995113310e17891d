"""
Where lines of Chinese end.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.papers.lines import lines_of


def measure(text):
    """
    A Chinese character is 2 wide, another 1.
    """
    return sum(2 if ord(character) > 255 else 1 for character in text)


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("救助金额12000.00元", 12, ["救助金额", "12000.00元"]),
        ("已经全部给付。", 12, ["已经全部给", "付。"]),
        ("编号（甲）", 6, ["编号", "（甲）"]),
        ("123456", 4, ["1234", "56"]),
        ("", 4, [""]),
    ],
)
def test_a_line_ends_where_it_may(text, width, lines):
    assert lines_of(text, width, measure) == lines


@given(
    text=st.text(st.sampled_from("办理，。（）12.0aB “”"), max_size=60),
    width=st.integers(2, 30),
)
def test_nothing_is_lost_and_no_line_is_too_wide(text, width):
    lines = lines_of(text, width, measure)

    assert "".join(lines) == text
    assert all(measure(line) <= width for line in lines)
