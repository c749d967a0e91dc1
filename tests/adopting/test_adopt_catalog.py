"""A first catalog of small states: what is voted for, locked, shared, named, left out and told."""

from __future__ import annotations

import pytest

from reconciler.adopting import proved
from reconciler.adopting.trial import Trial
from reconciler.course import Area, Holding, ListKind, Lock, Part, Setup, item, setup
from reconciler.errors import CalendarUnknown, SchoolUnknown
from reconciler.errors.adopting import CatalogNameUnfit, NothingToAdopt, YearAbsent
from reconciler.receipts import begin
from tests.adopting.states import UNLINKED, adopt_and_link, adopted, link_by_number, plan, quiet
from tests.small import Small, category, cell, held, info, row_key, task

CAT, TASK, GCO = Area.CATEGORIES, Area.GRADING_TASKS, Area.GRADE_CALC_OPTIONS


def course(small: Small, number: str = "0401", calendar: str = "hill-27", *, maker="course", **areas) -> int:
    """An unlinked course with these items; its number and name are course info too."""
    own = {Area(name): setup(items) for name, items in areas.items() if Area(name) is not Area.COURSE_INFO}
    facts = [*info(number=number, name=f"Course {number}"), *areas.get("course_info", ())]
    own[Area.COURSE_INFO] = setup(facts)
    return small.course(number, held(own=own), calendar=calendar, **UNLINKED)


def made_here(*weights: object, names=("Homework", "Tests", "Labs")) -> list:
    return [
        category(name, weight, key=f"course/{name}") for name, weight in zip(names, weights, strict=False)
    ]


def below(*weights: object) -> Holding:
    listed = [one._replace(key=one.key.replace("course", "section")) for one in made_here(*weights)]
    return held(own={CAT: setup(listed)})


def keys(listed: Setup) -> dict[str, object]:
    return {one.key: one.get("weight") for one in listed}


# --- who is voted for


def test_the_most_common_setup_of_the_courses_of_a_number_is_the_masters(small: Small):
    small.calendar("lake-27", "Lake High")
    for weight in (20, 20, 30):
        course(small, categories=made_here(weight, 80), calendar="lake-27" if weight == 30 else "hill-27")
    made = adopted(small)
    assert keys(made.catalog.masters["0401"].setups[CAT]) == {"Homework": "20", "Tests": "80"}
    assert "  # 1 of 3 courses at 1 school has other categories\n" in made.text
    assert (made.covered, made.deviating) == (3, 1)


def test_of_equally_common_setups_the_newest_years_wins_then_the_first_by_its_text(small: Small):
    small.calendar("hill-26", year=2026)
    course(small, categories=made_here(10), calendar="hill-26")
    course(small, categories=made_here(90))
    course(small, "0402", categories=made_here(50))
    course(small, "0402", categories=made_here(40))
    masters = adopted(small).catalog.masters
    assert keys(masters["0401"].setups[CAT]) == {"Homework": "90"}
    assert keys(masters["0402"].setups[CAT]) == {"Homework": "40"}


def test_where_courses_have_nothing_their_sections_are_asked_and_the_area_stays_unlocked(small: Small):
    place = course(small)
    for number, weights in enumerate([(20, 80), (20, 80), (30,)]):
        small.section(place, below(*weights), number=str(number))
    made = adopted(small)
    assert keys(made.catalog.masters["0401"].setups[CAT]) == {"Homework": "20", "Tests": "80"}
    assert made.catalog.locks.of(CAT) is Lock.UNLOCKED
    assert "# categories: taken from sections; the courses have none" in made.text
    assert "# 1 of 3 sections at 1 school has other categories" in made.text
    assert made.deviating == 0


def test_sections_that_mostly_have_nothing_give_a_master_nothing(small: Small):
    place = course(small)
    for number, weights in enumerate([(20, 80), (), ()]):
        small.section(place, below(*weights), number=str(number))
    made = adopted(small)
    assert CAT not in made.catalog.masters["0401"].setups
    assert "categories" not in made.text


def test_one_course_with_a_setup_keeps_sections_from_being_asked(small: Small):
    first, _, _ = course(small), course(small), course(small, categories=made_here(5))
    small.section(first, below(20, 80))
    made = adopted(small)
    assert not made.catalog.masters["0401"].setups.get(CAT)
    assert "# 1 of 3 courses at 1 school has other categories" in made.text


