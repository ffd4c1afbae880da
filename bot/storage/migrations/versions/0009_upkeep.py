"""Addresses and phones that were tried or reported."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "links",
        sa.Column("address", sa.String(600), primary_key=True),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("works", sa.Boolean, nullable=False),
        sa.Column("why", sa.String(40), nullable=False),
        sa.Column("failed_since", sa.Date, nullable=True),
        sa.Column("failed_last", sa.Date, nullable=True),
        sa.Column("failed_days", sa.Integer, nullable=False),
    )
    op.create_table(
        "reports",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("target", sa.String(200), nullable=False),
        sa.Column("person", sa.String(64), nullable=False),
        sa.UniqueConstraint("kind", "target", "person", name="reports_once"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_reports_person", "reports", ["person"])
    op.create_table(
        "looked_at",
        sa.Column("target", sa.String(200), primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("looked_at")
    op.drop_index("ix_reports_person", "reports")
    op.drop_table("reports")
    op.drop_table("links")
