"""
The citizen's enquiry: how a petition stands, by the code on its receipt.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from services.intake.domain.petitions.owed import Record
from services.intake.domain.petitions.petitions import Petition
from services.intake.domain.petitions.progress import Progress, progress
from services.intake.schemas.petitions.progress import ProgressView
from services.intake.store import (
    AnnouncedToPetitioners,
    Deliveries,
    Petitions,
    Replies,
    Steps,
)
from shared.errors import NotFound
from shared.matter_numbers import office_in
from shared.policy.current import current_policy
from shared.web.call import PUBLIC, Call, Download
from shared.web.endpoint import api

_PAGES = Path(__file__).with_name("pages")
_PASSED_ON = 5  # from office to office at most


@api("GET", "/progress/<code>", roles=PUBLIC, answer=ProgressView)
def show_progress(call: Call) -> Progress:
    """
    Say how a petition stands, by the code on its receipt: nothing personal.
    """
    return _progress(call)


@api("GET", "/progress/<code>/page", roles=PUBLIC, gives="text/html")
def show_progress_page(call: Call) -> Download:
    """
    The same as a page to be read; so is a refusal.
    """
    page = _pages().get_template("progress.html").render(found=_progress(call))
    return Download(page.encode(), "text/html", "progress.html", inline=True)


def _progress(call: Call) -> Progress:
    petition = Petitions(call.session).of_enquiry(call.path["code"])
    if petition is None:
        raise NotFound.because(
            "not_found", "没有这个查询码。", "请核对回执上的查询码。"
        )
    return progress([*_records(call, petition)], current_policy().calendar)


def _records(call: Call, petition: Petition | None) -> Iterator[Record]:
    """
    The petition, and what the offices registered to which it was passed on.
    """
    petitions, policy = Petitions(call.session), current_policy()
    for _ in range(_PASSED_ON):
        if petition is None:
            return
        number = petition.number
        steps = Steps(call.session).of_petition(number)
        replies = Replies(call.session).without_texts(number)
        taken_by = (code for step in steps for code in (step.office, step.to_office))
        named = {office_in(number), *taken_by, *(reply.office for reply in replies)}
        yield Record(
            petition,
            policy.directory.office(petition.office),
            steps,
            Deliveries(call.session).of_petition(number),
            replies,
            policy.programmes.get(petition.programme),
            {code: policy.directory.office(code).name for code in named if code},
            AnnouncedToPetitioners(call.session).of_petition(number),
        )
        passed = petition.received_as
        received = petitions.get(passed) if passed else None
        petition = None if received and received.withdrawn_on else received


@lru_cache
def _pages() -> Environment:
    return Environment(
        loader=FileSystemLoader(_PAGES), autoescape=True, undefined=StrictUndefined
    )
