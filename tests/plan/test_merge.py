"""Sections are of one cohort only where a plan tells the same of each of them."""

from reconciler.course import Area, Use, setup
from reconciler.plan.summary import summarise
from tests.small import ONE, catalog, category, held, listed, master

LIST = listed(categories=[category("Homework", 20)])
LEFT = {Area.CATEGORIES: setup([category("Journal", 5).mark(left=True, kept=True)])}
MINE = {Area.CATEGORIES: setup([category("Retakes", 5, key="section/Retakes")])}
IN_USE = {Use(Area.CATEGORIES, "Journal", 1): ONE}


def test_a_residual_is_counted_where_it_is_though_the_same_is_pushed_to_others(small):
    course = small.course("0401", held(linked=LIST))
    small.section(course, held(linked=LIST, own=MINE), number="1")
    left = small.section(course, held(linked=LIST, own=LEFT), IN_USE, number="2")
    small.section(course, held(linked=LIST), number="3")
    plan = small.plan(catalog(master(categories=[category("Homework", 25)])))
    with small.store.read() as snapshot:
        (told,) = summarise(plan, snapshot).residuals
    assert (told.label, told.sections, told.assignments) == ("Journal", 1, 1)
    (one,) = [plan.cohorts[place] for place in told.cohorts]
    assert list(one.members) == [left]
    others = [cohort for cohort in plan.cohorts if cohort.hop == "section" and cohort is not one]
    assert [cohort.size for cohort in others] == [2]
