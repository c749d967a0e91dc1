"""This room says whether a lock holds on an item of a host, and why none does (L2-L4, P2, S3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from reconciler.address import Address
from reconciler.course import EMPTY, FIELD_AREAS, Lock, Part
from reconciler.plan.targets import matches, serves
from reconciler.story.model import LockTold

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.course import Area, Calendar, Catalog, Holding, Item, Master
    from reconciler.current import CourseRecord

FOLLOWS = {
    "": "follows its master",
    "not_linked": "it is linked to no master",
    "ignored": "it is marked Ignore Master Push, so its school manages it (P2)",
    "exempt": "the catalog declares its calendar exempt, so its school manages it (P2)",
    "catalog_unknown": "its catalog is not among those that were read",
    "not_served": "its catalog is not for this school and school year",
    "master_missing": "its master has left the catalog (P1)",
}
"""Whether a course follows its master, and why not."""
WHY = {
    "catalog": "the catalog locks it, so nobody at the school can change or delete it",
    "course": "it came from its course, which still has it, so a teacher can't change or delete it (S3)",
    "dropped": "it came from its course, which has it no longer (S3)",
    "filled": "a section fills in its own fields, and its value wins (S2)",
    "editable": "the catalog makes it editable: it is pushed, and an edit made below is kept",
    "unlocked": "the catalog does not lock it, so it may be changed below and is never pushed",
    "own": "it was made below, so it is the school's own",
    "residual": "it is a residual, and residuals are unlocked (R5)",
    "absent": "there is nothing that could be locked",
    **{code: words for code, words in FOLLOWS.items() if code},
}
"""Why a lock holds, or does not."""
FREE = frozenset({"ignored", "exempt"})
"""Why the locks of a catalog do not hold on a linked course and its sections (P2)."""


class Following(NamedTuple):
    """What a course follows: its catalog and master, as far as they are known, and a code of FOLLOWS."""

    catalog: Catalog | None
    master: Master | None
    why: str


def following(course: CourseRecord, calendar: Calendar, catalogs: Mapping[str, Catalog]) -> Following:
    """Which master a push would bring to this course (P1, P2)."""
    if course.catalog is None or course.master is None:
        return Following(None, None, "not_linked")
    catalog = catalogs.get(course.catalog)
    if catalog is None:
        return Following(None, None, "ignored" if course.ignored else "catalog_unknown")
    master = catalog.masters.get(course.master) or _renamed(catalog, course.master)
    return Following(catalog, master, _why(course, calendar, catalog) or ("" if master else "master_missing"))


def _renamed(catalog: Catalog, number: str) -> Master | None:
    """The master that had this number before (P12)."""
    return next((one for one in catalog.masters.values() if one.was == number), None)


def _why(course: CourseRecord, calendar: Calendar, catalog: Catalog) -> str:
    if not serves(catalog, calendar):
        return "not_served"
    if matches(calendar.name, (one.pattern for one in catalog.exempt)):
        return "exempt"
    globs = tuple(one.pattern for one in catalog.ignored)
    address = str(Address(course.number, calendar=calendar.name))
    if course.ignored or matches(address, globs) or matches(course.number, globs):
        return "ignored"
    return ""


class Stand(NamedTuple):
    """What is there of one item: as linked (or as pushed, where it was deleted below), or as own.

    `course`: the holding of the course, where the host is a section; `brought`: a push from courses brought
    the item there.
    """

    area: Area
    key: str
    linked: Item | None
    own: Item | None = None
    course: Holding | None = None
    brought: bool = False


def lock_of(follow: Following, one: Stand) -> LockTold:
    """The lock of one item (L2-L4, P2, R5, S3)."""
    state = follow.catalog.locks.of(one.area, one.key).value if follow.catalog else ""
    if one.linked is None:
        return _of_own(follow, one, state)
    if one.course is not None and one.area in FIELD_AREAS:
        return LockTold(state, holds=False, why="filled")
    if one.course is not None and _of_course(follow, one, one.course):
        has = any(there.key == one.key and not there.kept for there in one.course.here(one.area))
        return LockTold(state, holds=has, why="course" if has else "dropped")
    if follow.why in FREE or follow.why == "not_linked":
        return LockTold(state, holds=False, why=follow.why)
    if follow.catalog is None:
        return LockTold(state, holds=None, why="catalog_unknown")
    return LockTold(state, holds=state == Lock.LOCKED, why="catalog" if state == Lock.LOCKED else state)


def _of_own(follow: Following, one: Stand, state: str) -> LockTold:
    """What was made below is free, unless it takes the place of what a locked area brings (L2, C1)."""
    if one.own is None or one.own.kept:
        return LockTold(state, holds=False, why="absent" if one.own is None else "residual")
    apart = one.area in FIELD_AREAS if one.course is not None else False
    listed = follow.master is not None and one.key in follow.master.setups.get(one.area, EMPTY).by_key
    if listed and state == Lock.LOCKED and follow.why not in FREE and not apart:
        return LockTold(state, holds=True, why="catalog")
    return LockTold(state, holds=False, why="own")


def _of_course(follow: Following, one: Stand, course: Holding) -> bool:
    """Did the item come from a push from courses, as far as that can be known?"""
    return one.brought or follow.why == "not_linked" or one.key in course.get(one.area, Part.OWN).by_key
