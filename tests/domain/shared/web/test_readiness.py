"""
What `/readyz` finds wrong with settings, before anything fails because of them.
"""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import structlog

from shared.settings import MalformedSettings, Settings
from shared.web import readiness
from shared.web.readiness import (
    Readiness,
    folder_faults,
    keys_of,
    mail_faults,
    scanner_faults,
)


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


def test_a_scanner_that_is_not_installed_is_named():
    assert [*scanner_faults("")] == []
    assert [*scanner_faults("sh -c true")] == []
    assert [*scanner_faults('"')] == ["DOCUMENT_SCANNER is no command"]
    assert [*scanner_faults("no-such-scanner -")] == [
        "DOCUMENT_SCANNER is not installed"
    ]


def test_reasons_are_logged_when_they_change(monkeypatch):
    probe, reasons = object.__new__(Readiness), ["database: OperationalError"]
    probe.stopping, probe._reasons, probe._no_database = lambda: False, [], "FATAL: no"
    probe._database = lambda: [*reasons]
    probe._broker = probe._arrivals = probe._settings = list
    verifier = SimpleNamespace(problems=list)
    monkeypatch.setattr(readiness, "token_verifier", lambda: verifier)

    def ask():
        probe._checked = float("-inf")
        return probe.reasons()

    with structlog.testing.capture_logs() as lines:
        assert ask() == ask() == reasons
        probe._no_database = ""
        reasons.clear()
        assert ask() == ask() == []

    assert [(line["event"], line.get("database")) for line in lines] == [
        ("not_ready", "FATAL: no"),
        ("ready", None),
    ]


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


@pytest.mark.parametrize(
    "given",
    [
        {"ENQUIRIES": "30"},
        {"EVENT_DAYS": "thirty"},
        {"TALLY_DAYS": "x"},
        {"LEDGER_DAYS": "-1"},
        {"RETRY_SECONDS": "10,,600"},
    ],
)
def test_a_number_that_is_none_stops_the_process(given):
    with pytest.raises(MalformedSettings, match=next(iter(given))):
        Settings(given).require()


def test_settings_as_they_are_given_start(monkeypatch):
    Settings({"RETRY_SECONDS": "1, 2", "BULK_HELD_SECONDS": "0"}).require()
    keys = Settings({"FIELD_KEYS": "k2:QQ==, k1:Qg=="}).field_keys

    assert keys == {"k2": b"A", "k1": b"B"}


def test_a_service_without_petitioners_data_needs_no_keys():
    assert keys_of("reporting") == (None, None, None)
