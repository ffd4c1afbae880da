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

links = Table(
    "links",
    metadata,
    Column("address", String(600), primary_key=True, comment="a web address that the content gives out"),
    Column("tried_at", DateTime(timezone=True), nullable=False),
    Column("works", Boolean, nullable=False),
    Column("why", String(40), nullable=False, default="", comment="kind of the last failure"),
    Column("failed_since", Date, nullable=True),
    Column("failed_last", Date, nullable=True),
    Column("failed_days", Integer, nullable=False, default=0, comment="on how many different days in a row"),
)

reports = Table(
    "reports",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("day", Date, nullable=False),
    Column("kind", String(12), nullable=False, comment="phone, link or untrue"),
    Column("target", String(200), nullable=False, comment="id of an office, or name of a page"),
    Column("person", String(64), nullable=False, index=True, comment="so that one person counts once"),
    UniqueConstraint("kind", "target", "person", name="reports_once"),
    sqlite_autoincrement=True,
)

looked_at = Table(
    "looked_at",
    metadata,
    Column("target", String(200), primary_key=True, comment="a page whose reports an editor dealt with"),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("day", Date, nullable=False, comment="verdicts up to this day are done with"),
)

news = Table(
    "news",
    metadata,
    Column("person", String(64), primary_key=True, comment="who asked for news of offices; gone when they ask no more"),
    Column("channel", String(20), nullable=False),
    Column("language", String(3), nullable=False),
    Column("country", String(2), nullable=False),
    Column("origin", String(2), nullable=False),
    Column("topic", String(60), nullable=False, comment="the last one answered, never danger"),
    Column("office", String(80), nullable=False, comment="whose link brought them"),
    Column("discreet", Boolean, nullable=False),
    Column("danger_on", Date, nullable=True, comment="the day danger was told last: nothing is sent for a while"),
    Column("since", DateTime(timezone=True), nullable=False),
)

