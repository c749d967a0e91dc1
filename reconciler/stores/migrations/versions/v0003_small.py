"""This room makes a state small: what many rows repeat is stored once, and digests are bytes.

Every row and every id stays. The old tables are renamed first, so that what refers to a section goes with
the old one, and dropping that takes nothing along.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from alembic import op

if TYPE_CHECKING:
    from collections.abc import Iterator

revision = "0003"
down_revision = "0002"

AREAS = (
    "course_info", "grading_tasks", "standards", "assessments", "categories",
    "composite_grades", "composite_weights", "grade_calc_options", "cross_site",
)  # fmt: skip
PARTS = tuple(f"{area}_{part}" for area in AREAS for part in ("pushed", "linked", "own"))
COUNTS = ("assignments", "scores", "posted", "comments")
VIEWS = ("setup_item", "course_item", "section_item", "residual_item")
AT_ONCE = 10_000


def upgrade() -> None:
    """Carry every table that changes over to its new form."""
    for name in VIEWS:
        op.execute(f"DROP VIEW IF EXISTS {name}")
    op.drop_index("course_plan", "course")
    op.create_index("course_calendar", "course", ["calendar_id"])
    _setups()
    _holdings()
    _used()
    _sections()
    _evidence()
    _residuals()
    _dropped("section")


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.Integer, primary_key=True)


def _text(name: str, *, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=null)


def _number(name: str, *keys: sa.ForeignKey, null: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, *keys, nullable=null)


def _digest() -> sa.Column[bytes]:
    return sa.Column("digest", sa.LargeBinary, nullable=False, unique=True)


def _inside() -> sa.ForeignKey:
    return sa.ForeignKey("section.id", ondelete="CASCADE")


def _renamed(name: str) -> None:
    op.rename_table(name, f"{name}_was")


def _dropped(name: str) -> None:
    """Drop the old table; the ids of the new one go on where the old one's ended."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"DELETE FROM sqlite_sequence WHERE name = '{name}'")
        op.execute(
            f"""INSERT INTO sqlite_sequence (name, seq)
            SELECT '{name}', seq FROM sqlite_sequence WHERE name = '{name}_was'"""
        )
    op.drop_table(f"{name}_was")


def _asked(query: str) -> sa.CursorResult[*tuple[Any, ...]]:
    return op.get_bind().execute(sa.text(query))


def _filled(table: sa.Table, rows: Iterator[dict[str, Any]]) -> None:
    """Insert rows, some at a time."""
    waiting: list[dict[str, Any]] = []
    for row in rows:
        waiting.append(row)
        if len(waiting) == AT_ONCE:
            op.get_bind().execute(sa.insert(table), waiting)
            waiting.clear()
    if waiting:
        op.get_bind().execute(sa.insert(table), waiting)


