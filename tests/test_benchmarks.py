"""The benchmarks' districts are what they say, and what must not grow with the size of a district does not."""

import json
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from math import sqrt
from pathlib import Path

import pytest
import yaml

from benchmarks.by_hand import plain_database, plain_masters, reckoned, run
from benchmarks.catalogs import CHANGED
from benchmarks.district import DROPPED, EXTRA, calendar_name, school_name, served
from benchmarks.ground import Ground
from benchmarks.measure import Missing, Took
from benchmarks.nearest import installed, write_zones
from benchmarks.planning import document, planned
from benchmarks.sizes import Size
from reconciler.course import Area, Holding, Part
from reconciler.current import CourseRecord, SectionRecord, Store
from reconciler.formats import native
from reconciler.keep.table import Action, Hop
from reconciler.plan import saved
from reconciler.plan.model import Plan
from reconciler.plan.summary import Summary
from reconciler.push import push
from reconciler.stores import open_store

SMALL = Size("small", 2, 12, 24, 90)
SLICE = Size("slice", 12, 120, 1_400, 3_000)
"""An eighth of M: large enough to count shares."""
STATEWIDE = Size("statewide", 14, 60, 60, 150, catalogs=12)
"""Several catalogs, of which the tenth comes before the second where names are sorted as text."""
ROOT = Path(__file__).resolve().parents[1]


def grown(folder: Path, size: Size, *, rolled: bool = False) -> Ground:
    folder.mkdir(exist_ok=True)
    made = Ground(folder, size)
    made.sow()
    made.grow(made.state, rolled=rolled)
    return made


@pytest.fixture
def ground(tmp_path: Path) -> Ground:
    """A small district: two calendars, catalogs, a state."""
    return grown(tmp_path, SMALL)


@pytest.fixture
def store(ground: Ground) -> Iterator[Store]:
    with closing(open_store(str(ground.state))) as opened:
        yield opened


@pytest.fixture(scope="module")
def variety(tmp_path_factory: pytest.TempPathFactory) -> "Variety":
    return Variety(grown(tmp_path_factory.mktemp("slice"), SLICE))


class Variety:
    """What a district has, read back from its state."""

    def __init__(self, ground: Ground) -> None:
        with closing(open_store(str(ground.state))) as store, store.read() as snapshot:
            self.courses = list(snapshot.course_records())
            self.sections = list(snapshot.section_records())
            ids = {one.holding_id for one in self.courses} | {one.holding_id for one in self.sections}
            self.held = snapshot.holdings(ids)

    def of(self, host: CourseRecord | SectionRecord) -> Holding:
        return self.held[host.holding_id]

    def edited(self, host: CourseRecord | SectionRecord) -> bool:
        held = self.of(host)
        return held.get(Area.CATEGORIES, Part.LINKED) != held.get(Area.CATEGORIES, Part.PUSHED)

    def own(self, host: CourseRecord | SectionRecord) -> list[str]:
        return [one.key for one in self.of(host).get(Area.CATEGORIES, Part.OWN)]


def written(ground: Ground, change: str = "nothing") -> str:
    return (ground.folder_of(change) / ground.names[0]).read_text()


def native_text(path: Path) -> str:
    with closing(open_store(str(path))) as store, store.read() as snapshot:
        return "".join(native.write_json(snapshot))


def carried_out(store: Store, plan: Plan, summary: Summary) -> int:
    """Apply a plan; how many statements ran meanwhile, rows that are loaded in bulk apart."""
    ran = []
    driver = store.engine.raw_connection()
    driver.driver_connection.set_trace_callback(ran.append)
    driver.close()
    done = push(saved.parse(document(plan, summary)), store)
    assert not done.left_out
    return sum("INTO temp.going" not in text and "INTO move" not in text for text in ran)


