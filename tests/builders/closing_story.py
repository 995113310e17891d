"""
The end of a story: a closing reported, signed, confirmed or sent back.
"""

from __future__ import annotations

from dataclasses import replace

from services.assignment.domain.closings import (
    closing,
    endings,
    signatures,
    standard,
    submission,
)
from services.assignment.domain.closings import review as reviewing
from services.assignment.domain.facts.vocabulary import fact_of
from shared.errors import Refusal
from tests.builders.facts import NUMBER, explained, happened


class Ending:
    """
    What a matter's story does when its case is to be closed.
    """

    times = 0

    @property
    def matter(self):
        return self.known().as_closed()

    def report(
        self,
        kind,
        on,
        *,
        hearing_decided=True,
        documents=("办结报告",),
        submitted_on=None,
        files=True,
        filed=None,
    ):
        """
        The codes for which a report of closing is refused. Its documents are *files*,
        all of the case or only those that were *filed*.
        """
        known = {name: f"file of {name}" if files else None for name in documents}
        matter = replace(
            self.matter,
            hearing_decided=hearing_decided,
            reopened_on=closing.last_reopened(self.facts.values()),
            ending_granted=endings.is_granted(self.facts.values()),
        )
        reported = closing.Closing(
            id=f"c{self.times + 1}",
            number=NUMBER,
            kind=kind,
            concluded_on=on,
            submitted_on=submitted_on or on,
            dispositions=("reasonable_solve",),
            measures=("explanation",),
            narrative="已释法说理。",
            submitted_by="承办人",
            head_evidence=tuple(
                closing.HeadEvidence("reasonable_solve", (name,))
                for name in documents[:1]
            ),
            documents=tuple(
                closing.Document(name, "卷一", file) for name, file in known.items()
            ),
            standard=standard.standard_on(self.programme.closing, kind, on),
        )
        try:
            _, event = submission.submit(
                matter,
                reported,
                programme=self.programme,
                today=reported.submitted_on,
                facts=[
                    *(
                        happened("matter.document_filed", on, document=file)
                        for file in (known.values() if filed is None else filed)
                    ),
                    explained(self.programme.code, on),
                ],
            )
        except Refusal as refusal:
            return [fault.code for fault in refusal.problems]
        self.reported, self.times = reported, self.times + 1
        self.learn(fact_of(event))
        return []

    @property
    def route(self):
        level = self.directory.office(self.office).level
        return self.programme.closing.route_for(
            self.reported.kind, level, self.led.department
        )

    def sign(self, signer, post, on, opinion=None):
        """
        The codes for which a signature, by who holds the post, is refused.
        """
        hub = self.programme.hub
        offices = {"own": self.office, "hub": hub, "upper": hub}
        try:
            signature = signatures.sign(
                self.matter,
                self.reported,
                signatures.Signing(
                    signer, post, on, opinion, self._account(signer, post)
                ),
                route=self.route,
                seats=signatures.Seats(
                    {seat: self.directory.office(c) for seat, c in offices.items()},
                    self.programme.hub_department,
                    self.led.leaders,
                    self.led.department,
                ),
                today=on,
            )
        except Refusal as refusal:
            return [fault.code for fault in refusal.problems]
        given = (*self.reported.signatures, signature)
        self.reported = replace(self.reported, signatures=given)
        return []

    def _account(self, signer, post):
        own = {each.id for each in self.route.signers if each.office == "own"}
        return f"{self.office if signer in own else self.programme.hub}/{post}"

    def review(self, on, checklist):
        """
        The texts of the standard, and the signatures, for which confirming is refused.
        """
        brought = tuple(document.name for document in self.reported.documents)
        ticked = tuple(standard.Checked(item, brought) for item in checklist)
        said = reviewing.Review("confirmed", on, "审核人", ticked)
        return [fault.detail for fault in self._review(said)]

    def send_back(self, on, *return_reasons, reasons=None):
        """
        The codes for which returning is refused.
        """
        said = reviewing.Review(
            "returned",
            on,
            "审核人",
            return_reasons=return_reasons,
            reasons=reasons,
        )
        return [fault.code for fault in self._review(said)]

    def _review(self, said):
        try:
            _, self.reported, announced = reviewing.review(
                self.matter,
                self.reported,
                said,
                programme=self.programme,
                route=self.route,
                facts=[
                    *self.facts.values(),
                    explained(self.programme.code, self.reported.concluded_on),
                ],
                today=said.on,
            )
        except Refusal as refusal:
            return refusal.problems
        self.learn(*map(fact_of, announced))
        return ()

    def standard(self, kind):
        items = self.programme.closing.checklist
        return [each.id for each in items if each.mandatory and kind in each.kinds]
