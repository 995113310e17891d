"""
Which files are taken: the type follows from the content, and whoever scans may refuse.
"""

from __future__ import annotations

import errno
import io
import os
import random
import sys
import zipfile
from types import SimpleNamespace

import pytest
from docx import Document as WordDocument
from PIL import Image
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from shared.documents import vetting
from shared.documents.rules import document_rules
from shared.errors import Malformed, Refusal, Rejected, TooLarge, Unavailable
from shared.settings import Settings
from shared.storage import contents
from shared.storage.contents import ContentFolder, digest_of
from shared.storage.encryption import CannotDecryptError, FieldCipher
from shared.web.request import form_of
from tests.builders import a_pdf

KEYS = {"k1": bytes(32)}


def an_image(kind):
    target = io.BytesIO()
    Image.new("RGB", (8, 8)).save(target, kind)
    return target.getvalue()


def a_word_document():
    target = io.BytesIO()
    WordDocument().save(target)
    return target.getvalue()


def packed(*names):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (a_pdf(), "pdf"),
        (an_image("JPEG"), "jpg"),
        (an_image("PNG"), "png"),
        (an_image("TIFF"), "tiff"),
        (a_word_document(), "docx"),
        (packed("OFD.xml"), "ofd"),
        (packed("xl/workbook.xml"), "xlsx"),
        (b"ID3\x03\0\0\0\0\0\0" + b"\xff\xfb\x90\0" * 100, "mp3"),
        (b"#!AMR\n" + bytes(100), "amr"),
        (b"\0\0\0\x20ftypM4A \0\0\0\0M4A mp42isom" + bytes(100), "m4a"),
        (b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0" + bytes(100), "wav"),
    ],
)
def test_the_type_of_a_file_follows_from_its_content(content, found):
    assert document_rules().type_of(content).id == found


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"text alone",
        b"MZ" + bytes(1000),
        b"\x7fELF" + bytes(100),
        b"<html><script>alert(1)</script>",
        b"#!/bin/sh\nrm -rf /\n",
        packed("a.txt"),
        packed("word/document.xml", "word/vbaProject.bin"),
        b"PK\x03\x04 no archive",
        an_image("GIF"),
    ],
)
def test_what_is_no_document_is_refused_whatever_its_name(content):
    rules = document_rules()
    found = rules.type_of(content)

    (problem,) = rules.problems_of(found, content)
    assert problem.code == ("file_type" if content else "empty_file")


def test_a_file_larger_than_its_type_may_be_is_refused():
    rules = document_rules()
    content = an_image("PNG") + bytes(rules.type_of(an_image("PNG")).most_bytes)

    (problem,) = rules.problems_of(rules.type_of(content), content)
    assert problem.code == "file_too_large"


# -- the scanner


@pytest.mark.parametrize(
    ("code", "error"), [(1, "infected_file"), (2, "scanner_away"), (127, None)]
)
def test_nothing_is_taken_unless_the_scanner_agrees(monkeypatch, code, error):
    command = f"{sys.executable} -S -c 'import os; os._exit({code})'"
    command = "/nowhere/scanner" if error is None else command
    monkeypatch.setattr(vetting, "settings", Settings({"DOCUMENT_SCANNER": command}))

    with pytest.raises(Rejected if code == 1 else Unavailable) as refused:
        vetting.scanned(b"content")
    assert refused.value.code == (error or "scanner_away")


@pytest.mark.parametrize(
    ("command", "state"), [("/bin/cat", "clean"), ("", "not_scanned")]
)
def test_what_was_not_scanned_is_recorded_so(monkeypatch, command, state):
    monkeypatch.setattr(vetting, "settings", Settings({"DOCUMENT_SCANNER": command}))

    assert vetting.scanned(b"content") == state


# -- the form


def form(*, limit=1000, raw=None, content_type=None, **fields):
    said = {"kind": "photo", **fields}
    form_type = "multipart/form-data"
    builder = EnvironBuilder(method="POST", data=said, content_type=form_type)
    if raw is not None:
        builder = EnvironBuilder(method="POST", data=raw, content_type=content_type)
    faults = []
    found = form_of(Request(builder.get_environ()), limit, faults)
    return found, [(fault.location, fault.code) for fault in faults]


