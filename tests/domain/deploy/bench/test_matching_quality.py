"""
The rules that are delivered, on records whose truth is known. The whole measurement,
beside another library, is `python -m deploy.bench.matching`.
"""

from __future__ import annotations

from itertools import islice

import pytest

from deploy.bench.matching import PARTS, Stored, candidates, quality, screen
from deploy.bench.matching_records import generate

RECORDS, SEED = 1_500, 3


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    folder = tmp_path_factory.mktemp("records")
    with Stored(generate(RECORDS, SEED), folder) as stored:
        yield stored


def test_repeats_are_found_and_few_others(stored):
    found = quality(screen(stored), stored)

    assert found.precision >= 0.99
    assert found.recall >= 0.96
    assert found.f1 >= 0.975


def test_a_record_is_compared_with_few_others_and_no_pair_twice(stored):
    pairs = [pair for part in range(PARTS) for pair in candidates(stored, part)]

    assert len(pairs) == len(set(pairs)) < 5 * RECORDS


def test_records_follow_from_the_seed():
    assert list(islice(generate(50, 1), 50)) == list(generate(50, 1))
    assert list(generate(50, 1)) != list(generate(50, 2))
