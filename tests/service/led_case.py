"""
A case that is led and will be closed: what its offices send and see.
"""

from __future__ import annotations

from datetime import timedelta

from tests.service.asking import at, brought, closing, explained, files_of, ticked

COURT, CITY_COURT = "410825900", "410800900"


class LedCase:
    """
    One led case and the offices that close it.

    It is concluded on *concluded_on*, signed on *signed_on* and reviewed on
    *reviewed_on* unless a test says otherwise.
    """

    def __init__(
        self,
        as_office,
        number,
        office,
        hub,
        programme,
        *,
        concluded_on,
        signed_on,
        reviewed_on,
    ):
        self.number, self.programme, self.brought = number, programme, []
        self.concluded_on = str(concluded_on)
        # Not yet done, and the day before it was concluded.
        self.to_explain = str(concluded_on - timedelta(days=1))
        self.signed_on, self.reviewed_on = str(signed_on), str(reviewed_on)
        self.as_office, self.office, self.hub = as_office, office, hub
        self.clerk, self.leader = as_office(office), as_office(office, "leader")
        self.hub_leader = as_office(hub, "leader")
        self.reviewer = as_office(hub, "reviewer")

    def hand_down(self):
        """
        Have the city court hand it down, on the day after it was opened.
        """
        body = {
            "programme": "jiaozuo-2021",
            "letter_no": f"{self.number}交办函",
            "source": "中院信访局",
            "kind": "handed",
            "handed_on": "2021-03-16",
            "case_numbers": [self.number],
        }
        return self.reviewer.post("assignment", "/batches", body)

    def report(self, **changes):
        """
        Report it concluded, submitted today unless said otherwise, with documents that
        are filed.
        """
        if "documents" not in changes:
            changes["documents"] = brought(self.clerk, self.number)
        if self.to_explain:
            explained(self.clerk, self.number, self.to_explain, self.programme)
            self.to_explain = None
        body = closing(concluded_on=self.concluded_on, **changes)
        self.brought = [document["name"] for document in body["documents"]]
        if "submitted_on" not in changes:
            del body["submitted_on"]
        return self.clerk.post("assignment", at("cases", self.number, "closings"), body)

    def files(self, *names):
        """
        Documents of these names for a closing, each filed with the case.
        """
        return files_of(self.clerk, self.number, *names)

    def sign(self, identity, signer, post, *, by=None, hub=False, **changes):
        """
        Sign it as who holds the post in the office or the *hub*, or *by* another.
        """
        body = {"signer": signer, "post": post, "on": self.signed_on, **changes}
        by = by or self.as_office(self.hub if hub else self.office, "leader", post)
        return by.post("assignment", at("closings", identity, "signatures"), body)

    def review(self, identity, checked=(), **changes):
        body = {
            "verdict": "confirmed",
            "reviewed_on": self.reviewed_on,
            "checklist": ticked(checked, *self.brought),
            **changes,
        }
        path = at("closings", identity, "reviews")
        return self.reviewer.post("assignment", path, body)

    def shown(self):
        return self.clerk.get("assignment", at("cases", self.number)).json()

    def reviews(self):
        """
        The hub's duties to review a closing: (state, since when, due).
        """
        return [
            (each["state"], each["state_on"], each["due_on"])
            for each in self.shown()["duties"]
            if each["kind"] == "closing_review"
        ]
