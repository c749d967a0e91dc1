"""This room finds what a master's own list must say, so that some of its items become what is wanted.

Merging is field by field and item by item (docs/catalog.md): an inherited item gets an entry with what
differs, or `drop: true`; an entry that stands for several items is split where they part.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import reconciler.rewriting.words as w
from reconciler.catalog import Table
from reconciler.check.layers import keys as keys_of
from reconciler.course import FIELDS, Area, Kind, Ref, cell_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from reconciler.catalog import Rows
    from reconciler.check.layers import Pieces
    from reconciler.course import Item, Setup
    from reconciler.rewriting.words import Words

Sets = dict[str, "Words | None"]
"""Fields to set; None takes a field out."""
Gone = None
IDENTITY: dict[str, tuple[str, ...]] = {
    "grading_tasks": ("task",),
    "standards": ("standard",),
    "assessments": ("test", "standard"),
    "categories": ("key", "name"),
    "composite_grades": ("task", "standard", "term"),
    "grade_calc_options": ("task", "standard", "terms"),
}
"""The fields of an entry that say which items it stands for."""
_CATEGORY_NAME = (Area.CATEGORIES, "name")


@dataclass(frozen=True, slots=True)
class Own:
    """A master's own list: its entries (None: it has no such list), and what is inherited (`below`)."""

    name: str
    area: Area
    rows: Rows | None
    below: Pieces

    def entries(self) -> dict[int, Table]:
        """The entries by their places."""
        return {index: one for index, one in enumerate(self.rows or ()) if isinstance(one, Table)}


@dataclass(slots=True)
class Edits:
    """What to do to a list: fields to set in its entries, entries to add, entries to take out."""

    sets: list[tuple[int, Sets]] = field(default_factory=list)
    adds: list[dict[str, Words]] = field(default_factory=list)
    cuts: list[int] = field(default_factory=list)


def edits(own: Own, current: Setup | None, wanted: Mapping[str, Item | None]) -> Edits:
    """What to do to a list so that these items are as wanted (None: not there)."""
    told: dict[str, Sets | None] = {}
    for key, item in wanted.items():
        now = current.get(key) if current else None
        if item != now:
            told[key] = Gone if item is None else sets(own, item, now)
    return arrange(own, told)


def sets(own: Own, item: Item, now: Item | None) -> Sets:
    """The fields that must be said so that an item becomes what is wanted; `now` is what it resolves to."""
    base = own.below.get(item.key)
    found: Sets = _called(item, now) if own.area is Area.CATEGORIES else {}
    for name, (kind, default) in FIELDS[own.area].items():
        want = item.get(name, default)
        if (now is not None and now.get(name, default) == want) or (own.area, name) == _CATEGORY_NAME:
            continue
        if want != default:
            found[name] = w.value(kind, want)
        elif base is not None and base.fields.get(name) is not None:
            found[name] = _nothing(kind, default)
        elif now is not None:
            found[name] = None
    return found


def _called(item: Item, now: Item | None) -> Sets:
    """What a category must say of its key and name: an entry without `key` has its name as key."""
    name = str(item.get("name"))
    found: Sets = {} if name == item.key else {"key": w.said(item.key)}
    if (now is None and name != item.key) or (now is not None and now.get("name") != name):
        found["name"] = w.said(name)
    return found


def _nothing(kind: Kind, default: object) -> str:
    """How an inherited field is said to have its default."""
    if kind in (Kind.FLAG, Kind.TEXT, Kind.COUNT) and default is not None:
        return str(default).lower()
    return "null"


def arrange(own: Own, told: Mapping[str, Sets | None]) -> Edits:
    """Bring what items need to the entries that stand for them, and to new ones."""
    done = Edits()
    entries = own.entries()
    placed: set[str] = set()
    for index, entry in entries.items():
        held = tuple(keys_of(own.name, entry))
        mine = {key: told[key] for key in held if key in told}
        if mine and entry.get("drop") is True:
            _narrow(own, done, index, [key for key in held if key not in mine])
        elif mine:
            placed.update(mine)
            _own_entry(own, done, (index, entry), held, mine)
    _new(own, done, {key: one for key, one in told.items() if key not in placed and one is not Gone})
    dropped = [key for key, one in told.items() if one is Gone and key in own.below]
    if own.rows is not None and not own.rows and done.adds:  # `[]` is no more: what it cleared comes back
        dropped += [key for key in own.below if key not in told]
    done.adds += [{**one, "drop": "true"} for _, one in identities(own.name, dropped)]
    return done


def _new(own: Own, done: Edits, told: Mapping[str, Sets | None]) -> None:
    for group, found in _alike(told):
        said = {key: one for key, one in (found or {}).items() if one is not None}
        for _, one in identities(own.name, group):
            keyed = {} if own.area is Area.CATEGORIES and "key" in said else one
            done.adds.append({**keyed, **said})


def _alike(told: Mapping[str, Sets | None]) -> list[tuple[list[str], Sets | None]]:
    """Items that need the same, together."""
    groups: dict[object, tuple[list[str], Sets | None]] = {}
    for key, found in told.items():
        name = None if found is None else tuple(found.items())
        groups.setdefault(name, ([], found))[0].append(key)
    return list(groups.values())


