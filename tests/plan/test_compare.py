"""What would be done now against what a plan said: same, done, weaker, spare, or something else."""

from __future__ import annotations

import pytest

from reconciler.course import Area, Part, setup
from reconciler.keep.effect import Verdict
from reconciler.keep.table import Action
from reconciler.plan.compare import Fit, fit
from reconciler.plan.outcome import Outcome
from tests.small import BARE, category, cell, held, task

CAT, TASK = Area.CATEGORIES, Area.GRADING_TASKS
OLD, NEW, EDITED = category("Lab", 10), category("Lab", 20), category("Lab", 99)
KEPT = OLD.mark(left=True, kept=True)


def said(action: Action, before=OLD, after=None, *, row: str = "3", area: Area = CAT, **other) -> Verdict:
    """One verdict of the category Lab."""
    return Verdict(area, "Lab", row, action, "why", before, after, **other)


def now(*verdicts: Verdict, there=BARE) -> Outcome:
    """A fresh outcome for a host that has `there`."""
    return Outcome(there, there, verdicts)


LINKED = held(linked={CAT: setup([OLD])})
OWN = held(own={CAT: setup([OLD])})
DELETE, UPDATE = said(Action.DELETE), said(Action.UPDATE, after=NEW)


@pytest.mark.parametrize(
    "planned",
    [
        DELETE,
        UPDATE,
        said(Action.CREATE, None, NEW),
        said(Action.PUT_BACK, EDITED, NEW),
        said(Action.RESIDUAL, OLD, KEPT),
        said(Action.KEEP, OLD, category("Lab (1)", 10, key="Lab"), row="C1"),
        said(Action.LINK, OLD, OLD),
    ],
)
def test_the_same_verdict_fits(planned: Verdict) -> None:
    assert fit([planned], now(planned, there=LINKED)) == Fit()


def test_nothing_fits_nothing() -> None:
    assert fit([], now(said(Action.NOTHING, OLD, OLD), said(Action.KEEP, OLD, OLD))) == Fit()


def test_a_verdict_of_other_values_does_not_fit() -> None:
    there = held(linked={CAT: setup([EDITED])})
    for planned, fresh in (
        (UPDATE, said(Action.UPDATE, OLD, EDITED)),
        (UPDATE, said(Action.UPDATE, EDITED, NEW)),
        (DELETE, said(Action.DELETE, EDITED)),
        (UPDATE, said(Action.PUT_BACK, OLD, NEW)),
    ):
        assert fit([planned], now(fresh, there=there)).other == fresh


def test_a_decision_about_whatever_value_fits_any() -> None:
    for action in (Action.RESIDUAL, Action.RELEASE, Action.KEEP_AS_OWN):
        planned, fresh = said(action, OLD, OLD.mark(left=True)), said(action, EDITED, EDITED.mark(left=True))
        assert fit([planned], now(fresh, there=LINKED)) == Fit()


def test_a_name_steps_aside_whatever_else_was_edited() -> None:
    planned = said(Action.KEEP, OLD, category("Lab (1)", 10, key="Lab"), row="C1")
    edited = said(Action.KEEP, EDITED, category("Lab (1)", 99, key="Lab"), row="C1")
    assert fit([planned], now(edited, there=OWN)) == Fit()


def test_what_was_to_be_created_and_is_there_equal_is_linked() -> None:
    planned = said(Action.CREATE, None, NEW)
    assert fit([planned], now(said(Action.LINK, NEW, NEW), there=held(own={CAT: setup([NEW])}))) == Fit()
    other = said(Action.LINK, OLD, OLD)
    assert fit([planned], now(other, there=OWN)).other == other


@pytest.mark.parametrize(
    ("planned", "there"),
    [
        (DELETE, BARE),
        (UPDATE, held(linked={CAT: setup([NEW])})),
        (said(Action.CREATE, None, NEW), held(linked={CAT: setup([NEW])})),
        (said(Action.RESIDUAL, OLD, KEPT), held(own={CAT: setup([KEPT])})),
    ],
)
def test_what_is_there_as_planned_is_done(planned: Verdict, there) -> None:
    assert fit([planned], now(said(Action.NOTHING, OLD, OLD), there=there)) == Fit()


def test_an_item_with_two_verdicts_is_done_as_the_last_one_leaves_it() -> None:
    last = category("Lab", 20, tasks=["Final"])
    planned = [said(Action.UPDATE, after=NEW), said(Action.KEEP, NEW, last, row="R7")]
    assert fit(planned, now(there=held(linked={CAT: setup([last])}))) == Fit()


def test_half_of_it_is_not_done() -> None:
    planned = [said(Action.UPDATE, after=NEW), said(Action.RESIDUAL, NEW, KEPT)]
    assert fit(planned, now(there=held(linked={CAT: setup([NEW])}))).other is not None


