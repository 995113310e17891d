"""
The folder of contents: one encrypted file for each content, under its digest.

A file is whole on the disk before the row that names it is committed: a process that is
killed leaves at most a file that no row names, which housekeeping removes after a day.
"""

from __future__ import annotations

import errno
import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

from shared import telemetry
from shared.errors import Unavailable
from shared.settings import KEYS_OF, settings
from shared.storage.encryption import CannotDecryptError, document_cipher

_DAY = 24 * 3600
_LOCK, _NEW = ".lock", ".new-"
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
DOCUMENT_SERVICES = tuple(s for s, own in KEYS_OF.items() if "DOCUMENT_KEYS" in own)


def digest_of(content: bytes) -> str:
    return sha256(content).hexdigest()


class ContentFolder:
    """
    The contents in *path*.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def put(self, content: bytes) -> str:
        """
        Store a content unless it is there; return its digest.

        Raises `Unavailable` if the disk is full; nothing stays of the file then.
        """
        digest = digest_of(content)
        try:
            self._put(content, digest)
        except OSError as error:
            if error.errno not in _FULL:
                raise
            raise Unavailable.because(
                "storage_full",
                "存放文件的磁盘已满，文件未被登记。",
                "请管理员扩充磁盘后重试。",
            ) from error
        return digest

    def _put(self, content: bytes, digest: str) -> None:
        file = self.file_of(digest)
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._locked(fcntl.LOCK_SH):
            if file.exists():
                _put_now(file)  # housekeeping spares what is named from now on
                return
            encrypted = document_cipher().encrypt_bytes(content, _place(digest))
            new = file.with_name(f"{_NEW}{uuid4().hex}")
            try:
                with new.open("xb") as target:
                    target.write(encrypted)
                    target.flush()
                    os.fsync(target.fileno())
                new.chmod(0o600)
                _put_now(new)
                new.rename(file)
            except OSError:
                with suppress(OSError):
                    new.unlink()
                raise
            _sync(file.parent)

    def get(self, digest: str) -> bytes:
        """
        The content with this digest.

        Raises `Unavailable` if its file is lost; `CannotDecryptError` if it is another.
        """
        try:
            encrypted = self.file_of(digest).read_bytes()
        except FileNotFoundError as error:
            telemetry.log().error("document_missing", digest=digest)
            raise Unavailable.because(
                "document_missing",
                "登记的文件已不在存储中。",
                "请管理员从备份恢复（jianjian reconcile 列出缺失的文件）。",
            ) from error
        content = document_cipher().decrypt_bytes(encrypted, _place(digest))
        if digest_of(content) != digest:
            raise CannotDecryptError(f"document {digest}: another content")
        return content

    def file_of(self, digest: str) -> Path:
        return self.path / digest[:2] / digest

    def old_files(self) -> Iterator[Path]:
        """
        The files that nobody has put in for a day.
        """
        before = time.time() - _DAY
        for folder in sorted(self.path.glob("[0-9a-f][0-9a-f]")):
            with os.scandir(folder) as entries:
                for entry in entries:
                    if entry.stat().st_mtime < before:
                        yield Path(entry.path)

    def remove(self, file: Path) -> bool:
        """
        Remove an old file that no row names; return whether it was still old.
        """
        with self._locked(fcntl.LOCK_EX):
            if not file.exists() or file.stat().st_mtime >= time.time() - _DAY:
                return False
            file.unlink()
            return True

    @contextmanager
    def _locked(self, how: int) -> Iterator[None]:
        with (self.path / _LOCK).open("a") as lock:
            fcntl.flock(lock, how)
            yield


def content_folder() -> ContentFolder:
    """
    The folder of this installation.
    """
    path = Path(settings["DOCUMENTS_FOLDER"])
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return ContentFolder(path)


def _place(digest: str) -> tuple[str, ...]:
    return "documents", digest


def _put_now(file: Path) -> None:
    """
    Note when a file was put in by the clock that later says how old it is, which need
    not be that of the disk's server.
    """
    now = time.time()
    os.utime(file, (now, now))


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
