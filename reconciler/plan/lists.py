"""This room compares the catalogs' named lists with those last applied (domain.md 1, last row)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.course import EMPTY, Area, ListKind
from reconciler.errors import ListInUse
from reconciler.plan.model import ListChange

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from reconciler.course import Holding, Item, Setup
    from reconciler.current import Snapshot
    from reconciler.plan.model import Cohort

NAMED_BY: dict[ListKind, tuple[tuple[Area, str], ...]] = {
    ListKind.SCORE_GROUPS: ((Area.GRADING_TASKS, "score_group"),),
    ListKind.RUBRICS: ((Area.STANDARDS, "rubric"),),
    ListKind.GRADING_SCALES: ((Area.GRADE_CALC_OPTIONS, "grading_scale"),),
}
"""Which fields name an entry of a list."""
KEYED: dict[ListKind, Area] = {
    ListKind.TASKS: Area.GRADING_TASKS,
    ListKind.STANDARDS: Area.STANDARDS,
    ListKind.TESTS: Area.ASSESSMENTS,
}
"""Which areas name an entry of a list by their keys."""


def list_changes(
    lists: Mapping[str, Mapping[ListKind, Setup]], snapshot: Snapshot, cohorts: Collection[Cohort]
) -> tuple[ListChange, ...]:
    """Every list entry that is new, different or gone, with the number of courses that use it.

    Raises ListInUse where one goes that a course will still name after this push (domain.md 8).
    """
    found: list[ListChange] = []
    users: dict[tuple[ListKind, str], set[int]] | None = None
    for catalog, kinds in sorted(lists.items()):
        applied = snapshot.lists(catalog)
        for kind in ListKind:
            now, was = kinds.get(kind, EMPTY), applied.get(kind, EMPTY)
            for name in sorted({*now.by_key, *was.by_key}):
                old, new = was.get(name), now.get(name)
                if old != new:
                    users = _index(cohorts) if users is None else users
                    used = len(users.get((kind, name), ()))
                    if new is None and kind in NAMED_BY:
                        _refuse_in_use(catalog, kind, name, cohorts)
                    found.append(ListChange(catalog, kind, name, _plain(old), _plain(new), used))
    return tuple(found)


def _plain(one: Item | None) -> dict[str, object] | None:
    return None if one is None else dict(one.fields)


def _refuse_in_use(catalog: str, kind: ListKind, name: str, cohorts: Collection[Cohort]) -> None:
    courses: set[int] = set()
    for cohort in cohorts:
        if (kind, name) in set(_named(cohort.outcome.after)):
            courses.update(cohort.courses)
    if courses:
        raise ListInUse(
            kind=kind.replace("_", " ").removesuffix("s"), name=name, catalog=catalog, count=len(courses)
        )


def _index(cohorts: Collection[Cohort]) -> dict[tuple[ListKind, str], set[int]]:
    """(kind, entry) -> the courses whose setup, as it is now, names it."""
    found: dict[tuple[ListKind, str], set[int]] = {}
    for cohort in cohorts:
        for entry in _named(cohort.outcome.before):
            found.setdefault(entry, set()).update(cohort.courses)
    return found


def _named(holding: Holding) -> Iterator[tuple[ListKind, str]]:
    for kind, places in NAMED_BY.items():
        for area, field in places:
            yield from ((kind, str(one.get(field))) for one in holding.here(area) if one.get(field))
    for kind, area in KEYED.items():
        yield from ((kind, one.key.partition("<")[0]) for one in holding.here(area))
