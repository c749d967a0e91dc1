"""A cluster plans and writes what one machine does, to the byte, whoever dies meanwhile."""

from __future__ import annotations

import logging
import sys

import pytest

from reconciler import cluster
from reconciler.cluster import farm as farms
from reconciler.cluster import pushing
from reconciler.cluster.batches import Batch, cut
from reconciler.cluster.farm import Farm, joined
from reconciler.cluster.work import State, ToPush, plan_batch, write_batch
from reconciler.course import Holding
from reconciler.errors import CourseUnknown, PlanOfOtherStore, PlanStale
from reconciler.errors.cluster import (
    ClusterAddressWrong,
    ClusterApart,
    ClusterLost,
    ClusterLostInPart,
    ClusterMissing,
    ClusterUnlike,
    ClusterUnreachable,
    StateMovedOn,
)
from reconciler.keep.table import Hop
from reconciler.plan.scope import Scope
from reconciler.push import held
from reconciler.receipts import begin
from tests.cluster.deaths import DiesOnce
from tests.cluster.schools import CALENDARS, CATALOG, decided, schools, text, wide
from tests.small import Small, from_courses

# What distributed itself leaves open when processes die is not ours to close.
pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]


@pytest.fixture
def here(tmp_path) -> Small:
    made = schools(tmp_path / "here.db")
    yield made
    made.store.close()


@pytest.fixture
def there(tmp_path) -> Small:
    """The same schools again."""
    made = schools(tmp_path / "there.db")
    yield made
    made.store.close()


def both_plans(farm: Farm, made: Small, by: Scope) -> tuple[str, str]:
    with made.store.read() as snapshot:
        alone = made.plan(CATALOG, by=by)
        together = cluster.build(farm, [CATALOG], by, snapshot, made.store, catalog="digest of catalogs")
        return text(alone, snapshot), text(together, snapshot)


def journal(made: Small) -> frozenset[tuple[bool, Holding, Holding, int]]:
    """Every move of every host; raises where one was written twice."""
    with made.store.read() as snapshot:
        lines = [line for run in snapshot.runs() for line in snapshot.moves(run.id)]
        held = snapshot.holdings({place for line in lines for place in (line.before, line.after)})
    found = [
        (line.on_section, held[line.before], held[line.after], member)
        for line in lines
        for member in line.members
    ]
    assert len(found) == len(set(found)), "a move was written twice"
    return frozenset(found)


def runs(made: Small):
    with made.store.read() as snapshot:
        return snapshot.runs()


def told(result) -> tuple[object, ...]:
    return (result.status, result.courses, result.sections, result.notes, result.summary)


def dying(farm: Farm, task: str, when: str, tmp_path):
    """From now on the first worker that comes to this dies; gives the file that tells that one did."""
    grave = tmp_path / f"{task}-{when}"
    farm.client.register_plugin(DiesOnce(task, when, grave), name=grave.name)
    return grave


SCOPES = {
    "everything": wide(),
    "overwrite": wide(overwrite=True),
    "one master": wide(masters=("0401",)),
    "some courses": wide(courses=("0400", "0402@hill-3")),
    "courses alone": wide(to_sections=False),
    "from courses": from_courses(CALENDARS[1]),
}


@pytest.mark.parametrize("by", SCOPES.values(), ids=SCOPES.keys())
def test_a_plan_is_the_same_to_the_byte(farm, here, by):
    alone, together = both_plans(farm, here, by)
    assert together == alone


def test_what_is_nowhere_is_told_as_without(farm, here):
    with here.store.read() as snapshot, pytest.raises(CourseUnknown, match="0409"):
        cluster.build(farm, [CATALOG], wide(courses=("0409",)), snapshot, here.store, catalog="")


