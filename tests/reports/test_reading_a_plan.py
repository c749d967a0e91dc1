"""The page that explains plans says what the code says, code by code."""

from __future__ import annotations

from pathlib import Path

import pytest

from reconciler.keep.effect import BY_ROW, REASONS
from reconciler.plan import reasons
from reconciler.plan.lines import RISK, STAYING
from reconciler.plan.outcome import QUIET
from reconciler.reports.push import FIRST

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "reading-a-plan.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("code", reasons.ALL)
def test_every_reason_stands_in_the_page(code: str) -> None:
    reason = reasons.ALL[code]
    row = f"| `{code}` | {reason.says} |" + (f" {reason.do} |" if reason.do else " |")
    assert PAGE.count(row) == 1


@pytest.mark.parametrize("flag", reasons.FLAGS)
def test_every_flag_stands_in_the_page(flag: str) -> None:
    assert f"| `{flag}` | {reasons.FLAGS[flag].says} |" in PAGE


def test_the_page_explains_no_code_that_is_not_there() -> None:
    told = {line.split("`")[1] for line in PAGE.splitlines() if line.startswith("| `")}
    warnings = {"W1", "W2", "W3", "W4", "W5", "L5", "R2", "number", "terms"}
    assert told == {*reasons.ALL, *reasons.FLAGS, *warnings}


def test_every_reason_that_a_verdict_may_give_is_explained() -> None:
    given = {*REASONS.values(), *BY_ROW.values(), "used", "renamed", "referred_to", *STAYING, *FIRST}
    assert given - QUIET <= reasons.ALL.keys()


def test_no_code_means_two_things() -> None:
    parts = (reasons.CHANGES, reasons.STAYS, reasons.REFUSED, reasons.SKIPPED, reasons.PUSHED)
    assert len(reasons.ALL) == sum(map(len, parts))


def test_plain_reasons_are_reasons_of_changes() -> None:
    assert reasons.CHANGES.keys() >= reasons.PLAIN


def test_the_order_of_risk_names_each_action_once() -> None:
    assert len(set(RISK)) == len(RISK)
