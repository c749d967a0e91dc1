"""One small state for every way in which an item may stand, each made with the means that a district has."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from reconciler.course import Area, Counts, Exemption, Lock, Locks, Origin, Part, setup
from tests.small import catalog, category, cell, from_courses, held, info, listed, locked, master, scope, task
from tests.story.telling import COURSE, HOMEWORK, SECTION

if TYPE_CHECKING:
    from reconciler.course import Catalog, Master
    from tests.small import Small

LAB = category("Lab", 5, key="course/Lab")
THEIRS = "#categories/course%2FLab"
FINAL = "#grading_tasks/Final"
ADVISORY = "#course_info/advisory"


class Asked(NamedTuple):
    """What is asked about a scene: an address, and the catalogs that are read."""

    address: str
    catalogs: tuple[Catalog, ...] = ()


def homework(weight: object = 20, *, layer: str = "master", **other: object) -> Master:
    """A master with the category Homework, written on line 7."""
    origin = Origin(layer, "hs.yaml" if layer == "master" else "shared.yaml", 7)
    made = master(categories=[category("Homework", weight)], **other)
    return replace(
        made, origins={(Area.CATEGORIES, "Homework"): origin}, origin=Origin("master", "hs.yaml", 3)
    )


def pushed(small: Small, *masters: Master) -> tuple[int, int]:
    """A course and a section into which these masters were pushed."""
    course = small.course()
    section = small.section(course)
    small.apply(catalog(*masters))
    return course, section


def linked(small: Small, **host: int) -> None:
    """Somebody gives Homework the weight 50."""
    changed = {(Area.CATEGORIES, Part.LINKED): setup([category("Homework", 50)])}
    small.edit(lambda holding: holding.put(changed), **host)


def locked_item(small: Small) -> Asked:
    pushed(small, homework())
    return Asked(COURSE + HOMEWORK, (catalog(homework()),))


def by_named_setup(small: Small) -> Asked:
    pushed(small, homework())
    return Asked(SECTION + HOMEWORK, (catalog(homework(layer="setup core")),))


def unlocked_item(small: Small) -> Asked:
    pushed(small, homework())
    return Asked(COURSE + HOMEWORK, (catalog(homework(), locks=locked(Area.GRADING_TASKS)),))


def editable_item(small: Small) -> Asked:
    course, _ = pushed(small, homework())
    linked(small, course=course)
    return Asked(COURSE + HOMEWORK, (catalog(homework(), locks=Locks({Area.CATEGORIES: Lock.EDITABLE})),))


def moved_on(small: Small) -> Asked:
    pushed(small, homework())
    return Asked(SECTION + HOMEWORK, (catalog(homework(35)),))


def desynced(small: Small) -> Asked:
    course, _ = pushed(small, homework())
    linked(small, course=course)
    return Asked(COURSE + HOMEWORK, (catalog(homework()),))


def teachers_change(small: Small) -> Asked:
    _, section = pushed(small, homework())
    small.carry(**{f"s{section}": held(linked=listed(categories=[category("Homework", 50)]),
                                       pushed=listed(categories=[category("Homework", 20)]))})  # fmt: skip
    return Asked(SECTION + HOMEWORK, (catalog(homework()),))


def deleted_below(small: Small) -> Asked:
    _, section = pushed(small, homework())
    small.edit(lambda holding: holding.put({(Area.CATEGORIES, Part.LINKED): setup([])}), section=section)
    return Asked(SECTION + HOMEWORK, (catalog(homework()),))


def teachers_own(small: Small) -> Asked:
    small.section(small.course(), held(own=listed(categories=[category("Lab", 5, key="section/Lab")])))
    return Asked(f"{SECTION}#categories/Lab", (catalog(homework()),))


def schools_own(small: Small) -> Asked:
    small.course(holding=held(own=listed(categories=[LAB])))
    return Asked(COURSE + THEIRS, (catalog(homework()),))


def residual(small: Small) -> Asked:
    _, section = pushed(small, homework())
    small.grade(section, Area.CATEGORIES, "Homework", 1, Counts(3, 40))
    small.grade(section, Area.CATEGORIES, "Homework", 2, Counts(1))
    small.apply(catalog(master()))
    return Asked(SECTION + HOMEWORK, (catalog(master()),))


def relinked_residual(small: Small) -> Asked:
    asked = residual(small)
    return asked._replace(catalogs=(catalog(homework(30)),))


def dormant(small: Small) -> Asked:
    """Unlinked: what was pushed stays as it was (domain.md 7)."""
    pushed(small, homework())
    with small.store.write() as tx:
        (row,) = tx.course_records()
        tx.put_courses([row._replace(catalog=None, master=None)])
    return Asked(COURSE + HOMEWORK, (catalog(homework()),))


def ignored(small: Small) -> Asked:
    pushed(small, homework())
    marked = catalog(homework(30), ignored=(Exemption("0401", "pilot"),))
    return Asked(COURSE + HOMEWORK, (marked,))


def exempt(small: Small) -> Asked:
    pushed(small, homework())
    marked = catalog(homework(30), exempt=(Exemption("hill*", "summer"),))
    return Asked(SECTION + HOMEWORK, (marked,))


def not_served(small: Small) -> Asked:
    pushed(small, homework())
    return Asked(COURSE + HOMEWORK, (catalog(homework(), schools=("Lake High",)),))


def master_missing(small: Small) -> Asked:
    pushed(small, homework())
    return Asked(COURSE + HOMEWORK, (catalog(master("0402")),))


def inactive(small: Small) -> Asked:
    pushed(small, homework())
    return Asked(SECTION + HOMEWORK, (catalog(homework(active=False)),))


def without_catalogs(small: Small) -> Asked:
    pushed(small, homework())
    return Asked(COURSE + HOMEWORK)


def awaiting(small: Small) -> Asked:
    small.section(small.course(), unread=True)
    return Asked(COURSE + HOMEWORK, (catalog(homework()),))


def dropped_above(small: Small) -> Asked:
    pushed(small, homework())
    return Asked(COURSE + HOMEWORK, (catalog(master()),))


def inherited_task(small: Small) -> Asked:
    wish = catalog(master(grading_tasks=[task("Final", credit="1")]))
    small.section(small.course())
    small.apply(wish)
    return Asked(SECTION + FINAL, (wish,))


def inherited_field(small: Small) -> Asked:
    small.section(small.course(holding=held(own=listed(course_info=info(department="Math")))))
    return Asked(f"{SECTION}#course_info/department", (catalog(master()),))


def filled_below(small: Small) -> Asked:
    course = small.course(
        holding=held(own=listed(course_info=info(advisory=True))), catalog=None, master=None
    )
    small.section(course, held(own=listed(course_info=info(advisory=False))))
    return Asked(SECTION + ADVISORY)


def filled_after_a_push(small: Small) -> Asked:
    from_above = listed(course_info=info(advisory=True))
    course = small.course(holding=held(own=from_above), catalog=None, master=None)
    small.section(course, held(linked=listed(course_info=info(advisory=False)), pushed=from_above))
    return Asked(SECTION + ADVISORY)


def field_unlocked(small: Small) -> Asked:
    small.course(holding=held(own=listed(course_info=info(department="Math"))))
    return Asked(f"{COURSE}#course_info/department", (catalog(master()),))


def field_not_named(small: Small) -> Asked:
    small.course(holding=held(own=listed(course_info=info(credits="1"))))
    return Asked(f"{COURSE}#course_info/credits", (catalog(master(), locks=locked(credits=Lock.LOCKED)),))


def field_taken_over(small: Small) -> Asked:
    small.course(holding=held(own=listed(course_info=info(department="Maths"))))
    wish = catalog(master(course_info=info(department="Math")), locks=locked(department=Lock.LOCKED))
    return Asked(f"{COURSE}#course_info/department", (wish,))


def pushed_from_courses(small: Small) -> Asked:
    course = small.course(holding=held(own=listed(categories=[LAB])), catalog=None, master=None)
    small.section(course)
    small.apply(by=from_courses())
    return Asked(SECTION + THEIRS)


def dropped_by_the_course(small: Small) -> Asked:
    asked = pushed_from_courses(small)
    small.edit(lambda _: held(), course=1)
    return asked


def made_beside_the_master(small: Small) -> Asked:
    small.course(holding=held(own=listed(grade_calc_options=[cell("Final", 1, use_percent=True)])))
    wish = catalog(master(grading_tasks=[task("Final")], grade_calc_options=[cell("Final", 1)]))
    return Asked(f"{COURSE}#grade_calc_options/Final@1", (wish,))


def strands_grades(small: Small) -> Asked:
    """A term in which grades are posted stays (P10)."""
    small.course()
    section = small.section(1)
    small.apply(catalog(master(grading_tasks=[task("Final", terms=[1, 2])])))
    small.grade(section, Area.GRADING_TASKS, "Final", 2, Counts(posted=4))
    return Asked(COURSE + FINAL, (catalog(master(grading_tasks=[task("Final", terms=[1])])),))


def kept_by_reference(small: Small) -> Asked:
    """What a kept category feeds is kept with it (R7)."""
    both = master(grading_tasks=[task("Final")], categories=[category("Homework", 20, tasks=["Final"])])
    _, section = pushed(small, both)
    small.grade(section, Area.CATEGORIES, "Homework")
    return Asked(COURSE + FINAL, (catalog(master()),))


def names_no_task(small: Small) -> Asked:
    small.course()
    wish = master(categories=[category("Homework", 20, tasks=["Final"])])
    return Asked(COURSE + HOMEWORK, (catalog(wish),))


def renamed_aside(small: Small) -> Asked:
    small.section(
        small.course(), held(own=listed(categories=[category("Homework", 5, key="section/Homework")]))
    )
    return Asked(f"{SECTION}#categories/section%2FHomework", (catalog(homework()),))


def second_hop_pending(small: Small) -> Asked:
    course = small.course()
    small.section(course)
    small.apply(catalog(homework()), by=scope(to_sections=False))
    return Asked(SECTION + HOMEWORK, (catalog(homework()),))


def siblings_residual(small: Small) -> Asked:
    """What stays in one section only (a residual does not spread to its siblings)."""
    residual(small)
    small.section(1, number="2")
    return Asked(f"{COURSE}/2{HOMEWORK}", (catalog(master()),))
