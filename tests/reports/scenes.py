"""Plans that are kept as golden texts: each fills a district and says what is planned in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.course import EMPTY, Area, Exemption, Item, ListKind, Lock, Locks, setup
from tests.reports.harrison import (
    HARRISON,
    ROOSEVELT,
    RUNNING,
    SUMMER,
    District,
    SectionOf,
    catalog,
    categories,
    cells,
    composites,
    holding,
    info,
    kept,
    locked,
    master,
    own,
    tasks,
    unused,
    use,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.course import Catalog

    Scene = Callable[[District], tuple[tuple[Catalog, ...], dict[str, object]]]

WAS = categories(Homework={"weight": 20, "sequence": 1}, Tests=60, Quiz=20)
NEW = categories(Homework={"weight": 25, "sequence": 2}, Tests=60, Project=15)
TASKS = tasks(Final={"terms": [4], "score_group": "Letters"}, Quarter={"terms": [1, 2, 3, 4]})


def a_school_year(district: District) -> tuple[tuple[Catalog, ...], dict[str, object]]:
    """A weight changes in the running year; teachers have their own categories, one course drifted."""
    quiz = use("Quiz", 1, assignments=4, scores=52) | use(
        "Homework", 1, assignments=9, scores=117, comments=2
    )
    here = holding(WAS)
    district.add("0401", holding(TASKS | WAS), SectionOf(here, quiz), unused(here), SectionOf(here))
    district.add(
        "0402",
        holding(TASKS | WAS, made=info(department="Math")),
        unused(holding(WAS, made=own("Project", weight=5))),
        unused(holding(categories(Homework={"weight": 33}, Tests=60, Quiz=20), pushed=WAS)),
        calendar=ROOSEVELT,
    )
    district.add("0501", holding(TASKS | categories(Homework=99), pushed=TASKS | WAS), unused(here))
    district.add("0502", holding(), ignored=True)
    district.add("0503", holding(), calendar=ROOSEVELT)
    maths = info(department="Mathematics")
    fed = cells(Quarter="in_progress", Exam="in_progress")
    lists = {ListKind.SCORE_GROUPS: setup([Item("Letters", (("A", "90"), ("F", "0")))])}
    known = catalog(
        master("0401", TASKS, NEW, maths, line=41),
        master("0402", TASKS, NEW, maths, fed, line=61),
        master("0501", TASKS, NEW, line=81),
        master("0502", line=99),
        locks=locked(Area.COURSE_INFO, Area.GRADING_TASKS, Area.CATEGORIES, Area.GRADE_CALC_OPTIONS),
        lists=lists,
    )
    return (known,), {"today": RUNNING}


def nothing_to_do(district: District) -> tuple[tuple[Catalog, ...], dict[str, object]]:
    """Everything is as it should be."""
    district.add("0401", holding(WAS), unused(holding(WAS)))
    return (catalog(master("0401", WAS), locks=locked(Area.CATEGORIES)),), {}


def nothing_but_remainders(district: District) -> tuple[tuple[Catalog, ...], dict[str, object]]:
    """In sync, but for a residual of a former push and what teachers made of an editable area."""
    left = kept(categories(Quiz=20))
    now = categories(Homework=33)
    district.add(
        "0401",
        holding(now, pushed=categories(Homework=20), made=left),
        SectionOf(holding(now, made=left), use("Quiz", scores=3)),
    )
    known = catalog(master("0401", categories(Homework=20)), locks=locked(categories=Lock.EDITABLE))
    return (known,), {}


def nothing_locked(district: District) -> tuple[tuple[Catalog, ...], dict[str, object]]:
    """L6: a new catalog pushes nothing, and says so."""
    district.add("0401", holding())
    return (catalog(master("0401", WAS), locks=Locks()),), {}


def an_overwrite(district: District) -> tuple[tuple[Catalog, ...], dict[str, object]]:
    """Courses that keep their own setup are overwritten in session, without their sections."""
    made = own("Lab", "course", weight=40)
    district.add("0401", holding(TASKS | WAS, made=made), SectionOf(holding(WAS), use("Quiz", scores=1)))
    district.add("0402", holding(made=made), unused(holding()), calendar=ROOSEVELT)
    known = catalog(
        *(master(number, TASKS, NEW) for number in ("0401", "0402")),
        locks=locked(Area.CATEGORIES, Area.GRADING_TASKS),
        exempt=(Exemption("Nowhere*", "it is not there"),),
    )
    return (known,), {"today": RUNNING, "overwrite": True, "to_sections": False}


def a_push_from_courses(district: District) -> tuple[tuple[Catalog, ...], dict[str, object]]:
    """Sections get what their course has; no masters, no locks."""
    above = holding(made=WAS | cells(Quarter="in_progress"))
    district.add("0401", above, unused(holding()), unused(holding(made=own("Homework", weight=1))))
    asked = {"from_courses": True, "calendars": (HARRISON,), "overwrite_categories": True}
    return (), asked


def composites_alone(district: District) -> tuple[tuple[Catalog, ...], dict[str, object]]:
    """L5: structure without weights."""
    before = composites("Final", {"Quarter@1": 100})
    district.add("0401", holding(TASKS | before), unused(holding(before)))
    after = composites("Final", {"Quarter@1": 50, "Quarter@2": 50})
    known = catalog(
        master("0401", TASKS, after, {Area.STANDARDS: EMPTY}),
        locks=locked(Area.GRADING_TASKS, Area.COMPOSITE_GRADES),
    )
    return (known,), {}


def a_summer_calendar(district: District) -> tuple[tuple[Catalog, ...], dict[str, object]]:
    """Too few terms for the master; a task that a category of the school's own feeds stays."""
    feeding = categories(Lab={"weight": 5, "tasks": ["Quarter"]})
    district.add("0401", holding(), unused(holding()), calendar=SUMMER)
    district.add(
        "0402",
        holding(TASKS | composites("Final", {"Quarter@1": 100}) | feeding),
        SectionOf(holding(feeding), use("Final", 4, Area.GRADING_TASKS, posted=30) | use("Lab", scores=1)),
        calendar=SUMMER,
    )
    empty = {Area.COMPOSITE_GRADES: EMPTY, Area.COMPOSITE_WEIGHTS: EMPTY}
    known = catalog(
        master("0401", TASKS, empty),
        master("0402", tasks(), empty),
        locks=locked(Area.GRADING_TASKS, Area.COMPOSITE_GRADES, Area.COMPOSITE_WEIGHTS),
    )
    return (known,), {"calendars": (SUMMER,), "overwrite": True}


