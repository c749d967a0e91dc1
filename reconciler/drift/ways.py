"""This room writes the commands that put drift back: a relink for courses, the next push for sections."""

from __future__ import annotations

import shlex
from collections import defaultdict
from typing import TYPE_CHECKING

from reconciler.address import Address
from reconciler.course import FIELD_AREAS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from reconciler.drift.model import Drift

_SIGNS = str.maketrans({"[": "[[]", "*": "[*]", "?": "[?]"})
NEXT = " \\\n  "
"""A shell goes on reading behind this."""


def put_back(drift: Drift, catalogs: Sequence[str] = ()) -> tuple[str, ...]:
    """The commands that put back all that is to be mended, a year at a time; each shows its plan and asks.

    `catalogs`: the paths that were named on the command line. A course that drifted is relinked, with its
    sections where these drifted too; sections alone are put back by the next push to sections.
    """
    courses: set[int] = set()
    sections: set[int] = set()
    for group in drift.of("open"):
        (sections if group.on_section else courses).update(group.courses)
    sections -= stuck(drift)
    linked = {one for one in sections if drift.chosen.courses[one].master is not None}
    return (
        *_relinks(drift, courses - sections, catalogs),
        *_relinks(drift, courses & sections, catalogs, "--to-sections"),
        *_pushes(drift, linked - courses, catalogs),
        *_from_courses(drift, sections - linked),
    )


def stuck(drift: Drift) -> frozenset[int]:
    """The courses whose sections no push can put back: their own change is waived, and fails it (P5)."""
    own = [one for one in drift.groups if not one.on_section and one.drop.area not in FIELD_AREAS]
    waived = {course for one in own if one.standing.code == "waived" for course in one.courses}
    relinked = {course for one in own if one.standing.code == "open" for course in one.courses}
    below = {course for one in drift.of("open") if one.on_section for course in one.courses}
    return frozenset((below & waived) - relinked)


def _together(drift: Drift, courses: Iterable[int]) -> list[list[str]]:
    """The addresses of courses, beyond doubt, as one relink can name them.

    That is: of one school year; of one school, where its calendar is not the only one of its name.
    """
    found: dict[tuple[int, str], list[str]] = defaultdict(list)
    for one in courses:
        row, calendar = drift.chosen.courses[one], drift.chosen.calendar(one)
        ref = drift.refs[row.calendar_id]
        school = "" if ref == calendar.name else calendar.school
        found[calendar.year, school].append(str(Address(row.number, calendar=ref)))
    return [sorted(found[place]) for place in sorted(found)]


def _relinks(drift: Drift, courses: Iterable[int], catalogs: Sequence[str], *more: str) -> list[str]:
    named = [f"--catalog {shlex.quote(one)}" for one in catalogs]
    return [
        NEXT.join(["reconcile relink", *map(shlex.quote, addresses), *more, *named])
        for addresses in _together(drift, courses)
    ]


def _pushes(drift: Drift, courses: Iterable[int], catalogs: Sequence[str]) -> list[str]:
    first = " ".join(["reconcile apply", *map(shlex.quote, catalogs)])
    found: dict[int, list[int]] = defaultdict(list)
    for one in courses:
        found[drift.chosen.calendar(one).year].append(one)
    return [
        NEXT.join([f"{first} --to-sections --year {year}", *_chosen(drift, found[year])])
        for year in sorted(found)
    ]


def _from_courses(drift: Drift, courses: Iterable[int]) -> list[str]:
    """A push from courses goes to one calendar at a time (S1)."""
    found: dict[tuple[str, str], list[int]] = defaultdict(list)
    for one in courses:
        calendar = drift.chosen.calendar(one)
        found[calendar.name, calendar.school].append(one)
    told = []
    for name, school in sorted(found):
        places = f"--calendar {_exactly(name)} --school {_exactly(school)}"
        first = f"reconcile apply --source courses {places}"
        told.append(NEXT.join([first, *_chosen(drift, found[name, school])]))
    return told


def _chosen(drift: Drift, courses: Iterable[int]) -> list[str]:
    return [f"--course {_exactly(one)}" for one in sorted(map(drift.chosen.address, courses))]


def _exactly(text: str) -> str:
    """A glob that means just this text, quoted for a shell."""
    return shlex.quote(text.translate(_SIGNS))
