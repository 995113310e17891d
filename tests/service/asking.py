"""
What tests over HTTP share: rows of ledgers, problems taken apart, a desk.
"""

from __future__ import annotations

import json
from urllib.parse import quote

from shared.policy.current import current_policy
from tests.builders import CITY, COUNTY, PROGRAMME, a_pdf, new_number
from tests.builders.ledger_files import TITLES, a_case

LATE = "2023-07-31"


def a_row(number=None, **changes):
    """
    A case in scope, screened and reported by 清丰县院 on 2020-11-02.
    """
    scope = {
        "case_no": number or new_number(),
        "reported_on": "2020年11月2日",
        "case_kind": "控告",
        "scope_class": "第四类",
        "prior_opinions": "清丰县人民检察院，2016-01-29，清检刑申〔2016〕3号，不支持",
        "prior_is_final": "是",
    }
    return a_case(**{**scope, **changes})


def as_json(*rows):
    """
    The ledger as another system would push it: the quickest to make.
    """
    named = [{TITLES[column]: v for column, v in row.items()} for row in rows]
    return json.dumps(named, ensure_ascii=False, default=str).encode()


def at(*parts):
    """
    A path of parts, each percent-encoded: case numbers hold brackets.
    """
    return "".join(f"/{quote(part, safe='')}" for part in parts)


def refused(response, status, *codes):
    """
    The faults of a refusal by code; it must be one an office can act on.
    """
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert problem["status"] == status
    assert problem["type"] == f"urn:jianjian:problem:{problem['code']}"
    assert problem["title"]
    assert problem["detail"]
    for fault in problem["errors"]:
        assert _is_chinese(fault["detail"]), fault
        assert _is_chinese(fault["remedy"]), fault
    found = {fault["code"]: fault for fault in problem["errors"]}
    assert set(codes) <= {*found, problem["code"]}, problem
    return found


def post(caller, number, what, **body):
    """
    Assignment's answer to something brought about a case.
    """
    return caller.post("assignment", at("cases", number, what), body)


def upload(caller, service, path, content, name="材料.pdf", **changes):
    """
    The service's answer to a file that is filed with what stands at *path*.
    """
    fields = {"kind": "evidence", "title": "证据材料", "on": "2020-11-02", **changes}
    return caller.post(
        service, f"{path}/documents", data=fields, files={"file": (name, content)}
    )


def files_of(caller, number, *names):
    """
    The documents of a packet as a closing brings them, each filed with the case.
    """
    path = at("cases", number)
    # A file is filed once with a case: each has a text of its own.
    filed = [
        upload(caller, "assignment", path, a_pdf(new_number(name))) for name in names
    ]
    return [
        {"name": name, "reference": "卷一", "document_id": answer.json()["id"]}
        for name, answer in zip(names, filed, strict=True)
    ]


def brought(caller, number):
    """
    The documents that a closing brings unless a test says otherwise, each filed.
    """
    return files_of(caller, number, *(each["name"] for each in BROUGHT))


def explained(caller, number, on, programme=PROGRAMME):
    """
    Record that it was explained, as a closing says; where only files show that, with
    one.
    """
    talk = {"act": "talk_held", "post": "检察官", "kind": "当面"}
    body = {
        "puyang-2020": {"act": "explained", "post": "检察长"},
        "xq-2020": {"act": "explained", "post": "分管副职"},
        "jiaozuo-2021": {"act": "explained"},
    }.get(programme, talk)
    files = files_of(caller, number, "谈话笔录") if programme == "xq-2020" else ()
    body |= {"document_ids": [each["document_id"] for each in files]}
    said = post(caller, number, "acts", on=on, text="当面释法说理。", **body)
    assert said.status_code == 201, said.text


def get(caller, path, **parameters):
    """
    What assignment shows.
    """
    answer = caller.get("assignment", path, **parameters)
    assert answer.status_code == 200, answer.text
    return answer.json()


def handed(as_office, *numbers, **changes):
    """
    The batch in which the city hands cases down.
    """
    body = {
        "programme": PROGRAMME,
        "letter_no": new_number("濮检办"),
        "source": "市联席办",
        "handed_on": "2020-11-05",
        "case_numbers": list(numbers),
        **changes,
    }
    answer = as_office(CITY, "reviewer").post("assignment", "/batches", body)
    assert answer.status_code == 201, answer.text
    return answer.json()


def places(response):
    """
    Where a refusal finds faults: (place, code) of each.
    """
    return {(fault["pointer"], fault["code"]) for fault in response.json()["errors"]}


