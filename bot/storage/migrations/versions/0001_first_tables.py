"""first tables"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "conversations",
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("person"),
    )
    with op.batch_alter_table("conversations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_conversations_seen_at"), ["seen_at"], unique=False)

    op.create_table(
        "counts",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("topic", sa.String(length=60), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("language", sa.String(length=3), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "kind", "topic", "country", "language"),
    )
    op.create_table(
        "feedback",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("page", sa.String(length=120), nullable=False),
        sa.Column("version", sa.String(length=8), nullable=False),
        sa.Column("verdict", sa.String(length=12), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("feedback", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_feedback_page"), ["page"], unique=False)

    op.create_table(
        "letters",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("direction", sa.String(length=3), nullable=False, comment="in or out"),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column(
            "key", sa.String(length=200), nullable=False, comment="what makes the letter the same when it arrives twice"
        ),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "due_at", sa.DateTime(timezone=True), nullable=False, comment="not before; a lease while somebody has it"
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False, comment="waiting, finished or given_up"),
        sa.Column("failure", sa.Text(), nullable=False, comment="kind of the last failure, without words of people"),
        sa.Column("keep_until", sa.DateTime(timezone=True), nullable=True, comment="when a finished letter is erased"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("channel", "direction", "key", name="letters_once"),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("letters", schema=None) as batch_op:
        batch_op.create_index("letters_person", ["person", "direction", "state", "id"], unique=False)
        batch_op.create_index("letters_purge", ["state", "keep_until"], unique=False)
        batch_op.create_index("letters_waiting", ["direction", "state", "due_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("letters", schema=None) as batch_op:
        batch_op.drop_index("letters_waiting")
        batch_op.drop_index("letters_purge")
        batch_op.drop_index("letters_person")

    op.drop_table("letters")
    with op.batch_alter_table("feedback", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_feedback_page"))

    op.drop_table("feedback")
    op.drop_table("counts")
    with op.batch_alter_table("conversations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_conversations_seen_at"))

    op.drop_table("conversations")
