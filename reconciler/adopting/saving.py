"""This room proves a first catalog, puts it in its place whole, and links its courses."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.desired import load, require
from reconciler.errors import OutputUnwritable
from reconciler.errors.adopting import OutputThere
from reconciler.linking import Linking, Wish
from reconciler.whole import whole

if TYPE_CHECKING:
    from reconciler.adopting.adopt import Adopted
    from reconciler.course import Catalog
    from reconciler.current import Transaction
    from reconciler.desired import Loaded
    from reconciler.linking import Linked


def proved(adopted: Adopted) -> Loaded:
    """The text as `reconcile validate` reads it; raises CatalogInvalid where it finds an error."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "catalog.yaml"
        path.write_text(adopted.text, encoding="utf-8", newline="\n")
        loaded = load([path])
    require(loaded)
    return loaded


def room_for(path: Path, *, force: bool) -> None:
    """Raise OutputThere, or OutputUnwritable, where a file can't go to this place."""
    if path.is_dir():
        raise OutputUnwritable(file=path, why="it is a folder")
    if path.exists() and not force:
        raise OutputThere(path=path)


def save(text: str, path: Path, *, force: bool = False) -> None:
    """Write a file whole or not at all: beside its place first. Raises what `room_for` raises."""
    room_for(path, force=force)
    try:
        with whole(path) as stream:
            stream.write(text.encode())
    except OSError as error:
        raise OutputUnwritable(file=path, why=error.strerror or error) from None


def link_courses(tx: Transaction, run: int, adopted: Adopted, catalog: Catalog) -> Linked:
    """Link the courses to their masters, record what equals them as linked, and the lists as applied.

    The lists were derived from what is there, so that a plan of them has nothing to say.
    """
    wishes = [
        Wish(course, catalog, catalog.masters[number])
        for number, courses in adopted.courses.items()
        for course in courses
    ]
    done = Linking(tx, run).link(wishes)
    tx.put_lists(catalog.name, catalog.lists, run_id=run)
    return done
