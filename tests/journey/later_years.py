"""
What an office does after the years of the story, when other programmes and the order of
2022 (信访工作条例) are in force.
"""

from __future__ import annotations

import shutil
import time
from collections import Counter
from datetime import date
from pathlib import Path
from urllib.parse import quote

import pytest

from deploy.demo.client import Refused
from tests.builders import new_number
from tests.conftest import POLICIES
from tests.tables import ROOT

STREET, BUREAU, ABOVE = "990701001", "990701", "640100800"
STREET_VISITS, MEIXIAN = "street-visits", "meixian"
COUNTER = "610326"
RESIDENT = {"name": "某居民", "phone": "13800000000"}


def policies_at(folder):
    """
    The policies that we ship, with those of a street that we made up.
    """
    for name in POLICIES:
        shutil.copytree(ROOT / "deploy" / name, folder / name)
    shutil.copytree(Path(__file__).parent / "sixth", folder, dirs_exist_ok=True)
    return str(folder)


class Desk:
    """
    One petition at work in the system in which the story was lived.
    """

    def __init__(self, client, office, number):
        self.client, self.office, self.number = client, office, number

    @classmethod
    def register(cls, client, office, **body):
        said = {
            "category": "claim",
            "petitioner": RESIDENT,
            "demand": f"请求修复楼道照明（{new_number('灯')}）。",
            **body,
        }
        return cls(client, office, post(client, office, "/petitions", said)["number"])

    def path(self, *parts):
        return "/".join(("/petitions", quote(self.number), *parts))

    def step(self, name, on, by=None, **fields):
        """
        Take a step; the days after it are those of its paper's delivery.
        """
        body = {"step": name, "on": on, **fields}
        return post(self.client, by or self.office, self.path("steps"), body)["id"]

    def opinion(self, name, on, told, by=None, **fields):
        """
        Take a step with a paper that is brought to the petitioner on the day *told*.
        """
        step = self.step(name, on, by, document=f"〔2022〕{name}", **fields)
        body = {"step": step, "on": told, "mode": "letter", "outcome": "signed"}
        post(self.client, by or self.office, self.path("deliveries"), body)

    def review(self):
        """
        Which review can be asked for until when.
        """
        steps = self.client.get("intake", self.path("steps"), f"{self.office} clerk")
        window = steps["review"]
        return (window["step"], window["until"]) if window else ()

    def owed(self, kind, office=None):
        """
        The due day and the state of a duty, once it is there.
        """
        by = f"{office or self.office} clerk"
        for _ in range(1_000):
            found = self.client.get("assignment", "/duties", by, number=self.number)
            for duty in found["items"]:
                if duty["kind"] == kind:
                    return duty["due_on"], duty["state"]
            time.sleep(0.05)
        raise AssertionError(f"{kind} is not owed")

    def discharged(self, kind, office=None):
        for _ in range(1_000):
            if self.owed(kind, office)[1] == "discharged":
                return True
            time.sleep(0.05)
        return False


def post(client, office, path, body):
    return client.post("intake", path, f"{office} clerk", new_number("键"), body)


def take_in_under_the_order_of_2022(client):
    """
    The bureau registers and forwards within fifteen days, the street tells the
    petitioner within fifteen (TL-01, TL-02, TL-03).
    """
    visit = {"channel": "visit", "case_kind": "complaint"}
    at_bureau = Desk.register(client, BUREAU, received_on="2022-12-20", **visit)
    assert at_bureau.owed("registration") == ("2023-01-04", "open")
    at_bureau.step("forwarded", "2022-12-22", to_office=STREET, document="转1")
    assert at_bureau.discharged("registration")

    received = {"received_on": "2022-12-23"}
    passed = post(client, STREET, at_bureau.path("receipts"), received)
    at_street = Desk(client, STREET, passed["number"])
    assert at_street.owed("acceptance_notice") == ("2023-01-07", "open")
    at_street.opinion("accepted", "2022-12-26", told="2022-12-27")
    assert at_street.discharged("acceptance_notice")

    direct = Desk.register(client, STREET, received_on="2022-12-21", **visit)
    assert direct.owed("registration") == ("2023-01-05", "open")
    direct.opinion("accepted", "2022-12-27", told="2022-12-28")
    assert direct.discharged("registration")