class TestDistrict:
    def test_the_same_seed_is_the_same_district_and_another_is_another(
        self, ground: Ground, tmp_path: Path
    ) -> None:
        texts = []
        for seed in (20_260_901, 7):
            folder = tmp_path / str(seed)
            folder.mkdir()
            other = Ground(folder, SMALL)
            other.sow(seed)
            other.grow(other.state, seed=seed)
            texts.append((written(other), native_text(other.state)))
        assert texts[0] == (written(ground), native_text(ground.state))
        assert texts[1][0] != texts[0][0]
        assert texts[1][1] != texts[0][1]

    def test_it_has_the_size_it_says(self, store: Store) -> None:
        with store.read() as snapshot:
            courses, sections = list(snapshot.course_records()), list(snapshot.section_records())
            names = [one.name for one in snapshot.calendars()]
            counts = list(snapshot.counts())
        assert (len(names), len(courses), len(sections)) == (2, 24, 90)
        assert names == [calendar_name(0), calendar_name(1)]
        assert {one.course_id for one in sections} == {one.id for one in courses}
        assert counts

    def test_a_section_has_as_many_items_as_the_sizes_are_told_for(self, variety: Variety) -> None:
        """domain.md 14: 3-5 categories, 8-12 cells, 2-6 composite rows; no field of its own."""
        for one in variety.sections:
            setups = variety.of(one)
            assert 3 <= len(setups.get(Area.CATEGORIES, Part.PUSHED).items) <= 5
            assert 8 <= len(setups.get(Area.GRADE_CALC_OPTIONS, Part.LINKED).items) <= 12
            assert 2 <= len(setups.get(Area.COMPOSITE_GRADES, Part.LINKED).items) <= 6
            assert not setups.get(Area.COURSE_INFO, Part.LINKED)

    @pytest.mark.parametrize(
        ("share", "of", "test"),
        [
            (0.10, "sections", lambda v, one: any(key.startswith("section/") for key in v.own(one))),
            (0.05, "sections", lambda v, one: v.edited(one)),
            (0.05, "courses", lambda v, one: DROPPED in v.own(one)),
            (0.02, "courses", lambda _, one: one.ignored),
            (0.01, "courses", lambda v, one: v.edited(one)),
        ],
        ids=["own", "drifted", "kept", "ignored", "desynced"],
    )
    def test_it_has_the_variety_it_says(self, variety: Variety, share: float, of: str, test) -> None:
        hosts = getattr(variety, of)
        found = sum(test(variety, one) for one in hosts)
        expected = share * len(hosts)
        assert abs(found - expected) < 3 * sqrt(expected)

    def test_what_the_masters_dropped_is_a_residual_wherever_it_is(self, variety: Variety) -> None:
        for one in variety.sections:
            for each in variety.of(one).get(Area.CATEGORIES, Part.OWN):
                assert each.kept == each.left == (each.key == DROPPED)

    def test_teachers_like_some_names_better_than_others(self, variety: Variety) -> None:
        names = Counter(key for one in variety.sections for key in variety.own(one) if key != DROPPED)
        assert {key.removeprefix("section/") for key in names} == set(EXTRA)
        popular = [f"section/{name}" for name in list(EXTRA)[:2]]
        assert 0.6 < sum(names[name] for name in popular) / names.total() < 0.8

    def test_weights_that_people_chose_are_a_few_at_each_school(self, variety: Variety) -> None:
        calendars = {one.id: one.calendar_id for one in variety.courses}
        chosen: dict[int, set[object]] = {}
        for one in variety.sections:
            own = variety.of(one).get(Area.CATEGORIES, Part.OWN)
            weights = {each.get("weight") for each in own if each.key != DROPPED}
            chosen.setdefault(calendars[one.course_id], set()).update(weights)
        assert all(len(weights) <= 3 for weights in chosen.values())
        assert len(set.union(*chosen.values())) > 3

    def test_every_course_follows_a_catalog_that_its_school_has(self, tmp_path: Path) -> None:
        """Of a made-up state, whose catalogs come sorted by name, the tenth before the second."""
        ground = grown(tmp_path, STATEWIDE)
        catalogs = ground.catalogs()
        assert [one.name for one in catalogs][1] == "Catalog 10"
        assert [name for place in range(12) for name in served(STATEWIDE, place)] != []
        with closing(open_store(str(ground.state))) as store:
            plan, summary = planned(store, catalogs)
            with store.read() as snapshot:
                marked = [one.id for one in snapshot.course_records() if one.ignored]
        reached = {place for one in plan.cohorts if one.hop is Hop.COURSE for place in one.members}
        skipped = {place for ids in plan.skipped.values() for place in ids}
        assert len(reached | skipped) == STATEWIDE.courses
        assert skipped == set(marked)
        assert summary.header.calendars[-1].school == school_name(13)

    @pytest.mark.parametrize("change", ["one", "all"])
    def test_a_change_makes_the_first_category_half_a_point_heavier(
        self, ground: Ground, change: str
    ) -> None:
        (before,), (after,) = ground.catalogs("nothing"), ground.catalogs(change)
        assert before.masters.keys() == after.masters.keys()
        assert len({one.setups[Area.CATEGORIES] for one in before.masters.values()}) > 3
        for number, master in before.masters.items():
            mine = change == "all" or number == CHANGED
            for area, listed in master.setups.items():
                first, *others = listed.items if listed else (None,)
                if mine and area is Area.CATEGORIES:
                    weight = Decimal(first.get("weight")) + Decimal("0.5")
                    first = first.with_fields(weight=str(weight.normalize()))
                assert list(after.masters[number].setups[area]) == [one for one in (first, *others) if one]


