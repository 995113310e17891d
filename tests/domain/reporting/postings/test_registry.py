"""
Every fact that is read has its rule, and every measure its place in the registry.
"""

from __future__ import annotations

import importlib

from services.reporting.domain.measures import registry
from services.reporting.domain.postings.rules import POSTS_NOTHING, RULES
from services.reporting.schemas import READS
from shared.policy.current import current_policy
from tests.builders.postings import DAY, posted


def test_every_kind_of_fact_read_has_its_rule_and_every_rule_its_reader():
    assert {*RULES, *POSTS_NOTHING} == set(READS)


def test_every_posted_measure_stands_in_the_registry():
    seen = set()
    for service in ("intake", "assignment", "hearing", "aid"):
        for example in importlib.import_module(f"services.{service}.events").EXAMPLES:
            if example.type in RULES:
                payload = example.payload()
                found = posted(example.type, DAY, **payload)
                seen |= {entry.measure for entry in found}

    of_each = {
        m.id
        for m in registry().measures
        if m.duty or m.overdue_of or m.modes or m.reports or m.act
    }
    assert seen | of_each == set(registry().posted)


def test_what_counts_duties_counts_those_of_a_programme_as_due_and_in_time():
    rules = {
        rule.id
        for each in current_policy().programmes
        for rule in each.every_duty_rule()
    }
    for rule in {measure.duty for measure in registry().measures if measure.duty}:
        measures = registry().of_duty(rule, report=False)
        plain = [m.counted_if for m in measures if m.answer is None]

        assert rule in rules
        assert {"due", "in_time"} <= {*plain}
        assert len(plain) == len({*plain})


def test_the_registry_is_versioned_and_says_where_each_measure_comes_from():
    for measure in registry().measures:
        assert measure.version >= 1
        assert measure.source
        assert measure.meaning.endswith("。")


def test_the_columns_of_a_return_stand_in_the_order_of_the_registry():
    assert [measure.id for measure in registry().columns] == [
        "base",
        "base_frozen",
        "resolved",
        "resolved_frozen",
        "rate",
        "rate_live",
        "target",
        "short_by",
        "ended",
        "flowed_back",
        "led",
        "hearings",
        "aid_persons",
        "aid_yuan",
        "overdue",
        "repeats",
    ]
