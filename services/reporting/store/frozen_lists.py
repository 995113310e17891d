"""
What counts on frozen lists, as SQL: no entries of its own, but pairs of entries.

A pair is an entry *e* of a measure that lists show, and a listing *l* of its case. It
counts under the list and the measure, from the day on, and is known since the moment,
of whichever of the two is later (decision 0098). A listing counts on its own list.
"""

from __future__ import annotations

# OFFSET 0 keeps the planner from joining in another order: right after a list was
# frozen it takes the listings, of which its statistics know nothing, for one row.
_PAIR = """
    SELECT e.programme, e.office, greatest(e.known_at, l.known_at) AS known_at,
        l.label || '/' || e.measure AS measure, greatest(e.day, l.day) AS day, e.amount
"""


def pairs_of_entries(entry: str, listing: str) -> str:
    """
    The pairs of entries that meet a condition with listings that meet another: the
    listings of each case are looked up.
    """
    # The measure stands in a column, lest an index of all listings seem as good as
    # that of the cases.
    return f"""
        {_PAIR}
        FROM (
            SELECT *, 'listed' AS listing FROM reporting.entries
            WHERE measure = ANY(:on_lists) AND {entry} OFFSET 0
        ) AS e CROSS JOIN LATERAL (
            SELECT label, day, known_at FROM reporting.entries
            WHERE programme = e.programme AND measure = e.listing
                AND case_number = e.case_number AND amount > 0 AND {listing}
                AND (e.measure <> e.listing OR label = e.label) OFFSET 0
        ) AS l
    """  # noqa: S608 - no value is in it


def _pairs_of_listings(listing: str, entry: str) -> str:
    return f"""
        {_PAIR}
        FROM (
            SELECT * FROM reporting.entries
            WHERE measure = 'listed' AND amount > 0 AND {listing} OFFSET 0
        ) AS l CROSS JOIN LATERAL (
            SELECT office, measure, programme, day, known_at, amount
            FROM reporting.entries
            WHERE programme = l.programme AND measure = ANY(:on_lists)
                AND case_number = l.case_number AND {entry}
                AND (measure <> 'listed' OR label = l.label)
        ) AS e
    """  # noqa: S608 - no value is in it


def new_pairs(
    since: str, until: str, *, low: str = "", of: str = "true", day: str = "true"
) -> str:
    """
    The pairs of which the later part became known after *since* until *until*; *low*: a
    moment not later than *since*, which lets the planner see how few those are. *of*: a
    condition of the entry; *day*: of both parts.
    """
    bounds = [f"known_at > {moment}" for moment in (low, since) if moment]
    is_new = " AND ".join([*bounds, f"known_at <= {until}", day])
    with_new_entry = pairs_of_entries(
        f"{is_new} AND {of}", f"known_at <= {until} AND {day}"
    )
    with_new_listing = _pairs_of_listings(
        is_new, f"known_at <= {since} AND {day} AND {of}"
    )
    return f"{with_new_entry} UNION ALL {with_new_listing}"
