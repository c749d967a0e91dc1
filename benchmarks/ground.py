"""This room prepares the ground: a folder with catalogs and stores of one size, made once and kept.

What lies there is known by the number of the generator that made it. Catalogs are read as the program reads
them: from its cache, which it makes anew where another program made it.
"""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

from benchmarks.catalogs import CHANGES, catalog_text
from benchmarks.district import grow, served
from benchmarks.measure import CACHE, fresh
from benchmarks.sizes import GROWTH, SEED
from reconciler.commands.pushing import Asked, load_catalogs
from reconciler.stores import open_store

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.sizes import Size
    from reconciler.course import Catalog


class Ground:
    """The files of one size in one folder. `whole`: nothing is measured on a sample."""

    def __init__(self, folder: Path, size: Size, *, whole: bool = False) -> None:
        """Name them; nothing is made yet."""
        self.size = size
        self.folder = folder
        self.whole = whole
        self.catalog_folder = self.folder_of("nothing")
        width = len(str(size.catalogs))
        self.names = tuple(f"catalog-{place + 1:0{width}}.yaml" for place in range(size.catalogs))
        self.state = folder / "state.db"
        self.rolled = folder / "rolled.db"
        self.native = folder / "district.json"
        self.plan = folder / "plan.json"
        self.applied = folder / "applied.db"
        self.limit = folder / "limit.db"
        self.cache = folder / "cache"

    def prepare(self) -> None:
        """Make catalogs and state, unless they are there; what a figure leaves for another one goes."""
        mark = self.folder / "growth"
        if not mark.exists() or mark.read_text(encoding="utf-8") != str(GROWTH):
            self._clear()
        self.sow()
        for change in CHANGES:
            self.catalogs(change)
        self.grow(self.state)
        mark.write_text(str(GROWTH), encoding="utf-8")
        self.plan.unlink(missing_ok=True)
        fresh(self.applied)
        fresh(self.limit)

    def _clear(self) -> None:
        for path in (self.state, self.rolled):
            fresh(path)
        for change in CHANGES:
            # The whole folder is given to the program: nothing of another generator may be left in it.
            shutil.rmtree(self.folder_of(change), ignore_errors=True)

    def folder_of(self, change: str) -> Path:
        """Where the catalogs are after one of `CHANGES`."""
        return self.folder / "catalogs" / change

    def sow(self, seed: int = SEED) -> None:
        """Write the catalogs, those of every change, unless they are there."""
        for change in CHANGES:
            folder = self.folder_of(change)
            if folder.exists():
                continue
            part = folder.with_name(f"{change}.part")
            shutil.rmtree(part, ignore_errors=True)
            part.mkdir(parents=True)
            for place, name in enumerate(self.names):
                text = catalog_text(self.size, place, served(self.size, place), seed, change)
                (part / name).write_text(text, encoding="utf-8")
            part.rename(folder)

    def catalogs(self, change: str = "nothing") -> tuple[Catalog, ...]:
        """The catalogs after one of `CHANGES`, as the program has them in hand: from its cache."""
        before = os.environ.get(CACHE)
        os.environ[CACHE] = str(self.folder / "caches" / change)
        try:
            catalogs, _ = load_catalogs(Asked([self.folder_of(change)]))
        finally:
            if before is None:
                del os.environ[CACHE]
            else:
                os.environ[CACHE] = before
        return catalogs

    def grow(self, path: Path, *, rolled: bool = False, seed: int = SEED) -> None:
        """Make one store, unless it is there."""
        if path.exists():
            return
        part = fresh(path.with_suffix(".part"))
        store = open_store(str(part), create=True)
        try:
            grow(store, self.catalogs(), self.size, seed, rolled=rolled)
        finally:
            store.close()
        part.rename(path)
