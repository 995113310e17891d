"""
Reports of closing, their signatures and their review, right or wrong.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from services.assignment.domain.closings import (
    closing,
    endings,
    review,
    signatures,
    standard,
    submission,
)
from services.assignment.domain.facts.vocabulary import fact_of
from tests.builders.closing_machine.case import PAGE
from tests.builders.facts import NUMBER, act, explained, happened

# What says that a demand was met, in words alone; else an item of a list.
WORDS = {
    "meixian": {"act": "measure_taken", "kind": "纠正原处理"},
    "jiaozuo-2021": {"act": "outside_help_sought", "to": "民政局"},
    "dy-leaders": {"act": "measure_taken", "kind": "纠正原处理"},
}
# The measures that the same act shows.
SHOWN_BY_WORDS = {
    "meixian": {"correction"},
    "jiaozuo-2021": {"mediation", "other"},
    "dy-leaders": {"correction"},
}
FAULTS = range(14)


class ClosingActs:
    """
    What the office, those who sign and the hub do to close the case.
    """

    @property
    def route(self):
        level = self.rules.directory.office(self.matter.office).level
        return self.programme.closing.route_for(
            self.kind, level, self.matter.department
        )

    def next(self, fault):
        """
        What the course of the case asks for next: leaders, a report, the signatures,
        the review.
        """
        if not self.matter.is_led and fault != 11:
            return self.lead()
        for name in self.packet:
            if name not in self.filed:
                # Withdrawn: its content is filed again as another document.
                self.file(name)
        if not self.waits:
            if self.asks_levels and fault != 13:
                return self.prepare_ending(fault)
            if not self.measures_taken and fault != 10:
                self.explain()
            return self.submit(fault)
        missing = signatures.to_sign(self.report, self.route)
        if missing and fault != 0:
            return self.sign_as(missing[0], fault)
        return self.review(fault)

    def explain(self):
        self.learn(explained(self.programme.code, self.today))
        self.measures_taken.add("explanation")

    def aim(self, choice):
        """
        The office means to close the case in another way, before it reports.
        """
        if not self.waits and not self.matter.is_over:
            self.kind = ("resolved", "lawful_ending")[(choice or 0) % 2]

    def say_solved(self):
        """
        An item of the heads or an act that shows one, in words and without a paper.
        """
        fields = {**WORDS.get(self.programme.code, {})}
        self.measures_taken |= SHOWN_BY_WORDS.get(self.programme.code, set())
        item = {"list": "four_dispositions", "item": "solve", "evidence": "台账"}
        self.learn(
            act(fields.pop("act"), self.today, text="已解决。", **fields)
            if fields
            else happened("matter.checklist_item_done", self.today, **item)
        )

    def submit(self, fault):
        if fault == 9:
            self.say_solved()
        names = self.packet[:-1] if fault == 1 else self.packet
        heads = () if fault == 2 else ("reasonable_solve",)
        shows = () if fault in (2, 3, 9) else names[:1]
        kind = "procedural" if fault == 4 else self.kind
        measures = {6: (), 8: ("explanation", "mediation")}
        report = closing.Closing(
            id=f"c{len(self.known.given)}",
            number=NUMBER,
            kind=kind,
            concluded_on=self.today + timedelta(days=int(fault == 5)),
            submitted_on=self.today,
            dispositions=heads,
            measures=measures.get(fault, ("explanation",)),
            narrative="已释法说理。",
            submitted_by=f"{self.matter.office}/承办人",
            documents=tuple(
                closing.Document(
                    name, "卷一", {7: f"假{name}", 12: None}.get(fault, name)
                )
                for name in names
            ),
            head_evidence=tuple(
                closing.HeadEvidence(head, tuple(shows)) for head in heads if shows
            ),
            standard=standard.standard_on(self.programme.closing, kind, self.today),
        )
        case = replace(
            self.matter.as_closed(),
            reopened_on=closing.last_reopened(self.known.facts),
            ending_granted=endings.is_granted(self.known.facts),
        )
        _, event = submission.submit(
            case,
            report,
            programme=self.programme,
            today=self.today,
            facts=self.known.facts,
        )
        self.report, self.reported = report, {"led": self.matter.is_led}
        self.learn(fact_of(event))

    def sign(self, choice):
        """
        A signature of the route that is perhaps not the next.
        """
        if self.report and self.route:
            signers = self.route.signers
            self.sign_as(signers[choice % len(signers)], None)

    def sign_as(self, signer, fault):
        office = self.seats.offices[signer.office]
        able = self.seats.posts_of(signer)
        used = {(each.office, each.post) for each in self.report.signatures}
        fresh = [post for post in able if (office.code, post) not in used]
        post = (fresh or able or ("院长",))[0]
        account = f"{office.code}/{post}"
        if fault == 1:
            account = self.report.submitted_by
        if fault == 2 and self.report.signatures:
            account = self.report.signatures[-1].recorded_by
        if fault == 3:
            post = next(iter(reversed(office.posts)))
        page = {4: PAGE, 5: "没有的页"}.get(fault)
        opinion = None if fault == 6 else "同意。"
        day = self.today - timedelta(days=30 * (fault == 7))
        signed = signatures.sign(
            self.matter.as_closed(),
            self.report,
            signatures.Signing(signer.id, post, day, opinion, account, page),
            route=self.route,
            seats=self.seats,
            today=self.today,
            facts=self.known.facts,
        )
        self.report = replace(self.report, signatures=(*self.report.signatures, signed))

    def confirm(self, choice):
        """
        A review at any time, perhaps with an item left out.
        """
        if self.report:
            self.review(choice)

    def review(self, fault):
        brought = tuple(each.name for each in self.report.documents)
        items = [item.id for item in self.report.standard]
        ticks = [] if fault == 1 else items[1:] if fault == 2 else items
        by = self.report.submitted_by if fault == 3 else f"{self.hub}/审核人"
        verdict = "returned" if fault in (4, 5) else "confirmed"
        codes = [reason.id for reason in self.programme.closing.return_reasons]
        _, self.report, told = review.review(
            self.matter.as_closed(),
            self.report,
            review.Review(
                verdict,
                self.today,
                by,
                tuple(
                    standard.Checked(item, () if fault == 6 else brought)
                    for item in ticks
                ),
                tuple(codes[:1]) if fault == 4 else (),
                "材料不全。" if fault == 4 else None,
            ),
            programme=self.programme,
            route=self.route,
            facts=self.known.facts,
            today=self.today,
        )
        self.known.announced += told
        self.learn(*map(fact_of, told))
        if self.matter.standing in {"resolved", "ended"}:
            self.helpers, self.unplanned = set(), False

    def withdraw(self, choice):
        """
        A document on which no closing stands is withdrawn.
        """
        if self.waits or self.matter.is_over:
            return
        name = (PAGE, *self.packet)[choice % (1 + len(self.packet))]
        if name in self.filed:
            self.learn(happened("matter.document_withdrawn", self.today, document=name))
            self.filed.discard(name)
            self.withdrawn_files.add(name)