def test_an_apply_writes_the_same_and_tells_the_same(farm, here, there):
    alone = held.carry_out(decided(here), here.store)
    steps = []
    together = held.carry_out(
        decided(there), there.store, pushing=pushing(farm), progress=lambda *step: steps.append(step)
    )
    assert told(together) == told(alone)
    assert together.courses == 10  # a calendar of two terms has no place for a task of the fourth
    assert there.state() == here.state()
    assert journal(there) == journal(here)
    assert sorted(steps) == [(1, 4), (2, 4), (3, 4), (4, 4)]
    with there.store.read() as snapshot:
        assert snapshot.locks() == ()
    again = held.carry_out(decided(there), there.store, pushing=pushing(farm))
    assert (again.courses, again.sections) == (0, 0)


def test_a_plan_outlives_a_killed_worker(farm, here, tmp_path):
    grave = dying(farm, "plan_batch", "executing", tmp_path)
    alone, together = both_plans(farm, here, wide())
    assert grave.exists()
    assert together == alone


@pytest.mark.parametrize("when", ["executing", "memory"])
def test_an_apply_outlives_a_killed_worker(farm, here, there, tmp_path, when):
    alone = held.carry_out(decided(here), here.store)
    grave = dying(farm, "write_batch", when, tmp_path)
    together = held.carry_out(decided(there), there.store, pushing=pushing(farm))
    assert grave.exists()
    assert told(together) == told(alone)
    assert there.state() == here.state()
    assert journal(there) == journal(here)


def test_a_second_try_goes_on_where_the_first_stopped(here, there):
    alone = held.carry_out(decided(here), here.store)
    plan = decided(there)
    with there.store.write() as tx:
        run = begin(tx, "apply")
    sent = ToPush(State(there.store.elsewhere(), there.store.id), plan, run)
    places = tuple(there.places.values())
    courses = tuple(sorted(plan.courses))
    work = write_batch.__wrapped__
    first = work(sent, Batch(places, courses[:5]))
    assert (first.courses, first.sections) == (5, 15)
    second = work(sent, Batch(places, courses))
    assert (second.courses, second.sections) == (alone.courses, alone.sections)
    assert work(sent, Batch(places, courses)).sections == alone.sections
    assert there.state() == here.state()
    assert journal(there) == journal(here)


def test_a_stale_plan_is_refused_before_anything_is_written(farm, here):
    plan = decided(here)
    with here.store.write() as tx:
        (row,) = tx.course_records([min(plan.courses)])
        tx.put_courses([row._replace(master=None, catalog=None)])
    was = here.state()
    with pytest.raises(PlanStale) as alone:
        held.carry_out(plan, here.store)
    with pytest.raises(PlanStale) as together:
        held.carry_out(plan, here.store, pushing=pushing(farm))
    assert str(together.value) == str(alone.value)
    assert here.state() == was
    assert runs(here) == ()


def test_a_plan_of_another_state_is_refused(farm, here, there):
    with pytest.raises(PlanOfOtherStore):
        pushing(farm)(decided(here), there.store)


def test_a_course_that_is_no_more_is_told(farm, here, there):
    results = []
    for made, way in ((here, {}), (there, {"pushing": pushing(farm)})):
        plan = decided(made)
        with made.store.write() as tx:
            tx.drop_courses([min(plan.courses)])
        results.append(told(held.carry_out(plan, made.store, **way)))
    assert results[0] == results[1]
    assert "gone" in str(results[0])


def test_a_run_that_began_meanwhile_spoils_the_plan(farm, here):
    with here.store.read() as snapshot:
        with here.store.write() as tx:
            begin(tx, "import")
        with pytest.raises(StateMovedOn, match="import"):
            cluster.build(farm, [CATALOG], wide(), snapshot, here.store, catalog="")


def test_a_worker_that_finds_another_state_says_so(farm, here, there):
    class Elsewhere:
        id, url, read = here.store.id, here.store.url, here.store.read
        elsewhere = there.store.elsewhere

    with here.store.read() as snapshot, pytest.raises(ClusterApart, match="another one"):
        cluster.build(farm, [CATALOG], wide(), snapshot, Elsewhere, catalog="")


