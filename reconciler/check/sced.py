"""This room knows the SCED course codes, version 12 (U.S. Department of Education, NCES; public domain)."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from reconciler.catalog import Plain

if TYPE_CHECKING:
    from reconciler.check.drafts import Draft
    from reconciler.check.layers import Leaf
    from reconciler.check.report import Report

RESERVED = frozenset({"994", "995", "997", "998", "999"})
"""Project, aide, independent study, workplace experience, other: in every subject area."""
TELLING: dict[str, tuple[str, ...]] = {
    "algebra": ("02",), "geometry": ("02",), "calculus": ("02",), "trigonometry": ("02",),
    "english": ("01", "24"), "biology": ("03",), "chemistry": ("03",), "physics": ("03",),
    "civics": ("04",), "psychology": ("04",), "sociology": ("04",), "orchestra": ("05",),
    "theater": ("05",), "drama": ("05",), "spanish": ("24",), "french": ("24",), "german": ("24",),
    "latin": ("24",), "chinese": ("24",), "japanese": ("24",), "russian": ("24",), "italian": ("24",),
    "arabic": ("24",),
}  # fmt: skip
"""A word of a course's name -> the subject areas in which SCED has a title with it; no other area has one."""
_WHOLE = 5
_REMEDY = "look the code up in SCED version 12 (nces.ed.gov/forum/sced.asp)"


@cache
def codes() -> dict[str, frozenset[str]]:
    """Subject area (two digits) -> its courses (three digits)."""
    text = (files("reconciler") / "data" / "sced.txt").read_text(encoding="utf-8")
    rows = (line.split() for line in text.splitlines() if not line.startswith("#"))
    return {area: frozenset(courses) for area, *courses in rows}


def examine(draft: Draft, report: Report) -> None:
    """Warn of codes that do not exist or belong to another subject area."""
    info = draft.merged.info
    area_leaf, course_leaf = info.get("nces.subject_area"), info.get("nces.course")
    area = str(area_leaf.value) if area_leaf and area_leaf.value is not None else ""
    if area and area_leaf and area not in codes():
        message = f'there is no SCED subject area "{area}"'
        remedy = _zeros(area_leaf.value, area, 2) or _REMEDY
        report.warn("unknown-sced", area_leaf.spot, message, remedy)
        return
    if course_leaf is None or course_leaf.value is None:
        return
    course = str(course_leaf.value)
    own, number = (course[:2], course[2:]) if len(course) == _WHOLE else (area, course)
    if area and own != area:
        message = f'the SCED course "{course}" belongs to subject area {own}, not {area}'
        report.warn("sced-subject", course_leaf.spot, message, _REMEDY)
    elif own and number not in codes().get(own, ()) and not (own in codes() and number in RESERVED):
        message = f'there is no SCED course "{own}{number}"'
        remedy = _zeros(course_leaf.value, course, 3) or _REMEDY
        report.warn("unknown-sced", course_leaf.spot, message, remedy)
    elif own:
        _name(str(draft.table.get("name") or ""), own, course_leaf, report)


def _name(name: str, area: str, leaf: Leaf, report: Report) -> None:
    """Warn of a name that tells of another subject area: "Algebra I" in English."""
    strange = next((word for word in words(name) if area not in TELLING.get(word, (area,))), "")
    if strange:
        message = f'no SCED course of subject area {area} has "{strange}" in its title, as "{name}" has'
        report.warn("sced-subject", leaf.spot, message, _REMEDY)


def words(title: str) -> list[str]:
    """The words of a title, in small letters."""
    return re.findall(r"[a-z]+", title.lower())


def _zeros(value: object, text: str, size: int) -> str:
    return (
        f'write all {size} digits: "{text.zfill(size)}"'
        if isinstance(value, Plain) and len(text) < size
        else ""
    )
