"""
Steps that look at figures: tallies, counts, the return.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.service.asking import all_items
from tests.service.requirements.rows import Shows

COUNTED = ("acts", "amount", "missing")


def further(measure, by=1):
    """
    A figure beside the columns of a return, for the office's own line.
    """
    return _Further(measure, by)


@dataclass(frozen=True)
class _Further(Shows):
    measure: str
    by: int

    def _now(self, work):
        asked = {"programme": work.programme.code, "as_of": work.day, "own": "true"}
        found = work.ask("/further-figures", service="reporting", **asked)
        return found["rows"][0][self.measure]

    def before(self, work):
        return self._now(work)

    def take(self, work, before):
        work.eventually(lambda: self._now(work) == before + self.by)


@dataclass(frozen=True)
class _Told(Shows):
    office: str | None

    def before(self, work):
        """
        The urgent mails that have reached the office.
        """
        office = self.office or work.office
        listed = all_items(work.as_office(office), "reporting", "/mailings")
        return {
            each["id"]
            for each in listed
            if each["urgent"] and each["office"] == office
            if {"sent"} == {mail["state"] for mail in each["deliveries"]}
        }

    def take(self, work, before):
        work.eventually(lambda: self.before(work) - before)


def told_at_once(office=None):
    """
    An urgent mail reaches the office of the row, or another.
    """
    return _Told(office)


@dataclass(frozen=True)
class _Stock(Shows):
    since: str
    change: dict

    def before(self, work):
        asked = {"programme": work.programme.code, "as_of": work.day, "own": "true"}
        asked["since"] = self.since
        found = work.ask("/further-figures", service="reporting", **asked)
        return found["stock"]["rows"][0]

    def take(self, work, before):
        def changed():
            now = self.before(work)
            came_in = now["open_before"] + now["came_in"] + now["flowed_back"]
            assert came_in - now["closed"] - now["struck_off"] == now["open_after"]
            return {name: now[name] - before[name] for name in self.change}

        work.eventually(lambda: changed() == self.change)


def stock(since, **change):
    """
    The stock of open cases and its flow since a day, of the office itself, change so.
    """
    return _Stock(since, change)


def named_for_inspection(threshold):
    """
    The hub sees the office among the candidates that a threshold names.
    """

    def look(work):
        asked = {"programme": work.programme.code, "as_of": work.day}

        def named():
            found = work.ask(
                "/inspection-candidates", service="reporting", asker=work.hub, **asked
            )
            offices = [
                each["office"]
                for each in found["items"]
                if each["threshold"] == threshold
            ]
            return work.office in offices

        work.eventually(named)

    return look


def a_year_earlier(since, **expected):
    """
    The figures since a day come with those of the same days a year before.
    """

    def look(work):
        asked = {"programme": work.programme.code, "as_of": work.day, "own": "true"}

        def shown():
            found = work.ask(
                "/further-figures", service="reporting", since=since, **asked
            )
            (row,) = found["year_before"]["rows"]
            return {name: row[name] for name in expected} == expected

        work.eventually(shown)

    return look


def shown_further(work, **asked):
    """
    The figures beside the columns of a return, of the office itself.
    """
    asked = {
        "programme": work.programme.code,
        "as_of": work.day,
        "own": "true",
        **asked,
    }
    return work.ask("/further-figures", service="reporting", **asked)["rows"][0]


def in_time_of_due(work, before, name, part, whole, **asked):
    """
    So many more of a duty were due and done in time than *before*, and the share.
    """
    names = f"{name}_in_time", f"{name}_due"

    def added():
        now = shown_further(work, **asked)
        return tuple(now[each] - before[each] for each in names)

    work.eventually(lambda: added() == (part, whole))
    found = shown_further(work, **asked)
    assert found[f"{name}_rate"] == percent(*(found[each] for each in names))


def percent(part, whole):
    if whole == 0:
        return "—"
    tenths = (2000 * part + whole) // (2 * whole)
    return f"{tenths // 10}.{tenths % 10}%"


@dataclass(frozen=True)
class Tallied(Shows):
    """
    By how much the office's line of a tally changes from the row's beginning to here.
    """

    tally: str
    change: dict
    office: str | None = None

    def line(self, work):
        code = self.office or work.office
        days = {"from": work.day, "to": work.day}
        asked = {"programme": work.programme.code, **days}
        shown = work.ask("/tallies", asker=code, **asked)
        found = next(each for each in shown["items"] if each["id"] == self.tally)
        lines = (line for line in found["offices"] if line["office"] == code)
        return {**dict.fromkeys(COUNTED, 0), "numbers": [], **next(lines, {})}

    def before(self, work):
        return self.line(work)

    def take(self, work, before):
        after = self.line(work)
        changed = {key: after[key] - before[key] for key in COUNTED}
        expected = {**dict.fromkeys(COUNTED, 0), **self.change}
        assert changed == expected


@dataclass(frozen=True)
class TalliedByKind(Shows):
    """
    How many more acts of one kind a tally of the office counts from the beginning on.
    """

    tally: str
    kind: str
    more: int

    def before(self, work):
        days = {"from": work.day, "to": work.day}
        shown = work.ask("/tallies", programme=work.programme.code, **days)
        found = next(each for each in shown["items"] if each["id"] == self.tally)
        counted = {part["value"]: part["acts"] for part in found["parts"]}
        return counted.get(self.kind, 0)

    def take(self, work, before):
        assert self.before(work) - before == self.more


def counts(tally, acts=1, *, office=None, **change):
    """
    The tally counts so many acts more.
    """
    return Tallied(tally, {"acts": acts, **change}, office)


def counts_of_kind(tally, kind, acts=1):
    """
    The tally counts so many acts more of a kind, or of a post.
    """
    return TalliedByKind(tally, kind, acts)


def no_longer_missing(tally, *, office=None, **change):
    """
    The tally had missed the act, and counts it now.
    """
    return Tallied(tally, {"acts": 1, "missing": -1, **change}, office)


def counted_in(by, value, title, **filters):
    """
    The case is among those that are listed and counted under a value of its origin,
    kind, class or difficulty.
    """

    def look(work):
        of = {"programme": work.programme.code, "office": work.office}
        counts = work.ask("/case-counts", counted_by=by, **of)
        [line] = (each for each in counts["items"] if each["id"] == value)
        caller = work.as_office(work.office)
        asked = {**of, by: value, **filters}
        listed = all_items(caller, "assignment", "/cases", **asked)

        assert work.number in {each["number"] for each in listed}
        assert line["title"] == title
        assert 1 <= line["open"] <= line["cases"] <= counts["cases"]
        assert f"{line['share']}%" == percent(line["cases"], counts["cases"])

    return look
