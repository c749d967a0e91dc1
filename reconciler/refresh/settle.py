"""This room makes the new linked and own setups of an area out of the old ones and what came in.

What is linked stays linked, with the values that the source has now, so that an edit shows as drift;
what is own stays own with its marks; what is new is own. Nothing that is used goes (R1).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from reconciler.course import Area, Item, Setup, item, setup
from reconciler.refresh.match import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.course import Value
    from reconciler.refresh.match import Here, Matched, Matches


class Settled(NamedTuple):
    """The area afterwards; how many items are new, changed, gone; what could not be followed, and why."""

    linked: Setup
    own: Setup
    added: int
    changed: int
    gone: int
    complaints: tuple[str, ...]


def settle(
    area: Area, here: Here, matches: Matches, *, whole: bool, new: bool, used: frozenset[str]
) -> Settled:
    """Settle one area.

    `whole`: an item that did not come is gone, unless it is `used`. `new`: the host is new to the store,
    so the marks of a native file hold.
    """
    complaints = [f'{area}: "{name}" stands twice; the first one counts' for name in matches.twice]
    came = {row.key: row for row in matches.rows}
    linked: list[Item] = []
    own: list[Item] = []
    changed = gone = 0
    for part, stay in ((here.linked, linked), (here.own, own)):
        for old in part:
            row = came.get(old.key)
            if row is not None and row.item is old:
                now = _updated(area, row, here, complaints)
                changed += now != old
                stay.append(now)
            elif not whole:
                stay.append(old)
            elif old.key in used:
                complaints.append(
                    f'{area}: "{_called(old)}" is not listed any more, but is used; it was kept'
                )
                stay.append(old)
            else:
                gone += 1
    fresh = [row for row in matches.rows if row.item is None]
    for one, is_linked in _made(area, fresh, complaints, new=new):
        (linked if is_linked else own).append(one)
    added = len(linked) + len(own) + gone - len(here.linked.items) - len(here.own.items)
    return Settled(_same(here.linked, linked), _same(here.own, own), added, changed, gone, tuple(complaints))


def _same(old: Setup, items: list[Item]) -> Setup:
    """The old setup where nothing changed, so that equal holdings stay one object."""
    now = setup(items)
    return old if now == old else now


def _called(one: Item) -> str:
    return str(one.get("name") or one.key)


def _updated(area: Area, row: Matched, here: Here, complaints: list[str]) -> Item:
    """The item with the fields that its source names; its other fields and its marks stay."""
    old = row.item
    if old is None:  # pragma: no cover - the caller has looked
        raise ValueError(row.key)
    fields: dict[str, Value] = {**dict(old.fields), **row.incoming.fields}
    name = row.incoming.fields.get("name")
    if area is Area.CATEGORIES and isinstance(name, str) and here.aliases.get(clean(name)) == old.key:
        # The source still calls it what it was called before a push renamed it (C1).
        fields["name"] = old.get("name")
    try:
        return item(area, old.key, fields, left=old.left, kept=old.kept)
    except (ValueError, KeyError):
        complaints.append(f'{area}: "{_called(old)}" has a value that does not fit; it was left as it is')
        return old


def _made(
    area: Area, rows: list[Matched], complaints: list[str], *, new: bool
) -> Iterator[tuple[Item, bool]]:
    """New items, each with whether it is linked."""
    for row in rows:
        marks = row.incoming.mark.split() if new else []
        try:
            one = item(area, row.key, row.incoming.fields, left="left" in marks, kept="kept" in marks)
        except (ValueError, KeyError):
            complaints.append(f'{area}: "{row.key}" has a value that does not fit; it was left out')
            continue
        yield one, "linked" in marks