def test_a_form_has_one_file_and_short_texts():
    found, faults = form(file=(io.BytesIO(b"abc"), "照片\x01.jpg"))

    assert faults == []
    assert found.fields == {"kind": "photo"}
    assert found.content == b"abc"
    assert found.filename == "照片.jpg"


def test_what_is_wrong_in_a_form_is_named():
    assert form(title="x")[1] == [("/file", "required")]
    two = [(io.BytesIO(b"a"), "a"), (io.BytesIO(b"b"), "b")]
    assert form(file=two)[1] == [("/file", "given_twice")]
    other = (io.BytesIO(b"a"), "a")
    assert form(file=other, picture=(io.BytesIO(b"b"), "b"))[1] == [
        ("/picture", "unknown_field")
    ]


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"file": (io.BytesIO(bytes(1001)), "a")}, TooLarge),
        ({"title": "x" * 70_000}, Refusal),
        ({"raw": b"{}", "content_type": "application/json"}, Malformed),
        ({"raw": b"x", "content_type": "multipart/form-data; boundary=a"}, Malformed),
        ({"raw": b"x", "content_type": "multipart/form-data"}, Malformed),
    ],
)
def test_what_is_no_form_or_too_large_is_refused(given, error):
    with pytest.raises(error):
        form(**given)


START = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
END = b"\r\n--b--\r\n"


def uploaded(scan):
    """
    The content that is read from a form with a *scan*, which holds no problem.
    """
    form_type = "multipart/form-data; boundary=b"
    found, faults = form(
        limit=len(scan), raw=START + scan + END, content_type=form_type
    )
    assert faults == []
    return found.content


def test_a_large_file_with_many_line_breaks_is_read_whole():
    scan = random.Random(1).randbytes(150_000) * 20  # line breaks near many places

    assert digest_of(uploaded(scan)) == digest_of(scan)


@pytest.mark.parametrize("beyond", range(8))
def test_no_piece_cuts_the_closing_delimiter(beyond):
    """
    The parser would take the first part of it for content of the file.
    """
    scan = bytes(65_536 + beyond - len(START) - len(END))

    assert uploaded(scan) == scan


# -- the folder


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(contents, "document_cipher", lambda: FieldCipher(KEYS))
    return ContentFolder(tmp_path)


def test_equal_contents_are_one_encrypted_file(folder):
    digest = folder.put(b"a letter")

    assert folder.put(b"a letter") == digest == digest_of(b"a letter")
    (file,) = [each for each in folder.path.rglob("*") if each.name == digest]
    assert b"a letter" not in file.read_bytes()
    assert file.stat().st_mode & 0o077 == 0
    assert folder.get(digest) == b"a letter"


def test_a_full_disk_is_named_and_leaves_no_part_of_a_file(folder, monkeypatch):
    def full(_file):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(contents.os, "fsync", full)

    with pytest.raises(Unavailable) as refused:
        folder.put(b"a letter")
    assert refused.value.code == "storage_full"
    assert [*folder.path.rglob(".new-*")] == []


def test_a_content_that_was_lost_is_named(folder):
    digest = folder.put(b"a letter")
    folder.file_of(digest).unlink()

    with pytest.raises(Unavailable) as refused:
        folder.get(digest)
    assert refused.value.code == "document_missing"


def test_a_file_in_the_place_of_another_is_not_taken_for_it(folder):
    one, other = folder.put(b"one"), folder.put(b"other")
    folder.file_of(other).replace(folder.file_of(one))

    with pytest.raises(CannotDecryptError):
        folder.get(one)


def test_only_what_nobody_put_in_since_yesterday_is_old(folder):
    old, again = folder.put(b"old"), folder.put(b"again")
    for digest in (old, again):
        os.utime(folder.file_of(digest), (0, 0))
    before = sorted(file.name for file in folder.old_files())
    folder.put(b"again")

    assert before == sorted([old, again])
    assert [file.name for file in folder.old_files()] == [old]
    assert not folder.remove(folder.file_of(again))
    assert folder.remove(folder.file_of(old))


def test_a_write_that_fails_leaves_no_file_under_a_digest(folder, monkeypatch):
    monkeypatch.setattr(contents, "os", SimpleNamespace(**{**vars(os), "fsync": _full}))

    with pytest.raises(OSError, match="full"):
        folder.put(b"a letter")
    assert not folder.file_of(digest_of(b"a letter")).exists()


def _full(_handle):
    raise OSError("full")
