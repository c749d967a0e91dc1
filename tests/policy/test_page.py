"""The page about policy explains every key, and its example file is one."""

from __future__ import annotations

import re
from pathlib import Path

from reconciler import policy, schemas

PAGE = (Path(__file__).resolve().parents[2] / "docs/policy.md").read_text(encoding="utf-8")
SCHEMA = schemas.load("reconcile")


def example() -> str:
    (found,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    return found


def test_the_example_is_a_policy(tmp_path):
    (tmp_path / "reconcile.yaml").write_text(example(), encoding="utf-8")
    told = policy.load(tmp_path)
    assert told.rights is not None
    assert len(told.rights) == 3
    assert told.waivers[0].address == "0401@Harrison High 2026-27/3#categories/Lab"


def test_the_example_has_every_key(tmp_path):
    (tmp_path / "reconcile.yaml").write_text(example(), encoding="utf-8")
    told = policy.document(tmp_path)
    assert told is not None
    assert set(told.data) | {"queue"} >= set(SCHEMA["properties"])


def test_every_key_and_right_is_explained():
    explained = PAGE.partition("## The keys")[2]
    rights = SCHEMA["properties"]["rights"]["items"]["properties"]
    for name in (*SCHEMA["properties"], *rights, *rights["may"]["items"]["enum"]):
        assert f"`{name}`" in explained, name
    for code in SCHEMA["properties"]["warnings_as_errors"]["items"]["enum"]:
        assert code in explained or code in ("W2", "W3", "W4"), code


def test_the_rule_of_the_page_is_python():
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    made: dict[str, object] = {}
    exec(compile(code, "page", "exec"), made)  # noqa: S102 - our own page
    assert callable(made["few_schools"])
