"""A source that has not taken a push: every host and area goes back, evidence stays, and the plan is as before."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.course import Area, Counts, Lock, Use
from reconciler.district import SectionIn
from reconciler.formats import native
from reconciler.refresh import refresh
from reconciler.refresh.back import keys_back
from reconciler.refresh.journal import RUNS
from tests.refresh.district_rows import PLACE, cat, course, district, names, picture, section, used
from tests.small import Small, catalog, category, locked, master, scope, task

CATEGORIES = Area.CATEGORIES
BY = scope("North 2026-27")
HOMEWORK = cat("Homework", 30)


@pytest.fixture
def north(tmp_path: Path):
    """A state in a file; `import`s go in through `refresh`."""
    made = Small(tmp_path / "north.db")
    yield made
    made.store.close()


def link(small: Small, **areas: object):
    """Link every course to the master of its number, with nothing recorded; gives the catalog."""
    with small.store.write() as tx:
        tx.put_courses(one._replace(catalog="hs", master=one.number) for one in tx.course_records())
    told = {"categories": [category("Homework", 20), category("Tests", 80)], **areas}
    return catalog(master(**told), locks=locked(CATEGORIES, Area.GRADING_TASKS, active=Lock.LOCKED))


def setup_of(path: Path, small: Small):
    """What the state says, as a school system that knows no marks would send it."""
    with small.store.read() as snapshot:
        path.write_text("".join(native.write_json(snapshot)), encoding="utf-8")
    return native.read(path)


def cohorts(small: Small, *catalogs, by=BY):
    """Every host's outcome by value: what a plan would do, apart from how hosts are grouped."""
    found = {}
    for one in small.plan(*catalogs, by=by).cohorts:
        for member in one.members:
            found[one.hop, member] = (one.outcome.refused, one.outcome.before, one.outcome.after)
    return found


def counted(small: Small):
    return small.state().counts


def runs(told):
    return [(one.run, one.courses, one.sections) for one in told.not_taken]


def test_the_next_plan_is_the_plan_before_the_push_and_nothing_is_desynced(north: Small):
    below = (section("1", [HOMEWORK], uses=used("Homework", scores=40)), section("2", []))
    told = district(course(*below, cats=[], areas={Area.COURSE_INFO: ()}))
    refresh(north.store, told)
    hs = link(north)
    before, plan = north.state(), cohorts(north, hs)
    run = north.apply(hs, by=BY).run
    assert names(picture(north.store)["0401/1"])["section/Homework"] == ("Homework (1)", "30")
    assert runs(refresh(north.store, told)) == [(run, 1, 2)]
    state = north.state()
    assert (state.courses, state.sections, state.counts) == (before.courses, before.sections, before.counts)
    assert cohorts(north, hs) == plan
    assert not any(refused for refused, *_ in plan.values())


def test_the_way_back_is_in_the_journal_of_the_import(north: Small):
    told = district(course(section("1", [HOMEWORK], uses={})))
    refresh(north.store, told)
    before = north.records()[1][1].holding_id
    run = north.apply(link(north), by=BY).run
    back = refresh(north.store, told).run
    with north.store.read() as snapshot:
        there, again = (snapshot.moves_of(1, on_section=True)[place] for place in (1, 0))
    assert (there.run_id, again.run_id) == (run, back)
    assert (again.before, again.after) == (there.after, there.before) == (there.after, before)


def test_the_same_source_once_more_changes_nothing_and_says_nothing(north: Small):
    told = district(course(section("1", [HOMEWORK], uses={})))
    refresh(north.store, told)
    north.apply(link(north), by=BY)
    refresh(north.store, told)
    again = refresh(north.store, told)
    assert not again.changed
    assert again.not_taken == again.taken == ()


def test_each_section_is_judged_by_itself(north: Small):
    told = district(course(section("1", [HOMEWORK]), section("2", [HOMEWORK])))
    refresh(north.store, told)
    hs = link(north)
    run = north.apply(hs, by=BY).run
    taken = [cat("Homework", 20), cat("Tests", 80), cat("Homework (1)", 30)]
    mixed = district(course(section("1", [HOMEWORK]), section("2", taken)))
    assert runs(refresh(north.store, mixed)) == [(run, 0, 1)]
    there = picture(north.store)
    assert names(there["0401/1"]) == {"section/Homework": ("Homework", "30")}
    assert names(there["0401/2"])["section/Homework"] == ("Homework (1)", "30")
    assert set(there["0401/2"]["categories linked"]) == {"Homework", "Tests"}


