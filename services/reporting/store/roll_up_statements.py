"""
The statements that roll entries up, and that sum up what is rolled up and what is not.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Date, String, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY

from services.reporting.store.base import INSTANT
from services.reporting.store.frozen_lists import new_pairs, pairs_of_entries

TEXTS = ARRAY(String)

# A day of UTC, as `known_on`.
_KNOWN_ON = "(known_at AT TIME ZONE 'UTC')::date"
# What is added, of each office (`of_office`) and of each group (`of_group`), into all
# tables: in the order of their keys, so that a rebuild leaves full pages of the index.
_ADD = """
    by_known_on AS (
        INSERT INTO reporting.group_totals
            (programme, line, day, known_on, measure, amount)
        SELECT programme, line, day, known_on, measure, amount FROM of_group
        ORDER BY programme, line, day, known_on, measure
        ON CONFLICT (programme, line, day, known_on, measure)
        DO UPDATE SET amount = group_totals.amount + excluded.amount
    ), by_known_on_of_month AS (
        INSERT INTO reporting.group_month_totals
            (programme, line, known_on, month, measure, amount)
        SELECT programme, line, known_on, date_trunc('month', day)::date, measure,
            sum(amount)
        FROM of_group GROUP BY programme, line, known_on, 4, measure
        ORDER BY programme, line, known_on, 4, measure
        ON CONFLICT (programme, line, known_on, month, measure)
        DO UPDATE SET amount = group_month_totals.amount + excluded.amount
    ), by_day AS MATERIALIZED (
        SELECT programme, line, true AS own, measure, day, sum(amount) AS amount
        FROM of_office GROUP BY programme, line, measure, day
        UNION ALL
        SELECT programme, line, false, measure, day, sum(amount)
        FROM of_group GROUP BY programme, line, measure, day
    ), by_month AS (
        INSERT INTO reporting.month_totals
        SELECT programme, line, own, date_trunc('month', day)::date, measure,
            sum(amount)
        FROM by_day GROUP BY programme, line, own, 4, measure
        ORDER BY programme, line, own, 4, measure
        ON CONFLICT (programme, line, own, month, measure)
        DO UPDATE SET amount = month_totals.amount + excluded.amount
    )
    INSERT INTO reporting.totals (programme, line, own, measure, day, amount)
    SELECT programme, line, own, measure, day, amount
    FROM by_day ORDER BY programme, line, own, day, measure
    ON CONFLICT (programme, line, own, day, measure)
    DO UPDATE SET amount = totals.amount + excluded.amount
