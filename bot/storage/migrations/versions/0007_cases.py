"""Cases that people agreed to share with an office, what was written in them, and figures without people."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "cases",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("office", sa.String(80), nullable=False),
        sa.Column("language", sa.String(3), nullable=False),
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("topic", sa.String(60), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("urgent", sa.Boolean, nullable=False),
        sa.Column("paused", sa.Boolean, nullable=False),
        sa.Column("staff", sa.Integer, nullable=True),
        sa.Column("shared", sa.Text, nullable=False),
        sa.Column("contact", sa.Text, nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("touched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("waiting_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(8), nullable=False),
        sa.Column("referral", sa.String(8), nullable=False),
        sa.Column("referred_to", sa.String(80), nullable=False),
        sqlite_autoincrement=True,
    )
    for column in ("person", "office", "state", "referred_to"):
        op.create_index(f"ix_cases_{column}", "cases", [column])
    op.create_table(
        "case_lines",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("case", sa.Integer, sa.ForeignKey("cases.id"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("staff", sa.Integer, nullable=True),
        sa.Column("office", sa.String(80), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("translated", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_case_lines_case", "case_lines", ["case"])
    op.create_table(
        "case_figures",
        sa.Column("week", sa.Date, primary_key=True),
        sa.Column("office", sa.String(80), primary_key=True),
        sa.Column("kind", sa.String(20), primary_key=True),
        sa.Column("topic", sa.String(60), primary_key=True),
        sa.Column("times", sa.Integer, nullable=False),
        sa.Column("seconds", sa.Integer, nullable=False),
    )
    op.create_table(
        "staff_links",
        sa.Column("token", sa.String(64), primary_key=True),
        sa.Column("staff", sa.Integer, sa.ForeignKey("staff.id"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    for table in ("staff_links", "case_figures", "case_lines", "cases"):
        op.drop_table(table)
