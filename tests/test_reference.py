"""The reference page has every command and every option, in the words of the code."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def made() -> str:
    """The page as the code would write it now."""
    spec = importlib.util.spec_from_file_location("reference", ROOT / "docs/reference.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.page()


def told(page: str) -> dict[str, tuple[list[str], str]]:
    """Command -> its arguments and options, and what it says of itself.

    How Typer writes types and defaults differs by its version, so that they are left out.
    """
    found = {}
    for section in page.split("\n## ")[1:]:
        name, _, rest = section.partition("\n")
        rows = re.findall(r"^\| `(.+?)` \|", rest, re.MULTILINE)
        options = sorted({word for row in rows for word in re.findall(r"--?[a-z][a-z-]*|^[a-z_]+", row)})
        found[name] = (options, rest.split("\n| ")[0].split("\n\n", 2)[-1].strip())
    return found


def test_the_reference_is_what_the_code_says(made):
    page = (ROOT / "docs/reference.md").read_text(encoding="utf-8")
    assert told(page) == told(made), "run `make reference`"


def test_it_has_every_verb(made):
    from reconciler.commands import app

    names = {one.name for one in app.registered_commands} | {
        f"{group.name} {one.name}"
        for group in app.registered_groups
        for one in group.typer_instance.registered_commands
    }
    assert {f"reconcile {name}" for name in names} == set(told(made))
    assert "--to-sections" in told(made)["reconcile plan"][0]
