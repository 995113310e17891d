"""
How well repeats are found, and how fast, on records whose truth is known:
`python -m deploy.bench.matching [--records 100000] [--seed 2] [--without-splink]`.

Prints precision, recall and F1 of pairs beside Splink's on the same records. The rules
of `deploy/matching/rules.yaml` were set on records of another seed.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import tempfile
import time
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from pathlib import Path
from typing import Self

import orjson
from cattrs.preconf.orjson import make_converter

from deploy.bench import splink_run
from deploy.bench.matching_records import Known, generate
from services.intake.domain.matching import compare, keys_of, prepared
from services.intake.domain.matching.record import Prepared
from services.intake.domain.matching.texts import digits_of
from services.intake.store.match_rules import match_rules

_PARTS = 32  # of the keys, one after the other in memory
_LARGEST = 400  # records that share a key; of more only neighbours are compared
_CONVERTER = make_converter()

Pair = tuple[int, int]


@dataclass(frozen=True)
class Quality:
    """
    Pairs found, pairs there are, and pairs that are both.
    """

    found: int
    true: int
    both: int

    @property
    def precision(self) -> float:
        return self.both / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        return self.both / self.true if self.true else 0.0

    @property
    def f1(self) -> float:
        return 2 * self.both / (self.found + self.true) if self.true else 0.0


class Stored:
    """
    Records in a file, read again one by one: memory does not grow with them.
    """

    def __init__(self, records: Iterable[Known], folder: Path) -> None:
        self.matters, self._places = array("l"), array("q")
        self._file = (folder / "records").open("w+b")
        for record in records:
            self.matters.append(record.matter)
            self._places.append(self._file.tell())
            self._file.write(orjson.dumps(_CONVERTER.unstructure(record)) + b"\n")
        self._file.flush()
        self.prepared = lru_cache(maxsize=100_000)(self._prepared)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._file.close()

    def __len__(self) -> int:
        return len(self.matters)

    def __getitem__(self, place: int) -> Known:
        self._file.seek(self._places[place])
        return _CONVERTER.structure(orjson.loads(self._file.readline()), Known)

    def _prepared(self, place: int) -> tuple[Prepared, frozenset[int]]:
        """
        A record as it is compared, with its keys as numbers.
        """
        record = self[place]
        content = prepared(record.item, match_rules())
        return content, frozenset(map(hash, keys_of(record.item, record.office)))

    def true_pairs(self) -> int:
        sizes = Counter(self.matters).values()
        return sum(size * (size - 1) // 2 for size in sizes)


def screen(stored: Stored) -> Iterator[Pair]:
    """
    The pairs that the rules propose as one matter, each once.
    """
    rules = match_rules()
    strongest = rules.levels[0]
    for pair in candidates(stored):
        one, other = (stored.prepared(place)[0] for place in pair)
        if compare(one, other, rules).level == strongest:
            yield pair


def candidates(stored: Stored) -> Iterator[Pair]:
    """
    The pairs that share a key: each at the smallest of the keys that they share.
    """
    parts = [array("q") for _ in range(_PARTS)]
    for place in range(len(stored)):
        for key in stored.prepared(place)[1]:
            parts[key % _PARTS].extend((key, place))
    for part in parts:
        places: dict[int, list[int]] = {}
        for key, place in zip(part[::2], part[1::2], strict=True):
            places.setdefault(key, []).append(place)
        for key, sharing in places.items():
            for one, other in _pairs(sharing):
                shared = stored.prepared(one)[1] & stored.prepared(other)[1]
                if min(shared) == key:
                    yield one, other


def _pairs(sharing: Sequence[int]) -> Iterator[Pair]:
    if len(sharing) <= _LARGEST:
        return combinations(sharing, 2)
    return (
        (one, other)
        for place, one in enumerate(sharing)
        for other in sharing[place + 1 : place + _LARGEST]
    )


def quality(pairs: Iterable[Pair], stored: Stored) -> Quality:
    found = both = 0
    for one, other in pairs:
        found += 1
        both += stored.matters[one] == stored.matters[other]
    return Quality(found, stored.true_pairs(), both)


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m deploy.bench.matching", description=__doc__
    )
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=2)
    parser.add_argument("--without-splink", action="store_true")
    asked = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        Stored(generate(asked.records, asked.seed), Path(folder)) as stored,
    ):
        began = time.perf_counter()
        ours = quality(screen(stored), stored)
        seconds = time.perf_counter() - began
        _show("Jianjian", ours, len(stored) / seconds)
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(f"  {len(stored):,} records in {seconds:.0f} s, at most {most} MB")
        if not asked.without_splink:
            _beside_splink(stored, Path(folder), asked.seed)
    return 0


def _beside_splink(stored: Stored, folder: Path, seed: int) -> None:
    """
    Splink at the threshold that suits it best on these records.
    """
    if problem := splink_run.install():
        print(f"Splink is not compared: {problem}")
        return
    table = folder / "records.jsonl"
    with table.open("wb") as file:
        for place in range(len(stored)):
            file.write(orjson.dumps(_row(stored, place)) + b"\n")
    try:
        answer = splink_run.run(table, seed)
    except subprocess.SubprocessError as error:
        print(f"Splink is not compared: {error}")
        return
    measured: Mapping[str, float] = json.loads(answer)
    counted = (int(measured[name]) for name in ("found", "true", "both"))
    best = Quality(*counted)
    _show("Splink", best, len(stored) / measured["seconds"])
    print(f"  at its best threshold on these records, {measured['threshold']}")


def _row(stored: Stored, place: int) -> dict[str, object]:
    """
    A record as Splink gets it: with the same normalisation, and the same keys.
    """
    content, _ = stored.prepared(place)
    (person,) = content.persons
    record = stored[place]
    return {
        "unique_id": place,
        "matter": record.matter,
        "name": person.name,
        "sound": person.sound,
        "id_no": person.id_no or None,
        "phone": next(iter(person.phones), None),
        "case_no": next(iter(content.case_numbers), None),
        "case_digits": next(map(digits_of, content.case_numbers), None),
        "demand": content.demand or None,
        "amounts": sorted(content.amounts) or None,
        "years": sorted(content.years) or None,
        "city": record.office[:4],
    }


def _show(name: str, found: Quality, speed: float) -> None:
    print(
        f"{name:10} precision {found.precision:.4f}  recall {found.recall:.4f}"
        f"  F1 {found.f1:.4f}  {speed:,.0f} records/s"
    )


if __name__ == "__main__":
    raise SystemExit(main())