announcements = Table(
    "announcements",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("office", String(80), nullable=False, comment="whose it is; empty: the administrators'"),
    Column("kind", String(12), nullable=False),
    Column("texts", JSON, nullable=False, comment="by language; Spanish always"),
    Column("audience", JSON, nullable=False),
    Column("until", Date, nullable=False, comment="the last day on which it is worth telling"),
    Column("spread_hours", Integer, nullable=False),
    Column("state", String(10), nullable=False, index=True),
    Column("version", Integer, nullable=False, comment="counts changes: what was approved is what was seen"),
    Column("changed_by", Integer, ForeignKey("staff.id"), nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    Column("approved_by", Integer, ForeignKey("staff.id"), nullable=True),
    Column("approved_at", DateTime(timezone=True), nullable=True),
    Column("sent", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
    Column("missed", Integer, nullable=False, comment="not reached in time, or stopped before"),
    Column("opted_out", Integer, nullable=False, comment="asked for no more news within a week of it"),
    sqlite_autoincrement=True,
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("announcement", Integer, ForeignKey("announcements.id"), nullable=False),
    Column("person", String(64), nullable=False, index=True),
    Column("channel", String(20), nullable=False),
    Column("due_at", DateTime(timezone=True), nullable=False, index=True),
    Column("state", String(8), nullable=False, comment="waiting, posted, sent, failed or missed"),
    Column("letter", String(200), nullable=False, default="", comment="key of its letter once it is posted"),
    Column("template", Boolean, nullable=False, default=False, comment="true: counts for WhatsApp's daily tier"),
    Column("posted_at", DateTime(timezone=True), nullable=True),
    UniqueConstraint("announcement", "person", name="deliveries_once"),
    sqlite_autoincrement=True,
)

office_counts = Table(
    "office_counts",
    metadata,
    Column("week", Date, primary_key=True, comment="the Monday"),
    Column("office", String(80), primary_key=True, comment="whose link brought the people"),
    Column("kind", String(20), primary_key=True),
    Column("topic", String(60), primary_key=True),
    Column("country", String(2), primary_key=True),
    Column("language", String(3), primary_key=True),
    Column("times", Integer, nullable=False, default=0),
)

drafts = Table(
    "drafts",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("subject", String(200), nullable=False, index=True, comment="path of the file it is mainly about"),
    Column("kind", String(20), nullable=False, comment="text, figure, emergency, deadline, office, …"),
    Column("title", String(200), nullable=False, comment="what it is called in lists"),
    Column(
        "state", String(10), nullable=False, index=True, comment="writing, review, publishing, published or dropped"
    ),
    Column("open_key", String(220), nullable=True, unique=True, comment="author and subject while it is being written"),
    Column("author", Integer, ForeignKey("staff.id"), nullable=False),
    Column("base", String(16), nullable=False, comment="mark of the file it was begun from; empty: there was none"),
    Column("fields", JSON, nullable=False, comment="the form as it was last left"),
    Column("files", JSON, nullable=False, comment="by path: the file before and after, when it was sent to review"),
    Column("why", Text, nullable=False),
    Column("begun_at", DateTime(timezone=True), nullable=False),
    Column("saved_at", DateTime(timezone=True), nullable=False),
    Column("decided_by", Integer, nullable=True),
    Column("decided_at", DateTime(timezone=True), nullable=True),
    Column("revision", String(64), nullable=False, comment="the commit that published it"),
    sqlite_autoincrement=True,
)

draft_comments = Table(
    "draft_comments",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("draft", Integer, ForeignKey("drafts.id"), nullable=False, index=True),
    Column("staff", Integer, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("text", Text, nullable=False),
)

editing_now = Table(
    "editing_now",
    metadata,
    Column("subject", String(200), primary_key=True),
    Column("staff", Integer, primary_key=True),
    Column("since", DateTime(timezone=True), nullable=False),
    Column("seen_at", DateTime(timezone=True), nullable=False),
)

cases = Table(
    "cases",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("person", String(64), nullable=False, index=True, comment="empty once the texts were erased"),
    Column("channel", String(20), nullable=False),
    Column("office", String(80), nullable=False, index=True),
    Column("language", String(3), nullable=False),
    Column("country", String(2), nullable=False),
    Column("topic", String(60), nullable=False),
    Column("state", String(8), nullable=False, index=True, comment="open or closed"),
    Column("urgent", Boolean, nullable=False),
    Column("paused", Boolean, nullable=False, comment="true: the person talks to the program just now"),
    Column("staff", Integer, nullable=True, comment="who has taken it"),
    Column("shared", Text, nullable=False, comment="what the person agreed to show, sealed"),
    Column("contact", Text, nullable=False, comment="phone and name, if given for the case, sealed"),
    Column("opened_at", DateTime(timezone=True), nullable=False),
    Column("touched_at", DateTime(timezone=True), nullable=False),
    Column("waiting_at", DateTime(timezone=True), nullable=True, comment="first message that waits for a reply"),
    Column("replied_at", DateTime(timezone=True), nullable=True, comment="the first reply"),
    Column("closed_at", DateTime(timezone=True), nullable=True),
    Column("outcome", String(8), nullable=False),
    Column("referral", String(8), nullable=False, comment="asked: the person; offered: the other office; declined"),
    Column("referred_to", String(80), nullable=False, index=True),
    sqlite_autoincrement=True,
)

case_lines = Table(
    "case_lines",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("case", Integer, ForeignKey("cases.id"), nullable=False, index=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("kind", String(8), nullable=False, comment="person, staff, note or event"),
    Column("staff", Integer, nullable=True),
    Column("office", String(80), nullable=False, comment="whose line it is: a note is read by this office only"),
    Column("text", Text, nullable=False, comment="sealed"),
    Column("translated", Text, nullable=False, comment="sealed; empty: not translated"),
    sqlite_autoincrement=True,
)

case_figures = Table(
    "case_figures",
    metadata,
    Column("week", Date, primary_key=True, comment="the Monday"),
    Column("office", String(80), primary_key=True),
    Column("kind", String(20), primary_key=True, comment="opened, urgent, replied, referred, closed_…, helped_…"),
    Column("topic", String(60), primary_key=True),
    Column("times", Integer, nullable=False, default=0),
    Column("seconds", Integer, nullable=False, default=0, comment="how long it took, all together"),
)

staff_links = Table(
    "staff_links",
    metadata,
    Column("token", String(64), primary_key=True, comment="hash of what the link holds"),
    Column("staff", Integer, ForeignKey("staff.id"), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
)