class TestPlans:
    def test_the_state_is_that_after_a_push_but_for_what_changed_below(
        self, ground: Ground, store: Store
    ) -> None:
        plan, _ = planned(store, ground.catalogs())
        assert not any(cohort.moves for cohort in plan.cohorts if cohort.hop is Hop.COURSE)
        sections = [one for one in plan.cohorts if one.hop is Hop.SECTION]
        reasons = {each.reason for one in sections for each in one.outcome.verdicts}
        assert reasons <= {"in_sync", "local", "put_back"}

    def test_comparisons_follow_the_variety_and_not_the_sections(self, tmp_path: Path) -> None:
        """Four times the sections of the same courses: each case is still judged once."""
        counts = []
        for times in (1, 4):
            size = replace(SMALL, sections=SMALL.sections * times)
            ground = grown(tmp_path / str(times), size, rolled=True)
            with closing(open_store(str(ground.state))) as store:
                plan, _ = planned(store, ground.catalogs(), over=True)
            counts.append(plan.compared)
            assert sum(len(one.members) for one in plan.cohorts if one.hop is Hop.SECTION) > 80 * times
        assert counts[0] == counts[1] <= 3 * SMALL.masters

    def test_a_diff_is_run_once_for_each_distinct_pair(self, tmp_path: Path) -> None:
        """A pair of items, or of what differs in them. In a process of its own, as pairs are remembered."""
        grown(tmp_path / "one", SMALL)
        grown(tmp_path / "four", replace(SMALL, sections=SMALL.sections * 4))
        told = []
        for name in ("one", "four"):
            command = [sys.executable, "-c", COUNTING, str(tmp_path / name)]
            done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
            told.append(json.loads(done.stdout))
        for one in told:
            assert 5 < one["apart"] <= one["diffs"] == one["distinct"] <= one["pairs"]
        assert told[1]["changes"] > 3 * told[0]["changes"]
        assert told[1]["diffs"] < 2 * told[0]["diffs"]

    def test_one_weight_moves_one_master_and_all_weights_every_one(
        self, ground: Ground, store: Store
    ) -> None:
        moved = []
        for change in ("one", "all"):
            plan, _ = planned(store, ground.catalogs(change))
            courses = [one for one in plan.cohorts if one.hop is Hop.COURSE and one.moves]
            moved.append({plan.wants[one.want].number for one in courses})
        assert len(moved[0]) <= 1 < len(moved[1])
        assert moved[0] < moved[1]

    def test_applying_takes_the_same_statements_however_many_sections_there_are(self, tmp_path: Path) -> None:
        kinds = []
        for times in (1, 4):
            size = replace(SMALL, sections=SMALL.sections * times)
            ground = grown(tmp_path / str(times), size, rolled=True)
            with closing(open_store(str(ground.state))) as store:
                kinds.append(carried_out(store, *planned(store, ground.catalogs(), over=True)))
        assert kinds[0] == kinds[1] > 10


COUNTING = """
import json, sys
from contextlib import closing
from pathlib import Path

import deepdiff

from benchmarks.ground import Ground
from benchmarks.planning import planned
from benchmarks.sizes import Size
from reconciler.diff import changes
from reconciler.stores import open_store

ran = []
class Counted(deepdiff.DeepDiff):
    def __init__(self, one, other, *rest, **more):
        if not more.get("_parameters"):
            ran.append(json.dumps([one, other], sort_keys=True))
        super().__init__(one, other, *rest, **more)

deepdiff.DeepDiff = Counted
ground = Ground(Path(sys.argv[1]), Size("any", 2, 12, 24, 90))
with closing(open_store(str(ground.state))) as store:
    plan, _ = planned(store, ground.catalogs("all"))
pairs, apart, hosts = set(), set(), 0
for cohort in plan.cohorts:
    for one in cohort.outcome.verdicts:
        if one.before is not None and one.after is not None and not one.before.same(one.after):
            pairs.add((one.before.fields, one.after.fields))
            old, new = dict(one.before.fields), dict(one.after.fields)
            names = sorted(name for name in {*old, *new} if old.get(name) != new.get(name))
            apart.add(tuple((name, old.get(name), new.get(name)) for name in names))
            hosts += len(cohort.members)
told = {"diffs": len(ran), "distinct": len(set(ran)), "changes": hosts}
print(json.dumps({**told, "pairs": len(pairs), "apart": len(apart)}))
"""


