"""The worker: exactly what was submitted, in the submitter's name; no bad job keeps it from the next."""

from __future__ import annotations

import json
from threading import Event
from threading import enumerate as enumerate_threads

import pytest

from reconciler.course import Area, Part
from reconciler.errors import PushRefused, StoreBusy, StoreFull
from reconciler.policy.model import Notify
from reconciler.push import moves
from reconciler.queue import claim, work
from reconciler.queue import job as jobs
from reconciler.stores import open_store
from tests.queue.jobs import FUTURE, HOMEWORK, LATER, Queue
from tests.small import category, held, listed, master, task


@pytest.fixture
def course(small) -> int:
    place = small.course()
    small.section(place)
    return place


def categories(queue: Queue, course: int) -> list[str]:
    return [one.key for one in queue.small.holding(course=course).here(Area.CATEGORIES)]


def runs(queue: Queue):
    with queue.small.store.read() as snapshot:
        return list(reversed(snapshot.runs()))


def test_a_job_does_what_its_plan_says_in_the_submitters_name(queue, course, monkeypatch):
    monkeypatch.setenv("RECONCILE_USER", "grace")
    job = queue.submit(message="new weights")
    monkeypatch.setenv("RECONCILE_USER", "the worker")
    (ended,) = queue.work()
    assert ended.job == queue.job(job)
    assert (ended.job.status, ended.untold) == ("completed", ())
    assert ended.job.why == "Run 1: 1 course and 1 section written."
    assert (ended.job.claimed_by, ended.job.heartbeat, ended.job.run_id) == (None, None, 1)
    assert categories(queue, course) == ["Homework"]
    (run,) = runs(queue)
    assert (run.who, run.status, run.message) == ("grace", "done", "new weights")
    assert run.plan == jobs.read_told(job).digest
    with queue.small.store.read() as snapshot:
        told = json.loads(claim.report(snapshot, job.id))
    assert (told["run"], told["who"], told["courses"]) == (1, "grace", 1)


def test_all_that_is_due_is_done_and_nothing_else(queue, course):
    later, first, never = queue.submit(at=LATER), queue.submit(), queue.submit(at=FUTURE)
    assert [one.job.id for one in queue.work()] == [first.id, later.id]
    assert queue.statuses() == {first.id: "completed", later.id: "completed", never.id: "queued"}
    assert queue.said[-1] == "No job is due."


def test_the_second_of_two_equal_jobs_finds_all_there(queue, course):
    queue.submit(), queue.submit()
    assert [one.job.why for one in queue.work()] == [
        "Run 1: 1 course and 1 section written.",
        "Run 2: 0 courses and 0 sections written.",
    ]


def test_a_stale_plan_fails_and_the_next_job_is_done(queue, course):
    stale = queue.submit()
    queue.small.course("0402")
    other = queue.submit(master("0402", categories=[category("Tests", 80)]), at=LATER)
    own = listed(categories=[category("Homework", 50)])[Area.CATEGORIES]
    queue.small.edit(lambda one: one.put({(Area.CATEGORIES, Part.OWN): own}), course=course)
    first, second = queue.work()
    assert (first.job.id, first.job.status, first.job.run_id) == (stale.id, "failed", None)
    assert "The plan no longer fits what is there: 0401@hill-27" in first.job.why
    assert "Plan again" in first.job.why
    assert (second.job.id, second.job.status) == (other.id, "completed")


def test_a_course_that_is_refused_is_a_failure_that_is_told(queue, course):
    both = [task("Final", terms=(1,))]
    queue.small.course("0402", held(own=listed(grading_tasks=[task("Final", terms=(2,))])))
    queue.submit(master("0401", grading_tasks=both), master("0402", grading_tasks=both))
    (ended,) = queue.work()
    assert ended.job.status == "completed with failures"
    assert ended.job.why == "Run 1: 1 course and 0 sections written. 1 course refused."


