"""
An office as it asks the five services over HTTP.
"""

from __future__ import annotations

from datetime import timedelta

from deploy.local.plain import a_client
from shared.vocabulary import Role
from shared.web.auth import issue


class Office:
    """
    A post of an office in a role, asking the five services.
    """

    def __init__(self, stack, office, role, actor):
        self.stack = stack
        self.office = office
        self.token = issue(
            office=office, role=Role(role), actor=actor, valid=timedelta(days=1)
        )
        self.http = a_client(
            timeout=30, headers={"Authorization": f"Bearer {self.token}"}
        )

    def get(self, service, path, **parameters):
        return self.request("GET", service, path, params=parameters)

    def post(self, service, path, json=None, *, key=None, **more):
        """
        *key*: the `Idempotency-Key`; *more*: as httpx takes it.
        """
        headers = more.pop("headers", {})
        if key is not None:
            headers["Idempotency-Key"] = key
        if json is not None:
            more["json"] = json
        return self.request("POST", service, path, headers=headers, **more)

    def request(self, method, service, path, **more):
        return self.http.request(method, self.stack.url(service) + path, **more)
