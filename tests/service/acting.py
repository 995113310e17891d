"""
Acts of offices and on cases brought through the endpoints, and what a tally then shows.
"""

from __future__ import annotations

from tests.service.asking import at, get

COUNTED = ("acts", "amount", "missing")


class Record:
    """
    One act that *office* records under a programme on a day, and the tally of it.
    """

    def __init__(self, as_office, programme, office, day):
        self.caller, self.programme = as_office(office), programme
        self.office, self.day = office, day

    def act(self, act, number=None, **fields):
        """
        Record the act on the case *number*, or as an act of the office itself.
        """
        body = {"act": act, "on": self.day, **fields}
        if number is None:
            path = at("offices", self.office, "acts")
            body["programme"] = self.programme
        else:
            path = at("cases", number, "acts")
        answer = self.caller.post("assignment", path, body)
        assert answer.status_code == 201, answer.text

    def tally(self, name):
        """
        The row of the office in one tally of the day, with zeros if it has none.
        """
        days = {"from": self.day, "to": self.day}
        shown = get(self.caller, "/tallies", programme=self.programme, **days)
        found = next(each for each in shown["items"] if each["id"] == name)
        rows = (row for row in found["offices"] if row["office"] == self.office)
        return {**dict.fromkeys(COUNTED, 0), "numbers": [], **next(rows, {})}

    def duties(self, kind, **asked):
        """
        Due day, owner and state of the duties of a kind.
        """
        owed = get(self.caller, "/duties", kind=kind, **asked)["items"]
        return [(each["office"], each["due_on"], each["state"]) for each in owed]

    def change(self, name, act, number=None, **fields):
        """
        By how much the numbers of a tally change when the act is recorded.
        """
        before = self.tally(name)
        self.act(act, number, **fields)
        after = self.tally(name)
        if number is not None and not before["missing"]:
            assert number in after["numbers"] or not after["numbers"]
        changed = {key: after[key] - before[key] for key in COUNTED}
        return {key: by for key, by in changed.items() if by}
