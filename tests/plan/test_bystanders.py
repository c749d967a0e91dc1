"""Setting bystanders aside changes no outcome; it only makes many sections one case."""

from hypothesis import given

from reconciler.course import EMPTY, REACHES_SECTIONS, Area, Holding, Item, Part, Use, item, setup
from reconciler.current import SectionRow
from reconciler.plan.bystanders import back, without
from reconciler.plan.cohorts import CourseQuestion, SectionCases, SectionQuestion, judge_whole
from reconciler.plan.outcome import Outcome
from reconciler.plan.wanted import Below
from tests.strategies import CALM, CoursePush, Push, course_pushes, pushes

OWN = (Area.CATEGORIES, Part.OWN)


def category(key: str, name: str, weight: str = "20", **marks: bool) -> Item:
    return item(Area.CATEGORIES, key, {"name": name, "weight": weight}, **marks)


HOMEWORK, LAB = category("Homework", "Homework"), category("Lab", "Lab", "80")
MINE = category("section/Retakes", "Retakes", "5")


def holding(*own: Item, linked: tuple[Item, ...] = (HOMEWORK, LAB)) -> Holding:
    return Holding().put(
        {
            (Area.CATEGORIES, Part.PUSHED): setup([HOMEWORK, LAB]),
            (Area.CATEGORIES, Part.LINKED): setup(linked),
            OWN: setup(own),
        }
    )


def below(*desired: Item, **more: object) -> Below:
    return Below({Area.CATEGORIES: setup(desired)}, **more)


def judged(cases: Below, sections: list) -> list[Outcome | None]:
    """All sections, as a walk judges them."""
    held = dict(enumerate(one for one, _ in sections))
    sets = {place: used for place, (_, used) in enumerate(sections) if used is not None}
    course = Outcome(Holding(), Holding(), below=cases)
    walk = SectionCases(held, sets)
    return [walk.outcome(course, SectionRow(n, 1, n, n if n in sets else None)) for n in held]


@CALM
@given(pushes())
def test_a_push_from_masters_comes_to_the_same_with_bystanders_aside(case: Push) -> None:
    course, sections = judge_whole(case.want, case.course, case.sections, case.terms)
    again = CourseQuestion(case.want, case.course, case.terms).outcome(lambda: case.sections)
    assert again == course
    if any(one is not None for one in sections):
        assert tuple(judged(course.below, case.sections)) == sections


@CALM
@given(course_pushes())
def test_a_push_from_courses_comes_to_the_same_with_bystanders_aside(case: CoursePush) -> None:
    direct = [
        SectionQuestion(case.below, held).outcome(lambda used=used: used) for held, used in case.sections
    ]
    assert judged(case.below, case.sections) == direct


def test_a_teachers_own_category_stands_by_while_a_weight_moves() -> None:
    wants = below(category("Homework", "Homework", "30"), LAB)
    alone, whole = holding(), holding(MINE)
    assert without(wants, whole) == alone
    found = SectionQuestion(wants, alone).outcome(frozenset)
    assert back(found, whole) == SectionQuestion(wants, whole).outcome(frozenset)


def test_the_sections_of_many_teachers_are_one_comparison() -> None:
    wants = below(category("Homework", "Homework", "30"), LAB)
    teachers = [holding(category(f"section/Mine {n}", f"Mine {n}")) for n in range(20)]
    course = Outcome(Holding(), Holding(), below=wants)
    walk = SectionCases(dict(enumerate(teachers)), {0: frozenset()})
    found = [walk.outcome(course, SectionRow(n, 1, n, 0)) for n in range(20)]
    assert sum(one.question.compared for one in walk.questions.values()) == 1
    assert [one.after.get(*OWN).items[0].key for one in found] == [f"section/Mine {n}" for n in range(20)]
    assert {one.after.get(Area.CATEGORIES, Part.LINKED).get("Homework").get("weight") for one in found} == {
        "30"
    }


def test_nothing_is_set_aside_where_it_might_matter() -> None:
    plain = below(HOMEWORK, LAB)
    assert without(plain, holding()).get(*OWN) == EMPTY
    for one in (
        holding(category("section/Lab", "Lab")),  # it must step aside (C1)
        holding(category("Lab", "Old lab", left=True), linked=(HOMEWORK,)),  # it relinks (row 15)
        holding(
            category("Journal", "Journal", left=True, kept=True)
        ),  # it goes when its last use does (row 18)
    ):
        assert without(plain, one) is one
    for wants in (
        below(HOMEWORK, LAB, overwrite=frozenset({Area.CATEGORIES})),  # it would be deleted (row 13)
        Below({area: EMPTY for area in REACHES_SECTIONS if area is not Area.CATEGORIES}),
    ):
        assert without(wants, holding(MINE)).get(*OWN) == setup([MINE])


def test_a_new_name_that_a_teacher_has_already_is_not_taken_twice() -> None:
    """A kept item steps aside as `Lab (1)`; a teacher's own `Lab (1)` keeps its name."""
    wants = below(HOMEWORK, category("New", "Lab", "80"))
    mine = category("section/Lab (1)", "Lab (1)")
    whole = holding(mine)
    used = frozenset({Use(Area.CATEGORIES, "Lab", 1)})
    (found,) = judged(wants, [(whole, used)])
    names = sorted(str(one.get("name")) for one in found.after.here(Area.CATEGORIES))
    assert names == ["Homework", "Lab", "Lab (1)", "Lab (2)"]
    assert found == SectionQuestion(wants, whole).outcome(lambda: used)
