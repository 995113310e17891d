"""
Steps that look at what is owed, and until when.
"""

from __future__ import annotations

from tests.service.requirements.steps.cases import office_act


def owes(kind, due, *, times=1, office=None, post=None, asker=None):
    """
    So many duties of the kind are open, due on that day, owed by the office; as the
    hub, or the *asker*, sees it.
    """

    def look(work):
        def owed():
            duties = work.duties(kind, office=asker)
            found = [each for each in duties if each["state"] == "open"]
            whose = [(each["office"], each["due_on"]) for each in found]
            return whose == [(office or work.office, due)] * times and found

        found = work.eventually(owed)
        assert post is None or {each["post"] for each in found} == {post}

    return look


def states(kind, *expected, asker=None):
    """
    The states of the duties of a kind in the row's case, in order; as in `owes`.
    """

    def look(work):
        def found():
            return [each["state"] for each in work.duties(kind, office=asker)]

        work.eventually(lambda: found() == list(expected))

    return look


def discharged(kind, *, asker=None):
    return states(kind, "discharged", asker=asker)


def calculated(rule, start, due, *, in_force=True):
    """
    The calculator gives this last day for a limit of the programme's law, and whether
    it binds.
    """

    def look(work):
        asked = {"from": start, "rule": rule, "programme": work.programme.code}
        found = work.ask("/deadlines", **asked)
        assert (found["due_on"], found["in_force"]) == (due, in_force)

    return look


def report_owed(schedule, period, due, act_, *, office=None, department=None, **fields):
    """
    A report of that period is owed by its day, and handing it in discharges it.
    """

    def look(work):
        code = office or work.office
        number = f"{work.programme.code}/{code}/{schedule}/{period}"
        number += f"/{department}" if department else ""

        def owed():
            return work.duties(schedule, number=number, office=code)

        (duty,) = work.eventually(owed)
        assert duty["due_on"] == due
        sent = {"period": period, "department": department, **fields}
        office_act(act_, office=code, **sent)(work)
        assert [each["state"] for each in owed()] == ["discharged"]

    return look
