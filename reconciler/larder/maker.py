"""This room names who makes an entry: the reader's own code and schema, Python, and what it reads YAML with.

The code itself is read, not a version's number: who works on the reader must never see what an older one
made. It costs some two milliseconds.
"""

from __future__ import annotations

import hashlib
import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler import schemas

if TYPE_CHECKING:
    from collections.abc import Iterator

FORM = "1"
"""Raised whenever entries are written in another form."""
ROOMS = ("catalog", "check", "course", "data", "desired", "errors", "larder", "late.py", "schemas.py")
"""The rooms that a reading goes through."""
LIBRARIES = ("yaml", "jsonschema")
"""The libraries that say what a file means, and what is wrong with it."""


@cache
def maker() -> str:
    """The digest of all that an entry depends on, apart from the files that it was read from."""
    told = hashlib.sha256(f"{FORM}\n{sys.version}\n{schemas.text('catalog')}\n".encode())
    for path in _sources(Path(__file__).parents[1]):
        told.update(f"{path.name}\n".encode())
        told.update(path.read_bytes())
    for name in LIBRARIES:
        for line in _installed(name):
            told.update(line.encode())
    return told.hexdigest()


def _sources(package: Path) -> Iterator[Path]:
    for room in ROOMS:
        place = package / room
        yield from [place] if place.is_file() else sorted(place.glob("*.[pt][yx]*"))


def _installed(name: str) -> Iterator[str]:
    """What a library's files look like from outside; reading them would cost more than it is worth."""
    found = find_spec(name)
    if found is None or found.origin is None:
        return
    for path in sorted(Path(found.origin).parent.iterdir()):
        if path.is_file():
            seen = path.stat()
            yield f"{path} {seen.st_size} {seen.st_mtime_ns}\n"
