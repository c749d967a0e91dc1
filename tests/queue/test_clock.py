"""Times of jobs: written here or anywhere, kept in UTC, told here."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.errors.queue import DayWrong, TimeWrong
from reconciler.queue import clock
from tests.strategies import CALM

NOW = datetime(2026, 6, 1, 20, 30, tzinfo=UTC)  # 15:30 in Chicago, 22:30 in Berlin
CHICAGO, BERLIN = "America/Chicago", "Europe/Berlin"


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-07-01T22:00", "2026-07-02T03:00:00+00:00"),
        ("2026-07-01 22:00", "2026-07-02T03:00:00+00:00"),
        (" 2026-07-01T22:00:30 ", "2026-07-02T03:00:30+00:00"),
        ("2026-12-01T22:00", "2026-12-02T04:00:00+00:00"),
        ("2026-07-01T22:00Z", "2026-07-01T22:00:00+00:00"),
        ("2026-07-01T22:00-04:00", "2026-07-02T02:00:00+00:00"),
        ("2026-07-01T22:00:00.75+05:30", "2026-07-01T16:30:00+00:00"),
    ],
)
def test_a_time_is_of_this_machine_unless_it_says_where(zone, text, utc):
    zone(CHICAGO)
    assert clock.moment(text, NOW) == clock.Moment(utc, past=False)


@pytest.mark.parametrize(
    ("here", "text", "utc"),
    [
        (CHICAGO, "22:00", "2026-06-02T03:00:00+00:00"),
        (CHICAGO, "15:31", "2026-06-01T20:31:00+00:00"),
        (CHICAGO, "15:30", "2026-06-02T20:30:00+00:00"),
        (CHICAGO, "3:05", "2026-06-02T08:05:00+00:00"),
        (BERLIN, "22:00", "2026-06-02T20:00:00+00:00"),
        (BERLIN, "0:00", "2026-06-01T22:00:00+00:00"),
        ("UTC", "20:31", "2026-06-01T20:31:00+00:00"),
    ],
)
def test_an_hour_is_the_next_one_on_the_clocks_here(zone, here, text, utc):
    zone(here)
    assert clock.moment(text, NOW) == clock.Moment(utc, past=False)


def test_the_next_hour_is_one_of_the_clock_also_over_a_change_of_clocks(zone):
    zone(CHICAGO)
    night = datetime(2026, 10, 31, 23, 0, tzinfo=UTC)  # 18:00; clocks go back at night: 25 hours to go
    assert clock.moment("18:00", night).utc == "2026-11-02T00:00:00+00:00"


def test_a_time_that_has_passed_says_so(zone):
    zone(CHICAGO)
    assert clock.moment("2026-06-01T15:29", NOW).past
    assert clock.moment("2026-06-01T15:30", NOW).past
    assert not clock.moment("2026-06-01T15:31", NOW).past


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("tomorrow", "not understood"),
        ("", "not understood"),
        ("2026-02-30T10:00", "not understood"),
        ("2026-07-01T25:00", "not understood"),
        ("25:00", "no such hour"),
        ("12:60", "no such hour"),
        ("2026-07-01", "no hour"),
        ("0001-01-01T00:00+14:00", "too far away"),
        ("9999-12-31T23:59-10:00", "too far away"),
        ("2026-03-08T02:30", "set forward"),
    ],
)
def test_what_is_no_time_is_refused_with_the_zone(zone, text, why):
    zone(CHICAGO)
    with pytest.raises(TimeWrong, match=why) as found:
        clock.moment(text, NOW)
    assert text in str(found.value)
    assert f"for a time here ({clock.zone()})" in found.value.way_out
    assert clock.zone() in {"CST", "CDT"}


def test_an_hour_that_comes_twice_is_the_first_and_says_so(zone):
    zone(CHICAGO)
    told = clock.moment("2026-11-01T01:30", NOW)
    assert told.utc == "2026-11-01T06:30:00+00:00"
    assert "twice" in told.note
    assert not clock.moment("2026-11-01T03:30", NOW).note
    assert not clock.moment("2026-11-01T01:30-06:00", NOW).note


def test_times_are_told_where_people_are(zone):
    zone(CHICAGO)
    assert clock.local("2026-07-02T03:00:00+00:00") == "2026-07-01 22:00 CDT"
    assert clock.local("2026-12-02T04:00:00+00:00") == "2026-12-01 22:00 CST"
    zone(BERLIN)
    assert clock.local("2026-07-02T03:00:00+00:00") == "2026-07-02 05:00 CEST"
    assert clock.local(None) == ""


@CALM
@given(st.datetimes(timezones=st.timezones()).filter(lambda when: 1 < when.year < 9999))
def test_a_time_with_its_offset_is_the_same_moment_wherever_it_is_read(when):
    told = clock.moment(when.isoformat(), NOW)
    assert datetime.fromisoformat(told.utc) == when.astimezone(UTC).replace(microsecond=0)
    assert told.past == (told.utc <= clock.kept(NOW))


def test_a_day_is_all_of_the_day_here(zone):
    zone(CHICAGO)
    assert clock.edge("2026-07-01") == "2026-07-01T05:00:00+00:00"
    assert clock.edge("2026-07-01", last=True) == "2026-07-02T05:00:00+00:00"
    assert clock.edge("2026-07-01T22:00Z") == "2026-07-01T22:00:00+00:00"
    assert clock.edge("2026-07-01T22:00Z", last=True) == "2026-07-01T22:00:01+00:00"
    assert clock.edge(None) == clock.edge(None, last=True) == ""


@pytest.mark.parametrize("text", ["2026-02-30", "July", "", "22:00", "9999-12-31"])
def test_what_is_no_day_is_refused(zone, text):
    zone(CHICAGO)
    with pytest.raises(DayWrong):
        clock.edge(text, last=True)
