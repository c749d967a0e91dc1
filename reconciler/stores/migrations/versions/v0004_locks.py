"""This room adds the locks of calendars: one writer at a time (domain.md 10)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "calendar_lock",
        sa.Column("id", sa.Integer, primary_key=True),
        _text("who"),
        _text("host"),
        sa.Column("pid", sa.Integer, nullable=False),
        *(_text(name) for name in ("process", "since", "heartbeat")),
        sa.Column("run_id", sa.Integer, sa.ForeignKey("run.id"), nullable=True),
        sa.Column("session", sa.Integer, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "locked_calendar",
        sa.Column("calendar_id", sa.Integer, sa.ForeignKey("calendar.id"), primary_key=True),
        sa.Column(
            "lock_id", sa.Integer, sa.ForeignKey("calendar_lock.id", ondelete="CASCADE"), nullable=False
        ),
    )


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)
