"""Whose turn it is, whatever waits and whatever runs."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from reconciler.current import Job
from reconciler.queue.job import Told
from reconciler.queue.order import calendars, line, meet, next_job
from tests.strategies import CALM

A, B, C = (frozenset({name}) for name in "ABC")


def made(number: int, places: frozenset[str] = A, priority: int = 0, at: str = "1") -> Job:
    told = Told(("hs",), tuple(sorted(places)), 2027, "locked", True, ("categories",), "digest")
    return Job(number, at, "queued", priority, "0", "ada", None, None, None, None, None, "", told.text())


JOBS = st.lists(
    st.tuples(st.frozensets(st.sampled_from("ABCD"), max_size=3), st.integers(0, 1), st.sampled_from("123")),
    max_size=8,
).map(lambda rows: [made(number, *row) for number, row in enumerate(rows, 1)])
ANY_ORDER = JOBS.flatmap(st.permutations)


def test_high_goes_before_early_and_early_before_low_numbers():
    jobs = [made(1, at="2"), made(2, at="1"), made(3, at="1"), made(4, at="3", priority=1)]
    assert [one.id for one in line(jobs)] == [4, 2, 3, 1]


def test_a_job_waits_for_a_running_one_of_its_calendar_and_another_goes_on():
    assert next_job([made(1, A)], [made(9, A)]) is None
    assert next_job([made(1, A), made(2, B)], [made(9, A)]).id == 2
    assert next_job([made(1, A | B)], [made(9, B | C)]) is None


def test_who_comes_later_does_not_pass_who_waits():
    """Else a push to every calendar would wait for as long as single ones come in."""
    wide = made(1, A | B)
    assert next_job([wide, made(2, B)], [made(9, A)]) is None
    assert next_job([wide, made(2, C)], [made(9, A)]).id == 2
    assert next_job([wide, made(2, B, priority=1)], [made(9, A)]).id == 2


def test_a_plan_that_may_touch_anything_waits_for_all_and_all_for_it():
    anything = made(1, frozenset())
    assert next_job([anything], [made(9, A)]) is None
    assert next_job([made(2, A)], [anything]) is None
    assert next_job([anything, made(2, A)], []).id == 1


def test_nothing_waits():
    assert next_job([], [made(9)]) is None


@CALM
@given(waiting=ANY_ORDER, running=st.lists(st.sampled_from([A, B, C]), max_size=2))
def test_the_next_one_meets_nobody_before_it(waiting, running):
    busy = [made(100 + place, one) for place, one in enumerate(running)]
    found = next_job(waiting, busy)
    ordered = line(waiting)
    ahead = ordered if found is None else ordered[: ordered.index(found)]
    for place, one in enumerate(ahead):
        before = [*busy, *ordered[:place]]
        assert any(meet(calendars(one), calendars(other)) for other in before), "it could have gone"
    if found is not None:
        assert not any(meet(calendars(found), calendars(other)) for other in [*busy, *ahead])


@CALM
@given(JOBS, st.integers(1, 3))
def test_jobs_of_one_calendar_run_alone_and_in_their_order_whatever_ends_when(jobs, workers):
    waiting, running, begun = list(jobs), [], []
    while waiting or running:
        while len(running) < workers and (one := next_job(waiting, running)) is not None:
            assert not any(meet(calendars(one), calendars(other)) for other in running)
            waiting.remove(one)
            running.append(one)
            begun.append(one)
        assert running, "somebody must go on"
        running.pop()
    assert sorted(one.id for one in begun) == [one.id for one in jobs]
    for name in "ABCD":
        mine = [one for one in begun if meet(calendars(one), frozenset({name}))]
        assert mine == line(mine)
