"""This room writes a file whole or not at all.

The new text is written beside the file first and then takes its place. A symbolic link is followed, and what
is no ordinary file (a pipe, a device) is written to and stays what it is.
"""

from __future__ import annotations

import contextlib
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def whole(path: Path) -> Iterator[IO[bytes]]:
    """Open a file for writing; it is there when the block ends well, else as it was. Raises OSError."""
    place = path.resolve()
    if place.exists() and not place.is_file():
        with place.open("wb") as stream:
            yield stream
        return
    part = place.with_name(f"{place.name}.part")
    try:
        with part.open("wb") as stream:
            yield stream
        part.replace(place)
    except BaseException:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise
