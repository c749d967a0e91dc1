"""Always: the YAML says what was meant, and planning with it right after finds nothing to do."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.adopting import proved
from reconciler.course import Area, Holding
from reconciler.desired import canonical
from reconciler.keep.table import Hop
from reconciler.plan.model import acts
from tests.adopting import states
from tests.strategies import CALM, Tape

FEW = settings(CALM, max_examples=max(25, CALM.max_examples // 6))
TAPES = st.binary(min_size=700, max_size=700).map(Tape)
MAKERS = st.sampled_from([states.tidy, states.untidy])
NASTY = st.text(
    st.characters(codec="utf-8", exclude_characters="<\x00", exclude_categories=["Cs"]),
    min_size=1,
    max_size=12,
)


@given(tape=TAPES, make=MAKERS)
@FEW
def test_right_after_adopting_with_links_a_plan_is_empty(tape, make):
    """In every mode of the locked column, sections and cross-site too, named lists too."""
    with states.state() as small:
        make(tape, small)
        before = small.state()
        made, catalog = states.adopt_and_link(small)
        found = states.plan(small, catalog)
        assert states.quiet(found), made.text
        assert found.list_changes == ()
        after = small.state()
        assert after.counts == before.counts
        assert {place: visible(row[-1]) for place, row in after.courses.items()} == {
            place: visible(row[-1]) for place, row in before.courses.items()
        }


def visible(holding: Holding):
    """What a school sees of a course, whoever made it."""
    return {
        area: sorted((states._called(area, one), one.fields) for one in holding.here(area)) for area in Area
    }


@given(tape=TAPES, make=MAKERS)
@FEW
def test_right_after_linking_by_number_a_plan_changes_no_course(tape, make):
    with states.state() as small:
        make(tape, small)
        catalog = proved(states.adopted(small)).catalogs[0]
        states.link_by_number(small, catalog)
        assert states.quiet(states.plan(small, catalog))


@given(tape=TAPES)
@FEW
def test_courses_that_agree_with_their_master_stay_so_when_all_is_locked(tape):
    """The next step of a district: lock what is not locked yet. What agrees is linked, and at rest."""
    with states.state() as small:
        states.tidy(tape, small)
        catalog = states.all_locked(states.adopted(small).catalog)
        states.link_by_number(small, catalog)
        courses, _ = small.records()
        agree = {
            place
            for place, row in courses.items()
            if states.agrees(catalog, row.number, small.holding(course=place))
        }
        seen = set()
        for cohort in states.plan(small, catalog, to_sections=False, cross_site=False).cohorts:
            if cohort.hop is Hop.COURSE and agree.intersection(cohort.members):
                seen |= agree.intersection(cohort.members)
                assert not cohort.outcome.refused
                assert not [one for one in cohort.outcome.verdicts if acts(one)]
        assert seen == agree


@given(tape=TAPES, names=st.lists(NASTY | st.sampled_from(states.NOTHING_OPEN), min_size=3, max_size=5))
@FEW
def test_the_text_says_what_was_meant_whatever_things_are_called(tape, names):
    with states.state() as small:
        states.tidy(tape, small, tuple(names))
        made = states.adopted(small)
        loaded = proved(made)
        assert canonical(loaded.catalogs) == canonical([made.catalog])


@given(tape=TAPES)
@FEW
def test_the_text_says_what_was_meant_whatever_is_there(tape):
    with states.state() as small:
        states.untidy(tape, small)
        made = states.adopted(small)
        assert canonical(proved(made).catalogs) == canonical([made.catalog])
        assert states.adopted(small).text == made.text
