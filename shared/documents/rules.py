"""
What may be filed: kinds of documents and types of files, as deploy/documents has them.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import puremagic

from shared.errors import Problem
from shared.settings import settings
from shared.yaml.decode import Decoder, problem_in
from shared.yaml.load import ConfigurationError, read_yaml

_FILE = "documents.yaml"
_MEMBERS = 5000  # of a packed file; an office document has some hundreds
_MACROS = ("vbaProject.bin", "vbaData.xml")
_ZIP = b"PK\x03\x04"


@dataclass(frozen=True, kw_only=True)
class DocumentKind:
    """What a document is to the matter: evidence, a record, a reply."""

    id: str
    title: str


@dataclass(frozen=True, kw_only=True)
class FileType:
    """
    A type of file that may be filed, with at most so many bytes.

    *endings*: the names by which signatures are known; *holds*: the member by which a
    packed file is known instead.
    """

    id: str
    title: str
    media_type: str
    endings: tuple[str, ...]
    most_bytes: int
    holds: str | None = None


@dataclass(frozen=True, kw_only=True)
class DocumentRules:
    """
    The kinds and the types.
    """

    kinds: tuple[DocumentKind, ...]
    types: tuple[FileType, ...]

    @cached_property
    def titles(self) -> Mapping[str, str]:
        """
        The Chinese titles of the kinds by their ids.
        """
        return {kind.id: kind.title for kind in self.kinds}

    @cached_property
    def type_of_media(self) -> Mapping[str, FileType]:
        return {each.media_type: each for each in self.types}

    def kind_of(self, written: str) -> str | None:
        """
        The id of a kind written as its id or as its title.
        """
        ids = {kind.title: kind.id for kind in self.kinds}
        return written if written in self.titles else ids.get(written)

    def type_of(self, content: bytes) -> FileType | None:
        """
        The type of a file by its content alone; None if such files may not be filed.
        """
        if content.startswith(_ZIP):
            members = _members(content)
            packed = (each for each in self.types if each.holds in members)
            return next(packed, None)
        try:
            guesses = puremagic.magic_string(content)
        except (puremagic.PureError, ValueError):
            return None
        most = max((each.confidence for each in guesses), default=0)
        endings = {each.extension for each in guesses if each.confidence == most}
        endings_seen = {each.extension for each in guesses}
        plain = [each for each in self.types if not each.holds]
        surest = (each for each in plain if endings & {*each.endings})
        likely = (each for each in plain if endings_seen & {*each.endings})
        return next(surest, None) or next(likely, None)

    def problems_of(self, kind: FileType | None, content: bytes) -> Iterator[Problem]:
        """
        Why a file is not taken.
        """
        allowed = "、".join(each.title for each in self.types)
        if not content:
            yield Problem("empty_file", "文件是空的。", "请重新选择文件。", "/file")
        elif kind is None:
            yield Problem(
                "file_type",
                "文件的内容不属于可以收存的类型（不看文件名）。",
                f"可收存：{allowed}；其他文件请转换后上传。",
                "/file",
            )
        elif len(content) > kind.most_bytes:
            yield Problem(
                "file_too_large",
                f"{kind.title}不得超过 {kind.most_bytes // 1_000_000} MB。",
                "请压缩，或分成几份上传。",
                "/file",
            )

    def problems(self) -> Iterator[Problem]:
        """
        What is wrong in the file of rules.
        """
        for name, entries in (("kinds", self.kinds), ("types", self.types)):
            ids = [entry.id for entry in entries]
            if len(ids) != len({*ids}):
                yield problem_in(
                    self, name, "duplicate_id", "代码重复。", "请改用别的代码。"
                )


def load_rules(folder: Path) -> DocumentRules:
    """
    Raises `ConfigurationError` naming file, line and reason of every fault.
    """
    source = read_yaml(folder / _FILE)
    decoder = Decoder(source)
    rules = decoder.decode(DocumentRules)
    decoder.check(rules.problems())
    if source.problems:
        raise ConfigurationError(source.by_line())
    return rules


def check_rules(folder: Path) -> tuple[DocumentRules | None, list[Problem]]:
    """
    The rules of a folder, and everything wrong in them; None if anything is.
    """
    try:
        return load_rules(folder), []
    except ConfigurationError as wrong:
        return None, list(wrong.problems)


@lru_cache
def document_rules() -> DocumentRules:
    """
    The rules of this installation.
    """
    return load_rules(settings.deploy / "documents")


def _members(content: bytes) -> frozenset[str]:
    """
    The names in a packed file; none if it cannot be read, or if it has macros.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            names = frozenset(packed.namelist()[:_MEMBERS])
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return frozenset()
    return frozenset() if any(name.endswith(_MACROS) for name in names) else names