def test_real_drift_in_one_area_stays_beside_what_was_not_taken_in_another(north: Small):
    first = {CATEGORIES: (cat("Homework", 20),), Area.GRADING_TASKS: ()}
    refresh(north.store, district(course(areas=first)))
    hs = link(north, grading_tasks=[task("Final", terms=[1])])
    run = north.apply(hs, by=BY).run
    # The system has the push's task, changed by hand; of the categories it knows nothing.
    now = native_task("Final", (2,))
    told = refresh(north.store, district(course(areas={**first, Area.GRADING_TASKS: (now,)})))
    ((number, courses, _),) = runs(told)
    assert (number, courses) == (run, 1)
    assert {one.area for one in told.not_taken[0].changes} == {"categories"}
    there = picture(north.store)["0401"]
    assert there["grading_tasks pushed"] == {"Final": {"terms": (1,)}}
    assert there["grading_tasks linked"] == {"Final": {"terms": (2,)}}
    assert "Tests" not in there["categories linked"]


def native_task(key: str, terms):
    return cat(None, key=key, terms=terms)


def test_a_teachers_new_category_comes_along_with_what_was_not_taken(north: Small):
    refresh(north.store, district(course(section("1", [HOMEWORK], uses={}))))
    run = north.apply(link(north), by=BY).run
    now = district(course(section("1", [HOMEWORK, cat("Lab", 5)], uses=used("Lab"))))
    assert runs(refresh(north.store, now))[0][0] == run
    there = picture(north.store)["0401/1"]
    assert names(there) == {"section/Homework": ("Homework", "30"), "section/Lab": ("Lab", "5")}
    assert there["uses"] == {("section/Lab", 1): (3, 0, 0, 0)}
    assert there["categories pushed"] == {}


def test_a_change_that_is_neither_before_nor_after_is_drift_as_ever(north: Small):
    refresh(north.store, district(course(section("1", [cat("Homework", 30)], uses={}))))
    north.apply(link(north), by=BY)
    now = [cat("Homework", 25), cat("Tests", 80), cat("Homework (1)", 30)]
    told = refresh(north.store, district(course(section("1", now, uses={}))))
    assert told.not_taken == ()
    there = picture(north.store)["0401/1"]
    assert there["categories pushed"]["Homework"]["weight"] == "20"
    assert there["categories linked"]["Homework"]["weight"] == "25"


def test_grades_in_what_the_push_made_prove_that_it_arrived(north: Small):
    """The list says "as before", the uses say "not so": what is used never goes (R1)."""
    refresh(north.store, district(course(section("1", [HOMEWORK], uses={}))))
    north.apply(link(north), by=BY)
    now = district(course(section("1", [HOMEWORK], uses=used("Tests", scores=9))))
    told = refresh(north.store, now)
    assert told.not_taken == ()
    there = picture(north.store)["0401/1"]
    assert names(there)["Tests"] == ("Tests", "80")
    assert there["uses"] == {("Tests", 1): (3, 9, 0, 0)}


def test_grades_that_the_source_does_not_tell_keep_what_they_use(north: Small):
    refresh(north.store, district(course(section("1", [HOMEWORK], uses={}))))
    north.apply(link(north), by=BY)
    north.grade(1, CATEGORIES, "Tests")
    silent = district(course(section("1", [HOMEWORK])), evidence=frozenset())
    assert refresh(north.store, silent).not_taken == ()
    assert counted(north) == {(1, Use(CATEGORIES, "Tests", 1), Counts(1))}


def test_a_source_with_only_some_areas_takes_only_these_back(north: Small):
    refresh(north.store, district(course(section("1", [HOMEWORK], uses={}))))
    hs = link(north)
    run = north.apply(hs, by=BY).run
    only = district(
        course(section("1", [HOMEWORK], uses={})),
        course_areas=frozenset({Area.COURSE_INFO}),
        section_areas=frozenset({CATEGORIES}),
    )
    assert runs(refresh(north.store, only)) == [(run, 0, 1)]
    there = picture(north.store)
    assert set(there["0401"]["categories linked"]) == {"Homework", "Tests"}
    assert there["0401/1"]["categories pushed"] == {}
    assert not any(refused for refused, *_ in cohorts(north, hs, by=BY).values())