def test_a_course_with_a_residual_never_equals_its_master(small: Small):
    old = category("Old", 1, key="course/Old").mark(kept=True)
    course(small, categories=[*made_here(20), old])
    made = adopted(small)
    assert keys(made.catalog.masters["0401"].setups[CAT]) == {"Homework": "20"}
    assert made.catalog.locks.of(CAT) is Lock.UNLOCKED
    assert '# categories: left out, for a catalog can\'t say it: "Old"' in made.text


# --- fields


def test_a_field_is_named_as_most_courses_have_it_and_locked_where_all_agree(small: Small):
    for department in ("Math", "Math", "Arts"):
        course(small, course_info=info(department=department, credits="0.5", active=True))
    made = adopted(small)
    master, locks = made.catalog.masters["0401"], made.catalog.locks
    told = {one.key: one.get("value") for one in master.setups[Area.COURSE_INFO]}
    assert told == {
        "number": "0401",
        "name": "Course 0401",
        "active": True,
        "department": "Math",
        "credits": "0.5",
    }
    states = {key: locks.of(Area.COURSE_INFO, key) for key in told}
    assert states.pop("department") is Lock.UNLOCKED
    assert set(states.values()) == {Lock.LOCKED}
    assert "    department: unlocked # 1 of 3 courses differ\n" in made.text
    assert "  # 1 of 3 courses at 1 school has another department\n" in made.text


def test_what_schools_set_for_themselves_is_named_only_where_all_agree(small: Small):
    for seats in (30, 25):
        course(small, course_info=info(max_students=seats, periods=1))
    text = adopted(small).text
    assert "max_students" not in text
    assert "periods: 1" in text


def test_a_field_that_some_courses_lack_is_not_locked(small: Small):
    course(small, course_info=[*info(honors=True), item(Area.COURSE_INFO, "nces.level", {"value": "G"})])
    course(small)
    made = adopted(small)
    assert made.catalog.locks.of(Area.COURSE_INFO, "honors") is Lock.UNLOCKED
    assert "      level: unlocked # 1 of 2 courses do not say\n" in made.text
    assert "# 1 of 2 courses has no honors" in made.text
    assert "nces: {level: G}" in made.text


def test_courses_that_do_not_say_whether_they_are_active_are_and_that_field_stays_unlocked(small: Small):
    course(small)
    made = adopted(small)
    assert made.catalog.masters["0401"].active
    assert made.catalog.locks.of(Area.COURSE_INFO, "active") is Lock.UNLOCKED
    assert made.deviating == 0


def test_a_number_whose_courses_are_mostly_inactive_gets_an_inactive_master(small: Small):
    course(small, course_info=info(active=False))
    assert "active: false" in adopted(small).text


def test_cross_site_is_locked_where_courses_and_their_sections_agree(small: Small):
    fields = [
        item(Area.CROSS_SITE, "room", {"value": "B 1"}),
        item(Area.CROSS_SITE, "others", {"value": True}),
    ]
    place = course(small, cross_site=fields)
    small.section(place, held(own={Area.CROSS_SITE: setup(fields)}))
    assert adopted(small).catalog.locks.of(Area.CROSS_SITE, "room") is Lock.LOCKED
    small.section(place, number="2")
    made = adopted(small)
    assert made.catalog.locks.of(Area.CROSS_SITE, "room") is Lock.UNLOCKED
    assert "cross_site: {others: true, room: B 1}" in made.text
    assert made.catalog.locks.of(Area.CROSS_SITE, "others") is Lock.UNLOCKED


# --- locks


def test_an_area_in_which_a_section_lacks_what_its_course_has_is_not_locked(small: Small):
    place = course(small, categories=made_here(20, 80))
    small.section(place, below(20, 80))
    assert adopted(small).catalog.locks.of(CAT) is Lock.LOCKED
    small.section(place, below(20), number="2")
    made = adopted(small)
    assert made.catalog.locks.of(CAT) is Lock.UNLOCKED
    assert "unlocked # sections do not have what their courses have: a push would bring it" in made.text


def test_a_term_beyond_the_calendar_keeps_an_area_unlocked(small: Small):
    course(small, grading_tasks=[task("Final", terms=[4])])
    assert adopted(small).catalog.locks.of(TASK) is Lock.LOCKED
    course(small, grading_tasks=[task("Final", terms=[5])], number="0402")
    made = adopted(small)
    assert made.catalog.locks.of(TASK) is Lock.UNLOCKED
    assert "# a push would refuse courses" in made.text


