"""This room measures how catalogs are read: cold, and from the cache that an earlier reading left."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import jsonschema  # noqa: F401 - entered before the clock starts

import reconciler.desired
import reconciler.larder
import reconciler.policy  # noqa: F401 - entered before the clock starts
from benchmarks.measure import CACHE, Clock
from reconciler.commands.pushing import Asked, load_catalogs

if TYPE_CHECKING:
    from benchmarks.ground import Ground
    from benchmarks.measure import Took


def _read(ground: Ground) -> Took:
    os.environ[CACHE] = str(ground.cache)
    clock = Clock()
    catalogs, _ = load_catalogs(Asked([ground.catalog_folder]))
    return clock.stop(masters=sum(len(one.masters) for one in catalogs))


def catalog_cold(ground: Ground) -> Took:
    """YAML read, checked and resolved, for the first time; it leaves its cache."""
    shutil.rmtree(ground.cache, ignore_errors=True)
    return _read(ground)


def catalog_warm(ground: Ground) -> Took:
    """The same YAML read again, in a new process: nothing in it has changed."""
    return _read(ground)
