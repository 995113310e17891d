"""
Steps of rows about what comes at the end of a case and after it.
"""

from __future__ import annotations

import io

from pypdf import PdfReader

from tests.service.asking import all_items, at, files_of

STATEMENT = "法律救济已穷尽，诉求已有终结性结论。"


def posted(*parts, keep=None, by="clerk", office=None, **body):
    """
    Send something about the row's case, or with *of* about what was kept before.
    """

    def send(work):
        days = {name: work.day for name in ("on",) if name not in body}
        answer = work.send(work.case(*parts), {**days, **body}, by=by, office=office)
        _keep(work, keep, answer)

    return send


def answered(kind, kept, *parts, by="clerk", office=None, **body):
    """
    Send something about a record of the row that was kept.
    """

    def send(work):
        days = {"on": work.day} if "on" not in body else {}
        path = at(kind, getattr(work, kept), *parts)
        setattr(
            work,
            f"{kept}_answer",
            work.send(path, {**days, **body}, by=by, office=office),
        )

    return send


def refused_of_the_case(code, *parts, by="clerk", **body):
    """
    Something about the row's case is refused.
    """

    def send(work):
        work.refuse(work.case(*parts), {"on": work.day, **body}, code, by=by)

    return send


def applied_for_ending(*grounds):
    """
    Apply with a form that is filed; with one that is only named nobody may.
    """

    def send(work):
        body = {
            "applied_on": work.day,
            "grounds": list(grounds),
            "statement": STATEMENT,
            "documents": [{"name": "终结申报表", "reference": "卷二"}],
        }
        work.refuse(work.case("endings"), body, "document_not_filed")
        form = files_of(work.as_office(work.office), work.number, "终结申报表")
        work.ending = work.send(work.case("endings"), {**body, "documents": form})["id"]

    return send


def level_agrees(post, *, by="leader", office=None, verdict="agreed"):
    return answered(
        "endings",
        "ending",
        "decisions",
        by=by,
        office=office,
        verdict=verdict,
        post=post,
        opinion="同意。",
    )


def waits_for(office):
    """
    The application is in the queue of the office that decides next.
    """

    def look(work):
        found = work.ask("/endings", asker=office, state="waiting")["items"]
        mine = [each for each in found if each["id"] == work.ending]
        assert [each["decider"] for each in mine] == [office]

    return look


def handed_over(to_office=None, unit="住所地街道"):
    return posted(
        "hand-overs",
        keep="hand_over",
        unit=unit,
        help=["explanation", "hardship"],
        document="移〔2021〕1号",
        **({"to_office": to_office} if to_office else {}),
    )


def received_by(office, **body):
    return answered("hand-overs", "hand_over", "receipts", office=office, **body)


def signed(*signers, on=None):
    """
    The closing is signed: (signer, post, office) in the order of the route.
    """

    def send(work):
        for signer, post, office in signers:
            day = on or work.day
            body = {"signer": signer, "post": post, "on": day, "opinion": "同意。"}
            path = at("closings", work.closing, "signatures")
            work.send(path, body, by="leader", office=office, post=post)

    return send


def drawn(*, confirmed_on=None):
    """
    The closings of a day are sampled, once; that of the row is among them.
    """

    def send(work):
        day = confirmed_on or work.day
        period = {"programme": work.programme.code, "since": day, "until": day}
        body = {**period, "seed": "第一期"}
        audit = work.send("/audits", body, by="reviewer", office=work.hub)
        work.audit = audit["id"]
        again, hub = {**body, "seed": "第二次", "since": "2010-01-01"}, work.hub
        work.refuse(
            "/audits", again, "already_drawn", by="reviewer", office=hub, status=409
        )

        assert work.closing in {each["closing"] for each in audit["sample"]}

    return send


def evaluated(post, *, self_checked_by, verdict="sound", unmet=()):
    """
    The office looks into its closing, then the hub; the sample says what it found.
    """

    def send(work):
        path = at("closings", work.closing, "evaluations")
        body = {"on": work.day, "verdict": verdict, "text": "卷宗齐全。"}
        own = {**body, "kind": "self_check", "post": self_checked_by}
        other = {**body, "kind": "evaluation", "post": post, "unmet": list(unmet)}
        work.send(path, own, by="leader")
        work.send(path, other, by="leader", office=work.hub)
        listed = work.ask(work.case("evaluations"))["items"]
        audit = work.ask(at("audits", work.audit), asker=work.hub)
        (found,) = [s for s in audit["sample"] if s["closing"] == work.closing]
        every = work.ask("/audits?limit=200", asker=work.hub)["items"]
        (summary,) = [each for each in every if each["id"] == work.audit]

        assert summary.keys() == audit.keys() - {"sample"}
        assert summary["evaluated"] == audit["evaluated"]
        assert [each["kind"] for each in listed] == ["self_check", "evaluation"]
        assert (found["evaluated_on"], found["verdict"]) == (work.day, verdict)
        assert audit["evaluated"] >= 1

    return send


