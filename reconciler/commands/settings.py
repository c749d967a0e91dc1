"""This room finds the state and the catalogs that a command works on.

In this order: the option, the environment (`RECONCILE_STATE`), `reconcile.yaml` in the working folder
(`state:`, `catalogs:`), the default (`reconcile.db`; `catalog.yaml`).
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reconciler.errors import CatalogMissing, SettingsWrong, suggestion

if TYPE_CHECKING:
    from reconciler.current import Store

SETTINGS = "reconcile.yaml"
DEFAULT_STATE = "sqlite:///reconcile.db"
KEYS = ("state", "catalogs")

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
    except OSError as error:
        raise SettingsWrong(file=SETTINGS, what=error.strerror or "it can't be read") from None
    except UnicodeDecodeError:
        raise SettingsWrong(file=SETTINGS, what="it is not UTF-8") from None
    except yaml.YAMLError as error:
        raise SettingsWrong(file=SETTINGS, what=" ".join(str(error).split())) from None
    wrong = _wrong(told or {})
    if wrong:
        raise SettingsWrong(file=SETTINGS, what=wrong)
    return dict(told or {})


def _wrong(told: object) -> str:
    """What is wrong with the settings; empty where nothing is."""
    if not isinstance(told, dict):
        return "it must be keys with values, such as `state: reconcile.db`"
    for key in told:
        if key not in KEYS:
            return f'the key "{key}" is not known{suggestion(str(key), KEYS)}'
    if not isinstance(told.get("state", ""), str):
        return '"state" must be one text'
    listed = told.get("catalogs", [])
    paths = listed if isinstance(listed, list) else [listed]
    return "" if all(isinstance(one, str) for one in paths) else '"catalogs" must be paths'


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