def be_reviewed_under_the_order_of_2022(client):
    """
    Sixty days for the opinion, and thirty more once; thirty to ask for each review and
    thirty to give it, the days of a hearing not counted (TL-06 .. TL-11).
    """
    visit = {"channel": "visit", "case_kind": "complaint"}
    desk = Desk.register(client, STREET, received_on="2022-11-01", **visit)
    desk.opinion("accepted", "2022-11-02", told="2022-11-03")
    assert desk.owed("conclusion_60") == ("2023-01-01", "open")
    told = {
        "on": "2022-11-03",
        "told_petitioner_on": "2022-11-03",
        "by_post": "街道办主任",
    }
    longer = {**told, "reason": "案情复杂。", "days": 30}
    path = f"/duties/{quote(desk.number)}/conclusion_60/extensions"
    due = client.post("assignment", path, f"{STREET} leader", new_number("键"), longer)
    assert due["due_on"] == "2023-01-31"
    with pytest.raises(Refused) as once:
        client.post("assignment", path, f"{STREET} leader", new_number("键"), longer)
    assert "extension_used" in once.value.codes
    desk.opinion("opinion_issued", "2022-11-04", "2022-11-07", verdict="explained")
    assert desk.discharged("conclusion_60")

    assert desk.review() == ("review_asked", "2022-12-07")
    late = {"step": "review_asked", "on": "2022-12-08", "to_office": BUREAU}
    with pytest.raises(Refused) as refused:
        post(client, STREET, desk.path("steps"), late)
    assert "review_late" in refused.value.codes
    desk.step("review_asked", "2022-12-07", to_office=BUREAU)
    assert desk.owed("review", BUREAU) == ("2023-01-06", "open")
    by_bureau = {"by": BUREAU, "verdict": "not_supported"}
    desk.opinion("review_decided", "2022-12-08", "2022-12-09", **by_bureau)
    assert desk.discharged("review", BUREAU)

    assert desk.review() == ("final_review_asked", "2023-01-08")
    desk.step("final_review_asked", "2022-12-12", to_office=ABOVE)
    assert desk.owed("final_review", ABOVE) == ("2023-01-11", "open")
    desk.step("review_hearing_begun", "2022-12-14", ABOVE)
    desk.step("review_hearing_ended", "2022-12-19", ABOVE)
    moved = ("2023-01-16", "open")
    assert any(_again(lambda: desk.owed("final_review", ABOVE) == moved))
    by_above = {"by": ABOVE, "verdict": "supported"}
    desk.opinion("final_review_decided", "2022-12-20", "2022-12-21", **by_above)
    assert desk.discharged("final_review", ABOVE)
    assert desk.review() == ()


def report_and_answer_under_the_order_of_2022(client):
    """
    What is urgent is reported by the next day; a recommendation is answered in thirty
    (TL-12, TL-13).
    """
    visit = {"channel": "visit", "case_kind": "complaint"}
    desk = Desk.register(client, STREET, received_on="2022-12-02", **visit)
    desk.owed("registration")

    def act(name, **fields):
        path = f"/cases/{quote(desk.number)}/acts"
        body = {"act": name, "on": "2022-12-30", **fields}
        client.post("assignment", path, f"{STREET} clerk", new_number("键"), body)

    act("urgent_found")
    assert desk.owed("urgent_report") == ("2022-12-31", "open")
    act("urgent_reported", to="区委、区政府")
    assert desk.discharged("urgent_report")
    act("recommendation_received")
    assert desk.owed("recommendation_answer") == ("2023-01-29", "open")
    act("recommendation_answered", document="街信复〔2022〕1号")
    assert desk.discharged("recommendation_answer")


def come_to_the_counter_of_meixian(client, clock):
    """
    Each category goes its way, and contacts are counted by channel and by kind (MX-04,
    MX-05, MX-09).
    """
    clock(date(2023, 1, 4))
    for channel, category, kind, rule in (
        ("visit", "suggestion", "suggestion", "MX-09.suggestion"),
        ("letter", "accusation", "complaint", "MX-09.complaint"),
        ("letter", "accusation", "report", "MX-09.accusation"),
        ("phone", "claim", "criminal_appeal_court", "MX-09.criminal"),
        ("letter", "claim", "support_prosecution", "MX-09.civil"),
        ("visit", "claim", "judicial_aid", "MX-09.claim"),
    ):
        desk = Desk.register(
            client,
            COUNTER,
            received_on="2023-01-04",
            channel=channel,
            category=category,
            case_kind=kind,
        )
        shown = client.get("intake", desk.path(), f"{COUNTER} clerk")
        assert shown["routing"]["suggested"]["rule"] == rule

    def counted(by):
        asked = {"programme": MEIXIAN, "from": "2023-01-01", "to": "2023-01-04"}
        found = client.get(
            "intake", "/petition-counts", f"{COUNTER} clerk", counted_by=by, **asked
        )
        assert (found["petitions"], found["repeats"]) == (6, 0)
        return +Counter({each["title"]: each["petitions"] for each in found["items"]})

    assert counted("channel") == {"来信": 3, "来访": 2, "12309来电": 1}
    assert counted("case_kind") == dict.fromkeys(
        (
            *("建议意见", "控告", "举报", "不服法院生效刑事裁判的刑事申诉"),
            *("支持起诉", "司法救助"),
        ),
        1,
    )


def answer_each_month(client, clock):
    """
    What is not finished in three months is answered each month; of two petitions that
    came on 24 February one was, by Sunday 25 June, which was worked after the Dragon
    Boat holiday (TL-23, I-18).
    """
    clock(date(2023, 6, 27))
    letter = {"channel": "letter", "case_kind": "complaint"}
    for answered in (True, False):
        desk = Desk.register(client, COUNTER, received_on="2023-02-24", **letter)
        if answered:
            said = {"kind": "progress", "mode": "phone", "summary": "正在办理。"}
            reply = {"replied_on": "2023-06-20", **said}
            post(client, COUNTER, desk.path("replies"), reply)
        due, _ = desk.owed("monthly_followup")
        assert due == "2023-06-25"

    def share():
        asked = {"programme": MEIXIAN, "as_of": "2023-06-25", "own": "true"}
        by = f"{COUNTER} clerk"
        row = client.get("reporting", "/further-figures", by, **asked)["rows"][0]
        names = ("in_time", "due", "rate")
        return tuple(row[f"monthly_followup_{name}"] for name in names)

    assert any(_again(lambda: share() == (1, 2, "50.0%")))


def _again(condition):
    for _ in range(1_000):
        yield condition()
        time.sleep(0.05)
