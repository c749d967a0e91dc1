"""The benchmarks' districts are what they say, and what must not grow with the size of a district does not."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.district import DROPPED, calendar_name
from benchmarks.figures import all_weights, one_weight, planned
from benchmarks.ground import Ground
from benchmarks.sizes import SIZES, Size
from reconciler.course import Area, Part
from reconciler.current import Store
from reconciler.formats import native
from reconciler.plan import saved
from reconciler.plan.model import Plan
from reconciler.plan.summary import Summary, to_json
from reconciler.push import push
from reconciler.stores import open_store

SMALL = Size("small", 2, 12, 24, 90)
ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def ground(tmp_path: Path) -> Ground:
    """A small district: two calendars, catalogs, a state."""
    made = Ground(tmp_path, SMALL)
    made.grow(made.sow(), made.state)
    return made


@pytest.fixture
def store(ground: Ground):
    opened = open_store(str(ground.state))
    yield opened
    opened.close()


def native_text(path: Path) -> str:
    store = open_store(str(path))
    with store.read() as snapshot:
        text = "".join(native.write_json(snapshot))
    store.close()
    return text


def carried_out(store: Store, plan: Plan, summary: Summary) -> int:
    """Apply a plan; how many statements ran meanwhile, rows that are loaded in bulk apart."""
    document = saved.document(plan, to_json(summary), made="now", by="me", tool="test")
    ran = []
    driver = store.engine.raw_connection()
    driver.driver_connection.set_trace_callback(ran.append)
    driver.close()
    done = push(saved.parse(document), store)
    assert not done.left_out
    return sum("INTO temp.going" not in text and "INTO move" not in text for text in ran)


def test_the_same_seed_is_the_same_district_and_another_is_another(ground: Ground, tmp_path: Path) -> None:
    texts = []
    for seed in (20_260_901, 7):
        folder = tmp_path / str(seed)
        folder.mkdir()
        other = Ground(folder, SMALL)
        other.grow(other.sow(seed), other.state, seed=seed)
        texts.append((other.yaml[0].read_text(), native_text(other.state)))
    assert texts[0] == (ground.yaml[0].read_text(), native_text(ground.state))
    assert texts[1][0] != texts[0][0]
    assert texts[1][1] != texts[0][1]


def test_a_district_has_the_size_and_the_variety_it_says(ground: Ground, store: Store) -> None:
    with store.read() as snapshot:
        courses, sections = list(snapshot.course_records()), list(snapshot.section_records())
        held = snapshot.holdings({one.holding_id for one in sections})
        names = [one.name for one in snapshot.calendars()]
        counts = list(snapshot.counts())
    assert (len(names), len(courses), len(sections)) == (2, 24, 90)
    assert names == [calendar_name(0), calendar_name(1)]
    assert {one.course_id for one in sections} == {one.id for one in courses}
    assert counts
    for one in sections:
        setups = held[one.holding_id]
        assert 3 <= len(setups.get(Area.CATEGORIES, Part.PUSHED).items) <= 5
        assert 8 <= len(setups.get(Area.GRADE_CALC_OPTIONS, Part.LINKED).items) <= 12
        assert 2 <= len(setups.get(Area.COMPOSITE_GRADES, Part.LINKED).items) <= 6
        assert not setups.get(Area.COURSE_INFO, Part.LINKED)
    own = [held[one.holding_id].get(Area.CATEGORIES, Part.OWN) for one in sections]
    assert any(item.key.startswith("section/") for listed in own for item in listed)
    assert all(item.kept == (item.key == DROPPED) for listed in own for item in listed)


def test_the_state_is_that_after_a_push_but_for_what_changed_below(ground: Ground, store: Store) -> None:
    plan, _ = planned(store, ground.loaded().catalogs)
    assert not any(cohort.moves for cohort in plan.cohorts if cohort.hop == "course")
    reasons = {
        one.reason for cohort in plan.cohorts if cohort.hop == "section" for one in cohort.outcome.verdicts
    }
    assert reasons <= {"in_sync", "local", "put_back"}


def test_comparisons_follow_the_variety_and_not_the_sections(tmp_path: Path) -> None:
    """Four times the sections of the same courses: each case is still judged once."""
    counts = []
    for times in (1, 4):
        folder = tmp_path / str(times)
        folder.mkdir()
        ground = Ground(folder, replace(SMALL, sections=SMALL.sections * times))
        loaded = ground.sow()
        ground.grow(loaded, ground.state, rolled=True)
        store = open_store(str(ground.state))
        plan, _ = planned(store, loaded.catalogs, over=True)
        store.close()
        counts.append(plan.compared)
        assert sum(len(one.members) for one in plan.cohorts if one.hop == "section") > 80 * times
    assert counts[0] == counts[1] <= 2 * SMALL.masters


def test_one_weight_moves_one_master_and_all_weights_every_one(ground: Ground, store: Store) -> None:
    loaded = ground.loaded()
    moved = []
    for catalogs in (one_weight(loaded), all_weights(loaded)):
        plan, _ = planned(store, catalogs)
        moved.append(
            {plan.wants[one.want].number for one in plan.cohorts if one.hop == "course" and one.moves}
        )
    assert len(moved[0]) <= 1 < len(moved[1])
    assert moved[0] < moved[1]


def test_applying_takes_the_same_statements_however_many_sections_there_are(tmp_path: Path) -> None:
    kinds = []
    for times in (1, 4):
        folder = tmp_path / str(times)
        folder.mkdir()
        ground = Ground(folder, replace(SMALL, sections=SMALL.sections * times))
        loaded = ground.sow()
        ground.grow(loaded, ground.state, rolled=True)
        store = open_store(str(ground.state))
        kinds.append(carried_out(store, *planned(store, loaded.catalogs, over=True)))
        store.close()
    assert kinds[0] == kinds[1] > 10


def test_the_figures_run_from_the_command_line(tmp_path: Path) -> None:
    told = tmp_path / "figures.json"
    command = [sys.executable, "-m", "benchmarks", "--size", "XS", "--only", "plan-one", "--json", str(told)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    figures = json.loads(told.read_text())
    assert [one["name"] for one in figures["figures"]] == ["limit-read", "plan-one"]
    assert all(one["peak_mb"] > 0 for one in figures["figures"])
    assert "times_limit" in figures["figures"][1]
    assert done.stdout.startswith("XS: 1 calendars, 60 masters, 60 courses, 200 sections")
    assert SIZES["XXL"].catalogs == 334
