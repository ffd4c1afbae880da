"""The tables. People stand in them as keyed hashes; words only in letters, and only as long as needed."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

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

unclear = Table(
    "unclear",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("week", Date, nullable=False, comment="the Monday: a day and an hour could tell who it was"),
    Column("text", Text, nullable=False, comment="without names, numbers and addresses, kept with consent"),
    Column("language", String(3), nullable=False),
    Column("country", String(2), nullable=False),
    Column("topic", String(60), nullable=False, comment="what it was taken for"),
    Column("reason", String(12), nullable=False, comment="unsure or not_useful"),
)

addresses = Table(
    "addresses",
    metadata,
    Column("person", String(64), primary_key=True),
    Column("channel", String(20), nullable=False),
    Column("address", Text, nullable=False, comment="the platform's id, encrypted"),
    Column("wrote_at", DateTime(timezone=True), nullable=False, comment="last message of theirs: opens the window"),
)

aliases = Table(
    "aliases",
    metadata,
    Column("alias", String(64), primary_key=True, comment="keyed hash of another id of the same person"),
    Column("person", String(64), nullable=False, index=True),
)

sent = Table(
    "sent",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("person", String(64), nullable=False, index=True),
    Column("message", String(200), nullable=False, index=True, comment="the platform's id of an answer"),
    Column("sent_at", DateTime(timezone=True), nullable=False),
)

pace = Table(
    "pace",
    metadata,
    Column("key", String(100), primary_key=True, comment="a channel, or a person on it"),
    Column("free_at", DateTime(timezone=True), nullable=False, comment="nothing may be sent before"),
)

arrivals = Table(
    "arrivals",
    metadata,
    Column("week", Date, primary_key=True, comment="the Monday"),
    Column("office", String(80), primary_key=True),
    Column("channel", String(20), primary_key=True),
    Column("times", Integer, nullable=False, default=0),
)

reminders = Table(
    "reminders",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("person", String(64), nullable=False, index=True),
    Column("channel", String(20), nullable=False),
    Column("due_at", DateTime(timezone=True), nullable=False, index=True),
    Column("rule", String(100), nullable=False, comment="id of the claim period; the text sent does not name it"),
    Column("language", String(3), nullable=False),
    UniqueConstraint("person", "rule", "due_at", name="reminders_once"),
)

staff = Table(
    "staff",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("email", String(200), nullable=False, unique=True, comment="small letters"),
    Column("name", String(120), nullable=False),
    Column("role", String(20), nullable=False),
    Column("office", String(80), nullable=False, default="", comment="id of the office; empty: of none"),
    Column("language", String(3), nullable=False),
    Column("password", Text, nullable=False, comment="argon2"),
    Column("second", Text, nullable=False, default="", comment="secret of the second factor, sealed"),
    Column("second_at", Integer, nullable=False, default=0, comment="time step of the last code that was taken"),
    Column("disabled", Boolean, nullable=False, default=False),
    Column("joined_at", DateTime(timezone=True), nullable=False),
    Column("alert_person", String(64), nullable=False, default="", comment="keyed hash of their own Telegram"),
    sqlite_autoincrement=True,
)

staff_sessions = Table(
    "staff_sessions",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("token", String(64), nullable=False, unique=True, comment="hash of what the cookie holds"),
    Column("staff", Integer, ForeignKey("staff.id"), nullable=False, index=True),
    Column("whole", Boolean, nullable=False, comment="false: the second factor is still to come"),
    Column("begun_at", DateTime(timezone=True), nullable=False),
    Column("seen_at", DateTime(timezone=True), nullable=False),
    Column("agent", String(200), nullable=False, default="", comment="which browser, to know it again"),
    sqlite_autoincrement=True,
)

staff_invitations = Table(
    "staff_invitations",
    metadata,
    Column("token", String(64), primary_key=True, comment="hash of what the link holds"),
    Column("role", String(20), nullable=False),
    Column("office", String(80), nullable=False, default=""),
    Column("invited_by", Integer, nullable=True),
    Column("expires_at", DateTime(timezone=True), nullable=False),
)

staff_attempts = Table(
    "staff_attempts",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("key", String(64), nullable=False, index=True, comment="keyed hash of who tried from where"),
    Column("at", DateTime(timezone=True), nullable=False, index=True),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("staff", Integer, nullable=True, comment="null: the command line or the program"),
    Column("act", String(40), nullable=False),
    Column("what", String(200), nullable=False, default=""),
    Column("detail", Text, nullable=False, default="", comment="never words of people who ask for help"),
    Column("seal", String(64), nullable=False, comment="chains this line to the one before"),
    sqlite_autoincrement=True,
)
