"""
Case numbers in the order in which people count.
"""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.storage.natural_order import as_counted


@settings(max_examples=50)
@given(st.integers(0), st.integers(0), st.sampled_from(["", "号", "号之"]))
def test_numbers_are_sorted_as_people_count(one, other, after):
    numbers = [f"清检控申〔2020〕{each}{after}" for each in (one, other)]

    in_order = as_counted(numbers[0]) <= as_counted(numbers[1])
    assert in_order == (one <= other)


def test_zeros_before_a_number_do_not_count():
    assert as_counted("测试〔2020〕007号") == as_counted("测试〔2020〕7号")


def test_a_number_comes_before_the_one_that_goes_on():
    numbers = [
        "〔2020〕10号",
        "〔2020〕2号之10",
        "〔2020〕2号之2",
        "〔2020〕2号",
        "〔999〕9号",
    ]

    assert sorted(numbers, key=as_counted) == [*reversed(numbers)]