def test_where_missing_says_nothing_a_source_without_the_new_category_has_not_refused_it(north: Small):
    refresh(north.store, district(course(section("1", [cat("Lab", 5)], uses={}))))
    north.apply(link(north), by=BY)
    lines = district(course(section("1", [cat("Lab", 5)], uses={})), partial=frozenset({CATEGORIES}))
    assert refresh(north.store, lines).not_taken == ()
    assert {"Homework", "Tests", "section/Lab"} == set(names(picture(north.store)["0401/1"]))


def test_two_runs_that_did_not_arrive_are_told_each(north: Small):
    told = district(course(section("1", [], uses={}), cats=[]))
    refresh(north.store, told)
    first = north.apply(link(north), by=BY).run
    again = link(north, categories=[category("Homework", 25), category("Tests", 75)])
    second = north.apply(again, by=BY).run
    found = refresh(north.store, told)
    assert runs(found) == [(second, 1, 1), (first, 1, 1)]
    assert picture(north.store)["0401/1"]["categories pushed"] == {}
    changed = {(one.item, one.action, one.before, one.after) for one in found.not_taken[0].changes}
    assert changed == {("Homework", "change", "20", "25"), ("Tests", "change", "80", "75")}


def test_only_the_newer_of_two_runs_did_not_arrive(north: Small):
    refresh(north.store, district(course(section("1", [], uses={}))))
    north.apply(link(north), by=BY)
    with north.store.read() as snapshot:
        pushed = picture(north.store)["0401/1"]["categories linked"]
        assert snapshot.runs()
    again = link(north, categories=[category("Homework", 25), category("Tests", 75)])
    second = north.apply(again, by=BY).run
    listed_now = [cat(key=key, **fields) for key, fields in pushed.items()]
    told = district(course(section("1", listed_now, uses={}), cats=listed_now))
    assert runs(refresh(north.store, told)) == [(second, 1, 1)]
    there = picture(north.store)["0401/1"]
    assert there["categories pushed"] == there["categories linked"] == pushed


def test_a_run_that_arrives_late_is_told_and_the_teachers_category_is_still_the_same(north: Small):
    told = district(course(section("1", [HOMEWORK], uses=used("Homework", scores=4))))
    refresh(north.store, told)
    hs = link(north)
    run = north.apply(hs, by=BY).run
    pushed = north.state()
    refresh(north.store, told)
    late = [cat("Homework", 20), cat("Tests", 80), cat("Homework (1)", 30)]
    arrived = refresh(
        north.store,
        district(course(section("1", late, uses=used("Homework (1)", scores=4)), cats=late[:2])),
    )
    assert arrived.not_taken == ()
    assert [(one.run, one.courses, one.sections) for one in arrived.taken] == [(run, 0, 1)]
    assert north.state().sections == pushed.sections
    assert north.state().counts == pushed.counts
    assert runs(refresh(north.store, told)) == [(run, 0, 1)], "and once more it is not there"


def test_uses_that_the_source_does_not_tell_follow_the_key_back(north: Small):
    """Row 8 gave an equal category its master's key, and its uses with it."""
    refresh(north.store, district(course(section("1", [cat("Homework", 20)], uses=used("Homework")))))
    north.apply(link(north), by=BY)
    assert counted(north) == {(1, Use(CATEGORIES, "Homework", 1), Counts(3))}
    silent = district(course(section("1", [cat("Homework", 20)]), cats=[]), evidence=frozenset())
    told = refresh(north.store, silent)
    assert runs(told)[0][1:] == (1, 1)
    assert counted(north) == {(1, Use(CATEGORIES, "section/Homework", 1), Counts(3))}
    with north.store.read() as snapshot:
        (moved,) = [one for one in snapshot.key_moves(told.run) if one.on_section]
    assert moved[1:4] == (CATEGORIES, "Homework", "section/Homework")


def test_keys_go_back_through_several_runs():
    tasks = Area.GRADING_TASKS
    newest = [(CATEGORIES, "b", "c"), (CATEGORIES, "x", "y"), (tasks, "T", "U")]
    older = [(CATEGORIES, "a", "b"), (CATEGORIES, "m", "n")]
    assert keys_back([newest, older], {CATEGORIES}) == {
        (CATEGORIES, "c"): "a",
        (CATEGORIES, "y"): "x",
        (CATEGORIES, "n"): "m",
    }


