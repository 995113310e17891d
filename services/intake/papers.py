"""
The papers of a petition: what they may tell of, and what each says of one petition.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.intake.domain.petitions.petitions import Petition, Reply
from services.intake.domain.petitions.reviews import ASKED_AGAINST, ReviewWindow
from services.intake.domain.petitions.steps import (
    BY_RECEIVER,
    OPINIONS,
    REQUESTS,
    Step,
    receiver_at,
)
from shared.papers import Paper, Papers, PaperTemplate
from shared.policy.current import current_policy
from shared.policy.describe.phrases import limit_words
from shared.policy.parts.petitions import NamedLimit
from shared.policy.parts.words import find
from shared.vocabulary import PetitionStep, ReplyKind

_REGISTERED = "registered"
_OPINION = {
    "verdict": "予以支持",
    "review": {
        "within": "30日",
        "until": date.min,
        "organ": "某某市人民检察院",
        "law": "信访工作条例第三十五条",
    },
}
_OF_REVIEW = {
    **_OPINION,
    "reviewed": {
        "organ": "某某县人民检察院",
        "document": "某检信意〔2020〕7号",
        "on": date.min,
        "asked_on": date.min,
    },
}
_OVER = {"text": "……不再受理", "source": "信访工作条例第三十六条"}
PAPERS = Papers(
    "intake",
    {
        _REGISTERED: "登记信访件",
        **{term.value: term.chinese for term in (*PetitionStep, *ReplyKind)},
    },
    {
        "number": "410922-2020-0000007",
        "petitioner": "某某",
        "received_on": date.min,
        "petitioned_on": date.min,
        "channel": "来信",
        "office": "某某县人民检察院",
        "on": date.min,
        "document": "某检控申受〔2020〕7号",
        "reason": "不属于本机关管辖",
        "materials": ("身份证复印件",),
        "organ": "某某县人民法院",
        "outcome": "已答复",
        "text": "经审查，……",
    },
    {
        _REGISTERED: {"enquiry_code": "2345-6789-ABCD-EFGH"},
        PetitionStep.OPINION_ISSUED: _OPINION,
        PetitionStep.REVIEW_DECIDED: _OF_REVIEW,
        PetitionStep.FINAL_REVIEW_DECIDED: {**_OF_REVIEW, "over": _OVER},
        PetitionStep.FORWARDED: {"receiver": "某某市人民检察院"},
        PetitionStep.HANDED_DOWN: {
            "receiver": "某某县人民检察院",
            "report_by": date.min,
        },
    },
)


@dataclass(frozen=True)
class Record:
    """
    A petition with what is recorded of it; *private* is what is sealed of it. *first*:
    the petition as the petitioner handed it in, if another office passed this one on;
    *windows*: until when the reviews of the opinions that were served are asked for.
    """

    petition: Petition
    private: Mapping[str, Any]
    steps: Sequence[Step]
    replies: Sequence[Reply]
    first: Petition
    windows: Sequence[ReviewWindow] = ()

    def office_of(self, template: PaperTemplate) -> str:
        """
        The office whose paper it is: that of a review is the reviewing office's.
        """
        step = self._step(template)
        gave = self._gave(step) if step and step.kind in OPINIONS else None
        return gave or self.petition.office

    def paper(self, template: PaperTemplate) -> Paper:
        """
        Raises `Conflict` while there is nothing that the paper could tell of.
        """
        programme = current_policy().programmes.get(self.petition.programme)
        office = current_policy().directory.office(self.office_of(template)).name
        channel = find(programme.words["channel"], self.petition.channel)
        petitioner = (self.private["petitioner"] or {}).get("name")
        values = {
            "number": self.petition.number,
            "petitioner": petitioner or "信访人",
            "received_on": self.petition.received_on,
            "petitioned_on": self.first.received_on,
            "channel": channel.title if channel else "信访",
            "office": office,
            **dict.fromkeys(("document", "reason", "organ", "outcome", "text")),
            "materials": (),
            **self._event(template),
        }
        return template.fill(
            values,
            number=values["document"] or "",
            office=office,
            day=values["on"],
        )

    def _event(self, template: PaperTemplate) -> dict[str, Any]:
        """
        What the paper tells of: the last step, or the last reply, of its kind.
        """
        if template.states == _REGISTERED:
            code = self.private.get("enquiry_code")
            return {"on": self.petition.received_on, "enquiry_code": code}
        if step := self._step(template):
            named = {"reason": self._refusal(step), "receiver": _receiver(step)}
            return {**vars(step), **named, **self._opinion(step)}
        for reply in reversed(self.replies):
            if reply.kind == template.states and reply.withdrawn_on is None:
                return {
                    "on": reply.replied_on,
                    "document": reply.document,
                    "outcome": reply.outcome,
                    "text": reply.summary,
                }
        raise PAPERS.nothing_to_state(template)

    def _step(self, template: PaperTemplate) -> Step | None:
        """
        The last step of the kind that a paper tells of.
        """
        kinds = (step for step in reversed(self.steps) if step.kind == template.states)
        return next(kinds, None)

    def _opinion(self, step: Step) -> dict[str, Any]:
        """
        The words of how an opinion decides; which one it reviewed itself; and which
        organ reviews it in turn: by which law, within how many days, until which day;
        or what holds once it was reviewed for the last time.
        """
        policy, petition = current_policy(), self.petition
        kind = policy.directory.office(petition.office).kind
        programme = policy.programmes.get(petition.programme)
        day_and_kind = petition.received_on, kind
        verdicts = {v.id: v.title for v in programme.verdicts_on(*day_and_kind)}
        terms = programme.review_on(*day_and_kind)
        if terms and terms.category != petition.category:
            terms = None
        review = None
        if terms and step.kind in ASKED_AGAINST:
            request = ASKED_AGAINST[step.kind]
            review = self._asked_for(request, terms.within(request), step)
        return {
            "verdict": verdicts.get(step.verdict or ""),
            "review": review,
            "over": terms.over if terms else None,
            "reviewed": self._reviewed(step),
        }

    def _asked_for(
        self, request: PetitionStep, asked: NamedLimit, opinion: Step
    ) -> dict[str, Any]:
        directory = current_policy().directory
        above = directory.parent(self._gave(opinion), opinion.on)
        until = (each.until for each in self.windows if each.step is request)
        return {
            "within": limit_words(asked.limit),
            "until": next(until, None),
            "organ": directory.office(above).name if above else "上一级机关",
            "law": asked.source,
        }

    def _reviewed(self, step: Step) -> dict[str, Any] | None:
        """
        Which opinion a step reviewed, and when that was asked for.
        """
        earlier = list(reversed(self.steps[: self.steps.index(step)]))
        request = next((each for each in earlier if each.kind in REQUESTS), None)
        opinion = next((each for each in earlier if each.kind in OPINIONS), None)
        if step.kind not in OPINIONS or request is None or opinion is None:
            return None
        return {
            "organ": current_policy().directory.office(self._gave(opinion)).name,
            "document": opinion.document,
            "on": opinion.on,
            "asked_on": request.on,
        }

    def _gave(self, opinion: Step) -> str:
        """
        The office that gave an opinion.
        """
        if opinion.kind in BY_RECEIVER:
            return receiver_at(opinion, self.steps) or self.petition.office
        return self.petition.office

    def _refusal(self, step: Step) -> str | None:
        """
        The words of the reason for which it was not accepted.
        """
        policy, petition = current_policy(), self.petition
        kind = policy.directory.office(petition.office).kind
        programme = policy.programmes.get(petition.programme)
        reasons = programme.refusals_on(petition.received_on, kind)
        return next((r.title for r in reasons if r.id == step.reason), step.reason)


def _receiver(step: Step) -> str | None:
    """
    The name of the office, or of the organ outside, that a petition was passed on to.
    """
    if step.to_office is None:
        return step.organ
    return current_policy().directory.office(step.to_office).name