def test_a_worker_that_finds_no_state_says_so(farm, here, tmp_path):
    opening = here.store.elsewhere()
    gone = tmp_path / "gone.db"

    class Elsewhere:
        id, url, read = here.store.id, here.store.url, here.store.read

        elsewhere = staticmethod(lambda: type(opening)(opening.func, gone, **opening.keywords))

    with here.store.read() as snapshot, pytest.raises(ClusterApart, match=r"gone\.db"):
        cluster.build(farm, [CATALOG], wide(), snapshot, Elsewhere, catalog="")


def test_a_worker_of_another_version_does_nothing():
    failed = plan_batch("0.0.1", b"", ())
    assert isinstance(failed.error(), ClusterUnlike)
    assert "0.0.1" in str(failed.error())


def test_without_the_extra_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ClusterMissing) as missing, joined("local:2"):
        pass
    assert 'pip install "reconciler[cluster]"' in missing.value.way_out


@pytest.mark.parametrize(
    "address", ["local", "local:0", "local:two", "tcp://here", "http://here:80", "here:8786", ""]
)
def test_an_address_that_is_none_is_refused(address):
    with pytest.raises(ClusterAddressWrong), joined(address):
        pass


def test_nobody_answers(monkeypatch):
    monkeypatch.setattr(farms, "PATIENCE", 1)
    with pytest.raises(ClusterUnreachable), joined("tcp://127.0.0.1:9"):
        pass


@pytest.fixture
def lonely(monkeypatch):
    """A scheduler with one worker of its own process, which can be closed."""
    from distributed import LocalCluster

    monkeypatch.setattr(farms, "PATIENCE", 1)
    monkeypatch.setattr(farms, "ARRIVAL", 1)
    with LocalCluster(
        n_workers=1, threads_per_worker=1, processes=False, host="127.0.0.1", protocol="tcp://",
        dashboard_address="127.0.0.1:0", worker_dashboard_address="127.0.0.1:0",
        scheduler_kwargs={"dashboard": False}, silence_logs=logging.CRITICAL + 1,
    ) as made:  # fmt: skip
        yield made


def test_a_cluster_without_workers_is_none(lonely):
    lonely.scale(0)
    lonely.sync(lonely._correct_state)
    with pytest.raises(ClusterUnreachable, match="no workers"), joined(lonely.scheduler_address):
        pass


def test_a_scheduler_that_is_gone_ends_the_run_in_part(lonely, here, there):
    held.carry_out(decided(here), here.store)
    plan = decided(there)
    with joined(lonely.scheduler_address) as farm, pytest.raises(ClusterLostInPart):
        held.carry_out(plan, there.store, pushing=pushing(farm), progress=lambda *_: lonely.close())
    (run,) = runs(there)
    assert run.status == "in_part"
    held.carry_out(plan, there.store)
    assert there.state() == here.state()
    journal(there)


def test_a_scheduler_that_is_gone_while_one_plans(lonely):
    with joined(lonely.scheduler_address) as farm:
        lonely.close()
        with pytest.raises(ClusterLost):
            farm.spread(plan_batch, (), [(1,)])


def test_batches_have_about_as_many_courses():
    counts = {1: 100, 2: 10, 3: 60, 4: 40, 5: 0}
    assert cut(counts, 1) == [(1,), (3,), (4,), (2, 5)]
    assert sorted(one for part in cut(dict.fromkeys(range(100), 3), 3) for one in part) == list(range(100))
    assert {len(part) for part in cut(dict.fromkeys(range(120), 3), 3)} == {10}
    assert cut({7: 1}, 8) == [(7,)]


def test_hosts_stand_by_their_ids(farm, here):
    with here.store.read() as snapshot:
        plan = cluster.build(farm, [CATALOG], wide(), snapshot, here.store, catalog="")
    hosts = plan.cohorts[0].hosts
    assert list(hosts.courses) == sorted(hosts.courses)
    assert [here.records()[1][one].course_id for one in hosts.sections] == [
        hosts.courses[place] for place in hosts.above
    ]
    members = [one for cohort in plan.cohorts if cohort.hop is Hop.COURSE for one in cohort.members]
    assert sorted(members) == list(hosts.courses)