def _own_entry(
    own: Own, done: Edits, place: tuple[int, Table], held: Sequence[str], mine: Mapping[str, Sets | None]
) -> None:
    """Change an entry of the master's own: in place where its items stay together, else split."""
    index, entry = place
    groups = _alike(mine)
    if len(mine) == len(held) and len(groups) == 1:
        found = groups[0][1]
        if found is Gone:
            done.cuts.append(index)
        else:
            done.sets.append((index, _named(own, entry, found)))
        return
    rest = [key for key in held if key not in mine]
    stay = (rest, {}) if rest else next(one for one in groups if one[1] is not Gone)
    _narrow(own, done, index, stay[0], stay[1] or {}, entry)
    for group in groups:
        if group is not stay and group[1] is not Gone:
            done.adds += _copies(own, entry, *group)


def _named(own: Own, entry: Table, found: Sets) -> Sets:
    """A category that is called otherwise keeps its key, which is said once."""
    if own.area is not Area.CATEGORIES or "key" not in entry:
        return found
    return {name: one for name, one in found.items() if name != "key"}


def _narrow(  # noqa: PLR0917 - an entry, its place and what it shall say
    own: Own,
    done: Edits,
    index: int,
    keys: Sequence[str],
    found: Sets | None = None,
    entry: Table | None = None,
) -> None:
    """Let an entry stand for just these items; those that don't fit into one get entries of their own."""
    if not keys:
        done.cuts.append(index)
        return
    (_, first), *others = identities(own.name, keys)
    gone: Sets = {name: None for name in IDENTITY[own.name] if name not in first}
    done.sets.append((index, {**gone, **first, **(found or {})}))
    drop: dict[str, Words] = {"drop": "true"}
    for group, one in others:
        done.adds += [{**one, **drop}] if entry is None else _copies(own, entry, group, found or {})


def _copies(own: Own, entry: Table, keys: Sequence[str], found: Sets | None) -> list[dict[str, Words]]:
    """New entries with what an entry says, and what is told over it."""
    ids = IDENTITY[own.name]
    fields: Sets = {name: w.written(one) for name, one in entry.items() if name not in ids}
    fields |= found or {}
    said = {name: one for name, one in fields.items() if one is not None}
    return [{**one, **said} for _, one in identities(own.name, keys)]


Identities = list[tuple[list[str], dict[str, "Words"]]]


def identities(name: str, keys: Sequence[str]) -> Identities:
    """As few entries as stand for just these items: the items of each, and the fields that say so."""
    return _IDENTITIES[name](keys) if keys else []


def _named_once(field_name: str) -> Callable[[Sequence[str]], Identities]:
    return lambda keys: [(list(keys), {field_name: w.one_or_more(keys)})]


def _categories(keys: Sequence[str]) -> Identities:
    return [([key], {"name": w.said(key)}) for key in keys]


def _assessments(keys: Sequence[str]) -> Identities:
    tests: dict[tuple[str, bool], list[str]] = {}
    for key in keys:
        test, sign, _ = key.partition("<")
        tests.setdefault((test, bool(sign)), []).append(key)
    found: Identities = []
    for (test, with_codes), group in tests.items():
        fields: dict[str, Words] = {"test": w.said(test)}
        if with_codes:
            fields["standard"] = w.one_or_more(key.partition("<")[2] for key in group)
        found.append((group, fields))
    return found


def about(refs: Iterable[Ref]) -> dict[str, Words]:
    """The fields that name tasks and standards."""
    named = list(refs)
    found: dict[str, Words] = {}
    for name, area in (("task", Area.GRADING_TASKS), ("standard", Area.STANDARDS)):
        keys = [ref.key for ref in named if ref.area is area]
        if keys:
            found[name] = w.one_or_more(keys)
    return found


def _composites(keys: Sequence[str]) -> Identities:
    cells = [(key, *cell_of(key)) for key in keys]
    return [([key], {**about([ref]), "term": str(term)}) for key, ref, term in cells]


def _cells(keys: Sequence[str]) -> Identities:
    """Each (task or standard, term) is an item: those with the same terms go into one entry."""
    terms: dict[Ref, list[int]] = {}
    names: dict[tuple[Ref, int], str] = {}
    for key in keys:
        ref, term = cell_of(key)
        terms.setdefault(ref, []).append(term)
        names[ref, term] = key
    alike: dict[tuple[int, ...], list[Ref]] = {}
    for ref, found in terms.items():
        alike.setdefault(tuple(sorted(found)), []).append(ref)
    return [
        (
            [names[ref, term] for ref in refs for term in places],
            {**about(refs), "terms": w.listed(map(str, places))},
        )
        for places, refs in alike.items()
    ]


_IDENTITIES: dict[str, Callable[[Sequence[str]], Identities]] = {
    "grading_tasks": _named_once("task"),
    "standards": _named_once("standard"),
    "assessments": _assessments,
    "categories": _categories,
    "composite_grades": _composites,
    "grade_calc_options": _cells,
}
