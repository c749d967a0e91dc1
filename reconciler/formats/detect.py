"""This room looks at what a district handed over and says which format it is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from reconciler.errors import SourceUnknown
from reconciler.formats.edfi.files import JSON_LINES, RESOURCES
from reconciler.formats.package import open_package

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.formats.package import Package

NATIVE, ONEROSTER, EDFI = "native", "oneroster", "edfi"
_ROSTER = frozenset({"orgs.csv", "courses.csv", "classes.csv"})
_HEAD = 4096
_ROOT = re.compile(rb"<(?:\w+:)?Interchange\w")
_LISTED = 5


def detect(path: Path) -> str:
    """`native`, `oneroster` or `edfi`; raises SourceUnknown, which names what was found.

    A folder or zip with a roster's CSV files is OneRoster, one with interchange XML or API resources in
    JSON lines is Ed-Fi; what is neither, and has YAML or JSON, is native.
    """
    package = open_package(path)
    told = {
        ONEROSTER: "manifest.csv" in package or all(name in package for name in _ROSTER),
        EDFI: any(_edfi(package, name) for name in package.top(".xml", *JSON_LINES)),
    }
    formats = [name for name, found in told.items() if found]
    if not formats and package.top(".yaml", ".yml", ".json"):
        return NATIVE
    if len(formats) == 1:
        return formats[0]
    if formats:
        raise SourceUnknown(path=path, found=f"it has files of {' and '.join(formats)}")
    names = sorted(package.files)
    shown = ", ".join(names[:_LISTED]) + (f" and {len(names) - _LISTED} more" if len(names) > _LISTED else "")
    raise SourceUnknown(path=path, found=f"it has {shown}" if names else "it is empty")


def _edfi(package: Package, name: str) -> bool:
    stem, _, suffix = name.rpartition(".")
    if suffix != "xml":
        return stem in RESOURCES
    with package.open(name) as stream:
        return bool(_ROOT.search(stream.read(_HEAD)))
