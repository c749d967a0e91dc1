"""This room cuts a push into batches of calendars, with about as many courses in each."""

from __future__ import annotations

from collections import Counter
from heapq import heapify, heapreplace
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from reconciler.current import Snapshot

PER_WORKER = 4
"""Batches for each worker: who is done early takes another one, and little is lost with one that dies."""


class Batch(NamedTuple):
    """Some calendars, and those of their courses that are meant (none named: all)."""

    calendars: tuple[int, ...]
    courses: tuple[int, ...] = ()


def sizes(snapshot: Snapshot, calendars: Collection[int]) -> Counter[int]:
    """How many courses each of these calendars has."""
    counts = Counter(dict.fromkeys(calendars, 0))
    counts.update(row.calendar_id for row in snapshot.courses(sorted(calendars)))
    return counts


def cut(counts: Mapping[int, int], workers: int) -> list[tuple[int, ...]]:
    """Calendars in batches of about as many courses: the largest first, each to the smallest batch."""
    many = max(1, min(len(counts), workers * PER_WORKER))
    heap = [(0, place) for place in range(many)]
    heapify(heap)
    found: list[list[int]] = [[] for _ in range(many)]
    for calendar, courses in sorted(counts.items(), key=lambda one: (-one[1], one[0])):
        size, place = heap[0]
        found[place].append(calendar)
        heapreplace(heap, (size + courses, place))
    return [tuple(sorted(one)) for one in found if one]


def with_courses(
    snapshot: Snapshot, calendars: Collection[int], courses: Collection[int], workers: int
) -> tuple[list[Batch], list[int]]:
    """A plan's courses in batches by the calendars in which they are now; and those that are in none."""
    there: dict[int, list[int]] = {}
    left = set(courses)
    for row in snapshot.courses(sorted(calendars)):
        if row.id in left:
            left.remove(row.id)
            there.setdefault(row.calendar_id, []).append(row.id)
    counts = {calendar: len(ids) for calendar, ids in there.items()}
    parts = cut(counts, workers) if counts else []
    return [Batch(one, tuple(_of(there, one))) for one in parts], sorted(left)


def _of(there: Mapping[int, list[int]], calendars: Iterable[int]) -> list[int]:
    return sorted(course for calendar in calendars for course in there[calendar])
