"""Taking jobs and giving them back: who has a job, until when, and what is left of a dead worker's."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from reconciler import receipts
from reconciler.errors.queue import JobStands, JobUnknown, JobUnreported
from reconciler.queue import claim, clock
from reconciler.queue import job as jobs
from reconciler.queue.job import Status, read_told
from tests.queue.jobs import FUTURE, HOMEWORK, LATER, PAST
from tests.small import catalog

AT = datetime.fromisoformat("2026-06-02T00:00:00+00:00")
LEASE = 60


@pytest.fixture(autouse=True)
def course(small):
    return small.course()


def take(queue, who="one", seconds=0):
    return claim.claim(queue.small.store, who, LEASE, AT + timedelta(seconds=seconds))


def test_a_claimed_job_runs_and_has_its_worker(queue):
    job = queue.submit()
    mine = take(queue)
    assert mine == queue.job(job)
    assert (mine.status, mine.claimed_by, mine.heartbeat) == ("running", "one", "2026-06-02T00:00:00+00:00")
    assert take(queue, "two") is None


def test_what_is_not_due_is_not_taken(queue):
    queue.submit(at=FUTURE)
    soon = queue.submit(at=clock.kept(AT + timedelta(seconds=10)))
    assert take(queue, seconds=9) is None
    assert take(queue, seconds=10).id == soon.id


def test_high_then_early(queue):
    order = [queue.submit(at=LATER), queue.submit(at=PAST), queue.submit(at=LATER, priority="high")]
    for expected in (order[2], order[1], order[0]):
        mine = take(queue)
        assert mine.id == expected.id
        claim.end(queue.small.store, mine, Status.COMPLETED)
    assert take(queue) is None


def test_two_calendars_run_beside_each_other_and_one_does_not(queue):
    queue.small.calendar("bay-27", "Bay High")
    queue.small.course("0402", calendar="bay-27")
    first, second, third = (queue.submit(calendars=(name,)) for name in ("hill-27", "hill-27", "bay-27"))
    assert take(queue, "one").id == first.id
    assert take(queue, "two").id == third.id
    assert take(queue, "three") is None
    claim.end(queue.small.store, queue.job(first), Status.COMPLETED)
    assert take(queue, "three").id == second.id


def test_a_disabled_queue_gives_nothing(queue):
    job = queue.submit()
    jobs.disable(queue.small.store, "")
    assert take(queue) is None
    assert queue.job(job).status == "queued"
    jobs.enable(queue.small.store)
    assert take(queue).id == job.id


def test_a_worker_without_a_sign_of_life_loses_its_job(queue):
    job = queue.submit()
    one = take(queue, "one")
    assert take(queue, "two", LEASE) is None, "it may still live"
    two = take(queue, "two", LEASE + 1)
    assert (two.id, two.claimed_by) == (job.id, "two")
    assert "Its worker one gave no sign of life" in two.why
    assert jobs.read_told(two).lost == 1
    for call in (claim.beat, lambda store, job: claim.end(store, job, Status.COMPLETED),
                 lambda store, job: claim.release(store, job, "x")):  # fmt: skip
        with pytest.raises(claim.Lost):
            call(queue.small.store, one)
    assert queue.job(job) == two


def test_a_sign_of_life_keeps_the_job_and_all_that_is_known_of_it(queue, monkeypatch):
    queue.submit()
    one = take(queue, "one")
    queue.put(one, run_id=run_of(queue))
    monkeypatch.setattr(claim, "now", lambda: clock.kept(AT + timedelta(seconds=50)))
    claim.beat(queue.small.store, one)
    assert queue.job(one).run_id == run_of(queue)
    assert take(queue, "two", LEASE + 1) is None
    assert take(queue, "two", LEASE + 51) is not None


def run_of(queue):
    """The only run of the state, which begins here."""
    with queue.small.store.write() as tx:
        known = tx.runs()
        return known[0].id if known else receipts.begin(tx, "apply")


@pytest.mark.parametrize(("wrote", "status"), [(False, "failed"), (True, "in_part")])
def test_the_run_of_a_dead_worker_is_closed(queue, wrote, status):
    job = queue.submit()
    one = take(queue)
    run = queue.small.apply(catalog(HOMEWORK)).run if wrote else run_of(queue)
    queue.put(one, run_id=run)
    two = take(queue, "two", LEASE + 1)
    with queue.small.store.read() as snapshot:
        told = snapshot.run(run)
    assert (told.status, told.ended) == (status, clock.kept(AT + timedelta(seconds=LEASE + 1)))
    left = "in part" if wrote else "before anything was written"
    assert f"Run {run} was left {left}." in two.why
    assert (two.id, two.run_id) == (job.id, run)


def test_a_run_that_was_closed_stays_as_it_is(queue):
    one = queue.submit() and take(queue)
    with queue.small.store.write() as tx:
        run = receipts.begin(tx, "apply")
        tx.end_run(run, LATER, "done", "{}")
    queue.put(one, run_id=run)
    assert "was left" not in take(queue, "two", LEASE + 1).why
    with queue.small.store.read() as snapshot:
        assert snapshot.run(run).status == "done"


def test_a_job_that_was_given_back_goes_on_with_its_story(queue):
    job = queue.submit()
    claim.release(queue.small.store, take(queue), "It was stopped.")
    assert (queue.job(job).status, queue.job(job).claimed_by) == ("queued", None)
    again = take(queue)
    assert (again.id, again.why) == (job.id, "It was stopped.")
    assert jobs.read_told(again).lost == 0
    done = claim.end(queue.small.store, again, Status.COMPLETED, "Run 3: all written.")
    assert done.why == "It was stopped. Run 3: all written."
    assert queue.job(job) == done


def test_a_run_is_recorded_only_by_whoever_has_the_job(queue):
    job = queue.submit()
    one = take(queue, "one")
    take(queue, "two", LEASE + 1)
    with pytest.raises(claim.Lost), queue.small.store.write() as tx:
        claim.begun(tx, one, receipts.begin(tx, "apply"))
    assert queue.job(job).run_id is None
    with queue.small.store.read() as snapshot:
        assert snapshot.runs() == (), "nor is the run there"


def test_cancel_and_restart(queue):
    job = queue.submit(at=PAST)
    assert claim.cancel(queue.small.store, job.id).status == "canceled"
    assert queue.job(job).ended is not None
    assert take(queue) is None
    again = claim.restart(queue.small.store, job.id)
    assert again == queue.job(job)
    assert (again.status, again.scheduled, again.ended) == ("queued", PAST, None)
    assert take(queue).id == job.id


def test_a_restart_may_have_another_time_and_forgets_what_was(queue):
    job = queue.submit()
    run = run_of(queue)
    queue.put(job, status="failed", why="bad", run_id=run, started=PAST, ended=LATER)
    again = claim.restart(queue.small.store, job.id, FUTURE)
    assert (again.scheduled, again.why, again.run_id, again.started, again.ended) == (
        FUTURE,
        "",
        None,
        None,
        None,
    )


def test_a_restarted_job_keeps_its_earlier_runs_and_the_report_of_the_last(queue):
    job = queue.submit()
    run = run_of(queue)
    with queue.small.store.write() as tx:
        tx.end_run(run, LATER, "in_part", '{"told": 1}')
    queue.put(job, status="failed", run_id=run, started=PAST, ended=LATER)
    claim.restart(queue.small.store, job.id)
    claim.cancel(queue.small.store, job.id)
    assert read_told(queue.job(job)).earlier == (run,)
    with queue.small.store.read() as snapshot:
        assert claim.report(snapshot, job.id) == '{"told": 1}'
    claim.restart(queue.small.store, job.id)
    assert read_told(queue.job(job)).earlier == (run,), "it had no other run meanwhile"


@pytest.mark.parametrize(
    ("status", "way"),
    [
        ("running", "Wait for its end"),
        ("canceled", "batch restart 1"),
        ("completed", "reconcile undo 1`"),
        ("completed with failures", "reconcile undo 1`"),
        ("failed", "batch show 1"),
    ],
)
def test_only_what_waits_can_be_canceled(queue, status, way):
    job = queue.submit()
    queue.put(job, status=status, run_id=run_of(queue))
    with pytest.raises(JobStands, match=f"Job 1 can't be canceled: it is {status}") as found:
        claim.cancel(queue.small.store, job.id)
    assert way in found.value.way_out
    assert queue.job(job).status == status


@pytest.mark.parametrize(
    ("status", "way"),
    [("running", "Wait for its end"), ("queued", "waits for its time"), ("completed", "Plan again")],
)
def test_what_runs_waits_or_is_done_can_not_be_restarted(queue, status, way):
    job = queue.submit()
    queue.put(job, status=status)
    with pytest.raises(JobStands, match=f"Job 1 can't be restarted: it is {status}") as found:
        claim.restart(queue.small.store, job.id)
    assert way in found.value.way_out
    assert queue.job(job).status == status


@pytest.mark.parametrize("status", ["failed", "canceled", "completed with failures"])
def test_what_did_not_all_succeed_can_be_restarted(queue, status):
    job = queue.submit()
    queue.put(job, status=status)
    assert claim.restart(queue.small.store, job.id).status == "queued"


def test_unknown_jobs_are_neither_canceled_nor_restarted_nor_reported(queue):
    store = queue.small.store
    for call in (claim.cancel, claim.restart):
        with pytest.raises(JobUnknown):
            call(store, 8)
    with store.read() as snapshot, pytest.raises(JobUnknown):
        claim.report(snapshot, 8)


@pytest.mark.parametrize(
    ("status", "says"),
    [("queued", "It is due"), ("running", "Wait"), ("canceled", "restart 1"), ("failed", "Plan again")],
)
def test_a_job_without_a_report_says_why(queue, status, says):
    job = queue.submit()
    queue.put(job, status=status, why="The plan is stale.")
    with queue.small.store.read() as snapshot, pytest.raises(JobUnreported) as found:
        claim.report(snapshot, job.id)
    assert f"it is {status} (The plan is stale)." in str(found.value)
    assert says in found.value.way_out
