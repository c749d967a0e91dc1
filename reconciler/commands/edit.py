"""This room runs `reconcile edit`: what a school or a teacher changes in a course or a section."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import reconciler.commands.pushing as p
from reconciler.commands.carrying import MessageOption
from reconciler.commands.permitting import need
from reconciler.commands.settings import CacheOption, StateOption, catalog_paths, loaded, open_state
from reconciler.errors import CatalogMissing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.current import Store
    from reconciler.editing import Edited, Editor

CatalogOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--catalog",
        help="Catalog files or folders, whose locks hold; else those of reconcile.yaml, else catalog.yaml.",
        show_default=False,
    ),
]
RenameOption = Annotated[
    str | None,
    typer.Option(
        "--rename", metavar="NAME", help="Rename a category; its uses stay with it.", show_default=False
    ),
]
IgnoreOption = Annotated[
    bool | None,
    typer.Option(
        "--ignore-push/--no-ignore-push", help="Mark a course Ignore Master Push.", show_default=False
    ),
]


def edit(
    address: Annotated[
        str,
        typer.Argument(
            help="NUMBER@CALENDAR#area/key, with /SECTION behind the calendar for a section's item.",
            show_default=False,
        ),
    ],
    set_: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="FIELD=VALUE",
            help="Change this field; nothing behind the sign clears it.",
            show_default=False,
        ),
    ] = None,
    add: Annotated[bool, typer.Option("--add", help="Add this item, with the fields of --set.")] = False,
    remove: Annotated[bool, typer.Option("--remove", help="Remove this item; not if it is used.")] = False,
    rename: RenameOption = None,
    ignore_push: IgnoreOption = None,
    message: MessageOption = "",
    catalog: CatalogOption = None,
    as_of: p.TodayOption = None,
    format_: p.FormatOption = p.Format.TEXT,
    no_cache: CacheOption = False,
    state: StateOption = None,
) -> None:
    """Change the setup of one course or section, as its school or teacher would; refused where locked.

    A locked item can be edited by nobody; your own may be added beside it. What is used is never removed.
    """
    from reconciler.editing.telling import edited, marked

    what = _asked(set_=bool(set_), add=add, remove=remove, rename=rename, ignore=ignore_push)
    store = open_state(state)
    try:
        editor = editor_of(store, catalog, message, p.day(as_of), no_cache=no_cache)
        if ignore_push is not None:
            done = editor.ignore(address, ignored=ignore_push)
            _tell(done.as_json(), marked(done), format_)
            return
        changed = _edit(editor, what, address, set_ or (), rename or "")
    finally:
        store.close()
    _tell(changed.as_json(), edited(changed), format_)


def _asked(*, set_: bool, add: bool, remove: bool, rename: str | None, ignore: bool | None) -> str:
    """The one thing that is asked for; --set goes along with --add."""
    told = {"add": add, "remove": remove, "rename": rename is not None, "ignore": ignore is not None}
    chosen = [name for name, there in told.items() if there]
    if set_ and chosen != ["add"]:
        chosen.insert(0, "set")
    if len(chosen) != 1:
        raise typer.BadParameter("say one of --set, --add (with --set), --remove, --rename, --ignore-push")
    return chosen[0]


def editor_of(
    store: Store, catalogs: list[Path] | None, message: str, today: str, *, no_cache: bool = False
) -> Editor:
    """An editor with the locks of the catalogs that are found, and the rights of reconcile.yaml.

    Without any catalog only courses that follow no master can be edited.
    """
    from reconciler import desired, receipts
    from reconciler.editing import Editor

    try:
        files = catalog_paths(catalogs)
    except CatalogMissing:
        files = []
    known = desired.require(loaded(files, no_cache=no_cache)) if files else ()
    return Editor(
        store,
        known,
        message=message,
        revision=receipts.revision(files[0]) if files else "",
        files=files,
        permit=lambda calendar: need("edit", [calendar], today),
    )


def _edit(editor: Editor, what: str, address: str, given: Sequence[str], name: str) -> Edited:
    """Do the one thing that is asked for."""
    if what == "remove":
        return editor.remove(address)
    if what == "rename":
        return editor.rename(address, name)
    values = _values(address, given)
    return editor.add(address, values) if what == "add" else editor.set(address, values)


def _values(address: str, given: Sequence[str]) -> dict[str, object]:
    """The values of --set, read as what their fields are; an address that can't be found is told of later."""
    from reconciler.address import parse
    from reconciler.course import Area
    from reconciler.editing.values import texts

    try:
        told = parse(address)
        area = Area(told.area)
    except ValueError:
        return {}
    return texts(area, told.key, given, address)


def _tell(told: dict[str, object], text: str, format_: p.Format) -> None:
    typer.echo(json.dumps(told, ensure_ascii=False, indent=1) if format_ is p.Format.JSON else text)
