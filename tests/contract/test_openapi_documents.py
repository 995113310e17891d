"""
The OpenAPI document of every service can be made, without a running system.
"""

from __future__ import annotations

import importlib
import json

import pytest
from nameko.extensions import ENTRYPOINT_EXTENSIONS_ATTR

from shared.settings import SERVICES
from shared.web.endpoint import ApiEntrypoint
from shared.web.openapi import document


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_has_a_document_with_all_its_endpoints(service):
    of = importlib.import_module(f"services.{service}.service").SERVICE
    entrypoints = [
        entrypoint
        for name in dir(of)
        for entrypoint in getattr(getattr(of, name), ENTRYPOINT_EXTENSIONS_ATTR, ())
        if isinstance(entrypoint, ApiEntrypoint)
    ]

    made = json.loads(json.dumps(document(service, [e.endpoint for e in entrypoints])))

    operations = [method for path in made["paths"].values() for method in path]
    assert len(operations) == len(entrypoints) > 0
