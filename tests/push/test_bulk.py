"""A second look is taken case by case; it comes to the same as looking at every course by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reconciler.course import Area, Lock
from reconciler.plan.survey import Survey
from reconciler.push import bulk, judge, moves, push
from reconciler.push.judge import Judge, Look
from reconciler.push.members import Planned, PlannedTargets
from tests.small import Small, catalog, category, held, info, listed, locked, master, task

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from reconciler.course import Master, Setup
    from reconciler.plan.saved import SavedPlan

CAT = Area.CATEGORIES
OLD = listed(
    categories=[category("Homework", 20), category("Exam", 80)], grading_tasks=[task("Final"), task("Mid")]
)
NEW = listed(categories=[category("Homework", 25), category("Quiz", 75)], grading_tasks=[task("Final")])
LAB = category("Lab", 5, key="section/Lab")


def below() -> dict[Area, Setup]:
    """What sections have."""
    return {CAT: OLD[CAT]}


def school(path: Path, times: int = 1) -> tuple[Small, dict[str, int]]:
    """Courses of two masters with sections of many kinds, `times` of each; one of each kind by its name."""
    small, named = Small(path), {}
    small.calendar()
    for turn in range(times):
        for number in ("0401", "0402"):
            course = named[number] = small.course(
                number, held(linked=OLD | listed(course_info=info(number=number, name="Old")))
            )
            kinds = {
                "plain": held(linked=below()),
                "own": held(linked=below(), own=listed(categories=[LAB])),
                "drifted": held(
                    linked=listed(categories=[category("Homework", 33), category("Exam", 80)]),
                    pushed=below(),
                ),
                "bare": held(),
            }
            for kind, holding in kinds.items():
                section = small.section(course, holding, number=f"{kind}{turn}")
                named[f"{number} {kind}"] = section
                if kind == "own":
                    small.grade(section, CAT, "Exam")
        lone = named["lone"] = small.course("0401", held(linked=OLD))
        named["unread"] = small.section(lone, held(linked=below()), unread=True)
    return small, named


def masters() -> tuple[Master, ...]:
    """Both masters with the new lists, and a name of their own."""
    return tuple(
        master(number, **{area.value: one for area, one in NEW.items()}) for number in ("0401", "0402")
    )


def told(small: Small) -> SavedPlan:
    """The plan of the push."""
    return small.saved(catalog(*masters(), locks=locked(name=Lock.LOCKED)))


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[list[Small]]:
    """Closes what a test opens."""
    opened: list[Small] = []
    yield opened
    for one in opened:
        one.store.close()


def since(small: Small, named: dict[str, int]) -> None:
    """What happens between the plan and the push: a grade, a teacher's own category, a new section."""
    small.grade(named["0402 plain"], CAT, "Exam")
    small.edit(lambda _: held(own=listed(categories=[LAB])), section=named["0402 bare"])
    small.section(named["lone"], held(linked=below()), number="young")


def test_in_bulk_and_one_by_one_come_to_the_same(
    tmp_path: Path, kept: list[Small], monkeypatch: pytest.MonkeyPatch
) -> None:
    states, results = [], []
    for name in ("bulk", "single"):
        small, named = school(tmp_path / f"{name}.db", 3)
        kept.append(small)
        plan = told(small)
        since(small, named)
        if name == "single":
            monkeypatch.setattr(judge.Judge, "run", Look.run)
        done = push(plan, small.store)
        states.append(small.state())
        results.append((done.courses, done.sections, sorted(done.unplanned), sorted(map(str, done.weaker))))
    assert states[0] == states[1]
    assert results[0] == results[1]
    assert results[0][0] == 9
    assert results[0][2]
    assert results[0][3]


def looked(small: Small, plan: SavedPlan) -> tuple[judge.Looked, Judge]:
    """A second look."""
    with small.store.read() as snapshot:
        survey = Survey(PlannedTargets(plan, snapshot.calendars()), snapshot, only=plan.courses)
        found = Judge(Planned(plan), survey)
        return found.run(), found


def test_only_courses_that_do_not_simply_fit_are_looked_at_one_by_one(
    tmp_path: Path, kept: list[Small]
) -> None:
    small, named = school(tmp_path / "one.db")
    kept.append(small)
    plan = told(small)
    found, _ = looked(small, plan)
    assert len(found) == 3
    single = {one.course.id for one in found.ready}
    since(small, named)
    found, judged = looked(small, plan)
    assert {one.course.id for one in found.ready} == single | {named["0402"], named["lone"]}
    assert len(found) == 3
    assert judged.seen == plan.courses


def test_a_course_that_follows_another_master_now_is_told(tmp_path: Path, kept: list[Small]) -> None:
    small, named = school(tmp_path / "one.db")
    kept.append(small)
    plan = told(small)
    with small.store.write() as tx:
        (row,) = tx.course_records([named["lone"]])
        tx.put_courses([row._replace(master="0402")])
    found, judged = looked(small, plan)
    assert [(one.member, one.what) for one in judged.mismatches] == [
        (named["lone"], "it follows another master now")
    ]
    assert len(found) == 2


def test_comparisons_are_a_function_of_the_cases(
    tmp_path: Path, kept: list[Small], monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = []
    for times in (1, 5):
        ran: list[int] = []
        for name in ("agree", "fit"):
            real = getattr(bulk, name)
            monkeypatch.setattr(bulk, name, lambda *given, real=real, ran=ran: ran.append(1) or real(*given))
        small, _ = school(tmp_path / f"{times}.db", times)
        kept.append(small)
        looked(small, told(small))
        counts.append(len(ran))
        monkeypatch.undo()
    assert counts[0] == counts[1] > 3


def test_batches_are_of_whole_courses_by_their_ids(
    tmp_path: Path, kept: list[Small], monkeypatch: pytest.MonkeyPatch
) -> None:
    small, _ = school(tmp_path / "one.db", 4)
    kept.append(small)
    plan = told(small)
    found, judged = looked(small, plan)
    mover = moves.Mover(judged.survey.used)
    with small.store.write() as tx:
        mover.intern(tx, found)
    sizes = []
    for rows in (1, 7, 1000):
        monkeypatch.setattr(moves, "ROWS", rows)
        batches = list(mover.batches(found))
        sizes.append(len(batches))
        courses = [one.id for batch in batches for one in batch.courses]
        assert len(courses) == len(set(courses)) == 12
        for batch in batches:
            ids = [one.id for one in batch.courses]
            assert ids == sorted(ids)
            assert {one.course_id for one in batch.sections} <= set(ids)
        rows_of = {tuple(one) for batch in batches for one in batch.sections}
        assert len(rows_of) == sum(len(batch.sections) for batch in batches)
    assert sizes[0] == 12 > sizes[1] > sizes[2]
