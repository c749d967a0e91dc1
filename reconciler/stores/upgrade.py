"""This room brings a store to this version's tables.

Only a store that is behind enters it, as Alembic is slow to import.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config

from reconciler.stores import views

if TYPE_CHECKING:
    from sqlalchemy import Connection


def config() -> Config:
    """Alembic's settings: where the migrations are packaged."""
    found = Config()
    folder = str(Path(__file__).parent / "migrations")
    found.set_main_option("script_location", folder.replace("%", "%%"))
    return found


def migrate(connection: Connection) -> None:
    """Run every migration that is missing, in the connection's transaction."""
    settings = config()
    settings.attributes["connection"] = connection
    command.upgrade(settings, "head")


def upgrade(connection: Connection) -> None:
    """Bring a SQLite file up to date: the same, and its views are made anew."""
    migrate(connection)
    views.renew(connection)
