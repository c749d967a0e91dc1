"""A `reconcile.yaml` in a folder of its own, and a plan that is judged by it."""

from __future__ import annotations

import json
import textwrap
from typing import TYPE_CHECKING

import pytest

from reconciler import policy
from reconciler.errors.policy import PolicyWrong
from reconciler.plan.summary import summarise, to_json
from tests.small import scope, write_down

if TYPE_CHECKING:
    from reconciler.policy import Finding, Policy

SUMMER = "2026-08-01T06:00:00+00:00"


@pytest.fixture
def says(tmp_path):
    """`says(text)`: what policy a reconcile.yaml of this text is."""

    def read(text: str) -> Policy:
        (tmp_path / "reconcile.yaml").write_text(textwrap.dedent(text), encoding="utf-8")
        return policy.load(tmp_path)

    return read


@pytest.fixture
def wrongs(says):
    """`wrongs(text)`: every problem of a reconcile.yaml, as `line:column code message`."""

    def read(text: str) -> list[str]:
        with pytest.raises(PolicyWrong) as caught:
            says(text)
        assert all(one.file == "reconcile.yaml" and one.remedy for one in caught.value.problems)
        return [f"{one.line}:{one.column} {one.code} {one.message}" for one in caught.value.problems]

    return read


@pytest.fixture
def judged(small, says):
    """`judged(text, *catalogs, ...)`: what that policy finds about a push of these catalogs."""

    def judge(text: str, *catalogs, by=None, **said) -> tuple[Finding, ...]:
        made = small.plan(*catalogs, by=by or scope())
        with small.store.read() as snapshot:
            told = to_json(summarise(made, snapshot, catalogs))
            plan = write_down(made, json.loads(json.dumps(told)))
            known = {
                "who": "ada", "today": "2026-08-01", "now": SUMMER, "allowed_in_session": False,
                "message": "", "forced": False, **said,
            }  # fmt: skip
            return policy.judge(says(text), plan, snapshot, **known)

    return judge


def codes(found) -> list[str]:
    """What refuses, by code; what only warns in brackets."""
    return [one.code if one.refuses else f"({one.code})" for one in found]
