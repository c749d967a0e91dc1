"""A district's own rules: Python entry points of the group `reconciler.rules`."""

from __future__ import annotations

import sys

import pytest

from reconciler.errors import PushRefused
from reconciler.errors.policy import RuleBroken
from reconciler.policy import Finding, require
from tests.policy.conftest import codes
from tests.small import catalog, category, master

RULES = '''\
from reconciler.policy import Finding


def fridays(plan, summary):
    """Nobody renames on a Friday."""
    for line in summary.changes:
        yield Finding("friday", f"{line.label} by {plan.by}", True, "Wait for Monday.")


def breaks(plan, summary):
    return 1 / 0


def babbles(plan, summary):
    return ["no"]
'''
WANTED = catalog(master(categories=[category("Tests", 100)]))


@pytest.fixture
def install(tmp_path, monkeypatch):
    """`install(name)`: a package that brings this rule."""

    def put(*names: str) -> None:
        site = tmp_path / "site"
        info = site / "district_rules-1.0.dist-info"
        info.mkdir(parents=True)
        (site / "district_rules.py").write_text(RULES, encoding="utf-8")
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: district-rules\nVersion: 1.0\n")
        points = "".join(f"{name} = district_rules:{name}\n" for name in names)
        (info / "entry_points.txt").write_text(f"[reconciler.rules]\n{points}")
        monkeypatch.syspath_prepend(site)
        monkeypatch.delitem(sys.modules, "district_rules", raising=False)

    return put


def test_without_rules_nothing_is_found(judged, small):
    small.course()
    assert judged("{}", WANTED) == ()


def test_a_rule_sees_the_plan_and_its_summary(judged, small, install):
    small.course()
    install("fridays")
    assert [one.message for one in judged("{}", WANTED)] == ["Tests by ada"]


def test_a_rule_that_fails_keeps_the_plan_back(judged, small, install):
    install("breaks")
    with pytest.raises(RuleBroken) as caught:
        judged("{}", WANTED)
    assert 'The rule "breaks" of district-rules' in str(caught.value)
    assert "ZeroDivisionError" in str(caught.value)
    assert caught.value.exit_code == 4


def test_a_rule_that_gives_something_else_is_broken(judged, small, install):
    install("babbles")
    with pytest.raises(RuleBroken, match="something else than findings"):
        judged("{}", WANTED)


# --- what is done with findings ---------------------------------------------------------------------------

WARNS = Finding("a", "careful", refuses=False, how="")
STOPS = Finding("b", "stop", refuses=True, how="Go back.")
HALTS = Finding("c", "halt", refuses=True, how="Go home.")


def test_warnings_alone_give_leave():
    assert require([WARNS]) == (WARNS,)
    assert codes([WARNS, STOPS]) == ["(a)", "b"]


def test_one_refusal_is_the_message():
    with pytest.raises(PushRefused) as caught:
        require([WARNS, STOPS])
    assert str(caught.value) == "Refused: stop."
    assert caught.value.way_out == "Go back."
    assert caught.value.problems == ()
    assert caught.value.exit_code == 4


def test_several_refusals_are_all_told():
    with pytest.raises(PushRefused) as caught:
        require([STOPS, WARNS, HALTS])
    assert [str(one) for one in caught.value.problems] == ["refused: stop", "refused: halt"]
    assert [one.remedy for one in caught.value.problems] == ["Go back.", "Go home."]
    assert "2 rules do not permit this plan" in str(caught.value)
