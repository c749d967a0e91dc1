"""This room makes the first tables. It never changes; later versions add rooms beside it."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

AREAS = (
    "course_info", "grading_tasks", "standards", "assessments", "categories",
    "composite_grades", "composite_weights", "grade_calc_options", "cross_site",
)  # fmt: skip


def upgrade() -> None:
    """Make all tables, their indexes, and the store's id."""
    _places()
    _runs()
    _hosts()
    _values()
    _evidence()
    meta = op.create_table(
        "meta",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("created", sa.Text, nullable=False),
    )
    op.bulk_insert(meta, [{"id": str(uuid4()), "created": datetime.now(UTC).isoformat(timespec="seconds")}])


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.Integer, primary_key=True)


def _text(name: str, *, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=null)


def _number(name: str, *keys: sa.ForeignKey, null: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, *keys, nullable=null)


def _places() -> None:
    op.create_table("school", sa.Column("name", sa.Text, primary_key=True), _text("source_id", null=True))
    op.create_table(
        "calendar",
        _id(),
        _text("name"),
        sa.Column("school", sa.Text, sa.ForeignKey("school.name"), nullable=False),
        _number("year"),
        _text("terms"),
        sa.UniqueConstraint("school", "name"),
        sqlite_autoincrement=True,
    )


def _runs() -> None:
    op.create_table(
        "run",
        _id(),
        *(_text(name) for name in ("kind", "who", "started")),
        _text("ended", null=True),
        *(_text(name) for name in ("status", "message", "plan", "options")),
        _text("report", null=True),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "move",
        _id(),
        _number("run_id", sa.ForeignKey("run.id")),
        sa.Column("on_section", sa.Boolean, nullable=False),
        _number("before"),
        _number("after"),
        _text("members"),
    )
    op.create_index("move_run", "move", ["run_id"])


def _hosts() -> None:
    op.create_table(
        "course",
        _id(),
        _number("calendar_id", sa.ForeignKey("calendar.id")),
        *(_text(name) for name in ("number", "name")),
        *(_text(name, null=True) for name in ("catalog", "master", "dormant")),
        *(sa.Column(name, sa.Boolean, nullable=False) for name in ("ignored", "mapped")),
        _text("source_id", null=True),
        _number("holding_id"),
        _number("run_id", sa.ForeignKey("run.id"), null=True),
        sqlite_autoincrement=True,
    )
    covering = ["calendar_id", "id", "catalog", "master", "ignored", "mapped", "holding_id"]
    op.create_index("course_plan", "course", covering)
    op.create_table(
        "section",
        _id(),
        _number("course_id", sa.ForeignKey("course.id", ondelete="CASCADE")),
        _text("number"),
        _text("teacher", null=True),
        _text("terms"),
        _text("source_id", null=True),
        _number("holding_id"),
        _number("used_id", null=True),
        _text("uses_at", null=True),
        _number("run_id", sa.ForeignKey("run.id"), null=True),
        sa.CheckConstraint("(used_id IS NULL) = (uses_at IS NULL)", name="section_uses_read"),
        sqlite_autoincrement=True,
    )
    op.create_index("section_plan", "section", ["course_id", "id", "holding_id", "used_id"])
    op.create_table(
        "alias",
        sa.Column("on_section", sa.Boolean, primary_key=True),
        sa.Column("host_id", sa.Integer, primary_key=True),
        sa.Column("area", sa.Text, primary_key=True),
        sa.Column("source_key", sa.Text, primary_key=True),
        _text("key"),
        sqlite_with_rowid=False,
    )


def _values() -> None:
    for name in ("setup", "used"):
        op.create_table(
            name,
            _id(),
            sa.Column("digest", sa.Text, nullable=False, unique=True),
            _text("body"),
            sqlite_autoincrement=True,
        )
    op.create_table(
        "holding",
        _id(),
        sa.Column("digest", sa.Text, nullable=False, unique=True),
        *(_number(f"{area}_{part}") for area in AREAS for part in ("pushed", "linked", "own")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "list",
        sa.Column("catalog", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, primary_key=True),
        _number("setup_id"),
    )


def _evidence() -> None:
    inside = sa.ForeignKey("section.id", ondelete="CASCADE")
    op.create_table(
        "use",
        sa.Column("section_id", sa.Integer, inside, primary_key=True),
        sa.Column("area", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("term", sa.Integer, primary_key=True),
        *(_number(name) for name in ("assignments", "scores", "posted", "comments")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "residual",
        _id(),
        _number("section_id", sa.ForeignKey("section.id", ondelete="CASCADE")),
        *(_text(name) for name in ("area", "key")),
        _number("since_run", sa.ForeignKey("run.id")),
        _number("cleared_run", sa.ForeignKey("run.id"), null=True),
    )
    op.create_index("residual_of", "residual", ["section_id", "area", "key"])
    still = sa.text("cleared_run IS NULL")
    op.create_index(
        "residual_open", "residual", ["section_id", "area", "key"], unique=True,
        sqlite_where=still, postgresql_where=still,
    )  # fmt: skip
