"""
The acts of assignment, hearing and aid that the stories of the five programmes show:
a new act without a story is seen here.
"""

from __future__ import annotations

import re

import pytest

from deploy.demo.programme_story import STORIES, ProgrammeStory, load_story
from tests.contract.test_openapi_documents import endpoints_of

MAIN_STORY = "in the story of two years (deploy/demo/story.yaml)"
CORRECTION = "a correction of what a story records once"
PAPER = "printed as the papers that the stories file"
LEFT_OUT = {
    "assignment": {
        "/baselines": MAIN_STORY,
        "/filings": MAIN_STORY,
        "/batches/<number>/withdrawals": CORRECTION,
        "/documents/<identity>/withdrawals": CORRECTION,
        "/offices/<code>/acts/<identity>/withdrawals": CORRECTION,
        "/receptions/<id>/corrections": CORRECTION,
        "/receptions/<id>/national-entries": "the list of the national system follows",
        "/interviews": "after three notices without progress: weeks of a story",
        "/duties/<path:duty>/extensions": "no document of the five extends a limit",
        "/duties/<path:duty>/pauses": "only the clock of a final review stops",
        "/duties/<path:duty>/resumptions": "only the clock of a final review stops",
        "/duties/<path:duty>/releases": "no document of the five lets a duty go",
        "/batches/<number>/papers": PAPER,
        "/extensions/<number>/papers": PAPER,
        "/objections/<number>/papers": PAPER,
        "/offices/<number>/papers": PAPER,
    },
    "hearing": {
        "/cases/<number>/documents": "filed at assignment",
        "/documents/<identity>/withdrawals": CORRECTION,
        "/hearings/<identity>/callings-off": "the hearings of the stories are held",
        "/hearings/<identity>/watch-results": "ninety days after a hearing (DY-23)",
        "/members/<identity>/changes": "nobody's term ends within a story",
        "/offices/<office>/calendar-keys/revocations": "no act on a case",
    },
    "aid": {
        "/aid-applications/<identity>/counter-entries": "entered for a line of a file",
        "/aid-applications/<identity>/papers": PAPER,
        "/aid-applications/<identity>/payments": MAIN_STORY,
        "/cases/<number>/documents": "filed at assignment",
        "/documents/<identity>/withdrawals": CORRECTION,
    },
}
"""
The acts that no story of a programme shows, and why.
"""
SEAT = {"number": "seat", "state": "invited"}
ANSWER = {
    **dict.fromkeys(("id", "number", "place", "planned_on"), "some"),
    "members": [SEAT],
    "members_present": ["seat"],
}


class Recorder:
    """
    A client that answers everything alike and keeps what was posted.
    """

    def __init__(self):
        self.posted = set()

    def post(self, service, path, *_request, **_parameters):
        self.posted.add((service, path))
        return ANSWER

    upload = post

    def fetch(self, service, path, *_request):
        self.post(service, path)
        return b"head\r\nfoot\r\n"

    def get(self, *_request, **_parameters):
        return ANSWER


class Recited(ProgrammeStory):
    """
    A story of which nothing that is shown is compared.
    """

    def _wait(self, *_told):
        pass


@pytest.fixture(scope="module")
def posted():
    """
    The services and paths that the stories post to.
    """
    client = Recorder()
    for story in STORIES.glob("*.yaml"):
        Recited(client, load_story(story.stem)).run(lambda _day: None)
    return client.posted


def test_the_stories_show_every_act_but_those_that_are_left_out(posted):
    acts = {
        (service, each.url): re.sub(r"<[\w:]+>", ".+", each.url)
        for service in LEFT_OUT
        for each in endpoints_of(service)
        if each.method == "POST" and each.repeatable
    }
    shown = {
        (service, url)
        for (service, url), pattern in acts.items()
        if any(at == service and re.fullmatch(pattern, path) for at, path in posted)
    }

    left_out = {(service, url) for service in LEFT_OUT for url in LEFT_OUT[service]}
    assert acts.keys() - shown == left_out
