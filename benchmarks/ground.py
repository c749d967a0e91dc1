"""This room prepares the ground: a folder with catalogs and stores of one size, made once and kept."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

from benchmarks.catalogs import catalog_text
from benchmarks.district import grow, served
from benchmarks.sizes import SEED
from reconciler import desired
from reconciler.stores import open_store

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.sizes import Size
    from reconciler.desired import Loaded


class Ground:
    """The files of one size in one folder."""

    def __init__(self, folder: Path, size: Size) -> None:
        """Name them; nothing is made yet."""
        self.size = size
        self.folder = folder
        self.yaml = tuple(folder / f"catalog-{place}.yaml" for place in range(size.catalogs))
        self.state = folder / "state.db"
        self.rolled = folder / "rolled.db"
        self.native = folder / "district.json"
        self.plan = folder / "plan.json"

    def sow(self, seed: int = SEED) -> Loaded:
        """Write the catalogs, and keep them read as well: most figures start with catalogs in hand."""
        if (self.folder / "loaded.pickle").exists():
            return self.loaded()
        for place, path in enumerate(self.yaml):
            path.write_text(catalog_text(self.size, place, served(self.size, place), seed), encoding="utf-8")
        loaded = desired.load(self.yaml)
        desired.require(loaded)
        (self.folder / "loaded.pickle").write_bytes(pickle.dumps(loaded))
        return loaded

    def loaded(self) -> Loaded:
        """The catalogs as `sow` read them."""
        loaded: Loaded = pickle.loads((self.folder / "loaded.pickle").read_bytes())  # noqa: S301 - our own file
        return loaded

    def grow(self, loaded: Loaded, path: Path, *, rolled: bool = False, seed: int = SEED) -> None:
        """Make one store, unless it is there."""
        if path.exists():
            return
        part = path.with_suffix(".part")
        part.unlink(missing_ok=True)
        store = open_store(str(part), create=True)
        try:
            grow(store, loaded.catalogs, self.size, seed, rolled=rolled)
        finally:
            store.close()
        part.rename(path)
