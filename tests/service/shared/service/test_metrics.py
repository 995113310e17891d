"""
What the six processes expose to Prometheus, and whether they are alive and ready.
"""

from __future__ import annotations

import re
import subprocess

import pytest
from prometheus_client.parser import text_string_to_metric_families

from deploy.local.plain import http
from shared.settings import SERVICES
from tests.builders import COUNTY, a_petition
from tests.service.asking import PROGRAMME, all_items

PROCESSES = (*SERVICES, "relay")
TODAY = "2020-11-20"  # the day of the system under test
# An id, a code of an office, a case number or a person would make series without end.
OPEN_ENDED = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}|\b\d{6}\b|〔|号$|院|@|/[^<>]*\d{3}", re.IGNORECASE
)
OUR_LABELS = {
    "service",
    "endpoint",
    "status",
    "type",
    "outcome",
    "source",
    "programme",
    "kind",
    "level",
    "state",
    "queue",
    "timer",
    "le",
}


def exposed(stack, process):
    answer = http.get(f"{stack.url(process)}/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    return answer.text


def families(stack, process):
    return {f.name: f for f in text_string_to_metric_families(exposed(stack, process))}


@pytest.fixture(scope="module")
def some_work(as_office, desk):
    """
    Requests granted and refused, events handled, an application, a return.
    """
    clerk = as_office(COUNTY)
    clerk.post("intake", "/petitions", a_petition())
    clerk.post("intake", "/petitions", {})
    number = desk.led_case()
    desk.review(desk.submitted_closing(number))
    desk.granted_aid(number)
    desk.eventually(lambda: desk.entries(number, "resolved"))


@pytest.mark.parametrize("process", PROCESSES)
def test_metrics_are_in_the_form_of_prometheus(stack, some_work, process):
    found = families(stack, process)
    ours = [name for name in found if name.startswith("jianjian_")]

    assert ours
    for name in ours:
        assert found[name].documentation
        assert found[name].type != "unknown"


@pytest.mark.parametrize("process", PROCESSES)
def test_promtool_accepts_the_metrics(stack, some_work, promtool, process):
    done = subprocess.run(
        [promtool, "check", "metrics"],
        input=exposed(stack, process),
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@pytest.mark.parametrize("process", PROCESSES)
def test_no_label_holds_an_id_an_office_or_a_case(stack, some_work, process):
    for family in families(stack, process).values():
        if not family.name.startswith("jianjian_"):
            continue
        for sample in family.samples:
            assert set(sample.labels) <= OUR_LABELS, sample
            for label, value in sample.labels.items():
                if label not in {"programme", "le"}:
                    assert not OPEN_ENDED.search(value), sample


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_counts_its_requests_and_its_events(stack, some_work, service):
    found = families(stack, service)
    requests = found["jianjian_http_request_seconds"].samples
    counted = {
        (s.labels["endpoint"], s.labels["status"])
        for s in requests
        if s.name.endswith("_count")
    }

    assert counted
    assert {"jianjian_event_retries", "jianjian_events_dead_lettered"} <= set(found)
    assert "jianjian_hub_lag_seconds" in found
    if service == "intake":
        assert {("register_petition", "201"), ("register_petition", "422")} <= counted
        return
    handled = found["jianjian_event_handler_seconds"].samples
    outcomes = {
        (s.labels["type"], s.labels["outcome"]): s.value
        for s in handled
        if s.name.endswith("_count")
    }
    lag = [
        s
        for s in found["jianjian_event_lag_seconds"].samples
        if s.name.endswith("_count")
    ]

    assert outcomes["intake.case_opened", "done"] >= 1
    assert {s.labels["source"] for s in lag} <= set(SERVICES)
    assert sum(s.value for s in lag) >= 1


def test_the_relay_shows_what_waits_in_outboxes_and_queues(stack, some_work):
    found = families(stack, "relay")

    def of_services(name):
        return {s.labels["service"]: s.value for s in found[name].samples}

    for name in ("outbox_pending", "outbox_oldest_seconds", "outbox_refused"):
        assert set(of_services(f"jianjian_{name}")) == set(SERVICES)
    assert set(of_services("jianjian_relay_active").values()) == {1.0}
    queues = {
        (s.labels["service"], s.labels["queue"])
        for s in found["jianjian_queue_messages"].samples
    }
    for service in SERVICES:
        assert {(service, "in"), (service, "dead")} <= queues


def test_reporting_shows_the_cases_of_each_level_as_the_figures_do(
    stack, some_work, as_office, eventually
):
    city = as_office("410900")

    def by_figures(measure):
        figures = city.get("reporting", "/figures", programme=PROGRAMME, as_of=TODAY)
        rows = figures.json()["rows"]
        return sum(row[measure] for row in rows if row["office"] != "410900")

    def by_gauge(state):
        found = families(stack, "reporting")
        assert found["jianjian_gauges_scrape_ok"].samples[0].value == 1
        wanted = {"programme": PROGRAMME, "level": "county", "state": state}
        samples = found["jianjian_cases"].samples
        return sum(s.value for s in samples if s.labels == wanted)

    def the_same():
        # A scrape is remembered for some seconds.
        base, resolved = by_gauge("base"), by_gauge("resolved")
        assert (base, resolved) == (by_figures("base"), by_figures("resolved"))
        return base

    assert eventually(the_same) >= 1


def test_what_stands_badly_is_shown(stack, some_work):
    assert {
        "jianjian_duties_overdue",
        "jianjian_rate_percent",
        "jianjian_target_percent",
        "jianjian_short_by",
        "jianjian_oldest_unsent_mail_seconds",
        "jianjian_returns_undelivered",
        "jianjian_returns_overtaken",
        "jianjian_notices_unaddressed",
    } <= set(families(stack, "reporting"))
    assert {
        "jianjian_duties_unflagged",
        "jianjian_duties_unescalated",
        "jianjian_escalations_behind",
    } <= set(families(stack, "assignment"))


def test_a_gauge_counts_the_newest_returns_that_later_facts_would_change(
    stack, as_office, desk, settled, eventually
):
    body = {"programme": PROGRAMME, "as_of": "2020-11-19", "reason": "补录"}
    desk.cases(1)
    settled()
    paper = as_office("410900", "reviewer").post("reporting", "/returns", body)
    desk.cases(1)
    settled()

    def newest():
        by_day = {}
        for each in all_items(as_office("410000", "auditor"), "reporting", "/returns"):
            key = each["office"], each["as_of"]
            by_day[key] = max(by_day.get(key, each), each, key=lambda e: e["revision"])
        return [each for each in by_day.values() if each["programme"] == PROGRAMME]

    def by_gauge():
        family = families(stack, "reporting")["jianjian_returns_overtaken"]
        return sum(
            s.value for s in family.samples if s.labels["programme"] == PROGRAMME
        )

    assert paper.status_code == 202, paper.text
    assert {each["id"]: each["overtaken"] for each in newest()}[paper.json()["id"]]
    # A scrape is remembered for some seconds.
    eventually(lambda: by_gauge() == sum(each["overtaken"] for each in newest()))


def test_the_relay_says_that_it_lives_and_counts_nothing_for_it(stack):
    alive = http.get(f"{stack.url('relay')}/healthz")

    assert (alive.status_code, alive.json()) == (200, {"status": "alive"})


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_says_that_it_lives_and_is_ready(stack, service):
    alive = http.get(f"{stack.url(service)}/healthz")
    ready = http.get(f"{stack.url(service)}/readyz")

    assert (alive.status_code, alive.json()) == (200, {"status": "alive"})
    assert ready.status_code == 200
    assert ready.json()["status"] == "ready"
    assert ready.json()["reasons"] == []
    assert PROGRAMME in ready.json()["programmes"]