def test_a_course_that_was_left_out_is_a_failure_that_is_told(queue, course, monkeypatch):
    other = queue.small.course("0402")
    queue.submit(HOMEWORK, master("0402", categories=[category("Homework", 20)]))
    real = moves.Mover.batches

    def meanwhile(self, ready):
        """Somebody unlinks the second course, after it was judged."""
        with queue.small.store.write() as tx:
            (row,) = tx.course_records([other])
            tx.put_courses([row._replace(master=None, catalog=None)])
        return real(self, ready)

    monkeypatch.setattr(moves.Mover, "batches", meanwhile)
    (ended,) = queue.work()
    assert ended.job.status == "completed with failures"
    assert "1 course left out." in ended.job.why
    assert [one.status for one in runs(queue)] == ["in_part"]


def test_policy_is_asked_for_the_submitter_and_its_no_is_kept(queue, course):
    asked = []

    def permit(plan, job):
        asked.append((plan.digest, job.submitted_by))
        raise PushRefused(what="grace may not push", how="Ask the district.")

    job = queue.submit()
    (ended,) = queue.work(queue.worker(permit))
    assert asked == [(jobs.read_told(job).digest, job.submitted_by)]
    assert (ended.job.status, ended.job.run_id) == ("failed", None)
    assert ended.job.why == "Refused: grace may not push. Ask the district."
    assert categories(queue, course) == []


def test_every_reason_of_a_refusal_is_kept(queue, course):
    class Reason(str):
        __slots__ = ()
        remedy = ""

    def permit(plan, job):
        told = (Reason("refused: too many deletes"), Reason("refused: no window is open."))
        raise PushRefused(what="2 rules", how="Nothing was written.", problems=told)

    queue.submit()
    (ended,) = queue.work(queue.worker(permit))
    assert ended.job.why == "Refused: 2 rules. (too many deletes; no window is open) Nothing was written."


def test_a_bug_fails_its_job_and_no_other(queue, course, capsys):
    bad, good = queue.submit(), queue.submit(at=LATER)

    def permit(plan, job):
        if job.id == bad.id:
            raise LookupError("who?")

    ended = queue.work(queue.worker(permit))
    assert [one.job.status for one in ended] == ["failed", "completed"]
    assert ended[0].job.why == "This is a bug in reconciler: LookupError: who?"
    assert "LookupError: who?" in capsys.readouterr().err
    assert ended[1].job.id == good.id


def test_a_spoiled_plan_fails_its_job(queue, course):
    job = queue.submit()
    with queue.small.store.write() as tx:
        tx._connection.exec_driver_sql("UPDATE job SET document = 'x'")
    (ended,) = queue.work()
    assert ended.job.status == "failed"
    assert f"The plan of job {job.id} is not the one that was submitted." in ended.job.why


def test_a_plan_of_another_state_fails(queue, course):
    """A state that was rebuilt has another id; its jobs may have been carried over by hand."""
    queue.submit()
    with queue.small.store.write() as tx:
        tx._connection.exec_driver_sql("UPDATE meta SET id = 'another'")
    other = open_store(str(queue.small.path))
    try:
        ended = []
        work.Worker(other, lambda *_: None, queue.said.append).run(ended.append, once=True)
    finally:
        other.close()
    assert ended[0].job.status == "failed"
    assert "made for another state" in ended[0].job.why


def test_what_killed_three_workers_is_not_begun_again(queue, course):
    job = queue.submit()
    told = jobs.read_told(job)
    for lost, status in ((2, "completed"), (3, "failed")):
        again = jobs.Told(**{name: getattr(told, name) for name in jobs.Told.__slots__} | {"lost": lost})
        queue.put(job, status="queued", told=again.text(), why="", run_id=None)
        (ended,) = queue.work()
        assert ended.job.status == status
    assert "begun 3 times" in ended.job.why
    assert f"batch restart {job.id}" in ended.job.why
    claim.restart(queue.small.store, job.id)
    assert [one.job.status for one in queue.work()] == ["completed"]


class After(Event):
    """Somebody says stop after so many batches."""

    def __init__(self, batches: int) -> None:
        super().__init__()
        self.left = batches

    def is_set(self) -> bool:
        if self.left <= 0:
            self.set()
        self.left -= 1
        return super().is_set()


@pytest.fixture
def many(small, monkeypatch) -> list[int]:
    """Six courses, each written by itself."""
    monkeypatch.setattr(moves, "ROWS", 1)
    return [small.course(f"04{n:02}") for n in range(6)]


def six():
    return [master(f"04{n:02}", categories=[category("Homework", 20)]) for n in range(6)]


