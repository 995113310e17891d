"""
What `/readyz` finds wrong with settings, before anything fails because of them.
"""

from __future__ import annotations

import pytest

from shared.settings import Settings
from shared.web import readiness
from shared.web.readiness import folder_faults, keys_of, mail_faults


@pytest.mark.parametrize(
    "url",
    [
        "smtp://mail.invalid",
        "smtps://u:p@mail.invalid:465",
        "smtp+starttls://m.invalid",
    ],
)
def test_the_address_of_a_mail_server_is_good(url):
    assert [*mail_faults(url)] == []


@pytest.mark.parametrize(
    "url", ["mail.invalid:25", "smtp://", "http://mail.invalid", "smtp://m:port"]
)
def test_an_address_that_no_mail_can_be_sent_to_is_named(url):
    assert [*mail_faults(url)] != []


def test_a_disk_without_room_for_a_document_is_named(tmp_path, monkeypatch):
    assert [*folder_faults(str(tmp_path))] == []
    too_large = Settings({"DOCUMENT_LIMIT": str(2**70)})
    monkeypatch.setattr(readiness, "settings", too_large)

    assert [*folder_faults(str(tmp_path))] == ["DOCUMENTS_FOLDER: its disk is full"]


@pytest.mark.parametrize(
    ("service", "given", "named"),
    [
        ("intake", {"FIELD_KEYS": "k1:not base64", "PERSON_KEY": "QQ=="}, "FIELD_KEYS"),
        ("intake", {"FIELD_KEYS": "k1", "PERSON_KEY": "QQ=="}, "FIELD_KEYS"),
        ("aid", {"FIELD_KEYS": "k1:QQ==", "PERSON_KEY": "件"}, "PERSON_KEY"),
        ("hearing", {"DOCUMENT_KEYS": "k1"}, "DOCUMENT_KEYS"),
    ],
)
def test_a_text_that_is_no_key_is_named(monkeypatch, service, given, named):
    monkeypatch.setattr(readiness, "settings", Settings(given))
    with pytest.raises(ValueError, match=named):
        keys_of(service)


def test_a_service_without_petitioners_data_needs_no_keys():
    assert keys_of("reporting") == (None, None, None)
