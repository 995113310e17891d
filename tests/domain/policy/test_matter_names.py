"""
The number of a matter as an office reads it.
"""

import pytest

from shared.policy.current import current_policy
from shared.policy.matter_names import read_as


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("焦信〔2021〕0001号", "焦信〔2021〕0001号"),
        (
            "jiaozuo-2021/410821900/day_report/2021-03-16",
            "修武县人民法院 2021-03-16",
        ),
        (
            "jiaozuo-2021/410800900/day_report_department/2021-03-16/执行局",
            "焦作市中级人民法院 2021-03-16 执行局",
        ),
        ("meixian/610326/acts", "眉县人民检察院"),
        ("meixian/999999/class_analysis/2023-Q1", "999999 2023-Q1"),
    ],
)
def test_an_office_s_own_matter_is_read_as_the_office_and_the_period(number, said):
    assert read_as(number, current_policy().directory) == said