def by_plan(plan: Plan) -> set[int]:
    """The sections in which a plan creates, changes or deletes an item."""
    still = {Action.NOTHING, Action.KEEP}
    return {
        place
        for one in plan.cohorts
        if one.hop is Hop.SECTION and any(each.action not in still for each in one.outcome.verdicts)
        for place in one.members
    }


class TestByHand:
    @pytest.mark.parametrize("change", ["nothing", "all"])
    def test_the_script_changes_the_sections_that_the_plan_changes(self, tmp_path: Path, change: str) -> None:
        ground = grown(tmp_path, replace(SMALL, sections=150))
        with (
            closing(open_store(str(ground.state))) as store,
            store.read() as snapshot,
            closing(sqlite3.connect(":memory:")) as driver,
        ):
            sections = plain_database(snapshot, driver, None)
            masters = plain_masters(ground.catalogs(change))
            looked = run(driver, masters, sections, write=False)
            changed = run(driver, masters, sections)
            again = run(driver, masters, changed[:5])
            plan, _ = planned(store, ground.catalogs(change))
        assert looked == changed
        assert set(changed) == by_plan(plan)
        assert 0 < len(changed) <= len(sections) == 150
        assert again == []

    def test_the_script_leaves_what_teachers_made_and_writes_the_masters_lists(self, tmp_path: Path) -> None:
        ground = grown(tmp_path, SMALL)
        masters = plain_masters(ground.catalogs("all"))
        query = "SELECT section_id, own FROM list ORDER BY section_id, area"
        with (
            closing(open_store(str(ground.state))) as store,
            store.read() as snapshot,
            closing(sqlite3.connect(":memory:")) as driver,
        ):
            sections = plain_database(snapshot, driver, None)
            own = driver.execute(query).fetchall()
            changed = run(driver, masters, sections[:20])
            assert driver.execute(query).fetchall() == own
            linked = driver.execute(
                """SELECT c.catalog, c.master, l.linked FROM list l JOIN section s ON s.id = l.section_id
                JOIN course c ON c.id = s.course_id WHERE l.area = 'categories' AND s.id = ?""",
                (changed[0],),
            ).fetchone()
        assert json.loads(linked[2]) == list(masters[linked[0], linked[1]]["categories"].values())

    def test_what_a_sample_took_is_reckoned_for_the_whole_and_says_so(self) -> None:
        took = reckoned(Took(2.0, 1.5, {"measured": 500}), 20.0)
        assert (took.seconds, took.processor) == (40.0, 30.0)
        assert took.facts == {"measured": 500, "extrapolated": 20.0, "seconds_measured": 2.0}
        whole = Took(2.0, 1.5, {"measured": 500})
        assert reckoned(whole, 1) is whole


class TestNearest:
    def test_every_setup_item_is_one_record_on_both_sides(self, ground: Ground, tmp_path: Path) -> None:
        written, every = write_zones(ground, tmp_path / "zones")
        with closing(open_store(str(ground.state))) as store, store.read() as snapshot:
            hosts = [one.holding_id for one in snapshot.course_records()]
            hosts += [one.holding_id for one in snapshot.section_records()]
            held = snapshot.holdings(hosts)
        items = sum(len(held[place].here(area)) for place in hosts for area in Area)
        assert written == every == items
        sides = {}
        for side in ("current", "desired"):
            files = sorted((tmp_path / "zones" / side).iterdir())
            assert len(files) == 2
            zones = [yaml.load(file.read_text(), Loader=yaml.CSafeLoader) for file in files]
            sides[side] = {name: record["value"] for zone in zones for name, record in zone.items()}
            assert len(sides[side]) == items
        assert sides["current"].keys() == sides["desired"].keys()
        differing = sum(sides["desired"][name] != text for name, text in sides["current"].items())
        assert 90 < differing < 2 * (24 + 90)
        config = yaml.safe_load((tmp_path / "zones" / "config.yaml").read_text())
        assert [each["sources"] for each in config["zones"].values()] == [["desired"], ["desired"]]

    def test_where_octodns_can_not_be_had_the_figure_says_so(self, tmp_path: Path, monkeypatch) -> None:
        monkeypatch.setenv("PIP_NO_INDEX", "1")
        monkeypatch.setenv("PIP_FIND_LINKS", "")
        with pytest.raises(Missing, match=r"octodns==[0-9.]+ can't be installed here: .*octodns"):
            installed(tmp_path / "environment")

    def test_of_a_large_district_whole_schools_are_measured(self, tmp_path: Path) -> None:
        ground = grown(tmp_path, replace(SLICE, courses=700, sections=2_000, calendars=6))
        written, every = write_zones(ground, tmp_path / "some")
        ground.whole = True
        assert write_zones(ground, tmp_path / "all") == (every, every)
        assert 10_000 < written <= 20_000 < every
