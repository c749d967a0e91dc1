"""This room turns the steps of an edit into what a store carries: one move, the name of the source, marks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.course import Area
from reconciler.current import Alias, Batch, CourseMove, ResidualMark, SectionMove
from reconciler.keep.names import name_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reconciler.course import Holding
    from reconciler.current import Transaction
    from reconciler.editing.ground import Place
    from reconciler.editing.steps import Steps


def batch(tx: Transaction, at: Place, after: Holding, made: Steps) -> Batch:
    """The move of the course or section, with the old name that the source goes on using, and the marks."""
    place_of = tx.keep_holdings([after])[after]
    section = at.found.section
    host = section.id if section else at.course.id
    aliases = [
        Alias(at.on_section, host, one.area, name_of(one.before), one.key)
        for one in made
        if one.area is Area.CATEGORIES
        and one.before
        and one.after
        and name_of(one.before) != name_of(one.after)
    ]
    if section is not None:
        used = (section.used_id, section.used_id)
        move = SectionMove(section.id, at.course.id, section.holding_id, place_of, *used)
        return Batch([], [move], aliases=aliases, residuals=tuple(_marks(at, made)))
    info = {one.key: one.after.get("value") for one in made if one.area is Area.COURSE_INFO and one.after}
    number, name = (str(info[key]) if key in info else None for key in ("number", "name"))
    course = CourseMove(at.course.id, at.course.holding_id, place_of, number, name, None)
    return Batch([course], [], aliases=aliases, residuals=tuple(_marks(at, made)))


def _marks(at: Place, made: Steps) -> Iterable[ResidualMark]:
    """The marks of residuals that go: a section's own, and of a course's task those of its sections."""
    gone = {(one.area, one.key) for one in made if one.after is None and one.before and one.before.kept}
    if not gone:
        return
    ids = {one.id for one in at.sections}
    for mark, _ in at.snapshot.residuals():
        if mark.section_id in ids and (mark.area, mark.key) in gone:
            yield mark._replace(cleared=True)
