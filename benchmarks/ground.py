"""This room prepares the ground: a folder with catalogs and stores of one size, made once and kept.

What lies there is known by what it was made of: the generator's number, and the sources of the program.
"""

from __future__ import annotations

import hashlib
import pickle
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import reconciler
from benchmarks.catalogs import catalog_text
from benchmarks.changes import CHANGES
from benchmarks.district import grow, served
from benchmarks.measure import fresh
from benchmarks.sizes import GROWTH, SEED
from reconciler import desired
from reconciler.stores import open_store

if TYPE_CHECKING:
    from benchmarks.changes import Catalogs
    from benchmarks.sizes import Size
    from reconciler.desired import Loaded


class Ground:
    """The files of one size in one folder. `whole`: nothing is measured on a sample."""

    def __init__(self, folder: Path, size: Size, *, whole: bool = False) -> None:
        """Name them; nothing is made yet."""
        self.size = size
        self.folder = folder
        self.whole = whole
        self.catalog_folder = folder / "catalogs"
        width = len(str(size.catalogs))
        self.yaml = tuple(
            self.catalog_folder / f"catalog-{place + 1:0{width}}.yaml" for place in range(size.catalogs)
        )
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
        self.grow(self.sow(), self.state)
        mark.write_text(str(GROWTH), encoding="utf-8")
        self.plan.unlink(missing_ok=True)
        fresh(self.applied)
        fresh(self.limit)

    def _clear(self) -> None:
        for path in (self.state, self.rolled):
            fresh(path)
        for path in (*self.folder.glob("*.pickle"), *self.folder.glob("*.key")):
            path.unlink()

    def sow(self, seed: int = SEED) -> Loaded:
        """Write the catalogs, and keep them read as well: most figures start with catalogs in hand."""
        key, known = self.folder / "loaded.key", f"{_sources()} {seed}"
        if key.exists() and key.read_text(encoding="utf-8") == known:
            return self.loaded()
        # The whole folder is given to the program: nothing of another generator may be left in it.
        shutil.rmtree(self.catalog_folder, ignore_errors=True)
        self.catalog_folder.mkdir(parents=True)
        for place, path in enumerate(self.yaml):
            path.write_text(catalog_text(self.size, place, served(self.size, place), seed), encoding="utf-8")
        loaded = desired.load(self.yaml)
        desired.require(loaded)
        self._keep("loaded", loaded)
        for name, change in CHANGES.items():
            self._keep(name, change(loaded.catalogs))
        key.write_text(known, encoding="utf-8")
        return loaded

    def loaded(self) -> Loaded:
        """The catalogs as `sow` read them."""
        loaded: Loaded = self._kept("loaded")
        return loaded

    def catalogs(self, change: str) -> Catalogs:
        """The catalogs after one of `CHANGES`, and nothing else: the peak is to be that of the work."""
        catalogs: Catalogs = self._kept(change)
        return catalogs

    def _keep(self, name: str, value: object) -> None:
        with (self.folder / f"{name}.pickle").open("wb") as file:
            pickle.dump(value, file)

    def _kept(self, name: str) -> Any:  # noqa: ANN401 - whatever was kept
        with (self.folder / f"{name}.pickle").open("rb") as file:
            return pickle.load(file)  # noqa: S301 - our own file

    def grow(self, loaded: Loaded, path: Path, *, rolled: bool = False, seed: int = SEED) -> None:
        """Make one store, unless it is there."""
        if path.exists():
            return
        part = fresh(path.with_suffix(".part"))
        store = open_store(str(part), create=True)
        try:
            grow(store, loaded.catalogs, self.size, seed, rolled=rolled)
        finally:
            store.close()
        part.rename(path)


def _sources() -> str:
    """What the program is: another one may read catalogs into other values."""
    told = hashlib.sha256(str(GROWTH).encode())
    for path in sorted(Path(reconciler.__file__).parent.rglob("*.py")):
        told.update(path.read_bytes())
    return told.hexdigest()