def _is_chinese(sentence):
    return any("\u4e00" <= sign <= "\u9fff" for sign in sentence)


def all_items(caller, service, path, **parameters):
    """
    Every item of a list, page after page.
    """
    after = {}
    while True:
        answer = caller.get(service, path, **{"limit": 500, **parameters, **after})
        assert answer.status_code == 200, answer.text
        page = answer.json()
        yield from page["items"]
        if page["next"] is None:
            return
        after = {"after": page["next"]}


STANDARD = (
    "substantive",
    "matter_settled",
    "feelings_settled",
    "spp_standard",
    "in_time",
)
# The documents that a closing names unless a test says otherwise.
BROUGHT = [
    {"name": "办结报告", "reference": "卷一第1页"},
    {"name": "终结决定", "reference": "卷一第9页"},
]


class Desk:
    """
    An office at work: what a test needs to have happened before it begins.
    """

    def __init__(self, as_office, eventually):
        self.wages = set()
        self.as_office = as_office
        self.eventually = eventually

    def push(self, content, *, by=None, filename="台账.json", **parameters):
        """
        Push a ledger and wait for the end of its job, which is returned.
        """
        by = by or self.as_office(COUNTY)
        pushed = by.post(
            "intake",
            "/imports",
            content=content,
            params={"programme": PROGRAMME, "filename": filename, **parameters},
        )
        assert pushed.status_code == 202, pushed.text
        return self.job(pushed.json()["id"], by=by)

    def job(self, identity, *, by=None):
        by = by or self.as_office(COUNTY)

        def ended():
            found = by.get("intake", f"/imports/{identity}").json()
            return found["state"] in {"done", "failed"} and found

        return self.eventually(ended)

    def cases(self, count=1, *, by=None, word="清检控申", **changes):
        """
        The numbers of new cases in scope, of which assignment has heard.
        """
        numbers = [new_number(word) for _ in range(count)]
        rows = [a_row(number, **changes) for number in numbers]
        job = self.push(as_json(*rows), by=by)
        assert job["rows_kept"] == count, job
        auditor = self.as_office("410000", "auditor")
        for number in numbers:
            self.eventually(
                lambda n=number: auditor.get("assignment", at("cases", n)).is_success
            )
        return numbers

    def led_case(self):
        """
        A case whose leader and department its ledger names.
        """
        (number,) = self.cases(leader_post="检察长", department="控告申诉检察部")
        return number

    def once_known(self, ask):
        """
        The answer to *ask*, once the service has heard of the case.
        """

        def known():
            answer = ask()
            return answer.status_code != 404 and answer

        return self.eventually(known)

    def decide_on_hearing(self, number, decision="not_needed", **changes):
        body = {
            "decision": decision,
            "decided_on": "2020-11-03",
            "reason": "事实清楚，双方意见明确。",
            "approver_post": "检察长",
            **changes,
        }
        leader = self.as_office(COUNTY, "leader")
        path = at("cases", number, "hearing-decisions")
        return self.once_known(lambda: leader.post("hearing", path, body))

    def submitted_closing(self, number, **changes):
        """
        The id of a closing that waits for review.
        """
        clerk = self.as_office(COUNTY)
        path = at("cases", number, "closings")
        body = closing(documents=brought(clerk, number), **changes)
        if body["kind"] == "resolved":
            assert self.decide_on_hearing(number).status_code == 201
            explained(clerk, number, body["concluded_on"])

        def submitted():
            answer = clerk.post("assignment", path, body)
            codes = {fault["code"] for fault in answer.json().get("errors", ())}
            return codes != {"hearing_decision_missing"} and answer

        answer = self.eventually(submitted)
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]

    def review(self, closing_id, by=None, checked=STANDARD, **changes):
        by = by or self.as_office("410900", "reviewer")
        body = {
            "verdict": "confirmed",
            "reviewed_on": "2020-11-12",
            "checklist": ticked(checked),
            **changes,
        }
        return by.post("assignment", f"/closings/{closing_id}/reviews", body)

    def confirmed_wage(self, year=2019, amount="5000.00", *, place=CITY):
        """
        A wage that one person of the city entered and another confirmed, once.
        """
        if (place, year) in self.wages:
            return
        self.wages.add((place, year))
        body = {"year": year, "amount_yuan": amount, "source": "统计公报"}
        entered = self.as_office(place).post("aid", "/wages", body).json()
        path = f"/wages/{entered['id']}/confirmations"
        confirmed = self.as_office(place, "reviewer").post("aid", path, {})
        assert confirmed.status_code == 201, confirmed.text

    def verified_aid(self, number, **changes):
        """
        The id of an application whose grounds were verified.
        """
        self.confirmed_wage()
        identity = self.applied_for_aid(number, **changes).json()["id"]
        path = f"/aid-applications/{identity}/verifications"
        clerk, body = self.as_office(COUNTY), verification(PROGRAMME, "2020-11-04")
        verified = clerk.post("aid", path, body)
        assert verified.status_code == 201, verified.text
        return identity

    def funded_aid(self, number, amount="12000.00", **changes):
        """
        The id of an application whose grant was appropriated.
        """
        identity = self.granted_aid(number, amount, **changes)
        path = f"/aid-applications/{identity}/funds"
        body = {"received_on": "2020-11-09", "amount_yuan": amount, "document": "财1"}
        funded = self.as_office(COUNTY).post("aid", path, body)
        assert funded.status_code == 201, funded.text
        return identity

    def payment_file(self, *numbers):
        """
        The id of a payment file of one grant in each of these cases.
        """
        payments = [
            {
                "application": self.funded_aid(number),
                "payee": "甄虚构",
                "bank": "农业银行清丰支行",
                "account_no": "6228480000000000001",
            }
            for number in numbers
        ]
        clerk = self.as_office(COUNTY)
        made = clerk.post("aid", "/payment-files", {"payments": payments})
        assert made.status_code == 201, made.text
        return made.json()["id"]

    def applied_for_aid(self, number, **changes):
        body = {
            "person": {"name": "甄虚构", "id_no": "999999194605021872"},
            "origin": "on_application",
            "applied_on": "2020-11-03",
            "hardship": "因案致病，家庭生活困难。",
            **changes,
        }
        clerk = self.as_office(COUNTY)
        path = at("cases", number, "aid-applications")
        return self.once_known(lambda: clerk.post("aid", path, body))

    def granted_aid(self, number, amount="12000.00", **changes):
        """
        The id of an application that was granted.
        """
        identity = self.verified_aid(number, **changes)
        granted = self.as_office(COUNTY, "leader").post(
            "aid",
            f"/aid-applications/{identity}/decisions",
            {
                "decision": "granted",
                "amount_yuan": amount,
                "decided_on": "2020-11-06",
                "approver_post": "检察长",
                "reason": "符合救助条件。",
            },
        )
        assert granted.status_code == 201, granted.text
        return identity

    def entries(self, number, measure, as_of=LATE, *, office=COUNTY):
        """
        The entries of one case: (own day, amount), as the province sees them. A return
        that another test signed may let a closing count from a later day.
        """
        auditor = self.as_office("410000", "auditor")
        listed = all_items(
            auditor,
            "reporting",
            "/entries",
            programme=PROGRAMME,
            office=office,
            measure=measure,
            as_of=as_of,
        )
        return [
            (entry["own_day"], entry["amount"])
            for entry in listed
            if entry["case_number"] == number
        ]


