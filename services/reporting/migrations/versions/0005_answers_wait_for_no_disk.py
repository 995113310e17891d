"""
The moment up to which figures were answered stands in memory; on disk stands one that
is a little later (decision 0051).
"""

from alembic import op

revision = "0005"
down_revision = "0004"

_AHEAD_US = 10_000_000

# The ceiling is read first and written last: whoever sees a new one sees the moment
# that belongs to it.
_ANSWERED_UNTIL = f"""
    CREATE UNLOGGED SEQUENCE reporting.answered_until_us MINVALUE 0 START 0;

    CREATE FUNCTION reporting.answered_until() RETURNS timestamptz
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = reporting AS $$
    DECLARE
        ceiling bigint := (SELECT last_value FROM complete_until_us);
        answered bigint := (SELECT last_value FROM answered_until_us);
    BEGIN
        -- After a crash PostgreSQL has begun the unlogged sequence anew.
        IF answered < ceiling - {_AHEAD_US} THEN
            answered := ceiling;
        END IF;
        RETURN timestamptz 'epoch' + answered * interval '1 us';
    END $$;
"""  # noqa: S608 - nothing but constants
_REMEMBER = f"""
    PERFORM setval('answered_until_us', fixed_us);
    IF fixed_us > (SELECT last_value FROM complete_until_us) THEN
        PERFORM setval('complete_until_us', fixed_us + {_AHEAD_US});
    END IF;
"""  # noqa: S608 - nothing but constants
# Who has called the function as it was and waits for its lock comes after the commit,
# before anybody who calls the new one: no answer of the old falls between its ceilings.
# Readings and postings wait until then.
_ALONE = "SELECT pg_advisory_xact_lock(hashtext('reporting.known_at'));"
_ANSWERED_BEFORE = (
    "(SELECT timestamptz 'epoch' + last_value * interval '1 us' FROM complete_until_us)"
)
_REMEMBER_BEFORE = "PERFORM setval('complete_until_us', fixed_us);"


def _functions(answered: str, remember: str) -> str:
    return f"""
        CREATE OR REPLACE FUNCTION reporting.stamp(moment timestamptz)
        RETURNS timestamptz
        LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = reporting AS $$
        BEGIN
            -- A rebuild is waited for before the lock is held, not with it.
            LOCK TABLE entries IN ROW EXCLUSIVE MODE;
            PERFORM pg_advisory_xact_lock_shared(hashtext('reporting.known_at'));
            RETURN greatest(moment, {answered} + interval '1 us');
        END $$;

        CREATE OR REPLACE FUNCTION reporting.complete_until(moment timestamptz)
        RETURNS timestamptz
        LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = reporting AS $$
        DECLARE
            fixed timestamptz := {answered};
            fixed_us bigint;
        BEGIN
            -- The newest of each by its index: EXISTS would read the whole table.
            IF moment < fixed + interval '1 s'
               AND coalesce((SELECT max(known_at) FROM entries) <= fixed, true)
               AND coalesce((SELECT max(signed_at) FROM returns) <= fixed, true) THEN
                RETURN fixed;
            END IF;
            -- A lock of the session: the transaction goes on, writers need not wait.
            PERFORM pg_advisory_lock(hashtext('reporting.known_at'));
            SELECT greatest(
                moment,
                (SELECT max(known_at) FROM entries),
                (SELECT max(signed_at) FROM returns),
                {answered}
            ) INTO fixed;
            fixed_us := (extract(epoch FROM fixed) * 1000000)::bigint;
            {remember}
            PERFORM pg_advisory_unlock(hashtext('reporting.known_at'));
            RETURN fixed;
        EXCEPTION WHEN OTHERS OR query_canceled THEN
            PERFORM pg_advisory_unlock(hashtext('reporting.known_at'));
            RAISE;
        END $$;
    """  # noqa: S608 - nothing but constants


def upgrade() -> None:
    op.execute(_ALONE + _ANSWERED_UNTIL + _functions("answered_until()", _REMEMBER))


def downgrade() -> None:
    op.execute(
        _ALONE
        + _functions(_ANSWERED_BEFORE, _REMEMBER_BEFORE)
        + """
        DROP FUNCTION reporting.answered_until;
        DROP SEQUENCE reporting.answered_until_us;
        """
    )
