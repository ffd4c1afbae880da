"""What offices announce to people who asked for it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "news",
        sa.Column("person", sa.String(64), primary_key=True),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("language", sa.String(3), nullable=False),
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("origin", sa.String(2), nullable=False),
        sa.Column("topic", sa.String(60), nullable=False),
        sa.Column("office", sa.String(80), nullable=False),
        sa.Column("discreet", sa.Boolean, nullable=False),
        sa.Column("danger_on", sa.Date, nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "announcements",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("office", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("texts", sa.JSON, nullable=False),
        sa.Column("audience", sa.JSON, nullable=False),
        sa.Column("until", sa.Date, nullable=False),
        sa.Column("spread_hours", sa.Integer, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("changed_by", sa.Integer, sa.ForeignKey("staff.id"), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_by", sa.Integer, sa.ForeignKey("staff.id"), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent", sa.Integer, nullable=False),
        sa.Column("failed", sa.Integer, nullable=False),
        sa.Column("missed", sa.Integer, nullable=False),
        sa.Column("opted_out", sa.Integer, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_announcements_state", "announcements", ["state"])
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("announcement", sa.Integer, sa.ForeignKey("announcements.id"), nullable=False),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("letter", sa.String(200), nullable=False),
        sa.Column("template", sa.Boolean, nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=True),
        sa.UniqueConstraint("announcement", "person", name="deliveries_once"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_deliveries_person", "deliveries", ["person"])
    op.create_index("ix_deliveries_due_at", "deliveries", ["due_at"])
    op.create_table(
        "office_counts",
        sa.Column("week", sa.Date, primary_key=True),
        sa.Column("office", sa.String(80), primary_key=True),
        sa.Column("kind", sa.String(20), primary_key=True),
        sa.Column("topic", sa.String(60), primary_key=True),
        sa.Column("country", sa.String(2), primary_key=True),
        sa.Column("language", sa.String(3), primary_key=True),
        sa.Column("times", sa.Integer, nullable=False),
    )


def downgrade() -> None:
    for table in ("office_counts", "deliveries", "announcements", "news"):
        op.drop_table(table)
