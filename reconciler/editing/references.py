"""This room holds an edit against what it names: tasks, standards, terms, composite rows, named lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.course import Area, ListKind, Ref, cell_of, composite_of, names
from reconciler.editing.values import terms_of
from reconciler.errors import suggestion
from reconciler.errors.editing import ItemNamed, NoCalculation, ReferenceMissing, ValueWrong
from reconciler.plan.words import KINDS, label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.course import Item
    from reconciler.editing.ground import Place

TASKS = (Area.GRADING_TASKS, Area.STANDARDS)
NAMING = (
    Area.CATEGORIES,
    Area.COMPOSITE_GRADES,
    Area.COMPOSITE_WEIGHTS,
    Area.GRADE_CALC_OPTIONS,
    Area.ASSESSMENTS,
)
"""The areas whose items name tasks or standards."""
SHOWN = 3
"""How many of the items that name one are told by name."""
LISTED = {
    "score_group": ListKind.SCORE_GROUPS,
    "rubric": ListKind.RUBRICS,
    "grading_scale": ListKind.GRADING_SCALES,
}
"""The fields that name one of the district's lists."""
KEY_FORMS = {
    Area.GRADE_CALC_OPTIONS: "TASK@TERM, such as Final@2 (a standard: standard:CODE@2)",
    Area.COMPOSITE_GRADES: "PARENT@TERM<CHILD@TERM, such as 'Final@2<Quarter@1'",
    Area.COMPOSITE_WEIGHTS: "PARENT@TERM<CHILD@TERM, such as 'Final@2<Quarter@1'",
}


def check(place: Place, area: Area, one: Item, before: Item | None = None) -> None:
    """Whatever the item newly names must be there; raises ReferenceMissing, ValueWrong, NoCalculation."""
    known_terms = terms_of(before) if before else ()
    terms = [term for term in _terms(place, area, one) if term not in known_terms]
    last = len(place.found.calendar.terms)
    beyond = [term for term in terms if term < 1 or (last and term > last)]
    if beyond:
        how = f'"{place.found.calendar.name}" has {last} terms.' if last else "Terms count from 1."
        raise ValueWrong(address=place.said, what=f"there is no term {beyond[0]}", how=how)
    named = names(area, before) if before else ()
    for ref in names(area, one):
        if ref in named:
            continue
        known = {each.key for each in place.above.here(ref.area)}
        if ref.key not in known:
            raise _missing(place, KINDS[ref.area], ref.key, known)
    if area is Area.COMPOSITE_WEIGHTS and one.key not in place.here(Area.COMPOSITE_GRADES):
        raise _missing(place, "composite row", one.key, place.here(Area.COMPOSITE_GRADES))
    if area is Area.COMPOSITE_GRADES:
        _no_circle(place, one.key)
    if area is Area.GRADE_CALC_OPTIONS and place.on_section:
        _calculated(place, *cell_of(one.key))
    _in_lists(place, one, before)


def _missing(place: Place, what: str, name: str, known: object) -> ReferenceMissing:
    words = [str(each) for each in known] if isinstance(known, (set, dict)) else []
    hint = suggestion(name, words)
    return ReferenceMissing(address=place.said, what=what, name=name, course=place.course_address, hint=hint)


def _terms(place: Place, area: Area, one: Item) -> Iterator[int]:
    """Every term position that an item names; raises ValueWrong for a key that can't be read."""
    yield from terms_of(one)
    if area in KEY_FORMS:
        try:
            ends = (cell_of(one.key),) if area is Area.GRADE_CALC_OPTIONS else composite_of(one.key)
        except ValueError:
            what = f'"{one.key}" is no key of a {KINDS[area]}'
            raise ValueWrong(address=place.said, what=what, how=f"Write {KEY_FORMS[area]}.") from None
        yield from (term for _, term in ends)


def _no_circle(place: Place, key: str) -> None:
    """Raise ValueWrong where a grade would be computed, over some steps, from itself (domain.md 8)."""
    rows = {*place.here(Area.COMPOSITE_GRADES), key}
    below: dict[str, set[str]] = {}
    for row in rows:
        parent, _, child = row.partition("<")
        below.setdefault(parent, set()).add(child)
    parent, _, child = key.partition("<")
    seen: set[str] = set()
    ahead = [child]
    while ahead:
        one = ahead.pop()
        if one == parent:
            what = f"{parent} would be computed from itself"
            raise ValueWrong(
                address=place.said, what=what, how="Choose another child, or remove that row first."
            )
        if one not in seen:
            seen.add(one)
            ahead += below.get(one, ())


def _calculated(place: Place, ref: Ref, term: int) -> None:
    """Raise NoCalculation for a residual task, or a term that only evidence holds (R2)."""
    own = {each.key: each for each in place.above.here(ref.area)}.get(ref.key)
    said = f'the {KINDS[ref.area]} "{ref.key}"'
    if own is None:
        return
    if own.kept:
        raise NoCalculation(address=place.said, why=f"{said} is a residual")
    listed = place.master.setups.get(ref.area) if place.master and place.locks(ref.area) else None
    wanted = listed.get(ref.key) if listed is not None else None
    graded = terms_of(wanted) if wanted is not None else ()
    if graded and term not in graded and term in terms_of(own):
        raise NoCalculation(address=place.said, why=f"{said} keeps term {term} for its grades alone")


def _in_lists(place: Place, one: Item, before: Item | None) -> None:
    """Raise ReferenceMissing for a score group, rubric or scale that the course's catalog does not have."""
    for field, kind in LISTED.items():
        name = one.get(field)
        if before is not None and name == before.get(field):
            continue
        listed = place.catalog.lists.get(kind) if place.catalog else None
        if name is not None and listed and listed.get(str(name)) is None:
            what = field.replace("_", " ")
            raise _missing(place, what, str(name), listed.by_key)


def unnamed(place: Place, area: Area, key: str) -> None:
    """Raise ItemNamed where something names a task or standard that shall go (R7)."""
    if area not in TASKS:
        return
    ref = Ref(area, key)
    found = [*_naming(place, ref)]
    if found:
        more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
        raise ItemNamed(address=place.said, by=", ".join(found[:SHOWN]) + more)


def _naming(place: Place, ref: Ref) -> Iterator[str]:
    """What names a task, at the course and at its sections, each thing once."""
    seen: set[tuple[Area, str]] = set()
    for holding in (place.above, *place.held.values()):
        for area in NAMING:
            for one in holding.here(area):
                if ref in names(area, one) and (area, one.key) not in seen:
                    seen.add((area, one.key))
                    yield f"the {KINDS[area]} {label(area, one.key, one)}"
