"""
One new record against a million stored ones: how long it takes to find and compare its
candidates in the database. `python -m deploy.bench.matching_store [--records 1000000]`.

Starts servers of its own, fills the table of petitions with generated records, as they
are stored (encrypted, with their keys), measures, and leaves nothing behind.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from datetime import date

import psycopg

from deploy.bench.matching_records import Known, generate
from deploy.local.stack import ROOT, Stack
from services.intake.domain.matching import Item, compare, prepared
from services.intake.domain.petitions.petitions import Petition
from services.intake.store import Matching
from services.intake.store.matching.match_rules import match_rules
from services.intake.store.petitions.personal import content_of, match_keys, name_keys
from services.intake.store.petitions.petition_table import petitions
from shared.records.sealed import encrypt_json
from shared.records.tables import row_of
from shared.storage.database import transaction
from shared.vocabulary import Category

_NEW = 1_000  # records that are compared with the stored ones
_DAY = date(2020, 6, 30)


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m deploy.bench.matching_store", description=__doc__
    )
    parser.add_argument("--records", type=int, default=1_000_000)
    count = parser.parse_args().records
    with Stack.temporary(ROOT / "var" / "bench") as stack:
        os.environ.update(stack.environment())
        began = time.perf_counter()
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as database:
            _fill(database, count)
        print(f"{count:,} petitions stored in {time.perf_counter() - began:.0f} s")
        spent, candidates = _measure()
    percentiles = statistics.quantiles(spent, n=100)
    print(
        f"one new record: p50 {percentiles[49] * 1000:.1f} ms,"
        f" p99 {percentiles[98] * 1000:.1f} ms,"
        f" {candidates / _NEW:.1f} candidates on average"
    )
    return 0


def _fill(database: psycopg.Connection[tuple[object, ...]], count: int) -> None:
    database.execute("DROP INDEX intake.ix_petitions_keys")
    names = [*row_of(_petition(0, "")), "keys", "names", "content", "encrypted"]
    columns = ", ".join(f'"{name}"' for name in names)
    copying = f"COPY intake.petitions ({columns}) FROM STDIN"
    with database.cursor() as cursor, cursor.copy(copying) as copy:
        for place, record in enumerate(generate(count, seed=4)):
            copy.write_row(_row(place, record))
    database.execute("SET maintenance_work_mem = '256MB'")
    database.execute(
        "CREATE INDEX ix_petitions_keys ON intake.petitions USING gin (keys)"
    )
    database.execute("VACUUM ANALYZE intake.petitions")


def _row(place: int, record: Known) -> list[object]:
    petition = _petition(place, record.office)
    person = record.item.persons[0]
    private = {
        "petitioner": {
            "name": person.name,
            "id_no": person.id_no or None,
            "phone": person.phone or None,
            "former_names": list(person.former_names),
        },
        "demand": record.item.demand,
        "original_case_no": record.item.original_case_no,
    }
    where = str(petitions), "encrypted", petition.number
    return [
        *(str(v) if isinstance(v, str) else v for v in row_of(petition).values()),
        match_keys(Item.of_petition(private), record.office),
        name_keys([person.name, *person.former_names]),
        content_of(record.office, private),
        encrypt_json(private, where),
    ]


def _petition(place: int, office: str) -> Petition:
    return Petition(
        number=f"{office}-2020-{place:07}",
        office=office,
        programme="puyang-2020",
        received_on=_DAY,
        channel="letter",
        category=Category.CLAIM,
        case_kind="complaint",
        repeat_of=None,
        origin="letter",
    )


def _measure() -> tuple[list[float], int]:
    """
    The seconds that each of some new records takes: its keys, its candidates, their
    decryption and comparison; and the number of all candidates.
    """
    rules, spent, candidates = match_rules(), list[float](), 0
    for record in generate(_NEW, seed=5):
        began = time.perf_counter()
        content = prepared(record.item, rules)
        with transaction("intake") as session:
            keys = match_keys(record.item, record.office)
            similar = Matching(session, rules).like(keys, "")
        for each in similar:
            compare(content, each.content, rules)
        spent.append(time.perf_counter() - began)
        candidates += len(similar)
    return spent, candidates


if __name__ == "__main__":
    raise SystemExit(main())
