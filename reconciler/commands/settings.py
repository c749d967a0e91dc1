"""This room finds the state and the catalogs that a command works on.

In this order: the option, the environment (`RECONCILE_STATE`), `reconcile.yaml` in the working folder
(`state:`, `catalogs:`), the default (`reconcile.db`; `catalog.yaml`). What else that file says is read by
`reconciler.policy.load`.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reconciler.errors import CatalogMissing, suggestion

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.catalog import Problem, Table
    from reconciler.current import Store
    from reconciler.desired import Loaded

DEFAULT_STATE = "sqlite:///reconcile.db"

StateOption = Annotated[
    str | None,
    typer.Option(
        "--state",
        metavar="URL",
        help="Where the state is kept, such as sqlite:///reconcile.db. Also RECONCILE_STATE, or state: in"
        " reconcile.yaml.",
        show_default=False,
    ),
]
CacheOption = Annotated[
    bool,
    typer.Option(
        "--no-cache",
        help="Read every catalog from its files; keep nothing of them. Also RECONCILE_CACHE=off.",
    ),
]


def settings(folder: Path | None = None) -> dict[str, object]:
    """What `reconcile.yaml` says; empty where there is none. Raises PolicyWrong.

    Only what a command needs to begin is checked here, as the whole check costs 0.2 s.
    """
    from reconciler.policy.reading import document, refuse

    told = document(folder)
    if told is None:
        return {}
    refuse([*_wrong(told.data)])
    return dict(told.data)


def _wrong(told: Table) -> Iterator[Problem]:
    """Keys that are not known, and a state or catalogs that can't be used."""
    from reconciler.catalog.document import problem
    from reconciler.schemas import load

    known = load("reconcile")["properties"]
    for key in told:
        if key not in known:
            message = f'unknown key "{key}"{suggestion(key, known)}'
            remedy = f"these keys are known here: {', '.join(known)}"
            yield problem("unknown-key", told.key_spot(key), message, remedy)
    if "state" in told and not _is_path(told["state"]):
        yield problem("wrong-type", told.value_spot("state"), "state must be text", "write a path or a URL")
    listed: object = told.get("catalogs", "catalog.yaml")
    if not all(map(_is_path, listed if isinstance(listed, list) else [listed])):
        remedy = "write a path, or a list of paths"
        yield problem("wrong-type", told.value_spot("catalogs"), "catalogs must be paths", remedy)


def _is_path(told: object) -> bool:
    return isinstance(told, str) and bool(told)


def state_url(option: str | None) -> str:
    """The URL of the state that a command works on."""
    told = option or os.environ.get("RECONCILE_STATE") or settings().get("state") or DEFAULT_STATE
    return str(told)


def open_state(option: str | None, *, create: bool = False) -> Store:
    """Open the state; raises what `stores.open_store` raises."""
    from reconciler.stores import open_store

    return open_store(state_url(option), create=create)


def listed_catalogs() -> list[Path]:
    """The catalogs that `reconcile.yaml` lists."""
    told = settings().get("catalogs") or []
    return [Path(str(one)) for one in (told if isinstance(told, list) else [told])]


def catalog_paths(arguments: list[Path] | None) -> list[Path]:
    """The catalogs that a command reads; raises CatalogMissing where none can be found."""
    told = arguments or listed_catalogs()
    if told:
        return told
    default = Path("catalog.yaml")
    if not default.is_file():
        raise CatalogMissing(file=str(default))
    return [default]


def loaded(paths: list[Path], *, no_cache: bool) -> Loaded:
    """Catalogs, checked; what the larder has of them is not read again, unless there is to be `no_cache`."""
    from reconciler.desired import load
    from reconciler.larder import larder

    return load(paths, None if no_cache else larder())