def written(queue: Queue, places: list[int]) -> int:
    return sum(bool(categories(queue, one)) for one in places)


def test_a_worker_that_is_told_to_stop_ends_with_whole_courses(queue, many):
    job = queue.submit(*six())
    stopping = After(3)  # asked once before the job, and after each batch
    assert queue.work(queue.worker(stopping=stopping)) == []
    here = queue.job(job)
    assert (here.status, here.claimed_by, here.why) == ("queued", None, work.STOPPED)
    assert written(queue, many) == 3
    assert [(one.status, one.report) for one in runs(queue)] == [("in_part", None)]
    (ended,) = queue.work()
    assert ended.job.status == "completed"
    assert ended.job.why == f"{work.STOPPED} Run 2: 3 courses and 0 sections written."
    assert written(queue, many) == 6


def test_a_worker_that_is_told_to_stop_between_jobs_takes_none(queue, course):
    queue.submit()
    worker = queue.worker()
    worker.stopping.set()
    assert queue.work(worker) == []
    assert set(queue.statuses().values()) == {"queued"}


def test_a_hard_interrupt_puts_the_job_back_and_goes_through(queue, many, monkeypatch):
    job = queue.submit(*six())

    class Breaking(After):
        def is_set(self) -> bool:
            if self.left == 0:
                raise KeyboardInterrupt
            return super().is_set()

    with pytest.raises(KeyboardInterrupt):
        queue.work(queue.worker(stopping=Breaking(2)))
    assert (queue.job(job).status, written(queue, many)) == ("queued", 2)
    assert [one.status for one in runs(queue)] == ["in_part"]


def test_a_worker_that_lost_its_job_lets_go_of_it_after_the_batch(queue, many):
    job = queue.submit(*six())

    class Robbed(After):
        def is_set(self) -> bool:
            if self.left == 0:
                queue.put(job, claimed_by="another")
                (heart,) = [one for one in enumerate_threads() if one.name == f"heart of job {job.id}"]
                heart.join()  # it finds out by itself
            self.left -= 1
            return False

    queue.worker(stopping=Robbed(2), lease=1).turn()
    assert (queue.job(job).status, queue.job(job).claimed_by) == ("running", "another")
    assert written(queue, many) == 4, "two before, the one under way, and the one after which it looked"
    assert queue.said[-1] == work.TAKEN.format(job.id)
    assert [one.status for one in runs(queue)] == ["in_part"]


def test_a_worker_that_was_robbed_before_it_began_writes_nothing(queue, many):
    job = queue.submit(*six())
    worker = queue.worker(lambda _, job: queue.put(job, claimed_by="another"))
    assert worker.turn() is None
    assert (written(queue, many), runs(queue)) == (0, [])
    assert queue.job(job).claimed_by == "another"


def test_a_worker_that_is_stopped_after_it_was_robbed_leaves_the_job_alone(queue, many):
    job = queue.submit(*six())

    class Robbed(After):
        def is_set(self) -> bool:
            queue.put(job, claimed_by="another")
            return True

    assert queue.worker(stopping=Robbed(2)).turn() is None
    assert (queue.job(job).status, queue.job(job).claimed_by) == ("running", "another")
    assert queue.said[-1] == work.TAKEN.format(job.id)


def test_a_busy_state_is_no_fault_of_the_job(queue, course):
    job = queue.submit()

    def permit(plan, job):
        raise StoreBusy(path="state.db")

    with pytest.raises(StoreBusy):
        queue.work(queue.worker(permit))
    assert (queue.job(job).status, queue.job(job).claimed_by) == ("queued", None)
    assert [one.job.status for one in queue.work()] == ["completed"]


def test_a_worker_that_goes_on_waits_for_a_busy_state(queue, course):
    queue.submit()
    busy, ended = [True, True], []
    worker = queue.worker(lambda *_: busy and (_ for _ in ()).throw(busy_state(busy)))

    def done(one):
        ended.append(one)
        worker.stopping.set()

    worker.run(done, once=False, every=0.001)
    assert [one.job.status for one in ended] == ["completed"]
    assert sum("tries again in 0.001 s" in one for one in queue.said) == 2