def _setups() -> None:
    """Setups name their items, each of which is stored once."""
    _renamed("setup")
    item = op.create_table("item", _id(), _digest(), _text("body"), sqlite_autoincrement=True)
    setup = op.create_table("setup", _id(), _digest(), _text("items"), sqlite_autoincrement=True)
    known: dict[str, int] = {}

    def named() -> Iterator[dict[str, Any]]:
        """Every setup with the numbers of its items, which are counted meanwhile."""
        for place, name, body in _asked("SELECT id, digest, body FROM setup_was ORDER BY id"):
            bodies = (
                json.dumps(one, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
                for one in json.loads(body)
            )
            items = [known.setdefault(one, len(known) + 1) for one in bodies]
            yield {
                "id": place,
                "digest": bytes.fromhex(name),
                "items": json.dumps(items, separators=(",", ":")),
            }

    _filled(setup, named())
    _filled(
        item,
        (
            {"id": place, "digest": hashlib.sha256(body.encode()).digest()[:16], "body": body}
            for body, place in known.items()
        ),
    )


def _holdings() -> None:
    """Most setups of a holding are empty: null."""
    _renamed("holding")
    columns = (_number(name, null=True) for name in PARTS)
    holding = op.create_table("holding", _id(), _digest(), *columns, sqlite_autoincrement=True)
    parts = ", ".join(f"nullif({name}, coalesce(e.id, 0)) AS {name}" for name in PARTS)
    rows = _asked(
        f"""SELECT h.id AS id, h.digest AS digest, {parts}
        FROM holding_was h LEFT JOIN setup_was e ON e.body = '[]' ORDER BY h.id"""
    )
    _filled(holding, ({**row, "digest": bytes.fromhex(row["digest"])[:16]} for row in rows.mappings()))
    _dropped("holding")
    _dropped("setup")


def _used() -> None:
    _renamed("used")
    used = op.create_table("used", _id(), _digest(), _text("body"), sqlite_autoincrement=True)
    rows = _asked("SELECT id, digest, body FROM used_was ORDER BY id")
    _filled(used, ({**row, "digest": bytes.fromhex(row["digest"])[:16]} for row in rows.mappings()))
    _dropped("used")


def _sections() -> None:
    """What planning reads comes first; moments are numbers; the terms of a meeting are stored once."""
    _renamed("section")
    op.drop_index("section_plan", "section_was")
    meeting = op.create_table(
        "meeting",
        _id(),
        sa.Column("terms", sa.Text, nullable=False, unique=True),
        sqlite_autoincrement=True,
    )
    moment = op.create_table("moment_was", _text("told"), sa.Column("seconds", sa.BigInteger))
    op.create_table(
        "section",
        _id(),
        _number("course_id", sa.ForeignKey("course.id", ondelete="CASCADE")),
        _number("holding_id"),
        _number("used_id", null=True),
        sa.Column("uses_at", sa.BigInteger, nullable=True),
        _number("meeting_id", null=True),
        _number("run_id", sa.ForeignKey("run.id"), null=True),
        _text("number"),
        *(_text(name, null=True) for name in ("teacher", "source_id")),
        sa.CheckConstraint("(used_id IS NULL) = (uses_at IS NULL)", name="section_uses_read"),
        sqlite_autoincrement=True,
    )
    met = _asked("SELECT DISTINCT terms FROM section_was WHERE terms <> '[]' ORDER BY terms")
    _filled(meeting, ({"terms": one} for (one,) in met.fetchall()))
    told = _asked("SELECT DISTINCT uses_at FROM section_was WHERE uses_at IS NOT NULL")
    _filled(
        moment,
        (
            {"told": one, "seconds": int(datetime.fromisoformat(one).timestamp())}
            for (one,) in told.fetchall()
        ),
    )
    op.execute(
        """INSERT INTO section (id, course_id, holding_id, used_id, uses_at, meeting_id, run_id, number,
            teacher, source_id)
        SELECT s.id, s.course_id, s.holding_id, s.used_id, m.seconds, t.id, s.run_id, s.number, s.teacher,
            s.source_id
        FROM section_was s LEFT JOIN meeting t ON t.terms = s.terms
        LEFT JOIN moment_was m ON m.told = s.uses_at ORDER BY s.id"""
    )
    op.create_index("section_course", "section", ["course_id"])
    op.drop_table("moment_was")


def _evidence() -> None:
    """A row of evidence names its thing: an item in a term."""
    op.create_table(
        "thing",
        _id(),
        *(_text(name) for name in ("area", "key")),
        _number("term"),
        sa.UniqueConstraint("area", "key", "term"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "evidence",
        sa.Column("section_id", sa.Integer, _inside(), primary_key=True),
        sa.Column("thing_id", sa.Integer, primary_key=True),
        *(_number(name) for name in COUNTS),
        sqlite_with_rowid=False,
    )
    op.execute(
        """INSERT INTO thing (area, key, term)
        SELECT DISTINCT area, key, term FROM use ORDER BY area, key, term"""
    )
    op.execute(
        f"""INSERT INTO evidence (section_id, thing_id, {", ".join(COUNTS)})
        SELECT u.section_id, t.id, {", ".join(f"u.{name}" for name in COUNTS)}
        FROM use u JOIN thing t ON t.area = u.area AND t.key = u.key AND t.term = u.term"""
    )
    op.drop_table("use")


def _residuals() -> None:
    """As they were: only their sections are in another table now."""
    _renamed("residual")
    for name in ("residual_of", "residual_open"):
        op.drop_index(name, "residual_was")
    op.create_table(
        "residual",
        _id(),
        _number("section_id", _inside()),
        *(_text(name) for name in ("area", "key")),
        _number("since_run", sa.ForeignKey("run.id")),
        _number("cleared_run", sa.ForeignKey("run.id"), null=True),
    )
    columns = "id, section_id, area, key, since_run, cleared_run"
    op.execute(f"INSERT INTO residual ({columns}) SELECT {columns} FROM residual_was")
    op.drop_table("residual_was")
    op.create_index("residual_of", "residual", ["section_id", "area", "key"])
    still = sa.text("cleared_run IS NULL")
    op.create_index(
        "residual_open", "residual", ["section_id", "area", "key"], unique=True,
        sqlite_where=still, postgresql_where=still,
    )  # fmt: skip