def test_a_residual_that_the_run_left_is_cleared_and_comes_again_with_it(north: Small):
    told = district(course(section("1", [HOMEWORK], uses=used("Homework"))))
    refresh(north.store, told)
    hs = link(north)
    overwrite = scope("North 2026-27", overwrite=True)
    north.apply(hs, by=overwrite)
    assert north.state().residuals == {(1, CATEGORIES, "section/Homework")}
    back = refresh(north.store, told)
    assert north.state().residuals == frozenset()
    with north.store.read() as snapshot:
        assert [one.cleared_run for one in snapshot.residual_rows()] == [back.run]
    north.apply(hs, by=overwrite)
    assert north.state().residuals == {(1, CATEGORIES, "section/Homework")}


def test_a_residual_task_of_the_course_is_cleared_at_its_sections(north: Small):
    final = native_task("Final", (1,))
    own = {Area.GRADING_TASKS: (final, native_task("Old", ()))}
    uses = used("Old", area=Area.GRADING_TASKS)
    told = district(course(section("1", [], uses=uses), section("2", [], uses={}), areas=own))
    refresh(north.store, told)
    hs = link(north, grading_tasks=[task("Final", terms=[1, 2])])
    north.apply(hs, by=scope("North 2026-27", overwrite=True))
    assert (1, Area.GRADING_TASKS, "Old") in north.state().residuals
    refresh(north.store, told)
    assert north.state().residuals == frozenset()


def test_a_residual_task_is_there_again_where_it_is_used_when_the_run_arrives_late(
    north: Small, tmp_path: Path
):
    """Its section without uses has no mark (R6)."""
    own = {Area.GRADING_TASKS: (native_task("Final", (1,)), native_task("Old", ()))}
    uses = used("Old", area=Area.GRADING_TASKS)
    told = district(course(section("1", [], uses=uses), section("2", [], uses={}), areas=own))
    refresh(north.store, told)
    hs = link(north, grading_tasks=[task("Final", terms=[1, 2])])
    north.apply(hs, by=scope("North 2026-27", overwrite=True))
    marks = north.state().residuals
    late = setup_of(tmp_path / "late.json", north)
    refresh(north.store, told)
    assert north.state().residuals == frozenset()
    assert refresh(north.store, late).taken
    assert north.state().residuals == marks
    assert (2, Area.GRADING_TASKS, "Old") not in marks


def test_an_undo_that_did_not_arrive_is_a_run_like_any_other(north: Small):
    told = district(course(section("1", [], uses={})))
    refresh(north.store, told)
    hs = link(north)
    before = north.holding(section=1)
    north.apply(hs, by=BY)
    pushed = north.holding(section=1)
    north.carry(s1=before)
    taken = [cat("Homework", 20), cat("Tests", 80)]
    found = refresh(north.store, district(course(section("1", taken, uses={}), cats=taken)))
    assert len(found.not_taken) == 1
    assert north.holding(section=1) == pushed


def test_a_host_that_moved_in_no_run_is_left_to_drift(north: Small):
    refresh(north.store, district(course(section("1", [HOMEWORK], uses={}))))
    told = refresh(north.store, district(course(section("1", [cat("Homework", 10)], uses={}))))
    assert told.not_taken == told.taken == ()
    assert told.items.changed == 1


def test_runs_that_are_long_past_are_not_looked_at(north: Small):
    told = district(course(section("1", [], uses={})))
    refresh(north.store, told)
    north.apply(link(north), by=BY)
    taken = [cat("Homework", 20), cat("Tests", 80)]
    for _ in range(RUNS):
        refresh(north.store, district(course(section("1", taken, uses={}), cats=taken)))
    assert refresh(north.store, told).not_taken == ()


