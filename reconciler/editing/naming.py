"""This room settles names and keys of an edit: unique in a list, at most 50 characters, no edge spaces."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from reconciler.course import Area, Part
from reconciler.errors.editing import MustStay, NameTaken, ValueWrong
from reconciler.keep.names import LONGEST, name_of

if TYPE_CHECKING:
    from reconciler.course import Item
    from reconciler.editing.ground import Place


def check(place: Place, one: Item) -> None:
    """Check a category's name; raises ValueWrong, NameTaken."""
    name = str(one.get("name") or "")
    if not name or name != name.strip() or len(name) > LONGEST or not name.isprintable():
        how = f"It has 1 to {LONGEST} characters on one line, and no space at its ends."
        raise ValueWrong(address=place.said, what=f'"{name}" is no name for a category', how=how)
    others = (each for each in place.here(Area.CATEGORIES).values() if each.key != one.key)
    if any(name_of(each) == name for each in others):
        raise NameTaken(address=place.said, name=name)


def check_key(place: Place, area: Area, key: str) -> None:
    """Check the key of a new item; raises ValueWrong."""
    wrong = not key or key != key.strip() or not key.isprintable()
    named = area in (Area.GRADING_TASKS, Area.STANDARDS)
    if wrong or (named and "<" in key):
        raise ValueWrong(
            address=place.said,
            what=f'"{key}" can\'t be what an item is known by',
            how="Write it on one line, without a space at its ends, and a task or standard without a `<`.",
        )


def fresh_key(place: Place, name: str) -> str:
    """The key of a new category, which says who made it: `section/Lab`, `section/Lab/2` if that is taken."""
    taken = {key for part in Part for key in place.part(Area.CATEGORIES, part)}
    taken |= {use.key for _, use, _ in place.counts if use.area is Area.CATEGORIES}
    stem = "section" if place.on_section else "course"
    first = key = f"{stem}/{unicodedata.normalize('NFC', name)}"
    number = 1
    while key in taken:
        number += 1
        key = f"{first}/{number}"
    return key


def check_info(place: Place, key: str, one: Item) -> None:
    """Check the number and name by which a course is found; raises ValueWrong, NameTaken, MustStay."""
    if key not in ("number", "name") or place.on_section:
        return
    told = one.get("value")
    if told is None:
        raise MustStay(address=place.said, why=f"every course has a {key}")
    if not str(told).isprintable():
        raise ValueWrong(address=place.said, what=f"the {key} is not on one line", how="Write plain text.")
    if key == "number":
        rows = [row.id for row in place.snapshot.courses([place.course.calendar_id])]
        others = (each for each in place.snapshot.course_records(rows) if each.id != place.course.id)
        if any(each.number == told for each in others):
            raise NameTaken(address=place.said, name=told)