"""
ADD_ENTRIES = text(
    f"""
    WITH of_office AS MATERIALIZED (
        SELECT programme, office AS line, {_KNOWN_ON} AS known_on, measure, day,
            sum(amount) AS amount
        FROM (
            SELECT programme, office, known_at, measure, day, amount
            FROM reporting.entries WHERE known_at > :since AND known_at <= :until
            UNION ALL {new_pairs(":since", ":until")}
        ) AS counted
        GROUP BY programme, office, 3, measure, day
    ), member AS (
        SELECT line, unnest(offices) AS office FROM reporting.groups
    ), of_group AS MATERIALIZED (
        SELECT programme, member.line, known_on, measure, day, sum(amount) AS amount
        FROM of_office JOIN member ON member.office = of_office.line
        GROUP BY programme, member.line, known_on, measure, day
    ),
    {_ADD}
    """  # noqa: S608 - no value is in it
).bindparams(bindparam("on_lists", type_=TEXTS))
_ROLLED_UP = "(SELECT until FROM reporting.rolled_up)"
# Between how far is rolled up and the moment that is asked for; *low*, a moment not
# later than both, lets the planner see how few entries those are.
_BETWEEN_MARKS = (
    "known_at > :low AND known_at > (SELECT low FROM mark)"
    " AND known_at <= (SELECT high FROM mark)"
)
# The totals of a group follow its offices: what a joining office has from the beginning
# is added, what a leaving one has is taken away.
MOVE_OFFICES = text(
    f"""
    WITH change AS (
        SELECT * FROM unnest(:lines, :offices, :signs) AS c (line, office, sign)
    ), of_group AS MATERIALIZED (
        SELECT programme, line, {_KNOWN_ON} AS known_on, measure, day,
            sum(amount * sign) AS amount
        FROM (
            SELECT programme, office, known_at, measure, day, amount
            FROM reporting.entries WHERE known_at <= {_ROLLED_UP}
            UNION ALL
            {
        pairs_of_entries(
            f"office = ANY(:offices) AND known_at <= {_ROLLED_UP}",
            f"known_at <= {_ROLLED_UP}",
        )
    }
        ) AS counted JOIN change USING (office)
        GROUP BY programme, line, 3, measure, day
    ), of_office AS (
        SELECT * FROM of_group WHERE false
    ),
    {_ADD}
    """  # noqa: S608 - no value is in it
).bindparams(
    bindparam("lines", type_=TEXTS),
    bindparam("offices", type_=TEXTS),
    bindparam("signs", type_=ARRAY(BigInteger)),
    bindparam("on_lists", type_=TEXTS),
)
SET_GROUP = text(
    """
    INSERT INTO reporting.groups (line, fingerprint, offices)
    VALUES (:line, :fingerprint, :offices)
    ON CONFLICT (line) DO UPDATE
    SET fingerprint = excluded.fingerprint, offices = excluded.offices
    """
).bindparams(bindparam("offices", type_=TEXTS))
DROP_GROUPS = text(
    """
    WITH gone AS (DELETE FROM reporting.groups WHERE line = ANY(:lines)),
    known AS (DELETE FROM reporting.group_totals WHERE line = ANY(:lines)),
    known_months AS (
        DELETE FROM reporting.group_month_totals WHERE line = ANY(:lines)
    ),
    months AS (
        DELETE FROM reporting.month_totals WHERE NOT own AND line = ANY(:lines)
    )
    DELETE FROM reporting.totals WHERE NOT own AND line = ANY(:lines)
    """
).bindparams(bindparam("lines", type_=TEXTS))

# Which of the groups are stored, with their offices where these are others, and how far
# all are rolled up.
MARK = text(
    """
    SELECT until, line, stored.fingerprint,
        CASE WHEN stored.fingerprint <> asked.fingerprint THEN offices END AS offices
    FROM reporting.rolled_up LEFT JOIN (
        unnest(:lines, :fingerprints) AS asked (line, fingerprint)
        JOIN reporting.groups AS stored USING (line)
    ) ON true
    """
).bindparams(bindparam("lines", type_=TEXTS), bindparam("fingerprints", type_=TEXTS))
# Of a day, what is new on frozen lists: for the groups, and for offices by themselves.
_OF_PROGRAMME = "programme = :programme"
_OF_DAY = "day <= :as_of"
_NEW_TO_GROUPS = new_pairs(
    "(SELECT group_low FROM mark)",
    "(SELECT group_high FROM mark)",
    low=":group_low",
    of=_OF_PROGRAMME,
    day=_OF_DAY,
)


def _new_to_offices(offices: str) -> str:
    return new_pairs(
        "(SELECT low FROM mark)",
        "(SELECT high FROM mark)",
        low=":low",
        of=f"{_OF_PROGRAMME} AND office = ANY({offices})",
        day=_OF_DAY,
    )


# The entries known between the roll-up and the moment in question are added; or those
# that are rolled up but became known after the moment are taken away. Of a group whole
# days are taken away, from `midnight` on: the one before the moment or the one after
# it, and the entries between the two are added or taken away. The roll-up can only have
# gone further since it stood at `low`, which lets the planner see how few entries there
# are; those between a midnight and the moment come after `group_low`.
SUMS = text(
    f"""
    WITH mark AS MATERIALIZED (
        SELECT least(until, :known_at) AS low, greatest(until, :known_at) AS high,
            CASE WHEN until < :known_at THEN 1 ELSE -1 END AS sign,
            least(until, :known_at, before_midnight) AS group_low,
            CASE WHEN until < :known_at THEN :known_at
                ELSE least(until, greatest(:known_at, before_midnight))
                END AS group_high,
            CASE WHEN until < :known_at OR before_midnight < :known_at THEN 1
                ELSE -1 END AS group_sign
        FROM reporting.rolled_up,
            (SELECT :midnight - interval '1 us' AS before_midnight) AS m
    ), kept AS MATERIALIZED (
        SELECT line, offices FROM reporting.groups
        JOIN unnest(:lines, :fingerprints) AS a (line, fingerprint)
            USING (line, fingerprint)
    ), member AS (
        SELECT * FROM unnest(:members_of, :members, :signs) AS m (line, office, sign)
    ), recent AS MATERIALIZED (
        SELECT office, measure, sum(amount * (SELECT group_sign FROM mark)) AS amount
        FROM (
            SELECT office, measure, amount FROM reporting.entries
            WHERE programme = :programme AND day <= :as_of AND known_at > :group_low
                AND known_at > (SELECT group_low FROM mark)
                AND known_at <= (SELECT group_high FROM mark)
            UNION ALL
            SELECT office, measure, amount FROM ({_NEW_TO_GROUPS}) AS of_groups
        ) AS counted
        GROUP BY office, measure
    ), on_lists AS MATERIALIZED (
        SELECT office, measure, amount * (SELECT sign FROM mark) AS amount
        FROM ({_new_to_offices(":offices || :members")}) AS of_offices
    ), part AS (
        SELECT false AS own, line, measure, amount
        FROM kept CROSS JOIN LATERAL (
            SELECT measure, amount FROM reporting.month_totals AS t
            WHERE programme = :programme AND t.line = kept.line AND NOT own
                AND month < :month
            UNION ALL
            SELECT measure, amount FROM reporting.totals AS t
            WHERE programme = :programme AND t.line = kept.line AND NOT own
                AND day >= :month AND day <= :as_of
        ) AS total
        UNION ALL
        SELECT false, line, measure, -amount
        FROM kept CROSS JOIN LATERAL (
            SELECT measure, amount FROM reporting.group_month_totals AS t
            WHERE programme = :programme AND t.line = kept.line AND month < :month
                AND known_on >= (:midnight AT TIME ZONE 'UTC')::date
            UNION ALL
            SELECT measure, amount FROM reporting.group_totals AS t
            WHERE programme = :programme AND t.line = kept.line
                AND day >= :month AND day <= :as_of
                AND known_on >= (:midnight AT TIME ZONE 'UTC')::date
        ) AS later
        UNION ALL
        SELECT false, line, measure, amount
        FROM recent JOIN (SELECT line, unnest(offices) AS office FROM kept) AS k
            USING (office)
        UNION ALL
        SELECT false, line, '', 0 FROM kept
        UNION ALL
        SELECT true, line, measure, amount FROM reporting.month_totals
        WHERE programme = :programme AND line = ANY(:offices) AND own AND month < :month
        UNION ALL
        SELECT true, line, measure, amount FROM reporting.totals
        WHERE programme = :programme AND line = ANY(:offices) AND own
            AND day >= :month AND day <= :as_of
        UNION ALL
        SELECT true, office, measure, amount * (SELECT sign FROM mark)
        FROM reporting.entries
        WHERE programme = :programme AND day <= :as_of
            AND office = ANY(:offices) AND measure = ANY(:measures)
            AND {_BETWEEN_MARKS}
        UNION ALL
        SELECT false, member.line, measure, amount * member.sign
        FROM member CROSS JOIN LATERAL (
            SELECT measure, amount FROM reporting.month_totals AS t
            WHERE programme = :programme AND t.line = member.office AND own
                AND month < :month
            UNION ALL
            SELECT measure, amount FROM reporting.totals AS t
            WHERE programme = :programme AND t.line = member.office AND own
                AND day >= :month AND day <= :as_of
        ) AS total
        UNION ALL
        SELECT false, line, measure, amount * member.sign * (SELECT sign FROM mark)
        FROM member JOIN reporting.entries USING (office)
        WHERE programme = :programme AND day <= :as_of AND measure = ANY(:measures)
            AND {_BETWEEN_MARKS}
        UNION ALL
        SELECT true, office, measure, amount FROM on_lists
        WHERE office = ANY(:offices)
        UNION ALL
        SELECT false, line, measure, amount * member.sign
        FROM member JOIN on_lists USING (office)
    )
    SELECT own, line, measure, sum(amount)::bigint FROM part
    GROUP BY own, line, measure
    """  # noqa: S608 - no value is in it
).bindparams(
    *(
        bindparam(name, type_=INSTANT)
        for name in ("low", "group_low", "known_at", "midnight")
    ),
    *(bindparam(name, type_=Date) for name in ("month", "as_of")),
    bindparam("signs", type_=ARRAY(BigInteger)),
    *(
        bindparam(name, type_=TEXTS)
        for name in (
            "lines",
            "fingerprints",
            "members_of",
            "members",
            "offices",
            "measures",
            "on_lists",
        )
    ),
)
# As of `SUMS`, of some measures of offices by themselves. An office of which there is
# anything has a row of no measure.
OWN_SUMS = text(
    f"""
    WITH mark AS MATERIALIZED (
        SELECT least(until, :known_at) AS low, greatest(until, :known_at) AS high,
            CASE WHEN until < :known_at THEN 1 ELSE -1 END AS sign
        FROM reporting.rolled_up
    ), recent AS MATERIALIZED (
        SELECT office, measure, amount * (SELECT sign FROM mark) AS amount
        FROM reporting.entries
        WHERE programme = :programme AND day <= :as_of
            AND office = ANY(:offices) AND measure = ANY(:posted)
            AND {_BETWEEN_MARKS}
        UNION ALL
        SELECT office, measure, amount * (SELECT sign FROM mark)
        FROM ({_new_to_offices(":offices")}) AS on_lists
    ), part AS (
        SELECT line, measure, amount FROM reporting.month_totals
        WHERE programme = :programme AND line = ANY(:offices) AND own AND month < :month
            AND measure = ANY(:measures)
        UNION ALL
        SELECT line, measure, amount FROM reporting.totals
        WHERE programme = :programme AND line = ANY(:offices) AND own
            AND day >= :month AND day <= :as_of AND measure = ANY(:measures)
        UNION ALL
        SELECT office, measure, amount FROM recent WHERE measure = ANY(:measures)
        UNION ALL
        SELECT code, '', 0 FROM unnest(:offices) AS asked (code)
        WHERE EXISTS (
                SELECT FROM reporting.month_totals
                WHERE programme = :programme AND line = code AND own AND month < :month
            ) OR EXISTS (
                SELECT FROM reporting.totals
                WHERE programme = :programme AND line = code AND own
                    AND day >= :month AND day <= :as_of
            ) OR code IN (SELECT office FROM recent)
    )
    SELECT line, measure, sum(amount)::bigint FROM part GROUP BY line, measure
    """  # noqa: S608 - no value is in it
).bindparams(
    *(bindparam(name, type_=INSTANT) for name in ("low", "known_at")),
    *(bindparam(name, type_=Date) for name in ("month", "as_of")),
    *(
        bindparam(name, type_=TEXTS)
        for name in ("offices", "measures", "posted", "on_lists")
    ),
)
_NEW_OF_DAYS = new_pairs(
    _ROLLED_UP,
    "'infinity'",
    low=":low",
    of=f"{_OF_PROGRAMME} AND office = ANY(:offices)",
    day=_OF_DAY,
)
# The totals of days, and the entries since; `low` lets the planner see that these are
# few.
DAILY = text(
    f"""
    SELECT office, day, measure, sum(amount)::bigint
    FROM (
        SELECT line AS office, day, measure, amount FROM reporting.totals
        WHERE programme = :programme AND day <= :as_of AND own
            AND line = ANY(:offices) AND measure = ANY(:measures)
        UNION ALL
        SELECT office, day, measure, amount FROM reporting.entries
        WHERE programme = :programme AND day <= :as_of
            AND office = ANY(:offices) AND measure = ANY(:measures)
            AND known_at > :low AND known_at > {_ROLLED_UP}
        UNION ALL
        SELECT office, day, measure, amount
        FROM ({_NEW_OF_DAYS}) AS on_lists WHERE measure = ANY(:measures)
    ) AS part
    GROUP BY office, day, measure
    """  # noqa: S608 - no value is in it
).bindparams(
    bindparam("low", type_=INSTANT),
    bindparam("as_of", type_=Date),
    *(bindparam(name, type_=TEXTS) for name in ("offices", "measures", "on_lists")),
)