def a_first_push(district: District) -> tuple[tuple[Catalog, ...], dict[str, object]]:
    """What is there already is linked; what drifted in an area that the master dropped refuses."""
    made = own("Homework", "course", weight=20)
    district.add("0401", holding(made=made | info(name="Algebra", honors=True)))
    district.add("0402", holding(made=kept(own("Old", "course"), left=False)))
    district.add("0403", holding(categories(Quiz=9), pushed=categories(Quiz=8)))
    district.add("0404", holding({}, pushed=categories(Homework=20)))
    here = categories(Homework=20)
    known = catalog(
        master("0401", here, info(name="Algebra", honors=False)),
        *(master(number, here) for number in ("0402", "0403", "0404")),
        locks=locked(Area.CATEGORIES, Area.COURSE_INFO),
    )
    return (known,), {}


def advisory(district: District) -> tuple[tuple[Catalog, ...], dict[str, object]]:
    """S5: a section that filled the field keeps its own."""
    filled = holding(made=info(advisory=False))
    district.add("0401", holding(made=info(advisory=True)), unused(filled), unused(holding()))
    return (), {"from_courses": True, "calendars": (HARRISON,)}


SCENES: dict[str, Scene] = {
    one.__name__.replace("_", "-"): one
    for one in (
        a_school_year,
        nothing_to_do,
        nothing_but_remainders,
        nothing_locked,
        an_overwrite,
        a_push_from_courses,
        composites_alone,
        a_summer_calendar,
        a_first_push,
        advisory,
    )
}
"""Every scene by the name of its golden files."""
