"""This room finds the state and the catalogs that a command works on.

In this order: the option, the environment (`RECONCILE_STATE`), `reconcile.yaml` in the working folder
(`state:`, `catalogs:`), the default (`reconcile.db`; `catalog.yaml`).
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reconciler.errors import CatalogMissing, SettingsWrong

if TYPE_CHECKING:
    from reconciler.current import Store

SETTINGS = "reconcile.yaml"
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


def settings(folder: Path | None = None) -> dict[str, object]:
    """What `reconcile.yaml` says; empty where there is none. Raises SettingsWrong."""
    path = (folder or Path.cwd()) / SETTINGS
    if not path.is_file():
        return {}
    import yaml

    try:
        told = yaml.load(path.read_text(encoding="utf-8-sig"), Loader=yaml.BaseLoader)  # noqa: S506 - text only
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SettingsWrong(file=SETTINGS, what=" ".join(str(error).split())) from None
    told = told or {}
    unknown = sorted(set(told) - {"state", "catalogs"}) if isinstance(told, dict) else ["not a mapping"]
    if unknown:
        raise SettingsWrong(file=SETTINGS, what=f"unknown key {unknown[0]!r}")
    return dict(told)


def state_url(option: str | None) -> str:
    """The URL of the state that a command works on."""
    told = option or os.environ.get("RECONCILE_STATE") or settings().get("state") or DEFAULT_STATE
    return str(told)


def open_state(option: str | None, *, create: bool = False) -> Store:
    """Open the state; raises what `stores.open_store` raises."""
    from reconciler.stores import open_store

    return open_store(state_url(option), create=create)


def catalog_paths(arguments: list[Path] | None) -> list[Path]:
    """The catalogs that a command reads; raises CatalogMissing where none can be found."""
    if arguments:
        return arguments
    told = settings().get("catalogs")
    if told:
        return [Path(str(one)) for one in (told if isinstance(told, list) else [told])]
    default = Path("catalog.yaml")
    if not default.is_file():
        raise CatalogMissing(file=str(default))
    return [default]
