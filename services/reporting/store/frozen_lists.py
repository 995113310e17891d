"""
What counts on frozen lists, as SQL: no entries of its own, but pairs of entries.
"""

from __future__ import annotations


def pairs(entry: str, listing: str) -> str:
    """
    What counts on frozen lists: each entry *e* of a listed case together with each
    listing *l* of that case, under the list and its measure; from the day on, and known
    since the moment, of whichever of the two is later (decision 0098).

    *entry*, *listing*: further conditions.
    """
    return f"""
        SELECT e.programme, e.office, greatest(e.known_at, l.known_at) AS known_at,
            l.label || '/' || e.measure AS measure, greatest(e.day, l.day) AS day,
            e.amount
        FROM reporting.entries AS e JOIN reporting.entries AS l
            ON l.programme = e.programme AND l.case_number = e.case_number
        WHERE e.measure = ANY(:on_lists) AND l.measure = 'listed' AND l.amount > 0
            AND {entry} AND {listing}
    """  # noqa: S608 - no value is in it


def new_pairs(since: str, until: str, *, low: str = "", only: str = "true") -> str:
    """
    The pairs of which the later part became known after *since* until *until*; *low*: a
    moment not later than *since*, which lets the planner see how few those are. *only*:
    a condition of the entry.
    """

    def is_new(part: str) -> str:
        bounds = [f"> {moment}" for moment in (low, since) if moment]
        return " AND ".join(f"{part}.known_at {b}" for b in (*bounds, f"<= {until}"))

    with_new_entry = pairs(f"{only} AND {is_new('e')}", f"l.known_at <= {until}")
    with_new_listing = pairs(f"{only} AND e.known_at <= {since}", is_new("l"))
    return f"{with_new_entry} UNION ALL {with_new_listing}"
