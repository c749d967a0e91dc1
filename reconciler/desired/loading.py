"""This room loads catalogs: each from the larder, or from its files; then what they say together."""

from __future__ import annotations

import gc
import json
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciler.catalog import Looking, Severity, roots
from reconciler.check import across
from reconciler.check.report import Report
from reconciler.course import Catalog, digest
from reconciler.errors import CatalogInvalid

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from reconciler.catalog import Problem
    from reconciler.check import Drafts
    from reconciler.course import Locks, Master
    from reconciler.larder import Larder, Portion


@dataclass(frozen=True, slots=True)
class Loaded:
    """What `load` gives: the catalogs by name, every problem, and the digest of the catalogs' values."""

    catalogs: tuple[Catalog, ...]
    problems: tuple[Problem, ...]
    digest: str

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that stop a push."""
        return tuple(one for one in self.problems if one.severity is Severity.ERROR)


def load(paths: Sequence[Path], larder: Larder | None = None) -> Loaded:
    """Read, check and resolve catalogs; with errors among the problems, what can be resolved.

    What the larder has of them is not read again; what it lacks is put in.
    """
    with _unswept():
        files, problems = roots(paths)
        report = Report()
        report.add(problems)
        portions = [one for file in files if (one := _portion(file, larder, report)) is not None]
        if larder is not None:
            larder.tidy()
        across.examine([one.heading for one in portions], report)
        return _loaded([(one.catalog, one.digest) for one in portions], report.problems())


def _portion(file: Path, larder: Larder | None, report: Report) -> Portion | None:
    """What one catalog's file comes to; None where it can't be read, which the report says."""
    found = larder.find(file) if larder is not None else None
    if found is None:
        from reconciler.desired.resolving import portion  # noqa: PLC0415 - 0.2 s that a full larder saves

        looking = Looking()
        found, problems = portion(file, looking)
        report.add(problems)
        if larder is not None and found is not None:
            larder.keep(file, found, looking.answers)
    if found is not None:
        report.merge(found.findings)
    return found


@contextmanager
def _unswept() -> Iterator[None]:
    """No search for garbage meanwhile: what is read stays, and searching it took a third of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def resolve(checked: Sequence[Drafts], problems: tuple[Problem, ...]) -> Loaded:
    """Resolve checked catalogs; see `load`."""
    from reconciler.desired.resolving import catalog_of  # noqa: PLC0415 - as above

    catalogs = [catalog_of(drafts) for drafts in checked]
    return _loaded([(one, digest(canonical([one]))) for one in catalogs], problems)


def _loaded(found: list[tuple[Catalog, str]], problems: tuple[Problem, ...]) -> Loaded:
    found.sort(key=lambda one: one[0].name)
    return Loaded(
        tuple(catalog for catalog, _ in found), problems, digest("\n".join(each for _, each in found))
    )


def require(loaded: Loaded) -> tuple[Catalog, ...]:
    """The catalogs, if there is no error; else raises CatalogInvalid, which carries the problems."""
    errors = loaded.errors
    if errors:
        raise CatalogInvalid(count=len(errors), first=errors[0], problems=loaded.problems)
    return loaded.catalogs


def canonical(catalogs: Sequence[Catalog]) -> str:
    """The canonical JSON of resolved catalogs: setups by digest, no places, no order but that of names."""
    rows = [_catalog_row(catalog) for catalog in catalogs]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def _catalog_row(catalog: Catalog) -> dict[str, object]:
    return {
        "name": catalog.name,
        "school_years": catalog.school_years,
        "schools": catalog.schools,
        "locks": _locks_row(catalog.locks),
        "masters": [_master_row(master) for master in catalog.masters.values()],
        "lists": {kind.value: value.digest for kind, value in catalog.lists.items()},
        "exempt": sorted((one.pattern, one.reason) for one in catalog.exempt),
        "ignored": sorted((one.pattern, one.reason) for one in catalog.ignored),
    }


def _locks_row(locks: Locks) -> dict[str, str]:
    fields = {f"{area}/{key}": state.value for (area, key), state in locks.fields.items()}
    return {area.value: state.value for area, state in locks.areas.items()} | fields


def _master_row(master: Master) -> dict[str, object]:
    return {
        "number": master.number,
        "was": master.was,
        "setups": {area.value: value.digest for area, value in master.setups.items()},
        "renames": sorted(master.renames),
    }
