"""This room adds to the journal what undo needs, the batch queue, and the settings of a state."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the columns and tables."""
    op.add_column("run", sa.Column("revision", sa.Text, nullable=False, server_default=""))
    op.add_column("run", sa.Column("undoes", sa.Integer, nullable=True))
    _journal("rekeyed", "area", "was", "key", "members", on_section=True)
    _journal("followed", "catalog", "was", "number", "members")
    op.create_table(
        "listed",
        _id(),
        _run(),
        *(_text(name) for name in ("catalog", "kind")),
        sa.Column("before", sa.Integer, nullable=True),
        sa.Column("after", sa.Integer, nullable=False),
    )
    op.create_index("listed_run", "listed", ["run_id"])
    op.create_table("setting", sa.Column("name", sa.Text, primary_key=True), _text("value"))
    op.create_table(
        "job",
        _id(),
        *(_text(name) for name in ("scheduled", "status")),
        sa.Column("priority", sa.Integer, nullable=False),
        *(_text(name) for name in ("submitted", "submitted_by")),
        *(_text(name, null=True) for name in ("claimed_by", "heartbeat", "started", "ended")),
        sa.Column("run_id", sa.Integer, sa.ForeignKey("run.id"), nullable=True),
        *(_text(name) for name in ("why", "told", "document")),
        sqlite_autoincrement=True,
    )
    op.create_index("job_due", "job", ["status", "scheduled"])


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.Integer, primary_key=True)


def _run() -> sa.Column[int]:
    return sa.Column("run_id", sa.Integer, sa.ForeignKey("run.id"), nullable=False)


def _text(name: str, *, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=null)


def _journal(table: str, *texts: str, on_section: bool = False) -> None:
    where = [sa.Column("on_section", sa.Boolean, nullable=False)] if on_section else []
    op.create_table(table, _id(), _run(), *where, *(_text(name) for name in texts))
    op.create_index(f"{table}_run", table, ["run_id"])
