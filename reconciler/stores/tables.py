"""This room lists the tables (house.md 1): hosts with their references, values stored once, and the journal.

Ids of hosts and values are never reused (AUTOINCREMENT), so that a journal and a saved plan keep their
meaning. Foreign keys are for structure only: with keys to setups, sweeping them would take minutes.
What hundreds of thousands of rows repeat is stored once and named by a small number: a district of 600,000
sections fits into 60 MB, and its evidence into 90 more.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from reconciler.course import PARTS

METADATA = MetaData()
HOLDING_COLUMNS = tuple(f"{area}_{part}" for area, part in PARTS)
"""The 27 columns of a holding, in the order of PARTS."""


def _row_id() -> Column[int]:
    return Column("id", Integer, primary_key=True)


def _inside(target: str) -> ForeignKey:
    return ForeignKey(target, ondelete="CASCADE")


def _text(name: str, *, null: bool = False) -> Column[str]:
    return Column(name, Text, nullable=null)


def _number(name: str, *keys: ForeignKey, null: bool = False) -> Column[int]:
    return Column(name, Integer, *keys, nullable=null)


def _digest() -> Column[bytes]:
    return Column("digest", LargeBinary, nullable=False, unique=True)


META = Table("meta", METADATA, Column("id", Text, primary_key=True), _text("created"))
SCHOOL = Table("school", METADATA, Column("name", Text, primary_key=True), _text("source_id", null=True))
CALENDAR = Table(
    "calendar",
    METADATA,
    _row_id(),
    _text("name"),
    Column("school", Text, ForeignKey("school.name"), nullable=False),
    _number("year"),
    _text("terms"),
    UniqueConstraint("school", "name"),
    sqlite_autoincrement=True,
)
COURSE = Table(
    "course",
    METADATA,
    _row_id(),
    _number("calendar_id", ForeignKey("calendar.id")),
    _text("number"),
    _text("name"),
    _text("catalog", null=True),
    _text("master", null=True),
    _text("dormant", null=True),
    Column("ignored", Boolean, nullable=False),
    Column("mapped", Boolean, nullable=False),
    _text("source_id", null=True),
    _number("holding_id"),
    _number("run_id", ForeignKey("run.id"), null=True),
    Index("course_calendar", "calendar_id"),
    sqlite_autoincrement=True,
)
SECTION = Table(
    "section",
    METADATA,
    _row_id(),
    # What planning reads comes first: SQLite reads a row from its beginning.
    _number("course_id", _inside("course.id")),
    _number("holding_id"),
    _number("used_id", null=True),
    Column("uses_at", BigInteger, nullable=True),
    _number("meeting_id", null=True),
    _number("run_id", ForeignKey("run.id"), null=True),
    _text("number"),
    _text("teacher", null=True),
    _text("source_id", null=True),
    Index("section_course", "course_id"),
    CheckConstraint("(used_id IS NULL) = (uses_at IS NULL)", name="section_uses_read"),
    sqlite_autoincrement=True,
)
"""`uses_at`: seconds since 1970 (UTC). `meeting_id` is null where nobody knows when a section meets."""
MEETING = Table(
    "meeting", METADATA, _row_id(), Column("terms", Text, nullable=False, unique=True),
    sqlite_autoincrement=True,
)  # fmt: skip
"""The term positions in which a section meets, as a JSON list."""
ITEM = Table("item", METADATA, _row_id(), _digest(), _text("body"), sqlite_autoincrement=True)
SETUP = Table("setup", METADATA, _row_id(), _digest(), _text("items"), sqlite_autoincrement=True)
"""`items`: the ids of its items as a JSON list, in the order of their keys; `digest`: that of its text."""
HOLDING = Table(
    "holding", METADATA, _row_id(), _digest(),
    *(_number(name, null=True) for name in HOLDING_COLUMNS),
    sqlite_autoincrement=True,
)  # fmt: skip
"""Null is the empty setup, as most are."""
USED = Table("used", METADATA, _row_id(), _digest(), _text("body"), sqlite_autoincrement=True)
THING = Table(
    "thing", METADATA, _row_id(), _text("area"), _text("key"), _number("term"),
    UniqueConstraint("area", "key", "term"),
    sqlite_autoincrement=True,
)  # fmt: skip
"""What evidence hangs on: an item in a term, whatever the section."""
EVIDENCE = Table(
    "evidence",
    METADATA,
    Column("section_id", Integer, _inside("section.id"), primary_key=True),
    Column("thing_id", Integer, primary_key=True),
    _number("assignments"),
    _number("scores"),
    _number("posted"),
    _number("comments"),
    sqlite_with_rowid=False,
)
"""People read it as the view `use`."""
ALIAS = Table(
    "alias",
    METADATA,
    Column("on_section", Boolean, primary_key=True),
    Column("host_id", Integer, primary_key=True),
    Column("area", Text, primary_key=True),
    Column("source_key", Text, primary_key=True),
    _text("key"),
    sqlite_with_rowid=False,
)
RESIDUAL = Table(
    "residual",
    METADATA,
    _row_id(),
    _number("section_id", _inside("section.id")),
    _text("area"),
    _text("key"),
    _number("since_run", ForeignKey("run.id")),
    _number("cleared_run", ForeignKey("run.id"), null=True),
    Index("residual_of", "section_id", "area", "key"),
)
Index(
    "residual_open", RESIDUAL.c.section_id, RESIDUAL.c.area, RESIDUAL.c.key, unique=True,
    sqlite_where=text("cleared_run IS NULL"), postgresql_where=text("cleared_run IS NULL"),
)  # fmt: skip
LIST = Table(
    "list", METADATA, Column("catalog", Text, primary_key=True), Column("kind", Text, primary_key=True),
    _number("setup_id"),
)  # fmt: skip
RUN = Table(
    "run",
    METADATA,
    _row_id(),
    _text("kind"),
    _text("who"),
    _text("started"),
    _text("ended", null=True),
    _text("status"),
    _text("message"),
    _text("plan"),
    _text("options"),
    _text("report", null=True),
    Column("revision", Text, nullable=False, server_default=""),
    _number("undoes", null=True),
    sqlite_autoincrement=True,
)
MOVE = Table(
    "move",
    METADATA,
    _row_id(),
    _number("run_id", ForeignKey("run.id")),
    Column("on_section", Boolean, nullable=False),
    _number("before"),
    _number("after"),
    _text("members"),
    Index("move_run", "run_id"),
)
REKEYED = Table(
    "rekeyed",
    METADATA,
    _row_id(),
    _number("run_id", ForeignKey("run.id")),
    Column("on_section", Boolean, nullable=False),
    *(_text(name) for name in ("area", "was", "key", "members")),
    Index("rekeyed_run", "run_id"),
)
FOLLOWED = Table(
    "followed",
    METADATA,
    _row_id(),
    _number("run_id", ForeignKey("run.id")),
    *(_text(name) for name in ("catalog", "was", "number", "members")),
    Index("followed_run", "run_id"),
)
LISTED = Table(
    "listed",
    METADATA,
    _row_id(),
    _number("run_id", ForeignKey("run.id")),
    _text("catalog"),
    _text("kind"),
    _number("before", null=True),
    _number("after"),
    Index("listed_run", "run_id"),
)
CALENDAR_LOCK = Table(
    "calendar_lock",
    METADATA,
    _row_id(),
    _text("who"),
    _text("host"),
    _number("pid"),
    *(_text(name) for name in ("process", "since", "heartbeat")),
    _number("run_id", ForeignKey("run.id"), null=True),
    _number("session"),
    sqlite_autoincrement=True,
)
LOCKED_CALENDAR = Table(
    "locked_calendar",
    METADATA,
    Column("calendar_id", Integer, ForeignKey("calendar.id"), primary_key=True),
    _number("lock_id", _inside("calendar_lock.id")),
)
"""A calendar has one lock at most."""
SETTING = Table("setting", METADATA, Column("name", Text, primary_key=True), _text("value"))
JOB = Table(
    "job",
    METADATA,
    _row_id(),
    _text("scheduled"),
    _text("status"),
    _number("priority"),
    _text("submitted"),
    _text("submitted_by"),
    *(_text(name, null=True) for name in ("claimed_by", "heartbeat", "started", "ended")),
    _number("run_id", ForeignKey("run.id"), null=True),
    *(_text(name) for name in ("why", "told", "document")),
    Index("job_due", "status", "scheduled"),
    sqlite_autoincrement=True,
)
