"""
Cases that stand in further programmes: their events, and what is told of a case once.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

S = "reporting"


def upgrade() -> None:
    about = "type = 'intake.case_enrolled' OR type = 'intake.case_enrolment_withdrawn'"
    op.create_index(
        "ix_facts_enrolments",
        "facts",
        ["case_number"],
        schema=S,
        postgresql_where=sa.text(about),
    )
    op.create_index(
        "ix_facts_case_number",
        "facts",
        ["case_number"],
        schema=S,
        postgresql_where=sa.text(
            "type !~ '^intake[.]' AND type <> 'assignment.duties_changed'"
        ),
    )
    # Its query sees what was committed before the lock was given.
    op.execute(
        f"""
        CREATE FUNCTION reporting.enrolments_of(numbers text[])
        RETURNS SETOF reporting.facts
        LANGUAGE plpgsql VOLATILE SET search_path = reporting AS $$
        BEGIN
            PERFORM pg_advisory_xact_lock_shared(hashtext('reporting.enrolments'));
            RETURN QUERY SELECT * FROM facts
                WHERE case_number = ANY(numbers) AND ({about});
        END $$;
        """  # noqa: S608 - nothing but constants
    )


def downgrade() -> None:
    op.execute("DROP FUNCTION reporting.enrolments_of")
    op.drop_index("ix_facts_case_number", table_name="facts", schema=S)
    op.drop_index("ix_facts_enrolments", table_name="facts", schema=S)
