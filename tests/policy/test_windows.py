"""When a plan may be applied: by weekday and local time, and not around report cards."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from reconciler.policy.model import Span, Windows
from reconciler.policy.windows import closed, covers, next_open

FRIDAY = datetime.fromisoformat("2026-10-09T18:00")
DATES = st.dates(date(2026, 10, 1), date(2026, 11, 10)).map(date.isoformat)
QUARTERS = st.integers(0, 95).map(lambda n: n * 15)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def spans():
    """Spans on a grid of quarters of an hour."""
    dates = st.one_of(st.just(""), DATES)
    days = st.frozensets(st.integers(0, 6), min_size=1)
    return st.builds(Span, days, QUARTERS, st.one_of(QUARTERS, st.just(1440)), dates, dates)


def test_a_span_holds_its_start_and_not_its_end():
    span = Span(frozenset({4}), 18 * 60, 20 * 60)
    assert covers(span, FRIDAY)
    assert covers(span, at("2026-10-09T19:59"))
    assert not covers(span, at("2026-10-09T20:00"))
    assert not covers(span, at("2026-10-09T17:59"))
    assert not covers(span, at("2026-10-08T18:30"))


def test_a_night_belongs_to_the_day_on_which_it_begins():
    night = Span(frozenset({4}), 22 * 60, 6 * 60, first="2026-10-09", last="2026-10-09")
    assert covers(night, at("2026-10-09T22:00"))
    assert covers(night, at("2026-10-10T05:59"))
    assert not covers(night, at("2026-10-09T05:00")), "that is the end of Thursday's night"
    assert not covers(night, at("2026-10-10T06:00"))


def test_dates_hold_from_the_first_to_the_last_day():
    week = Span(first="2026-10-12", last="2026-10-16")
    assert not covers(week, at("2026-10-11T23:59"))
    assert covers(week, at("2026-10-12T00:00"))
    assert covers(week, at("2026-10-16T23:59"))
    assert not covers(week, at("2026-10-17T00:00"))


def test_without_windows_it_is_always_open():
    assert list(closed(Windows(), "2026-10-09T18:00:00+00:00")) == []


def test_a_refusal_says_the_local_time_the_reason_and_the_next_opening(judged):
    text = """\
        windows:
          time_zone: America/Chicago
          open: [{days: [mon, tue, wed, thu, fri], from: "18:00", to: "6:00"}]
          closed: [{first: 2026-10-12, last: 2026-10-16, reason: report cards}]
        """
    (told,) = judged(text, now="2026-10-13T01:30:00+00:00")
    assert (told.code, told.refuses, told.early) == ("window", True, False)
    assert told.message == "at Mon 2026-10-12 20:30 nothing may be applied: report cards"
    assert told.how.startswith("It opens Sat 2026-10-17 00:00 (America/Chicago).")
    (told,) = judged(text, now="2026-10-19T17:00:00+00:00")
    assert told.message == "at Mon 2026-10-19 12:00 no window is open"
    assert told.how.startswith("It opens Mon 2026-10-19 18:00 (America/Chicago).")
    assert judged(text, now="2026-10-19T23:00:00+00:00") == ()


def test_a_closed_week_is_open_outside_of_it(judged):
    text = "windows: {time_zone: UTC, closed: [{first: 2026-10-12, last: 2026-10-16}]}"
    assert judged(text, now="2026-10-11T12:00:00+00:00") == ()
    assert [one.code for one in judged(text, now="2026-10-12T12:00:00+00:00")] == ["window"]


def test_what_closes_for_good_says_so(judged):
    (told,) = judged("windows: {time_zone: UTC, closed: [{first: 2026-01-01}]}")
    assert told.how.startswith("It never opens again.")
    (told,) = judged("windows: {time_zone: UTC, open: [{last: 2026-01-01}]}")
    assert told.how.startswith("It never opens again.")


@pytest.mark.parametrize("last", ["9999-12-31", "9999-12-30"])
def test_the_end_of_time_is_no_crash(last):
    windows = Windows("UTC", (), (Span(first="2026-01-01", last=last),))
    assert next_open(windows, FRIDAY) in (None, at("9999-12-31"))


@pytest.mark.parametrize("before", ["2026-10-31T23:30:00+00:00", "2026-11-01T07:30:00+00:00"])
def test_the_night_in_which_clocks_change_is_judged_by_the_wall(judged, before):
    text = 'windows: {time_zone: America/Chicago, open: [{days: [sun], from: "01:00", to: "02:00"}]}'
    found = judged(text, now=before)
    assert [one.code for one in found] == ([] if "07:30" in before else ["window"])


@given(st.lists(spans(), max_size=3), st.lists(spans(), max_size=2), st.integers(0, 4 * 24 * 20))
@settings(max_examples=60, deadline=None)
def test_the_next_opening_is_the_first_moment_that_is_open(opened, shut, quarter):
    windows = Windows("UTC", tuple(opened), tuple(shut))

    def is_open(moment: datetime) -> bool:
        within = not opened or any(covers(one, moment) for one in opened)
        return within and not any(covers(one, moment) for one in shut)

    here = at("2026-10-01") + timedelta(minutes=15 * quarter)
    assert is_open(here) == (not list(closed(windows, f"{here.isoformat()}+00:00")))
    assume(not is_open(here))
    later = (here + timedelta(minutes=15 * more) for more in range(1, 4 * 24 * 60))
    assert next_open(windows, here) == next(filter(is_open, later), None)
