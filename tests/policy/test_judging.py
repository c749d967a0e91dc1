"""What policy makes of warnings of catalogs, and how several refusals are told."""

from __future__ import annotations

import pytest

from reconciler import policy
from reconciler.catalog import Problem, Severity
from reconciler.errors import PushRefused
from reconciler.errors.policy import WarningsRefused
from reconciler.policy import Finding
from tests.small import category, held, listed

LOW = Finding("threshold", "too much", refuses=True, how="Say so.")
LATE = Finding("window", "too late", refuses=True, how="Wait.")
OLD = Finding("waiver", "a waiver has expired", refuses=False, how="Renew it.")


def problem(code: str, severity: Severity = Severity.WARNING) -> Problem:
    return Problem(severity, code, "wrong", "mend it", "catalog.yaml", 1, 1)


def test_only_warnings_that_are_listed_count_as_errors(says):
    told = says("warnings_as_errors: [W2, no-task]")
    found = [problem("no-task"), problem("no-gco"), problem("no-task", Severity.ERROR)]
    assert policy.as_errors(told, found) == (found[0],)
    assert policy.as_errors(says("{}"), found) == ()


def test_refused_warnings_are_carried_with_their_number():
    policy.require_none(())
    with pytest.raises(WarningsRefused) as caught:
        policy.require_none((problem("a"), problem("b")))
    assert caught.value.exit_code == 4
    assert [one.code for one in caught.value.problems] == ["a", "b"]
    assert "2" in str(caught.value)


def test_what_only_warns_is_given_back():
    assert policy.require([OLD]) == (OLD,)
    assert policy.require([]) == ()


def test_one_refusal_is_the_message_itself_and_several_are_carried():
    with pytest.raises(PushRefused, match="too much") as caught:
        policy.require([OLD, LOW])
    assert (caught.value.way_out, caught.value.problems) == ("Say so.", ())
    with pytest.raises(PushRefused, match="2 rules do not permit this plan") as caught:
        policy.require([LOW, OLD, LATE])
    assert caught.value.problems == (LOW, LATE)
    assert [str(one) for one in caught.value.problems] == ["refused: too much", "refused: too late"]


def test_a_run_was_where_it_moved_a_course_or_a_section(small):
    small.calendar("bay-27", "Bay High")
    small.calendar("lake-27", "Lake High")
    first, second = (small.course("0401", calendar=name) for name in ("hill-27", "bay-27"))
    below = small.section(second)
    new = held(own=listed(categories=[category("Lab", 10)]))
    small.carry(**{f"c{first}": new})
    small.carry(**{f"s{below}": new})
    small.carry(**{f"c{first}": held(), f"s{below}": held()})
    with small.store.read() as snapshot:
        places = [[one.name for one in policy.moved_in(snapshot, run)] for run in (1, 2, 3, 4)]
    assert [sorted(one) for one in places] == [["hill-27"], ["bay-27"], ["bay-27", "hill-27"], []]
