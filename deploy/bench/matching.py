"""
How well repeats are found, and how fast, on records whose truth is known:
`python -m deploy.bench.matching [--records 100000] [--seed 2] [--without-splink]`.

Prints precision, recall and F1 of pairs beside Splink's on the same records. The rules
of `deploy/matching/rules.yaml` were set on records of another seed.
"""

from __future__ import annotations

import argparse
import json
import marshal
import os
import resource
import struct
import subprocess
import tempfile
import time
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from functools import lru_cache
from itertools import combinations, islice
from multiprocessing import get_context
from multiprocessing.pool import Pool
from pathlib import Path
from typing import Self

import orjson

from deploy.bench import splink_run
from deploy.bench.matching_records import Known, generate
from services.intake.domain.matching import keys_of, prepared, reaches
from services.intake.domain.matching.record import Prepared, PreparedPerson
from services.intake.domain.matching.texts import digits_of
from services.intake.store.matching.match_rules import match_rules

PARTS = 64  # of the keys, one in the memory of each process
_LARGEST = 400  # records that share a key; of more only neighbours are compared
_PIECE = 500  # records that a process makes ready at once
_AT_HAND = 10_000  # records in memory
PROCESSES = len(os.sched_getaffinity(0))
_KEY = struct.Struct("qq")  # a key, and the place of a record that has it

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
    Records in files, each as it is compared: memory grows by the few bytes of a place
    and a matter, and by a part of the keys.
    """

    def __init__(self, records: Iterable[Known], folder: Path) -> None:
        self.matters, self.offices = array("l"), array("l")
        self._places = array("q", [0])  # where each begins, and the last ends
        self._file = (folder / "records").open("w+b")
        self._keys = [(folder / f"keys-{n}").open("w+b") for n in range(PARTS)]
        with _workers() as pool:
            for rows in pool.imap(_rows_of, _in_pieces(records)):
                for row in rows:
                    self._add(*row)
        for file in (self._file, *self._keys):
            file.flush()
        self.read = lru_cache(maxsize=_AT_HAND)(self._read)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        for file in (self._file, *self._keys):
            file.close()

    def __len__(self) -> int:
        return len(self.matters)

    def _add(self, matter: int, office: int, keys: Iterable[int], text: bytes) -> None:
        for key in keys:
            self._keys[key % PARTS].write(_KEY.pack(key, len(self)))
        self.matters.append(matter)
        self.offices.append(office)
        self._places.append(self._places[-1] + self._file.write(text))

    def _read(self, place: int) -> tuple[Prepared, frozenset[int]]:
        """
        A record as it is compared, with its keys as numbers.
        """
        begins, ends = self._places[place : place + 2]
        text = os.pread(self._file.fileno(), ends - begins, begins)
        (persons, *others), keys = marshal.loads(text)  # noqa: S302 - our own
        named = tuple(PreparedPerson(*person) for person in persons)
        return Prepared(named, *others), keys

    def sharing(self, part: int) -> dict[int, list[int]]:
        """
        Yield each key of a part with the places of the records that have it.
        """
        places: dict[int, list[int]] = {}
        for key, place in _KEY.iter_unpack(Path(self._keys[part].name).read_bytes()):
            places.setdefault(key, []).append(place)
        return places

    def true_pairs(self) -> int:
        sizes = Counter(self.matters).values()
        return sum(size * (size - 1) // 2 for size in sizes)


def _workers() -> Pool:
    """
    Processes that have all that this one has: one for each processor.
    """
    return get_context("fork").Pool(PROCESSES)


def _in_pieces(records: Iterable[Known]) -> Iterator[list[Known]]:
    coming = iter(records)
    while piece := list(islice(coming, _PIECE)):
        yield piece


def _rows_of(records: Sequence[Known]) -> list[tuple[int, int, frozenset[int], bytes]]:
    """
    Return for each record its matter, its office, its keys as numbers, and all that is
    compared.
    """
    rules, rows = match_rules(), []
    for record in records:
        keys = frozenset(map(hash, keys_of(record.item, record.office)))
        text = marshal.dumps((astuple(prepared(record.item, rules)), keys))
        rows.append((record.matter, int(record.office), keys, text))
    return rows


def screen(stored: Stored) -> Iterator[Pair]:
    """
    The pairs that the rules propose as one matter, each once.
    """
    _screened.append(stored)
    try:
        with _workers() as pool:
            for pairs in pool.imap_unordered(_screen_part, range(PARTS)):
                yield from zip(pairs[::2], pairs[1::2], strict=True)
    finally:
        _screened.remove(stored)


_screened = list[Stored]()  # what the processes that are begun now have at hand


def _screen_part(part: int) -> array[int]:
    (stored,), rules = _screened, match_rules()
    strongest, read, pairs = rules.levels[0], stored.read, array("l")
    for one, other in candidates(stored, part):
        if reaches(read(one)[0], read(other)[0], rules, strongest):
            pairs.extend((one, other))
    return pairs


def candidates(stored: Stored, part: int) -> Iterator[Pair]:
    """
    Yield the pairs that share a key of a part, each once: at the smallest key that they
    share.
    """
    read = stored.read
    for key, sharing in stored.sharing(part).items():
        if len(sharing) > 1:
            for one, other in _pairs(sharing):
                if min(read(one)[1] & read(other)[1]) == key:
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
    pairs_found = both = 0
    for one, other in pairs:
        pairs_found += 1
        both += stored.matters[one] == stored.matters[other]
    return Quality(pairs_found, stored.true_pairs(), both)


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m deploy.bench.matching", description=__doc__
    )
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=2)
    parser.add_argument("--without-splink", action="store_true")
    options = parser.parse_args()
    began = time.perf_counter()
    with (
        tempfile.TemporaryDirectory() as folder,
        Stored(generate(options.records, options.seed), Path(folder)) as stored,
    ):
        ours = quality(screen(stored), stored)
        seconds = time.perf_counter() - began
        _show("Jianjian", ours, len(stored) / seconds)
        most = max(
            _most_memory(resource.RUSAGE_SELF), _most_memory(resource.RUSAGE_CHILDREN)
        )
        print(
            f"  {len(stored):,} records in {seconds:.0f} s,"
            f" at most {most} MB in each of {PROCESSES + 1} processes"
        )
        if not options.without_splink:
            _beside_splink(stored, Path(folder), options.seed)
    return 0


def _most_memory(of: int) -> int:
    return resource.getrusage(of).ru_maxrss // 1024


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
    content, _ = stored.read(place)
    (person,) = content.persons
    return {
        "unique_id": place,
        "matter": stored.matters[place],
        "name": person.name,
        "sound": person.sound,
        "id_no": person.id_no or None,
        "phone": next(iter(person.phones), None),
        "case_no": next(iter(content.case_numbers), None),
        "case_digits": next(map(digits_of, content.case_numbers), None),
        "demand": content.demand or None,
        "amounts": sorted(content.amounts) or None,
        "years": sorted(content.years) or None,
        "city": str(stored.offices[place])[:4],
    }


def _show(name: str, result: Quality, speed: float) -> None:
    print(
        f"{name:10} precision {result.precision:.4f}  recall {result.recall:.4f}"
        f"  F1 {result.f1:.4f}  {speed:,.0f} records/s"
    )


if __name__ == "__main__":
    raise SystemExit(main())