def test_tasks_stay_unlocked_where_an_item_names_one_that_its_master_lacks(small: Small):
    course(small, grading_tasks=[task("Final")], grade_calc_options=[cell("Quarter", 1)])
    made = adopted(small)
    assert {made.catalog.locks.of(area) for area in (TASK, GCO)} == {Lock.UNLOCKED}
    assert "grading_tasks: unlocked # other items name some that their master lacks" in made.text


def test_an_area_of_which_nobody_has_anything_is_not_spoken_of(small: Small):
    course(small, categories=made_here(20))
    course(small, "0402")
    made = adopted(small)
    assert set(made.catalog.locks.areas) == {CAT}
    assert "categories: []" in made.text
    assert "assessments" not in made.text


def test_different_lengths_under_one_number_are_told(small: Small):
    small.calendar("lake-27", "Lake High", terms=2)
    course(small), course(small), course(small, calendar="lake-27")
    told = "# perhaps two courses under one number: 2 in calendars of 4 terms, 1 in calendars of 2 terms"
    assert told in adopted(small).text


# --- shared setups


def test_what_masters_share_is_written_once(small: Small):
    for number in ("1", "2", "3"):
        course(small, number, categories=made_here(20, 80), grading_tasks=[task("Final", terms=[1, 2])])
    course(small, "4", categories=made_here(20, 80), grading_tasks=[task("Final", terms=[1])])
    text = adopted(small).text
    assert text.count("{name: Homework, weight: 20}") == 1
    assert '  - {number: "1", name: Course 1, use: [categories 1, grading tasks 1]}\n' in text
    assert "  # Used by 4 masters.\n  categories 1:\n" in text
    assert "  # Used by 3 masters.\n  grading tasks 1:\n" in text


def test_lists_that_the_same_masters_share_are_one_setup_with_the_empty_ones(small: Small):
    for number in ("1", "2"):
        course(small, number, categories=made_here(20), grading_tasks=[task("Final")])
    course(small, "3", assessments=[item(Area.ASSESSMENTS, "MAP", {})])
    made = adopted(small)
    head, _, masters = made.text.partition("masters:")
    assert (
        "  shared 1:\n    grading_tasks:\n      - {task: Final}\n    assessments: []\n    categories:\n"
        in head
    )
    assert "assessments: []" not in masters
    assert masters.count("use: [shared 1]") == 2


# --- named lists


def graded(small: Small) -> int:
    tasks = [
        task("Final", score_group="Letters", terms=[2]),
        task("Quarter", score_group="Letters", terms=[1]),
    ]
    rows = [row_key("Final", "Quarter", 2, 1), row_key("Final", "Final", 2, 1)]
    return course(
        small,
        grading_tasks=tasks,
        standards=[item(Area.STANDARDS, code, {"name": f"Reads {code}", "rubric": "4 Point"}) for code in "AB"],
        assessments=[item(Area.ASSESSMENTS, key, {}) for key in ("MAP<A", "MAP<B", "SAT")],
        composite_grades=[item(Area.COMPOSITE_GRADES, key, {}) for key in rows],
        composite_weights=[item(Area.COMPOSITE_WEIGHTS, key, {"weight": "50"}) for key in rows],
        grade_calc_options=[cell(name, term, grading_scale="Standard") for name in ("Final", "Quarter") for term in (1, 2)],
    )  # fmt: skip


def test_lists_known_by_name_only_validate_and_say_what_to_complete(small: Small):
    graded(small)
    made = adopted(small)
    lists = made.catalog.lists
    assert [one.key for one in lists[ListKind.SCORE_GROUPS]] == ["Letters"]
    assert dict(lists[ListKind.GRADING_SCALES].by_key["Standard"].fields) == {
        "?": "0",
        "score_group": "Letters",
    }
    assert made.open == 3
    assert made.text.count("# To complete: the state knows nothing of this but its name.") == 3
    assert "  MAP: [A, B]\n  SAT:\n" in made.text
    assert "  A: Reads A\n" in made.text
    assert not proved(made).errors


def test_items_alike_stand_in_one_row(small: Small):
    graded(small)
    text = adopted(small).text
    assert (
        "- {task: [Final, Quarter], terms: [1, 2], calculation: in_progress, grading_scale: Standard}" in text
    )
    assert (
        "- {standard: [A, B], rubric: 4 Point}" in text or '- {standard: [A, B], rubric: "4 Point"}' in text
    )
    assert "- {test: MAP, standard: [A, B]}\n      - {test: SAT}" in text
    assert (
        "- task: Final\n        term: 2\n        children:\n          - {task: Final, term: 1, weight: 50}"
        in text
    )


