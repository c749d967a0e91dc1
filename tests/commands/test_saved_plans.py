"""What is given to `apply` is taken for what it says, not for what it is called; a look at it is shown."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from reconciler import errors
from tests.commands.small_district import BEFORE_SCHOOL, CATALOG

PUSH = ("--to-sections", *BEFORE_SCHOOL)


@pytest.mark.parametrize("name", ["plan.json", "PLAN.JSON", "plan", "plan.yaml", "2026-07-01.plan"])
def test_a_saved_plan_is_one_whatever_its_name(district, reconcile, name):
    assert reconcile("plan", *PUSH, "--out", name).code == 0
    told = reconcile("apply", name, *BEFORE_SCHOOL)
    assert (told.code, told.err) == (0, ""), "a saved plan is a yes: nobody is asked"
    assert reconcile("plan", *PUSH, "--detailed-exitcode").code == errors.DONE


def test_a_plan_that_was_redirected_is_one_too(district, reconcile):
    shown = reconcile("plan", *PUSH, "--format", "json").out
    (district / "shown").write_text("\ufeff\n" + shown, encoding="utf-8")
    assert reconcile("apply", "shown", *BEFORE_SCHOOL).code in (0, errors.STALE)
    (district / "shown").write_text(shown, encoding="utf-8")
    assert reconcile("apply", "shown", *BEFORE_SCHOOL).code == 0


def test_a_catalog_is_one_though_its_name_ends_in_json(district, reconcile):
    (district / "catalog.json").write_text(json.dumps(yaml.safe_load(CATALOG)), encoding="utf-8")
    asked = reconcile("apply", "catalog.json", *PUSH)
    assert asked.code == errors.REFUSED
    assert "no terminal to ask at" in asked.err
    assert reconcile("apply", "catalog.json", *PUSH, "--yes").code == 0


def test_a_folder_of_catalogs_is_one_though_its_name_ends_in_json(district, reconcile):
    (district / "all.json").mkdir()
    (district / "catalog.yaml").rename(district / "all.json" / "catalog.yaml")
    assert reconcile("apply", "all.json", *PUSH, "--yes").code == 0


@pytest.mark.parametrize(
    "text", ['{"catalog": ', "[]", "{}", "", '{"$schema": "https://else.where"}', "[" * 9999]
)
def test_other_json_is_a_broken_plan(district, reconcile, text):
    (district / "plan.json").write_text(text, encoding="utf-8")
    assert reconcile("apply", "plan.json").code == errors.STALE


def test_a_plan_that_breaks_off_is_a_broken_plan_under_any_name(district, reconcile):
    reconcile("plan", *PUSH, "--out", "plan")
    text = (district / "plan").read_text(encoding="utf-8")
    (district / "plan").write_text(text[:500], encoding="utf-8")
    told = reconcile("apply", "plan", *BEFORE_SCHOOL)
    assert told.code == errors.STALE
    assert "not whole" in told.err


def test_a_plan_and_a_catalog_contradict_in_either_order(district, reconcile):
    reconcile("plan", *PUSH, "--out", "plan")
    for words in (("plan", "catalog.yaml"), ("catalog.yaml", "plan")):
        told = reconcile("apply", *words)
        assert (told.code, "can't be asked for together" in told.err) == (errors.USAGE, True)


def test_the_look_at_a_plan_is_shown_on_a_terminal_only(district, reconcile):
    reconcile("plan", *PUSH, "--out", "plan.json")
    ours, theirs = pty.openpty()
    told = subprocess.run(
        [sys.executable, "-m", "reconciler", "apply", "plan.json", *BEFORE_SCHOOL],
        stdout=subprocess.PIPE,
        stderr=theirs,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2]), "TERM": "xterm"},
        check=False,
    )
    os.close(theirs)
    seen = os.read(ours, 100_000).decode()
    os.close(ours)
    assert told.returncode == 0
    assert "Checking the plan" in seen
    assert "Checking the plan" not in told.stdout
