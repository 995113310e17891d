"""
Who led when and why; coordination; reception; items, objections, baselines of batches.

What is known of the cases there are comes from their first fact; who leads now has
led since the case was opened, as far as this table can say.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"

S = "assignment"
TABLES = (
    "baseline_cases",
    "baselines",
    "objections",
    "batch_items",
    "receptions",
    "turns",
    "coordinations",
    "leaderships",
    "profiles",
)
TRAITS = (
    "origin",
    "case_kind",
    "difficulty",
    "first_petition",
    "cross_separate",
    "long_span",
    "many_people",
    "policy_heavy",
    "sensitive",
)


def upgrade() -> None:
    op.create_table(
        "profiles",
        sa.Column("number", sa.String, nullable=False),
        sa.Column("track", sa.String, nullable=False),
        sa.Column("traits", JSONB, nullable=False),
        sa.Column("away", JSONB, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_profiles"),
        schema=S,
    )
    op.create_table(
        "leaderships",
        sa.Column("number", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("post", sa.String, nullable=False),
        sa.Column("since", sa.Date, nullable=False),
        sa.Column("until", sa.Date),
        sa.Column("main", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint(
            "number", "office", "post", "since", name="pk_leaderships"
        ),
        schema=S,
    )
    op.create_index(
        "ix_leaderships_running",
        "leaderships",
        ["office", "post"],
        schema=S,
        postgresql_where=sa.text("until IS NULL"),
    )
    op.create_table(
        "coordinations",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("number", sa.String, nullable=False),
        sa.Column("programme", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("to", sa.String, nullable=False),
        sa.Column("asked_on", sa.Date, nullable=False),
        sa.Column("disagreement", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("decided_on", sa.Date),
        sa.Column("lead", sa.String),
        sa.Column("opinion", sa.String),
        sa.PrimaryKeyConstraint("id", name="pk_coordinations"),
        schema=S,
    )
    op.create_index("ix_coordinations_number", "coordinations", ["number"], schema=S)
    for column in ("office", "to"):
        name = f"ix_coordinations_{column}_id"
        op.create_index(name, "coordinations", [column, "id"], schema=S)
    _create_reception("turns")
    _create_reception(
        "receptions",
        sa.Column("receptions", sa.BigInteger, nullable=False),
        sa.Column("entered", sa.BigInteger, nullable=False),
    )
    op.add_column("batches", sa.Column("kind", sa.String), schema=S)
    op.add_column("batches", sa.Column("track", sa.String, nullable=False), schema=S)
    _create_batch_items()
    _create_baselines()
    _carry_over()


def _create_reception(name: str, *more: sa.Column) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.String, nullable=False),
        sa.Column("programme", sa.String, nullable=False),
        sa.Column("roster", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("post", sa.String, nullable=False),
        *more,
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
        schema=S,
    )
    day = ["programme", "roster", "office", "day", "post"]
    op.create_index(f"uq_{name}_day", name, day, schema=S, unique=True)
    op.create_index(f"ix_{name}_office_id", name, ["office", "id"], schema=S)


def _create_batch_items() -> None:
    op.create_table(
        "batch_items",
        sa.Column("batch", sa.String, nullable=False),
        sa.Column("number", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("left_on", sa.Date),
        sa.Column("reason", sa.String),
        sa.PrimaryKeyConstraint("batch", "number", name="pk_batch_items"),
        sa.ForeignKeyConstraint(
            ["batch"], [f"{S}.batches.id"], name="fk_batch_items_batch"
        ),
        schema=S,
    )
    op.create_index("ix_batch_items_number", "batch_items", ["number"], schema=S)
    op.create_table(
        "objections",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("batch", sa.String, nullable=False),
        sa.Column("number", sa.String, nullable=False),
        sa.Column("programme", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("decider", sa.String, nullable=False),
        sa.Column("raised_on", sa.Date, nullable=False),
        sa.Column("due_on", sa.Date),
        sa.Column("reasons", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("course", JSONB, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_objections"),
        sa.ForeignKeyConstraint(
            ["batch"], [f"{S}.batches.id"], name="fk_objections_batch"
        ),
        schema=S,
    )
    op.create_index(
        "uq_objections_batch_number",
        "objections",
        ["batch", "number"],
        schema=S,
        unique=True,
    )
    for column in ("office", "decider"):
        name = f"ix_objections_{column}_id"
        op.create_index(name, "objections", [column, "id"], schema=S)


def _create_baselines() -> None:
    op.create_table(
        "baselines",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("programme", sa.String, nullable=False),
        sa.Column("baseline", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("frozen_on", sa.Date, nullable=False),
        sa.Column("stated", sa.Integer),
        sa.Column("size", sa.Integer, nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("id", name="pk_baselines"),
        schema=S,
    )
    op.create_table(
        "baseline_cases",
        sa.Column("baseline", sa.String, nullable=False),
        sa.Column("number", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("baseline", "number", name="pk_baseline_cases"),
        sa.ForeignKeyConstraint(
            ["baseline"], [f"{S}.baselines.id"], name="fk_baseline_cases_baseline"
        ),
        schema=S,
    )
    op.create_index(
        "uq_baselines_programme",
        "baselines",
        ["programme", "baseline"],
        schema=S,
        unique=True,
    )
    op.create_index("ix_baselines_office_id", "baselines", ["office", "id"], schema=S)


def _carry_over() -> None:
    traits = ", ".join(f"'{name}', payload -> '{name}'" for name in TRAITS)
    op.execute(
        f"""
        INSERT INTO {S}.profiles (number, track, traits, away)
        SELECT m.number, coalesce(f.payload ->> 'track', 'campaign'),
               jsonb_strip_nulls(jsonb_build_object({traits})),
               CASE WHEN m.merged THEN jsonb_build_array(jsonb_build_array(
                   (SELECT max(g.occurred_on)::text FROM {S}.facts AS g
                    WHERE g.number = m.number AND g.type = 'intake.case_merged'),
                   NULL)) ELSE '[]' END
        FROM {S}.matters AS m
        JOIN {S}.facts AS f ON f.number = m.number AND f.type = 'intake.case_opened'
        WHERE m.is_case
        ON CONFLICT DO NOTHING
        """  # noqa: S608 - our own names
    )
    op.execute(
        f"""
        INSERT INTO {S}.leaderships (number, office, post, since, main)
        SELECT m.number, each ->> 0, each ->> 1, m.opened_on, bool_or(
            NOT EXISTS (SELECT FROM jsonb_array_elements(m.leaders)
                        WITH ORDINALITY AS before (led, at)
                        WHERE before.at < n.at AND before.led ->> 0 = each ->> 0))
        FROM {S}.matters AS m,
             jsonb_array_elements(m.leaders) WITH ORDINALITY AS n (each, at)
        WHERE m.is_case AND NOT m.merged AND m.opened_on IS NOT NULL
        GROUP BY m.number, each ->> 0, each ->> 1
        """  # noqa: S608 - our own names
    )
    op.execute(
        f"""
        INSERT INTO {S}.batch_items (batch, number, office, state)
        SELECT b.id, n.number, m.office, 'handed'
        FROM {S}.batches AS b, unnest(b.case_numbers) AS n (number)
        JOIN {S}.matters AS m ON m.number = n.number
        ON CONFLICT DO NOTHING
        """  # noqa: S608 - our own names
    )


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table, schema=S)
    op.drop_column("batches", "track", schema=S)
    op.drop_column("batches", "kind", schema=S)