def test_lists_that_were_applied_are_taken_as_they_were(small: Small):
    graded(small)
    letters = item(TASK, "x", {}).__class__("Letters", (("A", "4.0"), ("F", "")))
    scale = letters.__class__("Standard", (("A", "90"), ("F", "0"), ("score_group", "Letters")))
    with small.store.write() as tx:
        lists = {ListKind.SCORE_GROUPS: setup([letters]), ListKind.GRADING_SCALES: setup([scale])}
        tx.put_lists("hs", lists, run_id=begin(tx, "apply"))
    small.course("0999")
    made = adopted(small)
    assert made.catalog.lists[ListKind.SCORE_GROUPS].by_key["Letters"] == letters
    assert made.catalog.lists[ListKind.GRADING_SCALES].by_key["Standard"] == scale
    assert '  Letters: {A: "4.0", F: null}\n' in made.text
    assert "  Standard: {score_group: Letters, marks: {A: 90, F: 0}}\n" in made.text
    assert made.open == 1


# --- what can't be said


@pytest.mark.parametrize(
    ("area", "one"),
    [
        (TASK, task(" Final")),
        (TASK, task("Final", terms=[0])),
        (TASK, task("Final", score_group="a<b")),
        (TASK, task("standard:Final")),
        (TASK, task("x" * 251)),
        (Area.STANDARDS, item(Area.STANDARDS, "RL", {"rubric": ""})),
        (Area.ASSESSMENTS, item(Area.ASSESSMENTS, "MAP", {"scoring": "by hand"})),
        (CAT, category("Homework ", 10, key="course/Homework ")),
        (CAT, category("x" * 51, 10, key="course/x")),
        (CAT, category("Homework", -1, key="course/Homework")),
        (CAT, category("Homework", 1, key="course/Homework", tasks=["a<b"])),
        (GCO, item(GCO, "Final", {})),
        (GCO, cell("Final", 51)),
        (GCO, cell("Final", 1, calculation="guess")),
        (GCO, cell("Final", 1, cumulative_from=0)),
        (Area.COMPOSITE_GRADES, item(Area.COMPOSITE_GRADES, "Final@1<Quarter@1", {})),
    ],
)  # fmt: skip
def test_an_item_that_a_catalog_cant_say_is_left_out_and_told(small: Small, area: Area, one):
    course(small, **{area.value: [one]})
    made = adopted(small)
    loaded = proved(made)
    assert not loaded.catalogs[0].masters["0401"].setups.get(area)
    assert "left out, for a catalog can't say it" in made.text
    assert made.deviating == 1
    assert made.catalog.locks.of(area) is Lock.UNLOCKED


def test_composites_computed_from_themselves_are_left_out_and_others_stay(small: Small):
    rows = {"A@1<B@1": "100", "B@1<A@1": "100", "C@1<A@2": "40", "C@1<B@2": "60", "D@1<A@1": "99"}
    course(
        small,
        composite_grades=[item(Area.COMPOSITE_GRADES, key, {}) for key in rows],
        composite_weights=[
            item(Area.COMPOSITE_WEIGHTS, key, {"weight": worth}) for key, worth in rows.items()
        ],
    )
    made = adopted(small)
    assert [one.key for one in made.catalog.masters["0401"].setups[Area.COMPOSITE_GRADES]] == [
        "C@1<A@2",
        "C@1<B@2",
    ]
    assert not proved(made).errors


def test_courses_whose_number_or_name_cant_be_a_masters_are_left_out_and_told(small: Small):
    for number in ("0401", " 0402", "04<03", "e\u0301"):
        course(small, number)
    small.course("0500", name="Edge ", **UNLINKED)
    made = adopted(small)
    assert set(made.catalog.masters) == {"0401"}
    assert len(made.left) == 4
    assert "# Left out: 1 course (\"0500@hill-27\"), because its name can't be a master's" in made.text
    assert "because its number can't be a master's" in made.text


def test_linked_ignored_and_dormant_courses_are_left_out(small: Small):
    course(small)
    small.course("0402")
    small.course("0403", ignored=True, **UNLINKED)
    small.course("0404", dormant="Adopted/0404", **UNLINKED)
    made = adopted(small)
    assert {one.address: one.why.split()[1] for one in made.left} == {
        "0402@hill-27": "follows",
        "0403@hill-27": "is",
        "0404@hill-27": "was",
    }
    assert set(made.catalog.masters) == {"0401"}


# --- which courses