def busy_state(busy: list[bool]) -> StoreBusy:
    busy.pop()
    return StoreBusy(path="state.db")


def test_a_state_that_is_busy_all_along_gives_nothing_back_and_the_job_is_taken_up_later(queue, course):
    job = queue.submit()
    other = open_store(str(queue.small.path), wait=0.01)
    worker = work.Worker(other, lambda *_: None, queue.said.append)
    held_open = queue.small.store.write()

    def permit(plan, job):
        held_open.__enter__()
        raise StoreBusy(path="state.db")

    worker.permit = permit
    try:
        with pytest.raises(StoreBusy):
            worker.turn()
    finally:
        held_open.__exit__(None, None, None)
        other.close()
    assert queue.job(job).status == "running"
    assert "is taken up again in 120 s" in " ".join(queue.said)


def test_a_disabled_queue_is_said_once_and_the_jobs_stay(queue, course):
    queue.submit()
    jobs.disable(queue.small.store, "grades close")
    ended = []
    worker = queue.worker()

    class Thrice(After):
        def wait(self, timeout=None):  # noqa: ARG002 - as a real one
            return False

    worker.stopping = Thrice(4)
    worker.run(ended.append, once=False, every=9)
    assert ended == []
    assert len(queue.said) == 1 and "The queue is disabled" in queue.said[0]
    assert set(queue.statuses().values()) == {"queued"}


def test_what_became_of_the_notification_is_kept(queue, course):
    job = queue.submit()
    (ended,) = queue.work(queue.worker(wish=Notify(("NOWHERE_IS_SET",))))
    assert ended.job.status == "completed"
    assert ended.untold == ("No notification to NOWHERE_IS_SET: the environment variable is not set.",)
    assert jobs.read_told(queue.job(job)).notified == ended.untold[0]
    assert queue.job(job).why == ended.job.why


def test_nobody_is_told_of_an_end_that_nobody_asked_for(queue, course):
    job = queue.submit()
    (ended,) = queue.work(queue.worker(wish=Notify(("NOWHERE_IS_SET",), on=("failed",))))
    assert ended.untold == ()
    assert jobs.read_told(queue.job(job)).notified == ""


def test_a_state_that_takes_no_more_is_told_beside_what_went_wrong_before(queue, course, monkeypatch):
    """The job is done, whatever becomes of the note about its notification."""
    job = queue.submit()

    def full(*_words):
        raise StoreFull(path="state.db", why="full")

    monkeypatch.setattr(claim, "notified", full)
    (ended,) = queue.work(queue.worker(wish=Notify(("NOWHERE_IS_SET",))))
    assert (ended.job.status, queue.job(job).status) == ("completed", "completed")
    assert [one.split(":")[0] for one in ended.untold] == [
        "No notification to NOWHERE_IS_SET", str(StoreFull(path="state.db", why="full")).split(":")[0],
    ]  # fmt: skip


def test_a_heart_beats_while_a_job_takes_long(queue, course):
    """The job is over when another worker, for whom a second of silence is death, has looked."""
    job = queue.submit()
    beats = []

    def permit(plan, job):
        pause = Event()
        first = queue.job(job).heartbeat
        while queue.job(job).heartbeat == first:
            pause.wait(0.05)
        beats.append(queue.job(job).heartbeat)

    assert [one.job.status for one in queue.work(queue.worker(permit, lease=1))] == ["completed"]
    assert beats and queue.job(job).heartbeat is None


def test_a_heart_that_finds_no_way_in_beats_again(queue, course, monkeypatch):
    """Another writer holds the state for a beat; the job is not lost for that."""
    job = queue.submit()
    tried = Event()
    real = claim.beat

    def busy_once(store, mine):
        if not tried.is_set():
            tried.set()
            raise StoreBusy(path="state.db", seconds=0)
        real(store, mine)

    monkeypatch.setattr(claim, "beat", busy_once)

    def permit(plan, mine):
        first = queue.job(mine).heartbeat
        assert tried.wait(30)
        while queue.job(mine).heartbeat == first:
            tried.wait(0)

    assert [one.job.status for one in queue.work(queue.worker(permit, lease=1))] == ["completed"]
    assert queue.job(job).status == "completed"


def test_names_of_workers_differ():
    assert work.worker_name() != work.worker_name()
