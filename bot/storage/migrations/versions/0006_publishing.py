"""Texts being written and reviewed, and what editors are told to look at."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "drafts",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("open_key", sa.String(220), nullable=True, unique=True),
        sa.Column("author", sa.Integer, sa.ForeignKey("staff.id"), nullable=False),
        sa.Column("base", sa.String(16), nullable=False),
        sa.Column("fields", sa.JSON, nullable=False),
        sa.Column("files", sa.JSON, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Integer, nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revision", sa.String(64), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_drafts_subject", "drafts", ["subject"])
    op.create_index("ix_drafts_state", "drafts", ["state"])
    op.create_table(
        "draft_comments",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("draft", sa.Integer, sa.ForeignKey("drafts.id"), nullable=False),
        sa.Column("staff", sa.Integer, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
    )
    op.create_index("ix_draft_comments_draft", "draft_comments", ["draft"])
    op.create_table(
        "editing_now",
        sa.Column("subject", sa.String(200), primary_key=True),
        sa.Column("staff", sa.Integer, primary_key=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    for table in ("editing_now", "draft_comments", "drafts"):
        op.drop_table(table)
