"""Any small district, any push, taken back: everything is as before, or a reason is given; nothing used goes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.course import Area, Counts, Part, Use
from reconciler.errors import ListInUse, PlanStale
from reconciler.keep.table import Action
from reconciler.push import push
from reconciler.push.run import close
from reconciler.undo import plan_undo
from tests.push.test_property import EXAMPLES, Ground, catalog_of, exists
from tests.small import Small, scope, write_down
from tests.strategies import pushes

WHY = {
    "moved_since", "used_since", "named_since", "name_taken", "kept_with_task", "missing_task",
    "missing_composite_row",
}  # fmt: skip


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory):
    """A state in a file."""
    small = Small(tmp_path_factory.mktemp("undo") / "state.db")
    yield Ground(small)
    small.store.close()


def done(ground: Ground, plan) -> int:
    """Carry a plan out; gives its run."""
    result = push(write_down(plan), ground.small.store)
    close(ground.small.store, result, "{}")
    assert result.status == "done"
    return result.run


def undo(ground: Ground, run: int):
    """The plan that takes a run back."""
    with ground.small.store.read() as snapshot:
        return plan_undo(run, snapshot, store=ground.small.store.id, today="2026-08-01")


def refused(plan) -> dict[tuple[str, int], dict[tuple[Area, str], str]]:
    """Why items do not go back, by host."""
    found = {}
    for cohort in plan.cohorts:
        told = {
            (one.area, one.key): one.reason for one in cohort.outcome.verdicts if one.action is Action.REFUSE
        }
        for member in cohort.members:
            found[cohort.hop.value, member] = told
    return found


def held_by(holding, area, key):
    return tuple(holding.get(area, part).get(key) for part in Part)


def spots(*holdings):
    return {
        (area, one.key) for held in holdings for area in Area for part in Part for one in held.get(area, part)
    }


def hosts(look):
    courses, sections, _ = look
    found = {("course", place): held for place, held in courses.items()}
    return found | {("section", place): held for place, (_, held) in sections.items()}


def first_push(ground: Ground, told, mode):
    """Settle a district and push to it; the state before, and the run, or None where nothing was pushed."""
    name = ground.settle([told])
    before = ground.look(name)
    try:
        plan = ground.small.plan(
            catalog_of(told.want), by=scope(name, overwrite=mode == "overwrite", allow_in_session=True)
        )
        return name, before, done(ground, plan)
    except (PlanStale, ListInUse):
        return name, before, None


@EXAMPLES
@given(told=pushes(), mode=st.sampled_from(["locked", "overwrite"]))
def test_an_undo_brings_everything_back_or_says_why_not(ground: Ground, told, mode) -> None:
    name, before, run = first_push(ground, told, mode)
    if run is None:
        return
    pushed = ground.look(name)
    plan = undo(ground, run)
    why = refused(plan)
    again = done(ground, plan)
    after = ground.look(name)
    for host, was in hosts(before).items():
        now = hosts(after)[host]
        left = set(why.get(host, {}))
        assert set(why.get(host, {}).values()) <= WHY - {"moved_since"}
        if not left:
            assert now == was
        for spot in spots(was, now) - left:
            assert held_by(now, *spot) == held_by(was, *spot), (host, spot)
    if not any(why.values()):
        assert after[2] == before[2], "uses are under the keys that they had"
        assert done(ground, undo(ground, again))
        assert hosts(ground.look(name)) == hosts(pushed), "an undo that is taken back"
        assert ground.look(name)[2] == pushed[2]


@EXAMPLES
@given(told=pushes(), mode=st.sampled_from(["locked", "overwrite"]), pick=st.integers(0, 1000))
def test_what_is_used_since_never_vanishes(ground: Ground, told, mode, pick) -> None:
    name, _, run = first_push(ground, told, mode)
    if run is None:
        return
    courses, sections, _ = ground.look(name)
    choices = [
        (section, Area.CATEGORIES, one.key)
        for section, (_, held) in sections.items()
        for one in held.here(Area.CATEGORIES)
    ]
    choices += [
        (section, area, one.key)
        for section, (course, _) in sections.items()
        for area in (Area.GRADING_TASKS, Area.STANDARDS)
        for one in courses[course].here(area)
    ]
    if choices:
        section, area, key = choices[pick % len(choices)]
        ground.small.grade(section, area, key, 1 + pick % 3)
    courses, sections, counts = ground.look(name)
    there = {
        (section, use)
        for section, uses in counts.items()
        for use in uses
        if exists(use, sections[section][1], courses[sections[section][0]])
    }
    plan = undo(ground, run)
    moved = {
        (member, one.area, one.was): one.key
        for cohort in plan.cohorts
        if cohort.hop.value == "section"
        for one in cohort.outcome.rekeys
        for member in cohort.members
    }
    done(ground, plan)
    courses, sections, after = ground.look(name)
    for section, use in there:
        now = Use(use.area, moved.get((section, use.area, use.key), use.key), use.term)
        assert exists(now, sections[section][1], courses[sections[section][0]]), (section, use)
    for section, uses in counts.items():
        assert total(after[section]) == total(uses)


def total(uses: dict[Use, Counts]) -> tuple[int, ...]:
    return tuple(map(sum, zip(*uses.values(), strict=True))) if uses else ()


@EXAMPLES
@given(told=pushes(), pick=st.integers(0, 1000))
def test_what_was_edited_since_stays_as_it_was_edited(ground: Ground, told, pick) -> None:
    name, _, run = first_push(ground, told, "locked")
    if run is None:
        return
    _, sections, _ = ground.look(name)
    choices = [
        (section, part, one)
        for section, (_, held) in sections.items()
        for part in (Part.LINKED, Part.OWN)
        for one in held.get(Area.CATEGORIES, part)
    ]
    if not choices:
        return
    section, part, one = choices[pick % len(choices)]
    edited = one.with_fields(weight="77.7")

    def change(held):
        listed = held.get(Area.CATEGORIES, part)
        kept = (edited if each.key == one.key else each for each in listed)
        return held.put({(Area.CATEGORIES, part): type(listed)(tuple(kept))})

    ground.small.edit(change, section=section)
    plan = undo(ground, run)
    done(ground, plan)
    _, sections, _ = ground.look(name)
    found = [each for each in sections[section][1].here(Area.CATEGORIES) if each.get("weight") == "77.7"]
    assert found, "an edit made since is never overwritten"