def test_the_report_says_it_for_people_and_for_machines(north: Small):
    below = (section("1", [HOMEWORK], uses={}), section("2", [HOMEWORK], uses={}))
    told = district(course(*below, cats=[]))
    refresh(north.store, told)
    run = north.apply(link(north), by=BY).run
    found = refresh(north.store, told)
    lines = found.as_text().splitlines()
    assert f"Not taken: Run {run} did not arrive in 1 course and 2 sections." in lines
    assert "  Tests (category): new (weight 80) in 1 course and 2 sections" in lines
    assert "  Homework (1) (category): Homework -> Homework (1) in 2 sections" in lines
    assert any(f"`reconcile export --run {run}`" in one and f"`reconcile undo {run}`" in one for one in lines)
    (one,) = json.loads(found.as_json())["not_taken"]
    assert (one["run"], one["courses"], one["sections"]) == (run, 1, 2)
    assert {
        "area": "categories", "item": "Tests", "action": "add", "field": "", "before": "",
        "after": "weight 80", "courses": 1, "sections": 2,
    } in one["changes"]  # fmt: skip


def test_a_long_list_of_changes_is_folded(north: Small):
    refresh(north.store, district(course(section("1", [], uses={}))))
    many = [category(f"C{number:02}", 5) for number in range(14)]
    north.apply(link(north, categories=many), by=BY)
    found = refresh(north.store, district(course(section("1", [], uses={}))))
    assert "  and 4 more (-v lists them all)" in found.as_text().splitlines()
    assert sum("(category)" in line for line in found.as_text(verbose=True).splitlines()) == 14


WEIGHTS = st.sampled_from(["10", "20", "30"])
NAMES = ("Homework", "Tests", "Lab", "Homework (1)")
LISTS = st.dictionaries(st.sampled_from(NAMES), WEIGHTS, max_size=3)
SECTIONS = st.lists(st.tuples(LISTS, st.sets(st.sampled_from(NAMES), max_size=2)), max_size=3)


def some_section(number: int, own: dict[str, str], graded: set[str]) -> SectionIn:
    uses = {Use(CATEGORIES, name, 1): Counts(2, 5) for name in sorted(graded & own.keys())}
    return SectionIn(
        str(number),
        areas={CATEGORIES: tuple(cat(name, weight) for name, weight in own.items())},
        uses=uses,
        place=PLACE,
    )


@settings(max_examples=40, deadline=None)
@given(LISTS, SECTIONS, LISTS, st.booleans(), st.booleans())
def test_whatever_was_pushed_a_source_from_before_brings_the_plan_from_before(
    own: dict[str, str], below: list, wanted: dict[str, str], overwrite: bool, task_too: bool
):
    sections = [some_section(number, *one) for number, one in enumerate(below, 1)]
    with TemporaryDirectory() as folder:
        small = Small(Path(folder) / "state.db")
        refresh(small.store, district(course(*sections, cats=[cat(*one) for one in own.items()])))
        more = {"grading_tasks": [task("Final", terms=[1])]} if task_too else {}
        hs = link(small, categories=[category(*one) for one in wanted.items()], **more)
        by = scope("North 2026-27", overwrite=overwrite)
        before, plan = small.state(), cohorts(small, hs, by=by)
        source = setup_of(Path(folder) / "before.json", small)
        small.apply(hs, by=by)
        pushed = small.state()
        refresh(small.store, source)
        now, again = small.state(), cohorts(small, hs, by=by)
        small.store.close()
    assert evidence(now) == evidence(before)
    assert not [place for place, one in again.items() if one[0] and not plan[place][0]], "desynced"
    for place, holding in hosts(now).items():
        was, became = hosts(before)[place], hosts(pushed)[place]
        assert values(holding) == values(was), "what the source says is what is there"
        assert holding == was or values(was) == values(became), "links alone may stay: no source shows them"
        assert holding in (was, became)
    if hosts(now) == hosts(before):
        assert again == plan
        assert (now.counts, now.residuals) == (before.counts, before.residuals)


def evidence(state):
    """Counts by section and category name: a key may have changed where nothing else did (row 8)."""
    found = {}
    for place, use, counts in state.counts:
        holding = state.sections[place][-2]
        (name,) = [one.get("name") for one in holding.here(CATEGORIES) if one.key == use.key]
        found[place, name, use.term] = counts
    return found


def hosts(state):
    from reconciler.keep.table import Hop

    courses = {(Hop.COURSE, place): row[-1] for place, row in state.courses.items()}
    return courses | {(Hop.SECTION, place): row[-2] for place, row in state.sections.items()}


def values(holding):
    """What a school system shows: every item by its name or key, with its fields."""
    return {(area, one.get("name") or one.key): one.fields for area in Area for one in holding.here(area)}