def test_filters_choose_courses_and_the_catalog_serves_only_these(small: Small):
    small.calendar("lake-27", "Lake High")
    small.calendar("hill-26", year=2026)
    small.calendar("hill [s]", "Hill High")
    for calendar in small.places:
        course(small, calendar=calendar)
    made = adopted(small, year=2027, schools=("Hill*",), calendars=("hill-*",))
    assert made.covered == 1
    assert (made.catalog.school_years, made.catalog.schools) == ((2027,), ("Hill High",))
    assert [one.pattern for one in made.catalog.exempt] == ["hill [[]s]"]
    link_by_number(small, proved(made).catalogs[0])
    found = small.plan(made.catalog)
    assert [one.size for one in found.cohorts] == [1]


def test_every_school_is_all_schools_and_every_year_is_named(small: Small):
    small.calendar("hill-26", year=2026)
    course(small), course(small, calendar="hill-26")
    made = adopted(small)
    assert (made.catalog.school_years, made.catalog.schools) == ((2026, 2027), None)
    assert "schools: all" in made.text


def test_rare_numbers_can_be_left_out(small: Small):
    course(small), course(small), course(small, "0402")
    made = adopted(small, min_courses=2)
    assert set(made.catalog.masters) == {"0401"}
    assert [one.address for one in made.left] == ["0402@hill-27"]


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({"year": 1999}, YearAbsent),
        ({"schools": ("Hil",)}, SchoolUnknown),
        ({"calendars": ("hill-2",)}, CalendarUnknown),
        ({"name": " High"}, CatalogNameUnfit),
        ({"min_courses": 2}, NothingToAdopt),
    ],
)
def test_what_was_asked_for_wrongly_is_said(small: Small, asked, error):
    course(small)
    with pytest.raises(error) as raised:
        adopted(small, **asked)
    assert raised.value.way_out


# --- right after


def test_linking_records_equal_items_and_the_lists_and_writes_nothing_else(small: Small):
    place = graded(small)
    small.section(place, held(own={GCO: setup([cell(name, term, grading_scale="Standard") for name in ("Final", "Quarter") for term in (1, 2)])}))  # fmt: skip
    before = small.holding(course=place)
    _, catalog = adopt_and_link(small)
    after = small.holding(course=place)
    assert {one.key for one in after.get(TASK, Part.LINKED)} == {"Final", "Quarter"}
    assert set(after.here(GCO)) == set(before.here(GCO))
    found = small.plan(catalog)
    assert quiet(found)
    assert not found.list_changes
    with small.store.read() as snapshot:
        assert snapshot.lists("Adopted")[ListKind.TASKS] == catalog.lists[ListKind.TASKS]


def test_without_link_a_later_link_leaves_only_the_lists_to_be_recorded(small: Small):
    graded(small)
    catalog = proved(adopted(small)).catalogs[0]
    link_by_number(small, catalog)
    found = small.plan(catalog)
    assert quiet(found)
    assert {one.kind for one in found.list_changes} >= {ListKind.TASKS, ListKind.SCORE_GROUPS}


def test_pushing_everything_that_is_locked_moves_no_grade(small: Small):
    small.calendar("lake-27", "Lake High")
    for weight in (20, 20, 30):
        place = course(small, categories=made_here(weight, 80), grading_tasks=[task("Final")])
        section = small.section(place, below(weight, 80))
        small.grade(section, CAT, "section/Homework")
    _, catalog = adopt_and_link(small)
    before = {
        place: sorted(one.fields for one in row[-2].here(CAT))
        for place, row in small.state().sections.items()
    }
    small.apply(catalog)
    assert {
        place: sorted(one.fields for one in row[-2].here(CAT))
        for place, row in small.state().sections.items()
    } == before
    assert quiet(plan(small, catalog))


# --- size


def test_courses_alike_are_one_case_however_many(small: Small):
    """What is compared grows with the variety, not with the size."""
    listed = setup(made_here(20, 80))
    holdings = {
        place: held(own={CAT: listed, Area.COURSE_INFO: setup(info(name=str(place)))}) for place in range(50)
    }
    holdings |= {place: below(20, 80) for place in range(50, 100)}
    master = {CAT: setup(category(str(one.get("name")), one.get("weight")) for one in listed)}
    trial = Trial(frozenset({CAT}), holdings)
    found = {trial.course(master, place, 4, range(50, 100)) for place in range(50)}
    assert found == {(frozenset(), frozenset())}
    assert (len(trial._courses), len(trial._sections)) == (1, 1)
