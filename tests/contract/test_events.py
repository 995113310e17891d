"""
What services tell each other: announced, read, handled and routed, and never changed.

`published/` holds what was once promised. After adding an event or a field, run
`PUBLISH=1 pytest tests/contract/test_events.py` and commit what it writes there; it
takes nothing back, for that needs a new version of the event.
"""

from __future__ import annotations

import dataclasses
import importlib
import json
import os
import pkgutil
from pathlib import Path

import pytest
from marshmallow import EXCLUDE

from services.assignment.domain.facts.vocabulary import FACTS
from shared.events import Envelope, Event
from shared.messaging import event_catalogue, topology
from shared.service.base import Service
from shared.settings import SERVICES

PUBLISHED = Path(__file__).parent / "published"
EVENTS = [event for service in SERVICES for event in event_catalogue.events_of(service)]
READINGS = [
    (reader, kind)
    for reader in SERVICES
    for kind in sorted(event_catalogue.reads_of(reader))
]
COMMON = {field.name for field in dataclasses.fields(Event)}


def fields_of(event):
    """
    The fields of an event's payload and their types, as its class declares them.
    """
    found = dataclasses.fields(event)
    return {each.name: each.type for each in found if each.name not in COMMON}


def promised(service):
    """
    Event type to version to field to type.
    """
    file = PUBLISHED / f"{service}.json"
    return json.loads(file.read_text("ascii")) if file.exists() else {}


def broken(before, now):
    """
    What readers were promised and no longer get.
    """
    return [
        f"{name}: {kind}, now {now.get(name, 'gone')}"
        for name, kind in before.items()
        if now.get(name) != kind
    ]


def publish(service):
    """
    Promise what *service* announces now beside all it promised before.
    """
    found = promised(service)
    for event in event_catalogue.events_of(service):
        versions = found.setdefault(event.type, {})
        versions[str(event.version)] = {
            **fields_of(event),
            **versions.get(str(event.version), {}),
        }
    text = json.dumps(found, indent=1, sort_keys=True) + "\n"
    (PUBLISHED / f"{service}.json").write_text(text, "ascii")


@pytest.fixture(scope="module", autouse=True)
def _publish_if_asked():
    if os.environ.get("PUBLISH"):
        for service in SERVICES:
            publish(service)


def payload_of(event):
    """
    What travels of *event*.
    """
    return json.loads(json.dumps(event.payload()))


def examples_of(kind):
    return [payload_of(event) for event in EVENTS if event.type == kind]


# -- what is announced


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.type)
def test_an_event_keeps_every_field_it_ever_had_in_this_version(event):
    versions = promised(event.type.partition(".")[0]).get(event.type, {})
    before, now = versions.get(str(event.version)), fields_of(event)

    assert before is not None, f"{event.type} is new: PUBLISH=1"
    assert broken(before, now) == [], "readers rely on it: needs a new version"
    assert now == before, "a field is new: PUBLISH=1"


@pytest.mark.parametrize("service", SERVICES)
def test_no_event_once_promised_has_vanished(service):
    announced = {event.type for event in event_catalogue.events_of(service)}

    assert set(promised(service)) <= announced


@pytest.mark.parametrize("service", SERVICES)
def test_every_event_of_a_service_has_examples_and_its_services_name(service):
    package = importlib.import_module(f"services.{service}.events")
    subjects = pkgutil.iter_modules(getattr(package, "__path__", ()))
    names = [f"{package.__name__}.{subject.name}" for subject in subjects]
    declared = {
        found
        for module in (package, *map(importlib.import_module, names))
        for found in vars(module).values()
        if isinstance(found, type) and issubclass(found, Event)
        if hasattr(found, "type")  # not a base of several events
    }

    examples = event_catalogue.events_of(service)
    assert {type(example) for example in examples} == declared
    assert all(event.type.startswith(f"{service}.") for event in examples)


def test_event_types_are_told_apart():
    kinds = {(type(event), event.type) for event in EVENTS}

    assert len({kind for _, kind in kinds}) == len(kinds)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.type)
def test_an_example_is_plain_json_with_every_field(event):
    assert set(payload_of(event)) == set(fields_of(event))


def test_the_envelope_is_the_one_promised():
    now = {each.name: each.type for each in dataclasses.fields(Envelope)}
    file = PUBLISHED / "envelope.json"

    assert json.loads(file.read_text("ascii")) == now


@pytest.mark.parametrize(
    ("now", "says"),
    [
        ({"programme": "str"}, ["in_scope: bool, now gone"]),
        ({"programme": "str", "in_scope": "str"}, ["in_scope: bool, now str"]),
        ({"programme": "str", "in_scope": "bool", "repeats": "int"}, []),
    ],
)
def test_only_what_is_taken_away_or_retyped_breaks_a_promise(now, says):
    assert broken({"programme": "str", "in_scope": "bool"}, now) == says


# -- what is read


def test_an_event_is_read_or_is_a_fact_of_a_matter_or_is_meant_for_readers_outside():
    facts = {f"assignment.{name.removeprefix('matter.')}" for name in FACTS}
    events = {kind for kind in event_catalogue.published() if ".task." not in kind}
    unread = {kind for kind in events if not event_catalogue.readers_of(kind)}

    assert unread - facts == set(event_catalogue.FOR_OUTSIDE_READERS)


@pytest.mark.parametrize(("reader", "kind"), READINGS)
def test_a_reader_gets_the_fields_it_asks_for(reader, kind):
    schema = event_catalogue.reads_of(reader)[kind]
    asked = {field.data_key or name for name, field in schema.fields.items()}
    examples = examples_of(kind)

    assert examples
    for payload in examples:
        assert asked <= set(payload)
        assert set(schema.load(payload)) == set(schema.fields)


@pytest.mark.parametrize(("reader", "kind"), READINGS)
def test_a_reader_takes_an_event_with_fields_it_does_not_know(reader, kind):
    schema = event_catalogue.reads_of(reader)[kind]
    payload = {**examples_of(kind)[0], "came_later": 1}

    assert schema.unknown == EXCLUDE
    assert "came_later" not in schema.load(payload)


@pytest.mark.parametrize(("reader", "kind"), READINGS)
def test_what_is_read_is_announced_handled_and_bound(reader, kind):
    service = importlib.import_module(f"services.{reader}.service").SERVICE
    bound = {
        (binding.exchange.name, binding.routing_key)
        for binding in topology.incoming(reader).bindings
    }

    assert kind in event_catalogue.published()
    assert kind in service.reads
    assert service.handle is not Service.handle
    assert (f"{kind.partition('.')[0]}.events", kind) in bound


def test_no_service_reads_its_own_events():
    assert not [kind for reader, kind in READINGS if kind.startswith(f"{reader}.")]


# -- tasks


@pytest.mark.parametrize(
    "kind", [event.type for event in EVENTS if ".task." in event.type]
)
def test_a_task_has_a_worker_in_the_service_that_gave_it(kind):
    owner = kind.partition(".")[0]
    service = importlib.import_module(f"services.{owner}.service").SERVICE
    bound = {each.routing_key for each in topology.tasks(owner).bindings}

    assert callable(service.workers[kind])
    assert f"{owner}.task.#" in bound
    assert not event_catalogue.readers_of(kind)


@pytest.mark.parametrize("name", SERVICES)
def test_every_worker_has_a_task_that_is_announced(name):
    service = importlib.import_module(f"services.{name}.service").SERVICE

    assert set(service.workers) <= set(event_catalogue.published())
