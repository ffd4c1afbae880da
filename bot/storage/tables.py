"""The tables. People stand in them as keyed hashes; words only in letters, and only as long as needed."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Date, DateTime, Index, Integer, MetaData, String, Table, Text, UniqueConstraint

metadata = MetaData()

letters = Table(
    "letters",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("direction", String(3), nullable=False, comment="in or out"),
    Column("channel", String(20), nullable=False),
    Column("key", String(200), nullable=False, comment="what makes the letter the same when it arrives twice"),
    Column("person", String(64), nullable=False),
    Column("payload", JSON, nullable=False),
    Column("kept_at", DateTime(timezone=True), nullable=False),
    Column("due_at", DateTime(timezone=True), nullable=False, comment="not before; a lease while somebody has it"),
    Column("attempts", Integer, nullable=False, default=0),
    Column("state", String(8), nullable=False, default="waiting", comment="waiting, finished or given_up"),
    Column("failure", Text, nullable=False, default="", comment="kind of the last failure, without words of people"),
    Column("keep_until", DateTime(timezone=True), nullable=True, comment="when a finished letter is erased"),
    UniqueConstraint("channel", "direction", "key", name="letters_once"),
    sqlite_autoincrement=True,  # an erased letter's number is never given to another
)
Index("letters_waiting", letters.c.direction, letters.c.state, letters.c.due_at)
Index("letters_person", letters.c.person, letters.c.direction, letters.c.state, letters.c.id)
Index("letters_purge", letters.c.state, letters.c.keep_until)

conversations = Table(
    "conversations",
    metadata,
    Column("person", String(64), primary_key=True),
    Column("channel", String(20), nullable=False),
    Column("state", JSON, nullable=False),
    Column("seen_at", DateTime(timezone=True), nullable=False, index=True),
)

counts = Table(
    "counts",
    metadata,
    Column("day", Date, primary_key=True),
    Column("kind", String(20), primary_key=True),
    Column("topic", String(60), primary_key=True),
    Column("country", String(2), primary_key=True),
    Column("language", String(3), primary_key=True),
    Column("times", Integer, nullable=False, default=0),
)

feedback = Table(
    "feedback",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("day", Date, nullable=False),
    Column("page", String(120), nullable=False, index=True),
    Column("version", String(8), nullable=False),
    Column("verdict", String(12), nullable=False),
)
