"""
Which events travel together, and that they arrive as they were sent.
"""

from __future__ import annotations

import json
from collections import defaultdict
from itertools import chain
from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from shared.messaging import bundles
from shared.messaging.bundles import MOST, bundled, id_of, joined, parted
from shared.messaging.deliveries import Arrival

OPENED, CHANGED, TASK = "intake.case_opened", "intake.case_corrected", "intake.task.x"
ROWS = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from([OPENED, CHANGED]), st.booleans())
)


def row(position, case="a", kind=OPENED, *, bulk=True, body="{}"):
    return SimpleNamespace(
        position=position, case_number=case, type=kind, bulk=bulk, body=body
    )


def positions(rows):
    return [[each.position for each in bundle] for bundle in bundled(rows)]


@given(ROWS)
def test_every_event_is_sent_once_and_those_of_a_matter_in_their_order(said):
    rows = [row(n, case, kind, bulk=bulk) for n, (case, kind, bulk) in enumerate(said)]
    sent = bundled(rows)

    of_matter = defaultdict(list)
    for each in (each for bundle in sent for each in bundle):
        of_matter[each.case_number].append(each.position)
    assert sorted(chain.from_iterable(of_matter.values())) == [*range(len(rows))]
    assert all(order == sorted(order) for order in of_matter.values())
    assert all(len({(r.type, r.bulk) for r in bundle}) == 1 for bundle in sent)
    assert all(len(bundle) == 1 for bundle in sent if not bundle[0].bulk)


def test_events_of_one_type_travel_together_although_others_stand_between():
    rows = [row(1, "a"), row(2, "a", CHANGED), row(3, "b"), row(4, "b", CHANGED)]

    assert positions(rows) == [[1, 3], [2, 4]]


def test_an_event_does_not_overtake_an_earlier_one_of_its_matter():
    rows = [row(1, "a"), row(2, "b", CHANGED), row(3, "b"), row(4, "c")]

    assert positions(rows) == [[1], [2], [3, 4]]


def test_a_bundle_is_bounded_in_events_and_bytes(monkeypatch):
    many = [row(n, f"c{n}") for n in range(2 * MOST + 1)]
    assert [len(bundle) for bundle in bundled(many)] == [MOST, MOST, 1]

    monkeypatch.setattr(bundles, "_BYTES", 9)
    assert positions([row(n, f"c{n}", body="12345") for n in range(4)]) == [
        [0, 1],
        [2, 3],
    ]


def test_tasks_and_what_a_person_did_go_alone():
    rows = [row(n, kind=TASK) for n in range(2)]
    rows += [row(n, bulk=False) for n in range(2, 4)]

    assert positions(rows) == [[0], [1], [2], [3]]


def test_a_bundle_arrives_as_its_events_each_under_its_own_id():
    bodies = [json.dumps({"id": f"e{n}", "a": "件"}).encode() for n in range(3)]
    message = SimpleNamespace(
        body=joined(bodies), headers={"x-announced": 1.0}, properties={"type": OPENED}
    )
    arrived = Arrival.of(message).deliveries

    assert [json.loads(each.body) for each in arrived] == [*map(json.loads, bodies)]
    assert [each.properties for each in arrived] == [
        {"type": OPENED, "message_id": f"e{n}"} for n in range(3)
    ]
    assert {each.headers["x-announced"] for each in arrived} == {1.0}


def test_what_is_no_bundle_of_ours_is_one_event():
    for body in (b"{}", b"", b"[", b"[]", b"nothing"):
        assert parted(body) == [body]
    assert parted(b"[1]") == [b"1"]
    assert id_of(b"1") == id_of(b'{"id": null}') == ""
