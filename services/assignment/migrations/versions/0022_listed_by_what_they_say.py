"""
What cases are listed and counted by stands in their rows; lists of offices find cases
and duties by all that they are asked for, without their numbers and days.
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"

S = "assignment"
_SAID = ("origin", "case_kind", "case_class", "difficulty")

_OWED = "state <> 'discharged' AND state <> 'released'"
_OF_OFFICES = f"{_OWED} AND office IS NOT NULL"
_BACKDATED = "state = 'open' AND backdated"
_OWED_ONES = (
    ("ix_duties_owed_by_office", ["office", "due_on"], _OWED),
    ("ix_duties_owed", ["due_on", "office"], _OF_OFFICES),
    ("ix_duties_owed_of_kind", ["kind", "due_on", "office"], _OF_OFFICES),
    ("ix_duties_backdated", ["due_on", "office"], _BACKDATED),
)


def upgrade() -> None:
    _take_time()
    for name in _SAID:
        op.add_column("matters", sa.Column(name, sa.String), schema=S)
    op.execute(
        "UPDATE assignment.matters AS m SET"
        " origin = p.traits ->> 'origin', case_kind = p.traits ->> 'case_kind',"
        " case_class = p.traits ->> 'case_class',"
        " difficulty = p.traits ->> 'difficulty'"
        " FROM assignment.profiles AS p WHERE p.number = m.number AND m.is_case"
    )
    op.create_index(
        "ix_matters_listed",
        "matters",
        [
            *("office", "is_case", "programme", "merged", "standing", "in_scope"),
            *("case_kind", "difficulty", "origin", "case_class"),
        ],
        postgresql_where=sa.text("office IS NOT NULL"),
        schema=S,
    )
    op.create_index(
        "ix_duties_listed",
        "duties",
        ["office", "state", "kind", "post", "programme"],
        schema=S,
    )
    op.drop_index("ix_duties_owed", table_name="duties", schema=S)
    op.drop_index("ix_duties_backdated", table_name="duties", schema=S)
    for name, columns, of in _OWED_ONES:
        where = sa.text(of)
        op.create_index(name, "duties", columns, schema=S, postgresql_where=where)
    op.drop_index("ix_matters_office_number", table_name="matters", schema=S)
    op.drop_index("ix_duties_office_due_on", table_name="duties", schema=S)


def downgrade() -> None:
    _take_time()
    op.create_index("ix_duties_office_due_on", "duties", ["office", "due_on"], schema=S)
    op.create_index(
        "ix_matters_office_number",
        "matters",
        ["office", "number"],
        postgresql_where=sa.text("office IS NOT NULL"),
        schema=S,
    )
    for name, _columns, _of in _OWED_ONES:
        op.drop_index(name, table_name="duties", schema=S)
    for name, columns, of in (
        ("ix_duties_owed", ["state", "due_on", "id"], _OF_OFFICES),
        ("ix_duties_backdated", ["due_on", "id"], _BACKDATED),
    ):
        where = sa.text(of)
        op.create_index(name, "duties", columns, schema=S, postgresql_where=where)
    op.drop_index("ix_duties_listed", table_name="duties", schema=S)
    op.drop_index("ix_matters_listed", table_name="matters", schema=S)
    for name in _SAID:
        op.drop_column("matters", name, schema=S)


def _take_time() -> None:
    """
    A million cases are written again in a minute or two, while their services wait;
    `VACUUM` afterwards frees what the rows took before.
    """
    op.execute("SET LOCAL statement_timeout = '15min'")
    op.execute("SET LOCAL maintenance_work_mem = '256MB'")
