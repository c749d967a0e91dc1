"""What may stay as it was changed below: for a while, for a reason, in somebody's name."""

from __future__ import annotations

from reconciler import policy

WAIVERS = """\
    waivers:
      - {address: "0401@hill-27/3#categories/Lab", reason: a trial, owner: Ada, expires: 2026-12-31}
      - {address: "*@hill-27#grade_calc_options/*", reason: old scale, owner: Ben, expires: 2026-06-30}
    """


def test_it_is_found_by_its_address(says):
    told = policy.waived(says(WAIVERS), "0401@hill-27/3#categories/Lab", "2026-12-31")
    assert told is not None
    assert told.owner == "Ada"
    assert policy.waived(says(WAIVERS), "0401@hill-27/2#categories/Lab", "2026-12-31") is None


def test_a_glob_covers_many(says):
    told = policy.waived(says(WAIVERS), "0502@hill-27#grade_calc_options/Final/1", "2026-06-30")
    assert told is not None
    assert told.reason == "old scale"


def test_the_day_of_expiry_is_its_last(says):
    assert policy.waived(says(WAIVERS), "0401@hill-27/3#categories/Lab", "2027-01-01") is None
    assert [one.code for one in policy.expired(says(WAIVERS), "2026-06-30")] == []
    (found,) = policy.expired(says(WAIVERS), "2026-07-01")
    assert (found.code, found.refuses) == ("waiver_expired", False)
    assert "of Ben for *@hill-27#grade_calc_options/* has expired on 2026-06-30 (old scale)" in found.message


def test_expired_ones_are_told_with_every_plan(judged):
    assert [one.code for one in judged(WAIVERS, now="2027-02-01T00:00:00+00:00")] == ["waiver_expired"] * 2