def followed_up(result, *, way="phone"):
    return posted(
        "follow-ups", way=way, result=result, post="检察官", text="已核对落实情况。"
    )


def inquired(cause, first_handler, *, failed):
    """
    The hub says why the case flowed back.
    """

    def send(work):
        body = {
            "on": work.day,
            "cause": cause,
            "first_handler": first_handler,
            "first_handler_failed": failed,
            "finding": "首次接待未按规定登记。",
        }
        work.send(work.case("inquiries"), body, by="reviewer", office=work.hub)

    return send


def looked_back(link, problem, *, department, owner):
    """
    The case shows a problem of a department's work.
    """

    def send(work):
        body = {
            "found_on": work.day,
            "link": link,
            "problem": problem,
            "finding": "首次来访未登记。",
            "department": department,
            "owner_post": owner,
        }
        work.look_back = work.send(work.case("look-backs"), body)["id"]

    return send


def analysed(paper, *said, number=None, **more):
    """
    The hub prints a report of what was found on the day, which says this, and files it
    with the report or the acts of that *number*.
    """

    def send(work):
        asked = {"paper": paper, "programme": work.programme.code, "words": words}
        asked |= {"from": work.day, "to": work.day, **more}
        path, hub = at("offices", work.hub, "papers"), work.as_office(work.hub)
        pdf = hub.post("assignment", f"{path}/pdf", asked)
        assert pdf.status_code == 200, pdf.text
        pages = PdfReader(io.BytesIO(pdf.content)).pages
        text = "".join("".join(page.extract_text().split()) for page in pages)
        for each in said:
            assert each.format(number=work.number) in text
        if number:
            body = {**asked, "form": "docx", "number": number}
            filed = work.send(path, body, office=work.hub)
            assert (filed["kind"], filed["number"]) == ("analysis", number)

    words = [{"asked": name, "text": text} for name, text in _WORDS[paper].items()]
    return send


_WHY = {"causes": "登记环节衔接不畅。", "proposals": "修订登记办法。"}
_WORDS = {
    "class_analysis": _WHY,
    "overall_analysis": _WHY,
    "summary": {
        "methods": "领导包案。",
        "shortcomings": "个别登记不及时。",
        "mechanism": "修订登记办法。",
    },
    "policy_gap_report": {"to": "区委、区人民政府", "proposals": "尽快制定办法。"},
}


def corrected(post, **body):
    text = "已补登记，并修订登记办法。"
    return answered(
        "look-backs", "look_back", "corrections", post=post, text=text, **body
    )


def judged(verdict):
    """
    Who corrected may not judge; another account of the office does.
    """

    def send(work):
        body = {"on": work.day, "verdict": verdict, "text": "已核对。"}
        path = at("look-backs", work.look_back, "judgements")
        work.refuse(path, body, "own_correction", status=403)
        work.send(path, body, by="leader")

    return send


def caused(link, problem, *, findings, waiting):
    """
    So many findings of the link and problem there are, so many still open.
    """

    def look(work):
        asked = {"programme": work.programme.code, "from": work.day, "to": work.day}
        shown = work.ask("/look-back-causes", **asked)["items"]
        found = {(c["link"], c["problem"]): (c["findings"], c["open"]) for c in shown}
        assert found[link, problem] == (findings, waiting)

    return look


def owes_nothing(work):
    """
    Nothing is owed in the case.
    """
    duties = work.ask(work.case())["duties"]
    assert {each["state"] for each in duties} <= {"released", "discharged"}


def in_the_figures(measure):
    """
    The case is among those that a measure counts.
    """

    def look(work):
        auditor = work.as_office(work.hub, "auditor")
        asked = {"programme": work.programme.code, "measure": measure}
        asked |= {"office": work.office, "as_of": work.day}

        def counted():
            listed = all_items(auditor, "reporting", "/cases", **asked)
            return work.number in {each["case_number"] for each in listed}

        work.eventually(counted)

    return look


def arose_later(work):
    """
    Confirmed as everyday by the hub's batch; its clocks run, and it counts in the lines
    of the everyday track and not in the base.
    """
    body = {
        "programme": work.programme.code,
        "letter_no": f"{work.number}交办函",
        "source": "日常交办",
        "kind": "everyday",
        "track": "everyday",
        "handed_on": work.day,
        "case_numbers": [work.number],
    }
    work.send("/batches", body, by="reviewer", office=work.hub)
    shown = work.ask(work.case(), service="intake")
    frozen = {"programme": work.programme.code, "office": work.hub, "as_of": work.day}

    assert (shown["in_scope"], shown["track"]) == (False, "everyday")
    in_the_figures("everyday")(work)
    figures = work.ask("/figures", service="reporting", asker=work.hub, **frozen)
    assert figures["everyday"]["everyday"] >= 1
    counted = all_items(
        work.as_office(work.hub, "auditor"),
        "reporting",
        "/cases",
        measure="base",
        **frozen,
    )
    assert work.number not in {each["case_number"] for each in counted}


def _keep(work, name, answer):
    if name:
        setattr(work, name, answer["id"])
