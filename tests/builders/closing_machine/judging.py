"""
What a case that is closed must have had, judged without the rules of the domain.
"""

from __future__ import annotations

from collections import Counter

RESOLVED = "assignment.case_resolved"


class ClosingJudged:
    """
    The end of the case by the plain record of what was given.
    """

    @property
    def counted_as_resolved(self):
        """
        How often the announcements count the case as resolved.
        """
        told = Counter()
        for event in self.known.announced:
            told[event.type] += event.type == RESOLVED
            undone = event.type == "assignment.case_reopened"
            told[RESOLVED] -= undone and event.was == "resolved"
        return told[RESOLVED]

    def signed_in_turn(self):
        """
        Whether those who signed did so in the order of the route and of the days, for
        posts that were theirs, each in person or on a filed page.
        """
        if self.report is None or not self.waits:
            return True
        given = self.report.signatures
        order = [signer.id for signer in self.route.signers] if self.route else []
        by_hand = [each for each in given if not each.document_id]
        whose = {(each.recorded_by, each.office, each.post) for each in by_hand}
        persons = {each.recorded_by for each in by_hand}
        pages = {each.document_id for each in given if each.document_id}
        days = [self.report.submitted_on, *(each.on for each in given), self.today]
        return (
            days == sorted(days)
            and [each.signer for each in given] == order[: len(given)]
            and len(persons) == len(whose)
            and self.report.submitted_by not in persons
            and all(each.recorded_by.startswith(each.office) for each in given)
            and all(map(self._is_entitled, given))
            and pages <= self.filed
        )

    def _is_entitled(self, given):
        """
        Whether the post that signed is of the kind that the file of the programme asks
        for, and stated its opinion where it must.
        """
        (signer,) = (each for each in self.route.signers if each.id == given.signer)
        post = self.rules.directory.office(given.office).posts[given.post]
        office = self.hub if signer.office == "hub" else self.matter.office
        kinds = {
            "leader": (given.office, given.post) in self.matter.leaders,
            "chief": post.chief,
            "vice": post.leader and not post.chief,
            "hub_department": given.post.startswith(self.programme.hub_department),
            "line": given.post.startswith(self.matter.department or "\0"),
            "group": post.leader,
        }
        spoken = given.opinion or not signer.opinion
        return given.office == office and kinds[signer.post] and spoken

    def missing_in_closing(self):
        """
        What the resolution or the lawful ending lacks of that which the file of the
        programme names.
        """
        rules, report = self.programme.closing, self.report
        files = {each.name: each.document_id for each in report.documents}
        valid = {name for name, file in files.items() if file in self.filed}
        shown = {
            each.head for each in report.head_evidence if {*each.documents} <= valid
        }
        ticked = {each.item for each in report.checklist if each.documents}
        signed = [each.signer for each in report.signatures]
        wanted = [each.id for each in self.route.signers] if self.route else []
        days = [report.concluded_on, report.submitted_on, report.reviewed_on]
        given = {
            "its days": days == sorted(days),
            "the kind": rules.counts_as(report.kind) == self.matter.standing,
            "leaders": self.reported["led"],
            "the packet": {*self.packet_of(report.kind)} <= valid,
            "the standard": ticked
            >= {
                item.id
                for item in rules.checklist
                if item.mandatory and report.kind in item.kinds
            },
            "the signatures": signed == wanted,
            "another reviewer": report.reviewed_by != report.submitted_by,
            "its own file": not self.withdrawn_files & {*filter(None, files.values())},
        }
        lacking = [name for name, there in given.items() if not there]
        if self.matter.standing == "ended":
            return lacking + self.lacking_levels()
        settled = {
            "heads": bool(report.dispositions),
            "measures": {*report.measures} & self.measures_taken,
            "what shows the measures": {*report.measures} <= self.measures_taken,
            "what shows the heads": shown >= {*report.dispositions},
        }
        return lacking + [name for name, there in settled.items() if not there]
