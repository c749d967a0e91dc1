"""This room is how items name tasks and standards: references, and the keys that are made of them."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from reconciler.course.areas import Area, Value

if TYPE_CHECKING:
    from reconciler.course.items import Item


class Ref(NamedTuple):
    """A task or standard that an item names: (Area.GRADING_TASKS | Area.STANDARDS, key)."""

    area: Area
    key: str


_STANDARD = "standard:"


def ref_text(ref: Ref) -> str:
    """How a reference stands inside a key: `Final`, or `standard:RL.1`."""
    return ref.key if ref.area is Area.GRADING_TASKS else _STANDARD + ref.key


def ref_of(text: str) -> Ref:
    """Read what `ref_text` wrote."""
    if text.startswith(_STANDARD):
        return Ref(Area.STANDARDS, text.removeprefix(_STANDARD))
    return Ref(Area.GRADING_TASKS, text)


def cell_key(ref: Ref, term: int) -> str:
    """The key of a grade calc option: (task or standard, term) -> `Final@2`."""
    return f"{ref_text(ref)}@{term}"


@lru_cache(maxsize=4096)
def cell_of(key: str) -> tuple[Ref, int]:
    """Read what `cell_key` wrote."""
    text, _, term = key.rpartition("@")
    return ref_of(text), int(term)


def composite_key(parent: Ref, parent_term: int, child: Ref, child_term: int) -> str:
    """The key of a composite row: `Final@4<Quarter@1`. No task, code or test may have a `<`."""
    return f"{cell_key(parent, parent_term)}<{cell_key(child, child_term)}"


@lru_cache(maxsize=4096)
def composite_of(key: str) -> tuple[tuple[Ref, int], tuple[Ref, int]]:
    """Read what `composite_key` wrote: ((parent, term), (child, term))."""
    parent, _, child = key.partition("<")
    return cell_of(parent), cell_of(child)


def assessment_key(test: str, standard: str | None) -> str:
    """The key of an assessment alignment: `MAP<RL.1`, or the test alone."""
    return test if standard is None else f"{test}<{standard}"


def names(area: Area, one: Item) -> tuple[Ref, ...]:
    """The tasks and standards that an item names (R7, L7)."""
    if area is Area.CATEGORIES:
        tasks, standards = one.get("tasks", ()), one.get("standards", ())
        return (
            *(Ref(Area.GRADING_TASKS, str(key)) for key in _sequence(tasks)),
            *(Ref(Area.STANDARDS, str(key)) for key in _sequence(standards)),
        )
    if area is Area.GRADE_CALC_OPTIONS:
        return (cell_of(one.key)[0],)
    if area in (Area.COMPOSITE_GRADES, Area.COMPOSITE_WEIGHTS):
        (parent, _), (child, _) = composite_of(one.key)
        return (parent, child)
    if area is Area.ASSESSMENTS and "<" in one.key:
        return (Ref(Area.STANDARDS, one.key.partition("<")[2]),)
    return ()


def _sequence(value: Value) -> tuple[str | int, ...]:
    return value if isinstance(value, tuple) else ()
