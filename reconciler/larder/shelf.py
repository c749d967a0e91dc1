"""This room is the folder of kept catalogs: one file for each catalog, written whole, ours alone to read.

It is `RECONCILE_CACHE`, else `reconciler` in `XDG_CACHE_HOME` or in `~/.cache`, else one in the folder for
temporary files. Nothing in it is precious: what can't be read or written there is made again, without a word.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import stat
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.catalog import Answer, unchanged
from reconciler.larder.maker import maker
from reconciler.larder.packing import Known, pack, unpack
from reconciler.whole import whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reconciler.larder.portion import Portion

VARIABLE = "RECONCILE_CACHE"
"""The environment variable that names the folder, or says `off`."""
MOST_FILES = 2_000
MOST_BYTES = 500_000_000
"""How much is kept at most; what was written longest ago goes first."""
_SUFFIX = ".catalog"
_OTHERS_MAY_WRITE = stat.S_IWGRP | stat.S_IWOTH


class Larder:
    """A folder of kept catalogs."""

    def __init__(self, folder: Path) -> None:
        """Use a folder; it need not be there."""
        self.folder = folder
        self._setups = Known()
        self._filled = False

    def find(self, file: Path) -> Portion | None:
        """What was kept of a catalog's file and still holds; None where it must be read."""
        try:
            seal, _, rest = _bytes(self._entry(file)).partition(b"\n")
            if seal.decode() != _seal(rest):
                return None
            head, _, text = rest.decode().partition("\n")
            made_by, name, answers = json.loads(head)
            if made_by != maker() or name != _name(file) or not unchanged(Answer(*row) for row in answers):
                return None
            return unpack(text, self._setups)
        except (OSError, ValueError, LookupError, TypeError):
            return None

    def keep(self, file: Path, portion: Portion, answers: Sequence[Answer]) -> None:
        """Keep what was read of a catalog's file; not, where the folder can't be written to."""
        try:
            rest = f"{json.dumps([maker(), _name(file), answers])}\n{pack(portion)}".encode()
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with whole(self._entry(file)) as stream:
                Path(stream.name).chmod(0o600)
                stream.write(f"{_seal(rest)}\n".encode() + rest)
        except (OSError, ValueError):  # ValueError: text that no file can hold
            return
        self._filled = True

    def tidy(self) -> None:
        """Drop what is too much, if anything was put in."""
        if self._filled:
            with contextlib.suppress(OSError):
                for path in _too_much(self.folder):
                    path.unlink(missing_ok=True)

    def _entry(self, file: Path) -> Path:
        """Where a catalog's file is kept."""
        name = json.dumps(_name(file))
        return self.folder / f"{hashlib.sha256(name.encode()).hexdigest()[:40]}{_SUFFIX}"


def _name(file: Path) -> list[str]:
    """What an entry is known by: the file as it was named, which every problem says, and its true path."""
    return [str(file), str(file.resolve())]


def _seal(rest: bytes) -> str:
    return hashlib.sha256(rest).hexdigest()


def _bytes(path: Path) -> bytes:
    """A file's bytes; raises OSError, also where it is not ours or others may write to it."""
    with path.open("rb") as stream:
        _ours(os.fstat(stream.fileno()))
        return stream.read()


def _ours(seen: os.stat_result) -> None:
    if hasattr(os, "geteuid") and (seen.st_uid != os.geteuid() or seen.st_mode & _OTHERS_MAY_WRITE):
        raise PermissionError


def _too_much(folder: Path) -> Iterator[Path]:
    """What goes: the oldest entries over the limits, and what a writer that was stopped left behind."""
    found = sorted(
        ((one.stat().st_mtime, one.stat().st_size, one) for one in folder.glob(f"*{_SUFFIX}*")), reverse=True
    )
    total = 0
    for number, (_, size, path) in enumerate(found, 1):
        total += size
        if number > MOST_FILES or total > MOST_BYTES:
            yield path


def larder() -> Larder | None:
    """The larder of this person and machine; None where it is off, or nothing can be kept."""
    told = os.environ.get(VARIABLE, "")
    if told == "off":
        return None
    for folder in [Path(told)] if told else _folders():
        with contextlib.suppress(OSError):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _ours(folder.stat())
            return Larder(folder)
    return None


def _folders() -> Iterator[Path]:
    told = os.environ.get("XDG_CACHE_HOME", "")
    if Path(told).is_absolute():
        yield Path(told) / "reconciler"
    else:
        with contextlib.suppress(RuntimeError):  # nobody's home is known
            yield Path.home() / ".cache" / "reconciler"
    who = os.geteuid() if hasattr(os, "geteuid") else os.environ.get("USERNAME", "")
    yield Path(tempfile.gettempdir()) / f"reconciler-{who}"
