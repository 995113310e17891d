"""
Has a dossier made in a process of its own, with bounds on its size and time (decision
0013); it gets the contents of the documents and no key.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import eventlet
import orjson
from cattrs.preconf.orjson import make_converter
from eventlet import tpool
from eventlet.semaphore import Semaphore

from services.assignment.dossier.record import Dossier
from shared.errors import Conflict, Unavailable
from shared.service.child_process import Bounds, child_process, in_memory
from shared.settings import settings
from shared.storage.contents import content_folder
from shared.storage.encryption import CannotDecryptError

_MAKER = "services.assignment.dossier"
_BOUNDS = Bounds(memory=2048, seconds=240)
_SECONDS = 300  # after which it is given up
_WAITING_SECONDS = 60  # for a turn
_MOST_BYTES = 256 * 1024 * 1024  # of the documents that are bound or attached
_PIECE = 256 * 1024
_turns = Semaphore(2)  # dossiers that a service makes at once
_CONVERTER = make_converter()


def make_dossier(dossier: Dossier) -> BinaryIO:
    """
    The dossier as an open file that has no name.

    Raises `Conflict` without a font, `Unavailable` if the process comes to no end.
    """
    font = Path(settings["PAPER_FONT"])
    if not font.exists():
        raise Conflict.because(
            "no_pdf", "本系统没有安装打印字体，不能制作 PDF。", "请系统管理员安装字体。"
        )
    with (
        _turn(),
        in_memory("documents", _pieces(dossier)) as source,
        in_memory("dossier") as out,
    ):
        arguments = ["--font", str(font), f"/dev/fd/{source}", f"/dev/fd/{out}"]
        with (
            child_process(_MAKER, arguments, _BOUNDS, [source, out]) as process,
            eventlet.Timeout(_SECONDS, exception=False),
        ):
            process.wait()
        if process.returncode != 0:
            raise Unavailable.because(
                "dossier_not_made",
                "未能在规定的时间和内存内制成全卷。",
                "请稍后重试；仍不成功的，请逐件下载材料并告知系统管理员。",
            )
        # A second descriptor: the first is closed with the block.
        return os.fdopen(os.dup(out), "rb")


@contextmanager
def _turn() -> Iterator[None]:
    if not _turns.acquire(timeout=_WAITING_SECONDS):
        raise Unavailable.because(
            "dossiers_being_made", "正在制作其他案卷。", "请稍后重试。"
        )
    try:
        yield
    finally:
        _turns.release()


def pieces_of(file: BinaryIO) -> Iterator[bytes]:
    """
    What stands in an open file, which is closed at the end.
    """
    with file:
        file.seek(0)
        while piece := file.read(_PIECE):
            yield piece


def _pieces(dossier: Dossier) -> Iterator[bytes]:
    """
    The record, then the documents that are bound or attached, as the process reads
    them.
    """
    yield orjson.dumps(_CONVERTER.unstructure(dossier)) + b"\n"
    within = dossier.ids_within(_MOST_BYTES)
    for paper in dossier.papers:
        if paper.same_as is not None:
            continue
        if paper.id not in within:
            yield "全卷文件过大，此件不再收入\n".encode()
            continue
        try:
            # In a native thread: reading a disk would stop every other request of the
            # service.
            content = tpool.execute(content_folder().get, paper.digest)
        except (Unavailable, CannotDecryptError):
            yield "系统中没有找到原件，请告知系统管理员\n".encode()
            continue
        yield b"%d\n" % len(content)
        yield content
