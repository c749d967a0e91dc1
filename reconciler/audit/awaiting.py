"""This room says what of the masters has not moved to their courses, and why (domain.md 9).

Item by item: what the master has now is not what was last pushed (desired != pushed). Also what is not
locked is compared, since "it is not locked" is the reason why it does not move.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from reconciler.audit.pushes import Pushes
from reconciler.audit.walk import judged
from reconciler.course import EMPTY, FIELD_AREAS, Area, Lock, Part
from reconciler.diff import changes
from reconciler.plan.rekey import due, keys_of, rekey
from reconciler.plan.words import field_text, item_text, label

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reconciler.audit.filters import Chosen
    from reconciler.audit.pushes import Push
    from reconciler.audit.walk import Judged
    from reconciler.course import Catalog, Holding, Item, Master
    from reconciler.current import Snapshot
    from reconciler.keep.effect import Verdict

ITEM_REFUSED = ("missing_task", "missing_composite_row")


class Waiting(NamedTuple):
    """One item that has not moved. `reason`: what holds this very item, empty where it is no more than that.

    `pushed`, `desired`: what differs, in words; `pushed` is None where it never was.
    """

    area: Area
    label: str
    pushed: str | None
    desired: str | None
    reason: str


class Line(NamedTuple):
    """What courses have in common that are told in one line. `run`: the last push that reached them."""

    catalog: str
    master: str
    item: Waiting
    reason: str
    run: int | None


@dataclass(slots=True)
class Pile:
    """The courses of one line: how many, at which schools, and one of them."""

    courses: int = 0
    schools: set[str] = field(default_factory=set)
    example: int = 0

    def add(self, other: Pile) -> None:
        """Put the courses of another pile to these; a course is in one of them only."""
        self.example = min(self.example or other.example, other.example)
        self.courses += other.courses
        self.schools |= other.schools


def awaiting(catalogs: Sequence[Catalog], snapshot: Snapshot, chosen: Chosen) -> dict[Line, Pile]:
    """Every item of a master that differs from what was last pushed to some of its courses."""
    masters = {one.name: one for one in catalogs}
    pushes, cases = Pushes(snapshot), _Cases(chosen.areas)
    alike: dict[tuple[str, str, tuple[Waiting, ...], str, Push | None, bool], Pile] = {}
    for one in judged(catalogs, snapshot, chosen):
        catalog = masters[one.row.catalog or ""]
        master = _master(catalog, one)
        if master is None:
            continue
        items = cases.of(catalog, master, one)
        if items:
            course = chosen.courses[one.row.id]
            push = pushes.last(course, chosen.calendars[course.calendar_id])
            new = not any(one.holding.get(area, Part.PUSHED) for area in Area)
            key = (catalog.name, master.number, items, _blocked(one), push, new)
            school = chosen.calendars[course.calendar_id].school
            alike.setdefault(key, Pile()).add(Pile(1, {school}, course.id))
    found: dict[Line, Pile] = {}
    for (name, number, items, blocked, push, new), pile in alike.items():
        for item in items:
            reason = item.reason if item.reason == "unlocked" else blocked or item.reason
            reason = reason or _unpushed(item, push, new=new)
            line = Line(name, number, item, reason, push.run.id if push else None)
            found.setdefault(line, Pile()).add(pile)
    return found


def _master(catalog: Catalog, one: Judged) -> Master | None:
    """The master of a course, also where the course is left out; None where the catalog has it no more."""
    return catalog.masters.get(one.want.number if one.want else one.row.master or "")


def _blocked(one: Judged) -> str:
    """Why nothing moves to a course: it is left out, or refused as a whole; else empty."""
    return one.skip or (one.outcome.refused if one.outcome else "")


def _unpushed(item: Waiting, push: Push | None, *, new: bool) -> str:
    """Why an item that nothing holds has not moved: nobody has pushed it, and this is what was pushed."""
    if new:
        return "never_pushed"
    if push is None:
        return "never_pushed" if item.pushed is None else "other_year"
    if push.undone:
        return "push_undone"
    return "moved_on" if item.area in push.areas else "not_ticked"


class _Cases:
    """What waits in each distinct case, found once."""

    def __init__(self, areas: frozenset[Area]) -> None:
        self.areas = [area for area in Area if area in areas]
        self._known: dict[tuple[object, ...], tuple[Waiting, ...]] = {}

    def of(self, catalog: Catalog, master: Master, one: Judged) -> tuple[Waiting, ...]:
        """The items of one course that wait."""
        key = (one.year, catalog.name, master.number, one.row.holding_id, id(one.outcome))
        if key not in self._known:
            self._known[key] = tuple(self._items(catalog, master, one))
        return self._known[key]

    def _items(self, catalog: Catalog, master: Master, one: Judged) -> Iterator[Waiting]:
        verdicts = {(it.area, it.key): it for it in one.outcome.verdicts} if one.outcome else {}
        holding = rekey(one.holding, keys_of(due(master.renames, one.holding)))
        for area in self.areas:
            if area not in master.setups:
                continue
            for key, desired, pushed in _differing(area, master, holding):
                reason = _held(catalog, master, holding, (area, key), verdicts.get((area, key)))
                was, now = _told(area, pushed, desired)
                yield Waiting(area, label(area, key, desired or pushed), was, now, reason)


def _differing(
    area: Area, master: Master, holding: Holding
) -> Iterator[tuple[str, Item | None, Item | None]]:
    """(key, desired, pushed) where they differ; a field that a master does not name is not compared."""
    listed, pushed = master.setups.get(area, EMPTY), holding.get(area, Part.PUSHED)
    if listed == pushed:
        return
    keys = set(listed.by_key) if area in FIELD_AREAS else {*listed.by_key, *pushed.by_key}
    for key in sorted(keys):
        desired, offered = listed.get(key), pushed.get(key)
        if desired is None or not desired.same(offered):
            yield key, desired, offered


def _held(
    catalog: Catalog, master: Master, holding: Holding, place: tuple[Area, str], verdict: Verdict | None
) -> str:
    """What holds one item, whatever is pushed; empty where nothing does."""
    if catalog.locks.of(*place) is Lock.UNLOCKED and not _comes_along(catalog, holding, *place):
        return "unlocked"
    if not master.active and place != (Area.COURSE_INFO, "active"):
        return "inactive"
    if verdict is not None and verdict.reason in ITEM_REFUSED:
        return verdict.reason
    return "used" if verdict is not None and verdict.held else ""


def _comes_along(catalog: Catalog, holding: Holding, area: Area, key: str) -> bool:
    """A weight that comes with its new row, though weights are not locked (L5)."""
    if area is not Area.COMPOSITE_WEIGHTS or catalog.locks.of(Area.COMPOSITE_GRADES) is Lock.UNLOCKED:
        return False
    return holding.get(Area.COMPOSITE_GRADES, Part.PUSHED).get(key) is None


def _told(area: Area, pushed: Item | None, desired: Item | None) -> tuple[str | None, str | None]:
    """What differs, in words: of an item that moved on only the fields that did."""
    if pushed is None or desired is None or area in FIELD_AREAS:
        return _whole(area, pushed), _whole(area, desired)
    moved = [one.field for one in changes(pushed, desired)]
    was, now = (
        "; ".join(f"{name} {field_text(area, name, one.get(name))}" for name in moved)
        for one in (pushed, desired)
    )
    return was, now


def _whole(area: Area, one: Item | None) -> str | None:
    """A whole item in words; a composite row has none of its own."""
    return None if one is None else item_text(area, one) or "there"
