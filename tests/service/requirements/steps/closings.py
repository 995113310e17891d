"""
Steps with the closing of cases, sent and shown.
"""

from __future__ import annotations

from tests.service.asking import at, brought, closing, explained, files_of, ticked


def closed(kind="resolved", *, on=None, filed=(), **fields):
    """
    Report the case closed, with documents of these names that are *filed* with it, or
    the usual ones; the report's id is kept for its review.
    """

    def send(work):
        clerk, number = work.as_office(work.office), work.number
        files = files_of(clerk, number, *filed) if filed else brought(clerk, number)
        days = {"concluded_on": on or work.day}
        body = closing(kind=kind, documents=files, **days, **fields)
        work.brought = [document["name"] for document in body["documents"]]
        if kind == "resolved":
            explained(clerk, number, body["concluded_on"], work.programme.code)
        work.closing = work.send(work.case("closings"), body)["id"]

    return send


def packet(*names):
    """
    Documents of a closing that are named and not filed.
    """
    return [{"name": each, "reference": "卷一"} for each in names]


def closing_refused(kind, *codes, **fields):
    """
    A report that the case is closed is refused.
    """

    def send(work):
        body = closing(kind=kind, concluded_on=work.day, **fields)
        work.refuse(work.case("closings"), body, *codes)

    return send


def review_refused(code, *checked):
    """
    The hub's review of the last report is refused with no more than this checked.
    """

    def send(work):
        body = {"verdict": "confirmed", "reviewed_on": work.day}
        body["checklist"] = ticked(checked, *work.brought)
        path = at("closings", work.closing, "reviews")
        work.refuse(path, body, code, by="reviewer", office=work.hub)

    return send


def reviewed(*checked, verdict="confirmed", **fields):
    """
    The hub reviews the last report.
    """

    def send(work):
        body = {
            "verdict": verdict,
            "reviewed_on": work.day,
            "checklist": ticked(checked, *work.brought),
            **fields,
        }
        path = at("closings", work.closing, "reviews")
        work.send(path, body, by="reviewer", office=work.hub)

    return send


def reopened(*, on=None):
    """
    The case flows back.
    """

    def send(work):
        body = {"reopened_on": on or work.day, "cause": "越级访"}
        body["reason"] = "同一事项再次来件。"
        work.send(work.case("reopenings"), body)

    return send
