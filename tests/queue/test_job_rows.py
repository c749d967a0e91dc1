"""The rows of the queue, as any store keeps them."""

from __future__ import annotations

import json

import pytest

from reconciler.current import Job
from reconciler.errors import PlanOfOtherStore, PlanTampered
from reconciler.errors.queue import JobChanged, JobUnknown
from reconciler.plan import saved
from reconciler.queue import job as jobs
from tests.queue.jobs import FUTURE, LATER, LEAVE, PAST
from tests.small import Small

ROW = Job(0, PAST, "queued", 0, PAST, "ada", None, None, None, None, None, "", "{}")


@pytest.fixture
def rows(small: Small):
    """Five jobs: three to come, one that runs, one that is over."""
    with small.store.write() as tx:
        for at, status in ((PAST, "queued"), (FUTURE, "queued"), (LATER, "running"), (LATER, "queued")):
            tx.add_job(
                ROW._replace(scheduled=at, status=status, claimed_by="w" * (status == "running") or None), "p"
            )
        tx.add_job(ROW._replace(scheduled="2026-05-01T00:00:00+00:00", status="failed"), "p")
    return small.store


def read(store, *args, **more):
    with store.read() as snapshot:
        return [one.id for one in snapshot.jobs(*args, **more)]


def test_the_latest_scheduled_comes_first_and_of_equal_times_the_newest(rows):
    assert read(rows) == [2, 4, 3, 1, 5]
    assert read(rows, limit=2) == [2, 4]


def test_jobs_are_chosen_by_status_and_by_a_window_without_its_end(rows):
    assert read(rows, {"queued"}) == [2, 4, 1]
    assert read(rows, {"queued", "failed"}, until=FUTURE) == [4, 1, 5]
    assert read(rows, since=PAST, until=LATER) == [1]
    assert read(rows, since=FUTURE) == [2]
    assert read(rows, {"canceled"}) == []


def test_a_row_is_read_as_it_was_written(small):
    told = ROW._replace(priority=1, heartbeat=LATER, started=PAST, ended=LATER, why="Ä", told='{"x": 1}')
    with small.store.write() as tx:
        number = tx.add_job(told._replace(id=77), "the plan")
    with small.store.read() as snapshot:
        assert snapshot.job(number) == told._replace(id=number)
        assert snapshot.job_document(number) == "the plan"
        assert snapshot.job(number + 1) is None
        assert snapshot.job_document(number + 1) == ""


def test_a_row_is_written_only_over_the_one_that_was_seen(rows):
    with rows.write() as tx:
        waits, runs = tx.job(1), tx.job(3)
        assert tx.put_job(waits._replace(status="running", claimed_by="me"), waits)
        assert not tx.put_job(waits._replace(status="canceled"), waits), "it is running by now"
        assert not tx.put_job(runs._replace(status="completed"), runs._replace(claimed_by="other"))
        assert not tx.put_job(runs, runs._replace(claimed_by=None))
        assert tx.put_job(runs._replace(status="completed", claimed_by=None), runs)
        assert not tx.put_job(waits, waits._replace(id=99))
    with rows.read() as snapshot:
        assert (snapshot.job(1).status, snapshot.job(1).claimed_by) == ("running", "me")
        assert (snapshot.job(3).status, snapshot.job(3).claimed_by) == ("completed", None)
        assert snapshot.job_document(1) == "p", "the plan stays"


def test_numbers_of_jobs_are_never_given_twice(small):
    with small.store.write() as tx:
        first = tx.add_job(ROW, "p")
        assert tx.add_job(ROW, "p") == first + 1


def test_a_job_keeps_its_plan_and_tells_what_the_list_shows(queue):
    queue.small.course()
    document = queue.document(to_sections=True)
    job = jobs.submit(queue.small.store, document, FUTURE, LEAVE, priority="high")
    told = jobs.read_told(job)
    assert (told.catalogs, told.calendars, told.year, told.mode) == (("hs",), ("hill-27",), 2027, "locked")
    assert told.to_sections and "categories" in told.data
    assert (job.priority, job.scheduled, job.status) == (1, FUTURE, "queued")
    with queue.small.store.read() as snapshot:
        assert jobs.plan_of(snapshot, job) == saved.parse(document)
        assert len(snapshot.job_document(job.id)) < len(json.dumps(document)) / 2


@pytest.mark.parametrize(
    ("scope", "mode"),
    [
        ({"overwrite": True}, "overwrite"),
        ({"relink": True}, "relink"),
        ({"from_courses": True}, "from courses"),
    ],
)
def test_a_job_says_how_it_pushes(queue, scope, mode):
    queue.small.course()
    assert jobs.read_told(queue.submit(**scope)).mode == mode


def test_a_plan_of_another_state_is_not_taken(queue, tmp_path):
    other = Small(tmp_path / "other.db")
    try:
        with pytest.raises(PlanOfOtherStore):
            jobs.submit(other.store, queue.document(), FUTURE, LEAVE, priority="normal")
        with other.store.read() as snapshot:
            assert snapshot.jobs() == ()
    finally:
        other.store.close()


def test_a_plan_that_was_changed_in_the_state_is_found_out(queue):
    queue.small.course()
    job = queue.submit()
    document = queue.document()
    document["body"]["courses"] = ""
    for text, error in (("no plan", JobChanged), (jobs.pack(document), PlanTampered)):
        with queue.small.store.write() as tx:
            tx._connection.exec_driver_sql("UPDATE job SET document = ?", (text,))
        with queue.small.store.read() as snapshot, pytest.raises(error, match=f"job {job.id}"):
            jobs.plan_of(snapshot, job)


def test_another_whole_plan_in_its_place_is_found_out(queue):
    queue.small.course()
    job, other = queue.submit(), jobs.pack(queue.document(to_sections=False))
    with queue.small.store.write() as tx:
        tx._connection.exec_driver_sql("UPDATE job SET document = ?", (other,))
    with queue.small.store.read() as snapshot, pytest.raises(JobChanged):
        jobs.plan_of(snapshot, job)


def test_an_unknown_job_names_its_neighbours(rows):
    with rows.read() as snapshot:
        with pytest.raises(JobUnknown) as found:
            jobs.find(snapshot, 42)
        assert jobs.find(snapshot, 4).id == 4
    assert "There is no job 42" in str(found.value)
    assert "2, 4" in found.value.way_out
    assert found.value.exit_code == 64


def test_a_state_without_jobs_says_so(small):
    with small.store.read() as snapshot, pytest.raises(JobUnknown) as found:
        jobs.find(snapshot, 1)
    assert "none was submitted" in found.value.way_out


def test_a_queue_is_enabled_until_somebody_disables_it(small, monkeypatch):
    monkeypatch.setenv("RECONCILE_USER", "grace")

    def told():
        with small.store.read() as snapshot:
            return jobs.disabled(snapshot)

    assert told() == ""
    jobs.disable(small.store, "grades close")
    assert told().startswith("The queue is disabled, by grace since 2")
    assert told().endswith(": grades close.")
    jobs.disable(small.store, "")
    assert told().startswith("The queue is disabled, by grace since") and "::" not in told()
    jobs.enable(small.store)
    assert told() == ""