def ticked(items, *documents):
    """
    Items of a standard as a review confirms them, shown by these documents.
    """
    names = list(documents) or [BROUGHT[0]["name"]]
    return [{"item": item, "documents": names} for item in items]


def verification(programme, day, *, refusal=None, **changes):
    """
    A verification that finds the last ground of aid, and the *refusal* if one is named.
    """
    law = current_policy().programmes.get(programme).aid_law
    answer = {"evidence": "卷宗材料"}
    return {
        "verified_on": day,
        "post": "检察长",
        "grounds": [
            {"ground": each.id, "holds": each is law.grounds[-1], **answer}
            for each in law.grounds
        ],
        "refusals": [
            {"ground": each.id, "holds": each.id == refusal, **answer}
            for each in law.refusals
        ],
        **changes,
    }


def closing(**changes):
    """
    The body of a report that a case was really settled.
    """
    on = changes.get("concluded_on", "2020-11-10")
    body = {
        "kind": "resolved",
        "concluded_on": on,
        "submitted_on": on,
        "dispositions": ["unreasonable_explain"],
        "measures": ["explanation"],
        "narrative": "当面释法说理，信访人表示理解。",
        "documents": BROUGHT,
        **changes,
    }
    shown = [each["name"] for each in body["documents"][:1]]
    heads = [{"head": each, "documents": shown} for each in body["dispositions"]]
    return {"head_evidence": heads if shown else [], **body}
