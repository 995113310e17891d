"""
Ledgers that could not be sent, in a folder until the line is back: each a file with a
note beside it. Only their owner may read them.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from uuid import uuid4

from shared.cli.pushing.line import Ledger

_NOTE = ".note.json"


class Spool:
    """
    A folder of ledgers; one whose note is there is whole.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def add(self, ledger: Ledger) -> Path:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        waiting = [int(each.name.partition("-")[0]) for each in self._notes()]
        name = f"{max(waiting, default=0) + 1:06}-{ledger.key}"
        target = self.folder / name
        _write(target, ledger.content)
        note = asdict(ledger)
        del note["content"]
        _write(self._note_of(name), json.dumps(note, ensure_ascii=False).encode())
        return target

    def ledgers(self) -> Iterator[tuple[str, Ledger]]:
        """
        Each with its name in the folder, the oldest first.
        """
        for note in self._notes():
            name = note.name.removesuffix(_NOTE)
            content = (self.folder / name).read_bytes()
            yield name, Ledger(content=content, **json.loads(note.read_bytes()))

    def remove(self, name: str) -> None:
        self._note_of(name).unlink()
        (self.folder / name).unlink()

    def set_aside(self, name: str) -> None:
        """
        Leave a ledger in the folder that is not to be sent again.
        """
        self._note_of(name).rename(self.folder / f"{name}.unreadable.json")

    def _note_of(self, name: str) -> Path:
        return self.folder / f"{name}{_NOTE}"

    def _notes(self) -> list[Path]:
        return sorted(self.folder.glob(f"[0-9]*-*{_NOTE}"))


def _write(target: Path, content: bytes) -> None:
    """
    Write a file that is whole or not there.
    """
    unfinished = target.with_name(f".{uuid4()}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(target)
