"""This room counts what teachers do: assignments, scores, posted grades, comments (domain.md 6).

Counts are added, moved from one item to another, or taken away by the teacher whose they are; they are
never negative, and moving loses none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.course import Area, Counts, Use
from reconciler.editing.ground import told, total
from reconciler.errors import AddressUnknown, AddressWrong, suggestion
from reconciler.errors.editing import CountsShort, NothingRecorded, UsesUnread, ValueWrong
from reconciler.keep.evidence import EVIDENCED
from reconciler.keep.names import name_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from reconciler.course import Item
    from reconciler.editing.ground import Place

Uses = dict[Use, Counts]


def read(place: Place) -> Uses:
    """The section's counts, by use; raises AddressWrong, UsesUnread."""
    if not place.on_section or place.found.area not in EVIDENCED or not place.found.key:
        why = "uses are of a category, a grading task or a standard, in a section"
        raise AddressWrong(text=place.said, why=f"{why}: NUMBER@CALENDAR/SECTION#area/key")
    if place.unread:
        raise UsesUnread(section=place.found._replace(area=None, key="").address)
    return {use: counts for _, use, counts in place.counts}


def record(place: Place, uses: Mapping[Use, Counts], more: Counts, term: int, keys: Iterable[Use]) -> Uses:
    """Add counts to every use named by `keys` (the item, and the tasks that go along); raises why not."""
    _fits(place, term)
    if min(more) < 0 or not any(more):
        how = "Write assignments=2 scores=40 posted=1 comments=3, whole numbers, at least one from 1."
        raise ValueWrong(address=place.said, what="nothing to record", how=how)
    after = dict(uses)
    for use in keys:
        _there(place, use.area, use.key)
        after[use] = total([after.get(use, Counts()), more])
    return after


def realign(place: Place, uses: Mapping[Use, Counts], key: str, target: str, term: int | None) -> Uses:
    """Move the counts of an item to another one of its area; what is there adds up."""
    area = place.found.area or Area.CATEGORIES
    to = _there(place, area, target)
    if to == key:
        raise ValueWrong(address=place.said, what=f'"{target}" is this very item', how="Name another one.")
    after = dict(uses)
    for use in _of(place, uses, key, term):
        goal = use._replace(key=to)
        after[goal] = total([after.get(goal, Counts()), after.pop(use)])
    return after


def forget(
    place: Place, uses: Mapping[Use, Counts], less: Counts | None, term: int | None, keys: Iterable[Use]
) -> Uses:
    """Take counts away, all of them where `less` is None: a teacher deletes their own records (R1)."""
    after = dict(uses)
    for one in keys:
        chosen = _of(place, uses, one.key, term, one.area)
        if less is None:
            for use in chosen:
                del after[use]
            continue
        if len(chosen) > 1:
            terms = ", ".join(str(use.term) for use in chosen)
            raise ValueWrong(address=place.said, what=f"it has uses in terms {terms}", how="Say --term.")
        (use,) = chosen
        after[use] = _less(place, use, after[use], less)
    return {use: counts for use, counts in after.items() if any(counts)}


def _less(place: Place, use: Use, there: Counts, less: Counts) -> Counts:
    left = Counts(*(have - gone for have, gone in zip(there, less, strict=True)))
    if min(left) < 0 or min(less) < 0:
        term = f" in term {use.term}" if use.term else ""
        raise CountsShort(address=place.said, there=told(there), term=term, asked=told(less))
    return left


def _of(
    place: Place, uses: Mapping[Use, Counts], key: str, term: int | None, area: Area | None = None
) -> list[Use]:
    """The uses of an item, in one term or in all; raises NothingRecorded."""
    where = area or place.found.area
    found = sorted(
        use
        for use, counts in uses.items()
        if use.area is where and use.key == key and term in (None, use.term) and any(counts)
    )
    if not found:
        raise NothingRecorded(address=place.said, term="" if term is None else f" in term {term}")
    return found


def _there(place: Place, area: Area, said: str) -> str:
    """The key of an item that is there, by its key or (a category) its name; raises AddressUnknown."""
    known: dict[str, Item] = {one.key: one for one in items(place, area)}
    if said in known:
        return said
    named = [key for key, one in known.items() if area is Area.CATEGORIES and name_of(one) == said]
    if len(named) == 1:
        return named[0]
    names = {*known, *(name_of(one) for one in known.values() if area is Area.CATEGORIES)}
    raise AddressUnknown(text=place.said, what=f'{area} "{said}"', hint=suggestion(said, names))


def called(place: Place, use: Use) -> str:
    """What the item of a use is called: a category by its name."""
    there = {one.key: name_of(one) for one in items(place, use.area)}
    return there.get(use.key, use.key) if use.area is Area.CATEGORIES else use.key


def items(place: Place, area: Area) -> tuple[Item, ...]:
    """What a section's uses may point at: its own categories, its course's tasks and standards."""
    return (place.found.holding if area is Area.CATEGORIES else place.above).here(area)


def _fits(place: Place, term: int) -> None:
    last = len(place.found.calendar.terms)
    if term < 0 or (last and term > last):
        how = f'"{place.found.calendar.name}" has {last} terms.' if last else "Terms count from 1."
        raise ValueWrong(address=place.said, what=f"there is no term {term}", how=how)