@pytest.mark.parametrize(
    ("planned", "fresh"),
    [
        (DELETE, said(Action.RESIDUAL, OLD, KEPT, row="6")),
        (said(Action.REPLACE, OLD, NEW), said(Action.RESIDUAL, OLD, KEPT)),
        (DELETE, said(Action.NOTHING, KEPT, KEPT, row="17")),
        (UPDATE, said(Action.UPDATE, OLD, EDITED, held=("terms",))),
        (said(Action.RELEASE, KEPT, OLD), said(Action.NOTHING, KEPT, KEPT)),
    ],
)
def test_what_protects_is_weaker(planned: Verdict, fresh: Verdict) -> None:
    there = held(own={CAT: setup([KEPT])})
    assert fit([planned], now(fresh, there=there)) == Fit(weaker=(fresh,))


def test_a_reference_that_is_not_lost_after_all_is_weaker() -> None:
    planned = said(Action.KEEP, category("Lab", 10, tasks=["Old"]), OLD, row="R7")
    stays = said(Action.KEEP, planned.before, planned.before)
    assert fit([planned], now(stays, there=held(own={CAT: setup([planned.before])}))).weaker == (stays,)


@pytest.mark.parametrize(
    ("planned", "fresh"),
    [
        (DELETE, said(Action.KEEP, OLD, OLD)),
        (UPDATE, said(Action.NOTHING, OLD, OLD)),
        (UPDATE, said(Action.DELETE, OLD)),
        (said(Action.CREATE, None, NEW), said(Action.PUT_BACK, None, NEW)),
        (said(Action.LINK, OLD, OLD), said(Action.KEEP, EDITED, EDITED)),
    ],
)
def test_anything_else_is_other(planned: Verdict, fresh: Verdict) -> None:
    assert fit([planned], now(fresh, there=held(linked={CAT: setup([EDITED])}))).other == fresh


def test_a_residual_whose_evidence_went_stays_as_planned() -> None:
    fresh = said(Action.DELETE, OLD)
    found = fit([said(Action.RESIDUAL, OLD, KEPT)], now(fresh, there=held(linked={CAT: setup([OLD])})))
    assert found == Fit(stay=(fresh,))
    assert found.left_alone == (fresh,)


def test_a_verdict_that_vanished_is_named_itself() -> None:
    assert fit([UPDATE], now(there=held(linked={CAT: setup([EDITED])}))).other == UPDATE


def test_what_the_plan_did_not_know_is_spare_where_it_is_the_hosts_own() -> None:
    for fresh in (said(Action.DELETE, OLD, row="13"), said(Action.RESIDUAL, OLD, KEPT, row="14")):
        assert fit([], now(fresh, there=OWN)) == Fit(spare=(fresh,))


def test_what_the_plan_did_not_know_is_other_where_it_came_from_above() -> None:
    for fresh in (DELETE, UPDATE, said(Action.CREATE, None, NEW), said(Action.PUT_BACK, EDITED, NEW)):
        assert fit([], now(fresh, there=LINKED)).other == fresh


def test_an_unplanned_name_that_steps_aside_hurts_nobody() -> None:
    aside = said(Action.KEEP, OLD, category("Lab (1)", 10, key="Lab"), row="C1")
    assert fit([], now(aside, there=OWN)) == Fit()


def test_an_own_item_that_the_plan_knew_is_not_spare() -> None:
    known = said(Action.RELINK, OLD, NEW, row="15")
    gone = said(Action.DELETE, OLD)
    assert fit([known], now(gone, there=OWN)).other == gone


def test_items_are_told_apart_by_area_and_key() -> None:
    other_area = Verdict(TASK, "Lab", "5", Action.DELETE, "why", task("Lab"), None)
    there = held(linked={CAT: setup([OLD]), TASK: setup([task("Lab")])})
    assert fit([DELETE], now(DELETE, other_area, there=there)).other == other_area
    calculation = cell("Lab", 1)
    own = Verdict(Area.GRADE_CALC_OPTIONS, calculation.key, "13", Action.DELETE, "why", calculation, None)
    spare = there.put({(Area.GRADE_CALC_OPTIONS, Part.OWN): setup([calculation])})
    assert fit([DELETE], now(DELETE, own, there=spare)).spare == (own,)


def test_a_name_that_steps_aside_under_another_number_is_weaker() -> None:
    planned = said(Action.KEEP, OLD, category("Lab (1)", 10, key="Lab"), row="C1")
    fresh = said(Action.KEEP, OLD, category("Lab (2)", 10, key="Lab"), row="C1")
    assert fit([planned], now(fresh, there=OWN)) == Fit(weaker=(fresh,))
